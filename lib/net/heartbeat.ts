/** The silence after which the heartbeat pings the peer, in milliseconds. */
export const PING_INTERVAL = 10_000;

/**
 * A peer that stays silent for this many intervals in a row is gone: 30 s, found within
 * 35 s.
 */
export const MAX_MISSES = 3;

/** The actions of a heartbeat on its connection. */
export type HeartbeatActions = {
  /** Sends a ping; `n` counts up. */
  sendPing(n: number): void;
  /** Called once, when the peer has been silent for too long. */
  onStale(): void;
};

/** The clock of a heartbeat, in milliseconds that never go backwards. */
export type Clock = {
  now(): number;
  /**
   * Runs `task` after `delay` milliseconds. Returns a handle for {@linkcode cancel}.
   */
  after(delay: number, task: Task): number;
  /** Cancels a task that has not run yet. */
  cancel(handle: number, task: Task): void;
};

/** A task for the clock to run. */
export type Task = { run(): void };

const systemClock: Clock = {
  now: () => performance.now(),
  // Deno's timers are numbers, whatever the types of Node declare that are also loaded.
  after: (delay, task) =>
    setTimeout(() => task.run(), delay) as unknown as number,
  cancel: (handle) => clearTimeout(handle),
};

/**
 * How often {@linkcode SweepClock} checks, in milliseconds: far less than a ping
 * interval.
 */
const SWEEP_INTERVAL = 250;

/**
 * One timer for all heartbeats of a server: ten thousand timers cost memory, and it is
 * cheaper to run the tasks of a quarter of a second together. Runs a task at most
 * {@linkcode SWEEP_INTERVAL} late.
 */
export class SweepClock implements Clock {
  /** The tasks that are due, by the number of the sweep. */
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
          // One task that throws must not stop the heartbeats of other connections.
          reportError(error);
        }
      }
    }
    if (this.#due.size === 0) return;
    this.#timer ??= setTimeout(() => this.#sweep(), SWEEP_INTERVAL);
  }
}

/** Detects a peer that has gone silent. Any byte counts as a sign of life. */
export class Heartbeat implements Task {
  readonly #actions: HeartbeatActions;
  readonly #clock: Clock;
  #heardAt: number;
  #pings = 0;
  #misses = 0;
  /** The handle for {@linkcode Clock.cancel}. */
  #handle: number;

  constructor(actions: HeartbeatActions, clock: Clock = systemClock) {
    this.#actions = actions;
    this.#clock = clock;
    this.#heardAt = clock.now();
    this.#handle = clock.after(PING_INTERVAL, this);
  }

  /** Records that the peer sent something. Cheap: one read of the clock. */
  heard(): void {
    this.#heardAt = this.#clock.now();
    this.#misses = 0;
  }

  stop(): void {
    this.#clock.cancel(this.#handle, this);
  }

  /**
   * Checks how long the peer has been silent, and schedules the next check. Called by
   * the clock.
   */
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
    // Sets the timer first, because sending may stop the heartbeat.
    this.#handle = this.#clock.after(PING_INTERVAL, this);
    this.#actions.sendPing(++this.#pings);
  }
}
