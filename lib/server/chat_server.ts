import type { FileCatalog } from "../chat/file_catalog.ts";
import { Room } from "../chat/room.ts";
import { SweepClock } from "../net/heartbeat.ts";
import type { Acceptor, Incoming } from "../net/listen.ts";
import { pause } from "../net/pause.ts";
import { hostOf } from "../net/address.ts";
import { Backpressure } from "./backpressure.ts";
import {
  ConnectionLimits,
  type ConnectionLimitsOptions,
} from "./connection_limits.ts";
import { DEFAULT_MAX_RATE } from "./message_rate.ts";
import type { EventLog } from "./event_log.ts";
import { Session, type Shared } from "./session.ts";

/** Connections that have not said a name; one more, and the oldest of them goes. */
const MAX_UNNAMED = 1_000;

/** After a failed accept (too many open files, say), in milliseconds. */
const ACCEPT_PAUSE = 200;

export type ServeOptions = ConnectionLimitsOptions & {
  readonly catalog: FileCatalog;
  readonly log: EventLog;
  readonly print: (line: string) => void;
  readonly welcome: string;
  /** How many of the last broadcasts one reads who joins. */
  readonly history?: number | undefined;
  /** Messages a second that one client may send for long; 0: no limit. */
  readonly maxRate?: number | undefined;
  /** So long a lost connection is kept from the others, in milliseconds. */
  readonly grace?: number | undefined;
};

/** What one who joins late reads of what was said before: a screen or two. */
export const DEFAULT_HISTORY = 50;

/** Serves whoever comes in, with {@linkcode ChatServer}. */
export async function serve(
  acceptors: readonly Acceptor[],
  options: ServeOptions,
  signal: AbortSignal,
): Promise<void> {
  await new ChatServer(options).run(acceptors, signal);
}

/** One server: its room, its sessions, and their beginning and end. */
export class ChatServer {
  readonly #shared: Shared;
  readonly #sessions = new Map<Session, Promise<void>>();
  /** In the order of their coming. */
  readonly #unnamed = new Set<Session>();
  readonly #limits: ConnectionLimits;
  #count = 0;

  constructor(options: ServeOptions) {
    const { catalog, log, print, welcome } = options;
    this.#limits = new ConnectionLimits(options);
    this.#shared = {
      ...{ catalog, log, print, welcome },
      history: options.history ?? DEFAULT_HISTORY,
      maxRate: options.maxRate ?? DEFAULT_MAX_RATE,
      room: new Room({ grace: options.grace ?? 0 }),
      backpressure: new Backpressure(),
      counters: { messages: 0 },
      clock: new SweepClock(),
    };
  }

  /** The names of those who are here, in the order of their joining. */
  names(): string[] {
    return this.#shared.room.names();
  }

  /** How many are here, and how many messages they have sent. */
  get stats(): { clients: number; messages: number } {
    const { room, counters } = this.#shared;
    return { clients: room.size, messages: counters.messages };
  }

  /**
   * Serves until `signal` aborts; then tells everybody and waits for the last
   * session to end. `acceptors` are closed on the way out.
   */
  async run(
    acceptors: readonly Acceptor[],
    signal: AbortSignal,
  ): Promise<void> {
    const stop = () => acceptors.forEach((acceptor) => acceptor.close());
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    await Promise.all(
      acceptors.map((acceptor) => this.#accept(acceptor, signal)),
    );
    await Promise.all([
      ...Array.from(
        this.#sessions.keys(),
        (session) => session.close("the server is closing"),
      ),
      ...this.#sessions.values(),
    ]);
    this.#shared.room.close();
  }

  async #accept(acceptor: Acceptor, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let incoming: Incoming;
      try {
        incoming = await acceptor.accept();
      } catch (error) {
        if (signal.aborted) return;
        this.#shared.log.write("accept failed", { cause: String(error) });
        await pause(ACCEPT_PAUSE, signal);
        continue;
      }
      this.#start(incoming);
    }
  }

  #start(incoming: Incoming): void {
    const session = new Session(incoming, ++this.#count, this.#shared);
    const address = hostOf(incoming.from);
    const refusal = this.#limits.enter(address);
    this.#makeRoom();
    this.#unnamed.add(session);
    const ended = session.run().finally(() => {
      this.#limits.leave(address);
      this.#sessions.delete(session);
      this.#unnamed.delete(session);
    });
    this.#sessions.set(session, ended);
    if (refusal !== undefined) void session.close(refusal);
  }

  /** Lets go of those who have a name by now, and of the oldest silent one over the limit. */
  #makeRoom(): void {
    if (this.#unnamed.size < MAX_UNNAMED) return;
    for (const session of this.#unnamed) {
      if (session.isNamed) this.#unnamed.delete(session);
    }
    if (this.#unnamed.size < MAX_UNNAMED) return;
    const [oldest] = this.#unnamed;
    this.#unnamed.delete(oldest!);
    void oldest!.close("too many connections without a name");
  }
}
