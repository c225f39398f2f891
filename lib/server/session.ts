import { ChatError } from "../chat/chat_error.ts";
import type { FileCatalog } from "../chat/file_catalog.ts";
import { banText, type Moderation } from "../chat/moderation.ts";
import type { Member, Room, Seat } from "../chat/room.ts";
import { display } from "../display.ts";
import {
  FrameKind,
  MAX_HELLO_LENGTH,
  MAX_MESSAGE_LENGTH,
  ProtocolError,
  type ReceivedFrame,
} from "../framing.ts";
import {
  type ClientMessage,
  decodeClientMessage,
  encodeMessage,
  MAX_WELCOME_USERS,
  pages,
  PROTOCOL_VERSION,
  type ServerMessage,
  textFits,
} from "../messages.ts";
import { plainSay, type PlainText } from "../plain_say.ts";
import { normalizeName, SERVER_NAME, userNameProblem } from "../names.ts";
import { hostOf } from "../net/address.ts";
import { Connection } from "../net/connection.ts";
import { type Clock, Heartbeat } from "../net/heartbeat.ts";
import type { Incoming } from "../net/listen.ts";
import type { Backpressure } from "./backpressure.ts";
import {
  type Details,
  type EventLog,
  type Origin,
  stackOf,
} from "./event_log.ts";
import { Transfers } from "./transfers.ts";

/** Time for a hello, in milliseconds: a program needs none, a silent one gets no more. */
const HELLO_TIMEOUT = 5_000;

/** Time for the last words to a client to leave, in milliseconds. */
const FAREWELL_TIMEOUT = 1_000;

/**
 * Who says so many bytes within a second floods, and waits for slow readers before
 * it is read on. Nobody types or pastes that much; who talks never waits.
 */
const FLOOD_LENGTH = 64 * 1024;

/** A read of so many bytes counts as part of a flood: hundreds of messages at once. */
const BURST_LENGTH = 16 * 1024;

/** The reason when this program has a fault; its stack is in the log. */
export const FAILURE = "failure in the server";

/** In bytes. */
export type Traffic = {
  readonly sentLength: number;
  readonly receivedLength: number;
  readonly queuedLength: number;
};

/** What a client is told at the end. */
export type Farewell = {
  /** Why, in other words than the others are told. */
  readonly words?: string;
  /** The client should not come back by itself. */
  readonly final?: boolean;
};

/** What all sessions of a server share. */
export type Shared = {
  readonly room: Room;
  readonly catalog: FileCatalog;
  readonly backpressure: Backpressure;
  readonly log: EventLog;
  /** Who may come in and who may speak. */
  readonly moderation: Moderation;
  /** Messages that clients have sent, and how often one was passed on to somebody. */
  readonly counters: { messages: number; deliveries: number };
  /** One line for the one who runs the server; must not wait. */
  readonly print: (line: string) => void;
  /** What a client reads first. */
  readonly welcome: string;
  /** The time of the heartbeats, if they share one. */
  readonly clock?: Clock;
};

type Handlers = {
  readonly [Type in ClientMessage["type"]]: (
    session: Session,
    message: Extract<ClientMessage, { readonly type: Type }>,
  ) => void | Promise<void>;
};

/** The life of one client on the server, from its connecting to its leaving. */
export class Session {
  readonly #shared: Shared;
  readonly #origin: Origin;
  readonly #connection: Connection;
  /** Made for the first download: most sessions have none. */
  #transfers: Transfers | undefined;
  #helloTimer: ReturnType<typeof setTimeout> | undefined;
  #seat: Seat | undefined;
  #name = "";
  /** Bytes said since then, in milliseconds of `performance.now`. */
  #saidLength = 0;
  #saidSince = 0;
  /** How the log says that this client said something; made at the first word. */
  #logHead: Uint8Array | undefined;
  /** Nothing of what still comes counts. */
  #isLeaving = false;

  constructor(incoming: Incoming, number: number, shared: Shared) {
    this.#shared = shared;
    this.#origin = { session: number, from: incoming.from };
    this.#connection = new Connection(incoming.stream, {
      limits: { message: MAX_HELLO_LENGTH, chunk: 0 },
    });
  }

  /** Whether the client has said its name. */
  get isNamed(): boolean {
    return this.#name !== "";
  }

  /** Whether the client has joined, and not left. */
  get isHere(): boolean {
    return this.#seat !== undefined;
  }

  /** The name of the client; empty until it has said one that it may have. */
  get name(): string {
    return this.#name;
  }

  /** IP address of the client, without the port. */
  get address(): string {
    return hostOf(this.#origin.from);
  }

  /** Bytes to and from the client so far, and those that wait to be sent. */
  get traffic(): Traffic {
    const { sentLength, receivedLength, queuedLength } = this.#connection;
    return { sentLength, receivedLength, queuedLength };
  }

  /** Serves the client until it has left. Never rejects. */
  async run(): Promise<void> {
    this.#log("connected");
    const ban = this.#shared.moderation.banOfAddress(this.address);
    this.#shared.print(
      `Connection from ${this.#origin.from}${ban ? " (banned)" : ""}`,
    );
    const connection = this.#connection;
    if (ban !== undefined) {
      void this.close("banned", { words: banText(ban), final: true });
    }
    this.#helloTimer = setTimeout(() => {
      if (!this.isNamed) void this.close("no hello within 5 seconds");
    }, HELLO_TIMEOUT);
    using heartbeat = new Heartbeat({
      sendPing: (n) => this.#send({ type: "ping", n }),
      onStale: () => connection.end("no answer"),
    }, this.#shared.clock);
    try {
      await this.#serve(heartbeat);
    } catch (error) {
      await this.#fail(error);
    } finally {
      clearTimeout(this.#helloTimer);
      await this.#end();
    }
  }

  /** Tells the client why, and ends the session. */
  async close(
    reason: string,
    { words = reason, final = false }: Farewell = {},
  ): Promise<void> {
    const closing = { type: "closing", reason: words } as const;
    this.#answer(final ? { ...closing, final } : closing);
    await this.#finish(reason);
  }

  /** Ends the connection without a word; only the first reason counts. */
  end(reason: string): void {
    this.#connection.end(reason);
  }

  /** Tells the client something in the name of the server, in its place in the chat. */
  tell(text: string): void {
    this.#answer({ type: "told", from: SERVER_NAME, text });
  }

  /** Out of the room at once; what is on its way to the client still leaves. */
  async #finish(reason: string): Promise<void> {
    this.#isLeaving = true;
    // Nothing comes after the last words.
    const finished = this.#connection.finish(reason, FAREWELL_TIMEOUT);
    void this.#transfers?.stop(reason);
    // A server that closes has told all by then: nobody hears of the others.
    await Promise.resolve();
    this.#leaveRoom(reason);
    await finished;
  }

  async #serve(heartbeat: Heartbeat): Promise<void> {
    const connection = this.#connection;
    const heard = () => heartbeat.heard();
    for (;;) {
      const frames = await connection.receive(heard);
      if (frames === undefined) return;
      const length = lengthOf(frames);
      if (length >= BURST_LENGTH) {
        await this.#shared.backpressure.turn(length);
      }
      for (const frame of frames) {
        const handled = this.#handle(frame);
        if (handled !== undefined) await handled;
        if (this.#isLeaving) return;
      }
      if (this.#floods()) await this.#shared.backpressure.relief();
    }
  }

  /** Whether the client has said much in little time. Begins to count anew. */
  #floods(): boolean {
    if (this.#saidLength < FLOOD_LENGTH) return false;
    const now = performance.now();
    const isFlood = now - this.#saidSince < 1_000;
    this.#saidSince = now;
    this.#saidLength = 0;
    return isFlood;
  }

  /** Waits only where an answer needs the disk, so that answers keep their order. */
  #handle(frame: ReceivedFrame): void | Promise<void> {
    const plain = plainSay(frame);
    if (
      plain !== undefined && this.isNamed &&
      !this.#shared.moderation.silences(this.#name)
    ) {
      return this.#sayPlain(plain);
    }
    if (frame.kind !== FrameKind.message) {
      throw new ProtocolError("A client may not send file chunks");
    }
    const message = decodeClientMessage(frame.payload);
    if (message.type === "unknown") {
      const { given } = message;
      const text = `This server does not know messages of type ${given}`;
      return this.#refuse(given, new ChatError("unknown-type", text));
    }
    try {
      if (!this.isNamed && !BEFORE_HELLO.has(message.type)) {
        throw new ProtocolError(`Message "${message.type}" before hello`);
      }
      this.#saidLength += frame.payload.length;
      const handler = Session.#handlers[message.type] as (
        session: Session,
        message: ClientMessage,
      ) => void | Promise<void>;
      const handled = handler(this, message);
      return handled?.catch((error) => this.#answerError(message, error));
    } catch (error) {
      this.#answerError(message, error);
    }
  }

  /** What {@linkcode #handlers} do with a `say`, for nearly all of them: without a string. */
  #sayPlain(text: PlainText): void {
    const { counters, log, room } = this.#shared;
    this.#saidLength += text.end - text.start;
    counters.messages++;
    counters.deliveries += room.size - 1;
    this.#logHead ??= log.head(
      "said",
      { from: this.#name, to: "all" },
      this.#origin,
    );
    log.writePlain(this.#logHead, text);
    room.broadcast(this.#seat!, text);
  }

  /** One table for all sessions: ten thousand of them share it. */
  static readonly #handlers: Handlers = {
    hello: (session, message) => session.#join(message),
    say: (session, { text }) => {
      session.#shared.moderation.checkSpeech(session.#name);
      checkText(text);
      session.#shared.counters.messages++;
      session.#shared.counters.deliveries += session.#shared.room.size - 1;
      session.#log("said", { from: session.#name, to: "all", text });
      session.#shared.room.broadcast(session.#seat!, text);
    },
    tell: (session, { to, text }) => {
      session.#shared.moderation.checkSpeech(session.#name);
      checkText(text);
      const receiver = session.#shared.room.tell(session.#seat!, { to, text });
      session.#shared.counters.messages++;
      session.#shared.counters.deliveries++;
      session.#log("told", {
        from: session.#name,
        to: receiver.member.name,
        text,
      });
    },
    users: (session) => {
      session.#log("users asked");
      for (const { items, more } of pages(session.#shared.room.names())) {
        session.#answer({ type: "users", names: items, ...(more && { more }) });
      }
    },
    files: async (session) => {
      const files = await session.#shared.catalog.list();
      session.#log("files asked", { files: files.length });
      for (const { items, more } of pages(files)) {
        session.#answer({ type: "files", files: items, ...(more && { more }) });
      }
    },
    get: (session, message) => session.#startTransfer(message),
    // Not waited for: a file on a slow disk must not hold up the chat.
    cancel: (session, { id }) => void session.#transfers?.cancel(id),
    took: (session, { id, size }) => session.#transfers?.took(id, size),
    ping: (session, { n }) => session.#answer({ type: "pong", n }),
    pong: () => {},
    bye: (session) => void session.#finish("quit"),
  };

  #startTransfer(get: Extract<ClientMessage, { type: "get" }>): Promise<void> {
    this.#transfers ??= new Transfers(this.#shared.catalog, this.#connection, {
      refuse: (re, error, id) => this.#refuse(re, error, id),
      log: (event, details) => this.#log(event, details),
    });
    return this.#transfers.start(get);
  }

  #join({ protocol, name }: Extract<ClientMessage, { type: "hello" }>): void {
    if (this.isNamed) {
      throw new ChatError("out-of-order", `You are ${this.#name} already`);
    }
    if (protocol !== PROTOCOL_VERSION) {
      throw new ChatError(
        "protocol",
        `This server speaks version ${PROTOCOL_VERSION} of the protocol, not ` +
          `${protocol}: use the client that belongs to it`,
      );
    }
    const problem = userNameProblem(normalizeName(name));
    if (problem !== undefined) throw new ChatError("name-invalid", problem);
    const { moderation, room, welcome } = this.#shared;
    moderation.checkEntry({ name, address: this.address });
    const member: Member = {
      name: normalizeName(name),
      deliver: (bytes) => this.#deliver(bytes),
    };
    this.#seat = room.join(member);
    this.#name = member.name;
    clearTimeout(this.#helloTimer);
    this.#helloTimer = undefined;
    this.#connection.limits = { message: MAX_MESSAGE_LENGTH, chunk: 0 };
    this.#answer({
      type: "welcome",
      protocol: PROTOCOL_VERSION,
      name: member.name,
      text: welcome,
      users: room.names(MAX_WELCOME_USERS),
      count: room.size,
    });
    this.#log("joined", { name: member.name });
    this.#shared.print(`${display(member.name)} has joined`);
  }

  /** Never throws: the room is in the middle of telling all others. */
  #deliver(bytes: Uint8Array): void {
    try {
      this.#connection.send(bytes);
      this.#shared.backpressure.note(this.#connection);
    } catch (error) {
      this.#logFault(error);
      this.end(FAILURE);
    }
  }

  /** An answer, in its place among all that the client hears. */
  #answer(message: ServerMessage): void {
    if (this.#seat === undefined) this.#send(message);
    else this.#shared.room.send(this.#seat, message);
  }

  /** What has no place in the order of the chat. */
  #send(message: ServerMessage): void {
    this.#connection.send(encodeMessage(message));
  }

  #answerError(message: ClientMessage, error: unknown): void {
    if (!(error instanceof ChatError)) throw error;
    const id = "id" in message ? message.id : undefined;
    this.#refuse(message.type, error, id);
  }

  #refuse(re: string, error: ChatError, id?: number): void {
    const { code, message: text, suggestion } = error;
    this.#log("refused", { re, code, text, cause: causeText(error) });
    this.#answer({
      type: "refused",
      re,
      code,
      text,
      ...(id === undefined ? {} : { id }),
      ...(suggestion === undefined ? {} : { suggestion }),
    });
  }

  /** The peer's program broke the rules, or this one has a fault. */
  async #fail(error: unknown): Promise<void> {
    if (error instanceof ProtocolError) {
      this.#log("violation", { reason: error.message });
      await this.close(`protocol violation: ${error.message}`);
      return;
    }
    this.#logFault(error);
    try {
      await this.close(FAILURE);
    } catch (error) {
      this.#logFault(error);
      this.end(FAILURE);
    }
  }

  #logFault(error: unknown): void {
    this.#log("failure", { stack: stackOf(error) });
  }

  async #end(): Promise<void> {
    await this.#connection.ended;
    const reason = this.#connection.endReason!;
    await this.#transfers?.stop(reason);
    if (this.isNamed) this.#leaveRoom(reason);
    else this.#log("disconnected", { reason });
  }

  #leaveRoom(reason: string): void {
    if (this.#seat === undefined) return;
    this.#shared.room.leave(this.#seat, reason);
    this.#seat = undefined;
    this.#shared.print(`${display(this.#name)} has left (${reason})`);
    this.#log("left", { name: this.#name, reason });
  }

  #log(event: string, details?: Details): void {
    this.#shared.log.write(event, details, this.#origin);
  }
}

/** Bytes of the payloads of what was read at once. */
function lengthOf(frames: readonly ReceivedFrame[]): number {
  let length = 0;
  for (const { start, end } of frames) length += end - start;
  return length;
}

const BEFORE_HELLO = new Set(["hello", "ping", "pong", "bye"]);

function checkText(text: string): void {
  if (!textFits(text)) {
    throw new ChatError(
      "too-long",
      "The message is too long for one: send it in parts",
    );
  }
}

function causeText({ cause }: Error): string | undefined {
  return cause === undefined ? undefined : String(cause);
}
