import type { FileCatalog } from "../chat/file_catalog.ts";
import { Moderation, withReason } from "../chat/moderation.ts";
import { Room } from "../chat/room.ts";
import { SweepClock } from "../net/heartbeat.ts";
import type { Acceptor, Incoming } from "../net/listen.ts";
import { AcceptLoop } from "./accept_loop.ts";
import { Backpressure } from "./backpressure.ts";
import {
  ConnectionLimits,
  type ConnectionLimitsOptions,
} from "./connection_limits.ts";
import type { EventLog } from "./event_log.ts";
import { DEFAULT_MAX_RATE } from "./message_rate.ts";
import { Session, type Shared } from "./session.ts";
import type { Status } from "./status.ts";

/** Connections that have not joined; one more, and the oldest of them is closed. */
const MAX_UNNAMED = 1_000;

export type ServeOptions = ConnectionLimitsOptions & {
  readonly catalog: FileCatalog;
  readonly log: EventLog;
  readonly print: (line: string) => void;
  readonly welcome: string;
  /** How many of the last broadcasts are shown to a client that joins. */
  /** What people call the server. */
  readonly name?: string | undefined;
  /** How many of the last broadcasts one reads who joins. */
  readonly history?: number | undefined;
  /** Messages a second that one client may keep sending; 0: no limit. */
  readonly maxRate?: number | undefined;
  /** How long a dropped connection stays unannounced, in milliseconds. */
  readonly grace?: number | undefined;
  /** Default: everyone may join and send. */
  readonly moderation?: Moderation;
};

/** Server statistics; lengths in bytes. */
export type Stats = {
  /** Clients that have joined. */
  readonly clients: number;
  readonly connections: number;
  /** Connections since the start. */
  readonly connected: number;
  /** Messages sent by clients. */
  readonly messages: number;
  /** Copies of them passed on to other clients. */
  readonly deliveries: number;
  readonly receivedLength: number;
  readonly sentLength: number;
  /** The client with the most bytes waiting to be sent, if there is one. */
  readonly slowest: { name: string; queuedLength: number } | undefined;
};

/** Earlier broadcasts shown to a client that joins: a screen or two. */
export const DEFAULT_HISTORY = 50;

/** Serves clients with a new {@linkcode ChatServer}, until `signal` aborts. */
export async function serve(
  acceptors: readonly Acceptor[],
  options: ServeOptions,
  signal: AbortSignal,
): Promise<void> {
  await new ChatServer(options).run(acceptors, signal);
}

/** One server: its room and its sessions. */
export class ChatServer {
  readonly #shared: Shared;
  readonly #sessions = new Set<Session>();
  /** Resolves when the last session has ended; made on demand. */
  #emptied: PromiseWithResolvers<void> | undefined;
  /** In the order of connecting. */
  readonly #unnamed = new Set<Session>();
  readonly #limits: ConnectionLimits;
  #count = 0;
  /** Traffic of the sessions that have ended. */
  readonly #ended = { receivedLength: 0, sentLength: 0 };

  constructor(options: ServeOptions) {
    const { catalog, log, print, welcome } = options;
    this.#limits = new ConnectionLimits(options);
    this.#shared = {
      ...{ catalog, log, print, welcome },
      name: options.name,
      history: options.history ?? DEFAULT_HISTORY,
      maxRate: options.maxRate ?? DEFAULT_MAX_RATE,
      room: new Room({ grace: options.grace ?? 0 }),
      backpressure: new Backpressure(),
      moderation: options.moderation ?? new Moderation(),
      counters: { messages: 0, deliveries: 0 },
      clock: new SweepClock(),
      onEnd: (session) => this.#forget(session),
    };
  }

  /** All sessions, in the order of connecting. */
  get sessions(): Session[] {
    return Array.from(this.#sessions);
  }

  /** Bans, mutes and the lock. */
  get moderation(): Moderation {
    return this.#shared.moderation;
  }

  /** The numbers of the status line; cheap enough to ask for every second. */
  get status(): Pick<Status, "clients" | "messages" | "isLocked"> {
    const { room, counters, moderation } = this.#shared;
    return {
      clients: room.size,
      messages: counters.messages,
      isLocked: moderation.isLocked,
    };
  }

  /** Adds up the numbers of all sessions, so that messages need no counting. */
  get stats(): Stats {
    const { room, counters } = this.#shared;
    let { receivedLength, sentLength } = this.#ended;
    let slowest: Stats["slowest"];
    for (const { traffic, name, address } of this.#sessions) {
      receivedLength += traffic.receivedLength;
      sentLength += traffic.sentLength;
      const { queuedLength } = traffic;
      if (queuedLength > (slowest?.queuedLength ?? 0)) {
        slowest = { name: name || address, queuedLength };
      }
    }
    return {
      ...counters,
      clients: room.size,
      connections: this.#sessions.size,
      connected: this.#count,
      receivedLength,
      sentLength,
      slowest,
    };
  }

  /** Says `text` to everyone, in the name of the server. */
  say(text: string): void {
    this.#shared.room.proclaim(text);
  }

  /**
   * Serves until `signal` aborts; then closes `acceptors`, tells everyone and
   * waits for the last session to end. A string as the signal's reason is told, too.
   */
  async run(
    acceptors: readonly Acceptor[],
    signal: AbortSignal,
  ): Promise<void> {
    const stop = () => acceptors.forEach((acceptor) => acceptor.close());
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    const { log, print } = this.#shared;
    const loop = new AcceptLoop({
      onIncoming: (incoming) => this.#start(incoming),
      log,
      print,
    });
    await Promise.all(acceptors.map((acceptor) => loop.run(acceptor, signal)));
    const given = typeof signal.reason === "string" ? signal.reason : "";
    const reason = withReason("the server is closing", given);
    const farewell = {
      words: withReason("the server has shut down", given),
      code: "shutdown",
    } as const;
    await Promise.all([
      ...this.sessions.map((session) => session.close(reason, farewell)),
      this.#empty(),
    ]);
    this.#shared.room.close();
  }

  #start(incoming: Incoming): void {
    const session = new Session(incoming, ++this.#count, this.#shared);
    const refusal = this.#limits.enter(session.address);
    this.#makeRoom();
    this.#unnamed.add(session);
    this.#sessions.add(session);
    session.start();
    if (refusal !== undefined) void session.close(refusal, { code: "full" });
  }

  #empty(): Promise<void> {
    if (this.#sessions.size === 0) return Promise.resolve();
    this.#emptied ??= Promise.withResolvers<void>();
    return this.#emptied.promise;
  }

  #forget(session: Session): void {
    this.#sessions.delete(session);
    this.#unnamed.delete(session);
    this.#limits.leave(session.address);
    const { receivedLength, sentLength } = session.traffic;
    this.#ended.receivedLength += receivedLength;
    this.#ended.sentLength += sentLength;
    if (this.#sessions.size === 0) this.#emptied?.resolve();
  }

  /** Forgets sessions that have joined meanwhile; over the limit, closes the oldest silent one. */
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
