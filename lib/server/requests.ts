import { ChatError } from "../chat/chat_error.ts";
import type { Moderation } from "../chat/moderation.ts";
import type { Room } from "../chat/room.ts";
import type { Member, Seat } from "../chat/seat.ts";
import type { FileCatalog } from "../chat/file_catalog.ts";
import {
  type ClientMessage,
  pages,
  type ServerMessage,
  textFits,
} from "../messages.ts";
import type { PlainText } from "../plain_say.ts";
import type { Connection } from "../net/connection.ts";
import type { Details, EventLog, Origin } from "./event_log.ts";
import { Transfers } from "./transfers.ts";

/** What a client that has joined may ask for; the session handles the rest. */
export type Request = Exclude<
  ClientMessage,
  { type: "hello" | "ping" | "pong" | "bye" }
>;

type Handlers = {
  readonly [Type in Request["type"]]: (
    requests: Requests,
    request: Extract<Request, { readonly type: Type }>,
  ) => void | Promise<void>;
};

/** What the requests of all clients share. */
export type RequestsShared = {
  readonly room: Room;
  readonly catalog: FileCatalog;
  readonly log: EventLog;
  /** Bans, mutes and the lock. */
  readonly moderation: Moderation;
  /** Messages sent by clients, and copies of them passed on to other clients. */
  readonly counters: { messages: number; deliveries: number };
};

export type RequestsOptions = {
  readonly seat: Seat;
  readonly member: Member;
  readonly connection: Connection;
  readonly origin: Origin;
  /** Answers with `refused`. */
  readonly refuse: (re: string, error: ChatError, id?: number) => void;
  /** Called when a file has been sent whole. */
  readonly onServed: () => void;
};

/** Carries out the requests of one client, from joining to leaving. */
export class Requests {
  readonly #shared: RequestsShared;
  readonly #options: RequestsOptions;
  /** Made at the first download: most clients have none. */
  #transfers: Transfers | undefined;
  /** The head of the log's lines about what this client says; made at the first one. */
  #logHead: Uint8Array | undefined;

  constructor(shared: RequestsShared, options: RequestsOptions) {
    this.#shared = shared;
    this.#options = options;
  }

  /**
   * Carries out one request; waits only where the answer needs the disk. Throws,
   * or rejects with, {@linkcode ChatError} for a request that is refused.
   */
  handle(request: Request): void | Promise<void> {
    const handler = Requests.#handlers[request.type] as (
      requests: Requests,
      request: Request,
    ) => void | Promise<void>;
    return handler(this, request);
  }

  /** Does what {@linkcode handle} does with a `say`, without making a string: the fast path. */
  sayPlain(text: PlainText): void {
    const { counters, log, room } = this.#shared;
    const { seat, origin } = this.#options;
    seat.handled++;
    counters.messages++;
    counters.deliveries += room.size - 1;
    this.#logHead ??= log.head(
      "said",
      { from: seat.member.name, to: "all" },
      origin,
    );
    log.writePlain(this.#logHead, text);
    room.broadcast(seat, text);
  }

  /** Stops the downloads; resolves when their files are closed. */
  async stop(reason: string): Promise<void> {
    await this.#transfers?.stop(reason);
  }

  /** One table, which ten thousand clients share. */
  static readonly #handlers: Handlers = {
    say: (requests, { text }) => requests.#say(text),
    tell: (requests, { to, text }) => requests.#tell(to, text),
    users: (requests) => requests.#users(),
    files: (requests) => requests.#files(),
    get: (requests, message) => requests.#get(message),
    // Not awaited: a file on a slow disk must not hold up the chat.
    cancel: (requests, { id }) => void requests.#transfers?.cancel(id),
    took: (requests, { id, size }) => requests.#transfers?.took(id, size),
  };

  #say(text: string): void {
    const { seat } = this.#options;
    const { counters, room } = this.#shared;
    this.#checkSpeech(text);
    counters.messages++;
    counters.deliveries += room.size - 1;
    this.#log("said", { from: seat.member.name, to: "all", text });
    room.broadcast(seat, text);
  }

  #tell(to: string, text: string): void {
    const { seat } = this.#options;
    const { counters, room } = this.#shared;
    this.#checkSpeech(text);
    const receiver = room.tell(seat, { to, text });
    counters.messages++;
    counters.deliveries++;
    const from = seat.member.name;
    const { log } = this.#shared;
    const { origin } = this.#options;
    log.writePrivate("told", { from, to: receiver.member.name, text }, origin);
  }

  /** Counts a message as handled; throws {@linkcode ChatError} if it may not be sent. */
  #checkSpeech(text: string): void {
    const { seat } = this.#options;
    seat.handled++;
    this.#shared.moderation.checkSpeech(seat.member.name);
    if (textFits(text)) return;
    throw new ChatError(
      "too-long",
      "The message is too long, so it was not sent: send it in parts",
    );
  }

  #users(): void {
    this.#log("users asked");
    for (const { items, more } of pages(this.#shared.room.names())) {
      this.#answer({ type: "users", names: items, ...(more && { more }) });
    }
  }

  async #files(): Promise<void> {
    const { files, frames } = await this.#shared.catalog.encodedListing();
    this.#log("files asked", { files: files.length });
    for (const frame of frames) this.#answer(frame);
  }

  #get(message: Extract<Request, { type: "get" }>): Promise<void> {
    const { connection, refuse } = this.#options;
    this.#transfers ??= new Transfers(this.#shared.catalog, connection, {
      refuse,
      log: (event, details) => this.#log(event, details),
      onServed: this.#options.onServed,
    });
    return this.#transfers.start(message);
  }

  #answer(message: ServerMessage | Uint8Array): void {
    const { seat, member } = this.#options;
    // The client may have taken its place back over another connection meanwhile.
    if (seat.member === member) this.#shared.room.send(seat, message);
  }

  #log(event: string, details?: Details): void {
    this.#shared.log.write(event, details, this.#options.origin);
  }
}
