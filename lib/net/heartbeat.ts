/** Silence after which the peer is asked for a sign of life, in milliseconds. */
export const PING_INTERVAL = 10_000;

/** So many intervals of silence in a row and the peer is gone: 30 s, found within 35. */
export const MAX_MISSES = 3;

/** What the heartbeat does to its connection. */
export type HeartbeatActions = {
  /** Asks for a sign of life; `n` counts up. */
  sendPing(n: number): void;
  /** The peer has not been heard for too long. Called once. */
  onStale(): void;
};

/** The time as the heartbeat needs it; milliseconds that never go backwards. */
export type Clock = {
  now(): number;
  /** Runs `task` after `delay` milliseconds; the number it returns is for {@linkcode cancel}. */
  after(delay: number, task: Task): number;
  /** Calls off what has not been run. */
  cancel(handle: number, task: Task): void;
};

/** What is to be done at its time. */
export type Task = { run(): void };

const systemClock: Clock = {
  now: () => performance.now(),
  // Numbers, whatever the types of Node say that are loaded beside Deno's.
  after: (delay, task) =>
    setTimeout(() => task.run(), delay) as unknown as number,
  cancel: (handle) => clearTimeout(handle),
};

/** How often {@linkcode SweepClock} looks, in milliseconds: far less than an interval. */
const SWEEP_INTERVAL = 250;

/**
 * One timer for all heartbeats of a server, because ten thousand timers cost
 * memory, and what is due within a quarter of a second is cheaper done together.
 * Calls at most {@linkcode SWEEP_INTERVAL} late.
 */
export class SweepClock implements Clock {
  /** What is due, by the number of the sweep. */
  readonly #due = new Map<number, Set<Task>>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  now(): number {
    return performance.now();
  }

  after(delay: number, task: Task): number {
    const sweep = Math.ceil((this.now() + delay) / SWEEP_INTERVAL);
    let due = this.#due.get(sweep);
    if (due === undefined) this.#due.set(sweep, due = new Set());
    due.add(task);
    this.#timer ??= setTimeout(() => this.#sweep(), SWEEP_INTERVAL);
    return sweep;
  }

  cancel(sweep: number, task: Task): void {
    const due = this.#due.get(sweep);
    if (!due?.delete(task) || due.size > 0) return;
    this.#due.delete(sweep);
    if (this.#due.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #sweep(): void {
    this.#timer = undefined;
    const now = this.now() / SWEEP_INTERVAL;
    for (const [sweep, due] of this.#due) {
      if (sweep > now) continue;
      this.#due.delete(sweep);
      for (const task of due) {
        try {
          task.run();
        } catch (error) {
          // The heartbeats of all others must not stop with this one.
          reportError(error);
        }
      }
    }
    if (this.#due.size === 0) return;
    this.#timer ??= setTimeout(() => this.#sweep(), SWEEP_INTERVAL);
  }
}

/** Finds a peer that is gone without a word. Any byte counts as life. */
export class Heartbeat implements Task {
  readonly #actions: HeartbeatActions;
  readonly #clock: Clock;
  #heardAt: number;
  #pings = 0;
  #misses = 0;
  /** For {@linkcode Clock.cancel}. */
  #handle: number;

  constructor(actions: HeartbeatActions, clock: Clock = systemClock) {
    this.#actions = actions;
    this.#clock = clock;
    this.#heardAt = clock.now();
    this.#handle = clock.after(PING_INTERVAL, this);
  }

  /** The peer has sent something. Cheap: one reading of the clock. */
  heard(): void {
    this.#heardAt = this.#clock.now();
    this.#misses = 0;
  }

  stop(): void {
    this.#clock.cancel(this.#handle, this);
  }

  /** Looks how long the peer has been silent, and comes back. For the clock. */
  run(): void {
    const due = this.#heardAt + (this.#misses + 1) * PING_INTERVAL;
    const early = due - this.#clock.now();
    if (early > 0) {
      this.#handle = this.#clock.after(early, this);
      return;
    }
    if (++this.#misses >= MAX_MISSES) {
      this.#actions.onStale();
      return;
    }
    // The timer first: sending may stop the heartbeat.
    this.#handle = this.#clock.after(PING_INTERVAL, this);
    this.#actions.sendPing(++this.#pings);
  }
}
