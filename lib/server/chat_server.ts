import type { FileCatalog } from "../files/file_catalog.ts";
import { Moderation } from "../chat/moderation.ts";
import { Room } from "../chat/room.ts";
import type { RoomEvents } from "../chat/room_events.ts";
import type { Connection } from "../net/connection.ts";
import { MemoryBudget } from "../net/memory_budget.ts";
import { SweepClock } from "../net/heartbeat.ts";
import type { Acceptor, Incoming } from "../net/listen.ts";
import { AcceptLoop } from "./accept_loop.ts";
import { Backpressure } from "./backpressure.ts";
import {
  ConnectionLimits,
  type ConnectionLimitsOptions,
} from "./connection_limits.ts";
import { type EventLog, stackOf } from "./event_log.ts";
import type { Introduce } from "./introduction.ts";
import { DEFAULT_MAX_RATE } from "./message_rate.ts";
import { roomLog } from "./room_log.ts";
import { Session } from "./session.ts";
import { Security } from "./security.ts";
import type { Shared } from "./shared.ts";
import type { Status } from "./operator/status.ts";

/**
 * Most connections without a name; one more closes the oldest of them. A school of two
 * thousand that comes back at once needs some seconds for its handshakes; each takes 40
 * KiB at most.
 */
const MAX_UNNAMED = 4_000;

export type ServeOptions = ConnectionLimitsOptions & {
  readonly catalog: FileCatalog;
  readonly log: EventLog;
  readonly print: (line: string) => void;
  readonly welcome: string;
  /** The name of the server. */
  readonly name?: string | undefined;
  /** How many of the latest broadcasts a joining client gets. */
  readonly history?: number | undefined;
  /**
   * Units of work per second that one client may keep causing; 0: no limit, and none
   * for returns.
   */
  readonly maxRate?: number | undefined;
  /** Most bytes in the send queues of all clients together. */
  readonly maxMemory?: number | undefined;
  /** How long a dropped connection stays unannounced, in milliseconds. */
  readonly grace?: number | undefined;
  /** The operator's bans, mutes and lock; default: everyone may join and send. */
  readonly moderation?: Moderation;
  /** Further subscribers to the room, called after the log. */
  readonly subscribers?: readonly RoomEvents[];
  /** The encryption and the room key; default: none. */
  readonly security?: Security;
  /** Introduces this server to clients that search; missing if it hides. */
  readonly introduce?: Introduce | undefined;
};

/** Server statistics; lengths in bytes. */
export type Stats = {
  /** The number of clients that have joined. */
  readonly clients: number;
  readonly connections: number;
  /** The number of connections since the start. */
  readonly connected: number;
  /** The number of messages that clients sent. */
  readonly messages: number;
  /** The number of copies of those messages passed on to other clients. */
  readonly deliveries: number;
  readonly receivedLength: number;
  readonly sentLength: number;
  /** The client with the longest send queue, if there is one. */
  readonly slowest: { name: string; queuedLength: number } | undefined;
};

/**
 * Most bytes in the send queues of all clients together, unless the operator allows
 * more.
 */
export const MAX_DEFAULT_MEMORY = 1024 * 1024 * 1024;

/** Earlier broadcasts that a joining client gets: one or two screens. */
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
  readonly #shared: Shared<Session>;
  readonly #sessions = new Set<Session>();
  /** Resolves when the last session has ended; created on demand. */
  #emptied: PromiseWithResolvers<void> | undefined;
  /** Sessions without a name, in the order of connecting. */
  readonly #unnamed = new Set<Session>();
  readonly #limits: ConnectionLimits;
  readonly #budget: MemoryBudget;
  #count = 0;
  /** The traffic of the sessions that have ended, in bytes. */
  readonly #ended = { receivedLength: 0, sentLength: 0 };

  constructor(options: ServeOptions) {
    const { catalog, log, print, welcome } = options;
    this.#limits = new ConnectionLimits(options);
    const room = new Room({
      grace: options.grace ?? 0,
      returnsFreely: options.maxRate === 0,
      subscribers: [roomLog(log), ...options.subscribers ?? []],
      onFault: (error) => log.write("failure", { stack: stackOf(error) }),
    });
    this.#budget = new MemoryBudget(
      options.maxMemory ?? MAX_DEFAULT_MEMORY,
      () => this.#queues(),
    );
    this.#shared = {
      ...{ catalog, log, print, welcome, room },
      budget: this.#budget,
      name: options.name,
      introduce: options.introduce,
      security: options.security ?? new Security(),
      history: options.history ?? DEFAULT_HISTORY,
      maxRate: options.maxRate ?? DEFAULT_MAX_RATE,
      start: crypto.randomUUID(),
      backpressure: new Backpressure(),
      moderation: options.moderation ?? new Moderation(),
      counters: { messages: 0, deliveries: 0 },
      clock: new SweepClock(),
      onEnd: (session) => this.#forget(session),
    };
  }

  /** Returns all sessions, in the order of connecting. */
  get sessions(): Session[] {
    return Array.from(this.#sessions);
  }

  /** Returns the operator's bans, mutes and lock. */
  get moderation(): Moderation {
    return this.#shared.moderation;
  }

  /** Returns the numbers of the status line; cheap enough for every second. */
  get status(): Pick<Status, "clients" | "messages" | "isLocked"> {
    const { room, counters, moderation } = this.#shared;
    return {
      clients: room.size,
      messages: counters.messages,
      isLocked: moderation.isLocked,
    };
  }

  /**
   * Returns the statistics, added up over all sessions, so that messages need no
   * counting.
   */
  get stats(): Stats {
    const { room, counters } = this.#shared;
    let { receivedLength, sentLength } = this.#ended;
    let slowest: Stats["slowest"];
    for (const { connection, name, address } of this.#sessions) {
      receivedLength += connection.receivedLength;
      sentLength += connection.sentLength;
      const { queuedLength } = connection;
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

  /** Sends `text` to everyone, in the name of the server. */
  say(text: string): void {
    this.#shared.room.proclaim(text);
  }

  /**
   * Serves until `signal` aborts, then closes `acceptors`, tells everyone, and waits
   * for the last session to end. A string as the signal's reason is sent as the reason.
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
    const words = typeof signal.reason === "string" ? signal.reason : "";
    const reason = { kind: "shutdown", words } as const;
    await Promise.all([
      ...this.sessions.map((session) => session.close(reason)),
      this.#empty(),
    ]);
    this.#shared.room.close();
    this.#budget.close();
    this.#shared.backpressure.close();
  }

  *#queues(): Generator<Connection> {
    for (const { connection } of this.#sessions) yield connection;
  }

  #start(incoming: Incoming): void {
    const session = new Session(incoming, ++this.#count, this.#shared);
    const refusal = this.#limits.enter(session.address);
    this.#makeRoom();
    this.#unnamed.add(session);
    this.#sessions.add(session);
    session.start();
    if (refusal !== undefined) {
      void session.close({ kind: "full", words: refusal });
    }
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
    const { receivedLength, sentLength } = session.connection;
    this.#ended.receivedLength += receivedLength;
    this.#ended.sentLength += sentLength;
    if (this.#sessions.size === 0) this.#emptied?.resolve();
  }

  /**
   * Drops sessions that have joined from the list; over the limit, closes the oldest
   * unnamed one.
   */
  #makeRoom(): void {
    if (this.#unnamed.size < MAX_UNNAMED) return;
    for (const session of this.#unnamed) {
      if (session.isNamed) this.#unnamed.delete(session);
    }
    if (this.#unnamed.size < MAX_UNNAMED) return;
    const [oldest] = this.#unnamed;
    this.#unnamed.delete(oldest!);
    void oldest!.close({ kind: "crowded" });
  }
}
