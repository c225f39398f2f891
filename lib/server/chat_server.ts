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

/** Connections that have not said a name; one more, and the oldest of them goes. */
const MAX_UNNAMED = 1_000;

export type ServeOptions = ConnectionLimitsOptions & {
  readonly catalog: FileCatalog;
  readonly log: EventLog;
  readonly print: (line: string) => void;
  readonly welcome: string;
  /** What people call the server. */
  readonly name?: string | undefined;
  /** How many of the last broadcasts one reads who joins. */
  readonly history?: number | undefined;
  /** Messages a second that one client may send for long; 0: no limit. */
  readonly maxRate?: number | undefined;
  /** So long a lost connection is kept from the others, in milliseconds. */
  readonly grace?: number | undefined;
  /** Default: everybody may come in, and speak. */
  readonly moderation?: Moderation;
};

/** How the server fares; lengths in bytes. */
export type Stats = {
  /** Those who have joined. */
  readonly clients: number;
  readonly connections: number;
  /** Connections since the start. */
  readonly connected: number;
  /** Messages that clients have sent. */
  readonly messages: number;
  /** How often one of these was passed on to somebody. */
  readonly deliveries: number;
  readonly receivedLength: number;
  readonly sentLength: number;
  /** For whom most waits to be sent, if anything waits for anybody. */
  readonly slowest: { name: string; queuedLength: number } | undefined;
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
  readonly #sessions = new Set<Session>();
  /** Resolves when the last session has ended; made when somebody waits for it. */
  #emptied: PromiseWithResolvers<void> | undefined;
  /** In the order of their coming. */
  readonly #unnamed = new Set<Session>();
  readonly #limits: ConnectionLimits;
  #count = 0;
  /** Bytes of the sessions that have ended. */
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

  /** All who are connected, in the order of their coming. */
  get sessions(): Session[] {
    return Array.from(this.#sessions);
  }

  /** Who may come in and who may speak. */
  get moderation(): Moderation {
    return this.#shared.moderation;
  }

  /** What can be asked for all the time. */
  get status(): Pick<Status, "clients" | "messages" | "isLocked"> {
    const { room, counters, moderation } = this.#shared;
    return {
      clients: room.size,
      messages: counters.messages,
      isLocked: moderation.isLocked,
    };
  }

  /** Adds up what all sessions know, so that no message pays for being counted. */
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

  /** Says `text` to all, in the name of the server. */
  say(text: string): void {
    this.#shared.room.proclaim(text);
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
    const { log, print } = this.#shared;
    const loop = new AcceptLoop({
      onIncoming: (incoming) => this.#start(incoming),
      log,
      print,
    });
    await Promise.all(acceptors.map((acceptor) => loop.run(acceptor, signal)));
    const reason = closingReason(signal.reason);
    await Promise.all([
      ...this.sessions.map((session) => session.close(reason)),
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
    if (refusal !== undefined) void session.close(refusal);
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

/** What all are told at the end; the operator may have given a reason. */
function closingReason(given: unknown): string {
  return withReason(
    "the server is closing",
    typeof given === "string" ? given : "",
  );
}
