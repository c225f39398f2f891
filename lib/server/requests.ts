import { ChatError } from "../chat_error.ts";
import type { Moderation } from "../chat/moderation.ts";
import type { Room } from "../chat/room.ts";
import type { Member, Seat } from "../chat/seat.ts";
import type { FileCatalog } from "../files/file_catalog.ts";
import type { ClientMessage } from "../client_messages.ts";
import { textFits } from "../message_text.ts";
import type { PlainText } from "../plain_say.ts";
import type { Connection } from "../net/connection.ts";
import type { EndReason } from "../net/end_reason.ts";
import { waitForDisk } from "./disk_patience.ts";
import type { Details } from "./event_kinds.ts";
import { stackOf } from "./event_log.ts";
import { ListAnswers, type ListKind } from "./list_answers.ts";
import { Transfers } from "./transfers.ts";
import { lengthPrice } from "./work.ts";

/** A text for everyone; a plain text is passed on unchanged. */
export type Say = { readonly type: "say"; readonly text: string | PlainText };

/** The requests of a joined client; the session handles the other messages. */
export type ClientRequest =
  | Exclude<
    ClientMessage,
    { type: "hello" | "key" | "ping" | "pong" | "where" | "bye" | "say" }
  >
  | Say;

type Tell = Extract<ClientRequest, { type: "tell" }>;

/** A request whose answer needs the disk. */
type FromDisk = Extract<ClientRequest, { type: "files" | "get" }>;

type Handlers = {
  readonly [Type in ClientRequest["type"]]: (
    requests: Requests,
    request: Extract<ClientRequest, { readonly type: Type }>,
  ) => void | Promise<void>;
};

/** The parts of the server that the requests of all clients share. */
export type RequestsShared = {
  readonly room: Room;
  readonly catalog: FileCatalog;
  /** Bans, mutes and the lock. */
  readonly moderation: Moderation;
  /**
   * The messages sent by clients, and the copies of them passed on to other clients.
   */
  readonly counters: { messages: number; deliveries: number };
};

export type RequestsOptions = {
  readonly seat: Seat;
  readonly member: Member;
  readonly connection: Connection;
  /** Logs an event of the session. */
  readonly log: (event: string, details?: Details) => void;
  /** Answers with `refused`. */
  readonly refuse: (re: string, error: ChatError, id?: number) => void;
  /** Called when a file was sent whole. */
  readonly onServed: () => void;
  /** Counts `units` of work for the client. */
  readonly spend: (units: number) => void;
  /** Resolves when `wait` does, or the client is gone. Never rejects. */
  readonly patiently: (wait: Promise<unknown>) => Promise<void>;
  /** Resolves when `length` bytes of a list may be sent. Never rejects. */
  readonly turn: (length: number) => Promise<void>;
};

/** Carries out the requests of one client, from joining to leaving. */
export class Requests {
  readonly #shared: RequestsShared;
  readonly #options: RequestsOptions;
  /** Created at the first download: most clients have none. */
  #transfers: Transfers | undefined;
  /** Created at the first request for a list. */
  #lists: ListAnswers | undefined;
  #isOver = false;

  constructor(shared: RequestsShared, options: RequestsOptions) {
    this.#shared = shared;
    this.#options = options;
  }

  /**
   * Carries out one request; waits only if the answer needs the disk. Throws or rejects
   * with {@linkcode ChatError} if the request is refused.
   */
  handle(request: ClientRequest): void | Promise<void> {
    const handler = Requests.#handlers[request.type] as (
      requests: Requests,
      request: ClientRequest,
    ) => void | Promise<void>;
    return handler(this, request);
  }

  /**
   * Drops the answers in progress, when the client is gone or leaves. Resolves when the
   * files of its downloads are closed.
   */
  async stop(reason: EndReason): Promise<void> {
    this.#isOver = true;
    this.#lists?.stop();
    await this.#transfers?.stop(reason);
  }

  /** One table for all clients, of which there may be ten thousand. */
  static readonly #handlers: Handlers = {
    say: (requests, { text }) => requests.#say(text),
    tell: (requests, message) => requests.#tell(message),
    users: (requests) =>
      requests.#listAnswers.answer("users", () => requests.#shared.room.list),
    files: (requests, message) => requests.#soon(message, requests.#files()),
    get: (requests, message) => requests.#soon(message, requests.#get(message)),
    // Not awaited: a file on a slow disk must not hold up the chat.
    cancel: (requests, { id }) => void requests.#transfers?.cancel(id),
    took: (requests, { id, size }) => requests.#transfers?.took(id, size),
  };

  #say(text: string | PlainText): void {
    const { counters, room } = this.#shared;
    this.#checkSpeech(text);
    counters.messages++;
    counters.deliveries += room.size - 1;
    room.broadcast(this.#options.seat, text);
  }

  #tell(message: Tell): void | Promise<void> {
    const receiver = this.#fullReceiver(message);
    if (receiver === undefined) return this.#passOn(message);
    return this.#tellLater({ ...message, id: receiver.id }, receiver);
  }

  /** Returns the receiver's seat, if the message must wait for that receiver. */
  #fullReceiver(message: Tell): Seat | undefined {
    try {
      const receiver = this.#shared.room.receiver(message);
      return receiver.member.whenRoom?.() && receiver;
    } catch {
      return undefined; // The message is refused when it is passed on.
    }
  }

  /**
   * Waits, as long as it takes, until few messages wait for the receiver. If the sender
   * leaves first, the message is not handled, and the sender sends it again.
   */
  async #tellLater(
    message: Tell,
    { member }: Seat,
  ): Promise<void> {
    for (
      let wait = member.whenRoom?.();
      wait !== undefined && !this.#isOver;
      wait = member.whenRoom?.()
    ) await this.#options.patiently(wait);
    if (!this.#isOver) this.#passOn(message);
  }

  #passOn(message: Tell): void {
    const { counters, room } = this.#shared;
    this.#checkSpeech(message.text);
    room.tell(this.#options.seat, message);
    counters.messages++;
    counters.deliveries++;
  }

  /**
   * Counts a message as handled. Throws {@linkcode ChatError} if it may not be sent.
   */
  #checkSpeech(text: string | PlainText): void {
    const { seat } = this.#options;
    seat.handled++;
    this.#shared.moderation.checkSpeech(seat.member.name);
    // The length of a plain text was checked when it was found.
    if (typeof text !== "string" || textFits(text)) return;
    throw new ChatError(
      "too-long",
      "The message is too long, so it was not sent: send it in parts",
    );
  }

  async #files(): Promise<void> {
    const { files, frames } = await this.#shared.catalog.encodedListing();
    this.#log("files asked", { files: files.length });
    await this.#listAnswers.answer("files", () => frames);
  }

  get #listAnswers(): ListAnswers {
    const { connection, patiently, turn } = this.#options;
    return this.#lists ??= new ListAnswers({
      ...{ connection, patiently, turn },
      send: (kind, frames) => this.#sendList(kind, frames),
    });
  }

  #sendList(kind: ListKind, frames: readonly Uint8Array[]): void {
    if (kind === "users") this.#log("users asked");
    for (const frame of frames) {
      this.#answer(frame);
      this.#options.spend(lengthPrice(frame.length));
    }
  }

  #get(message: Extract<ClientRequest, { type: "get" }>): Promise<void> {
    const { connection, refuse } = this.#options;
    this.#transfers ??= new Transfers(this.#shared.catalog, connection, {
      refuse,
      owner: this.#options.seat,
      log: (event, details) => this.#log(event, details),
      onServed: this.#options.onServed,
    });
    return this.#transfers.start(message);
  }

  /** Waits for the disk, but not long; refuses `request` if the disk fails later. */
  #soon(request: FromDisk, work: Promise<void>): Promise<void> {
    return waitForDisk(work, (error) => {
      if (error instanceof ChatError) {
        const id = request.type === "get" ? request.id : undefined;
        this.#options.refuse(request.type, error, id);
      } else this.#log("failure", { stack: stackOf(error) });
    });
  }

  #answer(frame: Uint8Array): void {
    const { seat, member } = this.#options;
    // The client may have taken its seat back over another connection in the meantime.
    if (seat.member === member) this.#shared.room.send(seat, frame);
  }

  #log(event: string, details?: Details): void {
    this.#options.log(event, details);
  }
}
