import { ChatError } from "../chat/chat_error.ts";
import { banText } from "../chat/moderation.ts";
import type { Member, Seat } from "../chat/seat.ts";
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
  type ServerMessage,
} from "../messages.ts";
import { plainSay } from "../plain_say.ts";
import { SERVER_NAME } from "../names.ts";
import { hostOf } from "../net/address.ts";
import {
  Connection,
  CONNECTION_LOST,
  type Receiver,
} from "../net/connection.ts";
import {
  type Clock,
  Heartbeat,
  type HeartbeatActions,
} from "../net/heartbeat.ts";
import type { Incoming } from "../net/listen.ts";
import { pause } from "../net/pause.ts";
import type { Backpressure } from "./backpressure.ts";
import {
  enter,
  type EntranceOptions,
  type Entry,
  type Hello,
  nameOf,
} from "./entrance.ts";
import { type Details, type Origin, stackOf } from "./event_log.ts";
import type { Measure } from "./message_rate.ts";
import { Pace } from "./pace.ts";
import { type Request, Requests, type RequestsShared } from "./requests.ts";

/** Time for a hello, in milliseconds: a program needs none, a silent one gets no more. */
const HELLO_TIMEOUT = 5_000;

/** Time for the last words to a client to leave, in milliseconds. */
const FAREWELL_TIMEOUT = 1_000;

/** A read of so many bytes counts as part of a flood: hundreds of messages at once. */
const BURST_LENGTH = 16 * 1024;

/** The reason when this program has a fault; its stack is in the log. */
export const FAILURE = "failure in the server";

/** Reasons to leave after which the same person may come back and go on. */
const PASSING = new Set([CONNECTION_LOST, "no answer", "too slow", FAILURE]);

/** What says nothing about how much somebody asks for: answers, mostly. */
const FREE = new Set<string>(["pong", "took", "cancel", "bye"]);

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
export type Shared = RequestsShared & EntranceOptions & {
  readonly backpressure: Backpressure;
  /** One line for the one who runs the server; must not wait. */
  readonly print: (line: string) => void;
  /** Messages a second that one client may send for long; 0: no limit. */
  readonly maxRate: number;
  /** The time of the heartbeats, if they share one. */
  readonly clock?: Clock;
  /** Nothing more will come of a session. */
  readonly onEnd: (session: Session) => void;
};

/** What a stranger may send. */
const HELLO_LIMITS = { message: MAX_HELLO_LENGTH, chunk: 0 };

/** What one who has joined may send. */
const JOINED_LIMITS = { message: MAX_MESSAGE_LENGTH, chunk: 0 };

/**
 * The life of one client on the server, from its connecting to its leaving. To the
 * room it is the member, to the connection the receiver, to the heartbeat what
 * acts: ten thousand quiet sessions should not need five objects each.
 */
export class Session implements Member, Receiver, HeartbeatActions {
  readonly #shared: Shared;
  readonly #origin: Origin;
  readonly #connection: Connection;
  #heartbeat: Heartbeat | undefined;
  /** Made for the first message: a quiet client has none. */
  #pace: Pace | undefined;
  #requests: Requests | undefined;
  #helloTimer: ReturnType<typeof setTimeout> | undefined;
  /** Its place in the room, until it has left, or come back over another connection. */
  #seat: Seat | undefined;
  #name = "";
  /** Nothing of what still comes counts. */
  #isLeaving = false;

  constructor(incoming: Incoming, number: number, shared: Shared) {
    this.#shared = shared;
    this.#origin = { session: number, from: incoming.from };
    this.#connection = new Connection(incoming.stream, {
      limits: HELLO_LIMITS,
      lastWords,
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

  /** Serves the client until it has left; `Shared.onEnd` hears of that. */
  start(): void {
    try {
      this.#begin();
    } catch (error) {
      this.#logFault(error);
      this.end(FAILURE);
    }
    this.#connection.start(this);
  }

  #begin(): void {
    this.#log("connected");
    const ban = this.#shared.moderation.banOfAddress(this.address);
    this.#shared.print(
      `Connection from ${this.#origin.from}${ban ? " (banned)" : ""}`,
    );
    if (ban !== undefined) {
      void this.close("banned", { words: banText(ban), final: true });
    }
    this.#helloTimer = setTimeout(() => {
      if (!this.isNamed) void this.close("no hello within 5 seconds");
    }, HELLO_TIMEOUT);
    this.#heartbeat = new Heartbeat(this, this.#shared.clock);
  }

  /** Any byte is a sign of life. */
  onHeard(): void {
    this.#heartbeat?.heard();
  }

  /** Asks the client for a sign of life. */
  sendPing(n: number): void {
    this.#send({ type: "ping", n });
  }

  /** The client has not been heard for too long. */
  onStale(): void {
    this.end("no answer");
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
    const told = { type: "told", from: SERVER_NAME, text } as const;
    if (this.#seat !== undefined) this.#shared.room.sendKept(this.#seat, told);
  }

  /** Out of the room at once; what is on its way to the client still leaves. */
  async #finish(reason: string): Promise<void> {
    this.#isLeaving = true;
    // Nothing comes after the last words.
    const finished = this.#connection.finish(reason, FAREWELL_TIMEOUT);
    void this.#requests?.stop(reason);
    // A server that closes has told all by then: nobody hears of the others.
    await Promise.resolve();
    this.#leaveRoom(reason);
    await finished;
  }

  /** Deals with what was read at once. */
  async onFrames(frames: readonly ReceivedFrame[]): Promise<void> {
    const length = lengthOf(frames);
    if (length >= BURST_LENGTH) await this.#shared.backpressure.turn(length);
    for (const frame of frames) {
      const handled = this.#handle(frame);
      if (handled !== undefined) await handled;
      if (this.#isLeaving) return;
      const measure = this.#pace?.measure();
      if (measure !== undefined) await this.#slowDown(measure);
      if (this.#isLeaving) return;
    }
    if (this.#pace?.takeFlood()) await this.#shared.backpressure.relief();
  }

  #spend(length: number): void {
    this.#pace ??= new Pace(this.#shared.maxRate);
    this.#pace.spend(length);
  }

  /** The client has sent more than it may. What it has sent is not lost. */
  async #slowDown(measure: Measure): Promise<void> {
    if (measure === "cut") {
      return void this.close("flooding", { final: true });
    }
    if (measure.isFirst) this.#warn();
    await pause(measure.pause);
    // It was not listened to: that is no silence.
    this.onHeard();
  }

  #warn(): void {
    const text = `More than ${this.#shared.maxRate} messages a second: they ` +
      "are passed on more slowly, and if it goes on, the connection is closed";
    this.#log("flooding", { text });
    this.#answer({ type: "warning", code: "flooding", text });
  }

  /** Waits only where an answer needs the disk, so that answers keep their order. */
  #handle(frame: ReceivedFrame): void | Promise<void> {
    const plain = plainSay(frame);
    if (
      plain !== undefined && this.#seat !== undefined &&
      !this.#shared.moderation.silences(this.#name)
    ) {
      this.#spend(plain.end - plain.start);
      return this.#asking.sayPlain(plain);
    }
    if (frame.kind !== FrameKind.message) {
      throw new ProtocolError("A client may not send file chunks");
    }
    const message = decodeClientMessage(frame.payload);
    if (!FREE.has(message.type)) {
      this.#spend("text" in message ? message.text.length : 0);
    }
    if (message.type === "unknown") {
      const { given } = message;
      const text = `This server does not know messages of type ${given}`;
      return this.#refuse(given, new ChatError("unknown-type", text));
    }
    try {
      const handled = this.#carryOut(message);
      return handled?.catch((error) => this.#answerError(message, error));
    } catch (error) {
      this.#answerError(message, error);
    }
  }

  #carryOut(message: ClientMessage): void | Promise<void> {
    switch (message.type) {
      case "hello":
        return this.#join(message);
      case "ping":
        return this.#answer({ type: "pong", n: message.n });
      case "pong":
        return;
      case "bye":
        return void this.#finish("quit");
      default:
        return this.#request(message);
    }
  }

  #request(request: Request): void | Promise<void> {
    if (this.#seat === undefined) {
      throw new ProtocolError(`Message "${request.type}" before hello`);
    }
    return this.#asking.handle(request);
  }

  #join(hello: Hello): void {
    if (this.isNamed) {
      throw new ChatError("out-of-order", `You are ${this.#name} already`);
    }
    const name = nameOf(hello);
    const { address } = this;
    this.#name = name;
    let entry: Entry;
    try {
      entry = enter(hello, { ...this.#shared, member: this, address });
    } catch (error) {
      this.#name = "";
      throw error;
    }
    const { seat, back, greeting } = entry;
    this.#seat = seat;
    clearTimeout(this.#helloTimer);
    this.#helloTimer = undefined;
    this.#pace = undefined; // Most never say more than that.
    this.#connection.limits = JOINED_LIMITS;
    for (const message of greeting) this.#answer(message);
    const missed = back && { missed: back.missed.length, lost: back.lost };
    this.#log(back ? "came back" : "joined", { name, ...missed });
    this.#shared.print(
      `${display(name)} ${back ? "is here again" : "has joined"}`,
    );
  }

  /** The same person is here over another connection now. */
  replaced(): void {
    this.#seat = undefined;
    this.#log("replaced", { name: this.#name });
    void this.close("you have come back over another connection", {
      final: true,
    });
  }

  /** Never throws: the room is in the middle of telling all others. */
  deliver(bytes: Uint8Array): void {
    try {
      this.#connection.send(bytes);
      this.#shared.backpressure.note(this.#connection);
    } catch (error) {
      this.#logFault(error);
      this.end(FAILURE);
    }
  }

  /** Made for the first request: a quiet client has none. */
  get #asking(): Requests {
    return this.#requests ??= new Requests(this.#shared, {
      seat: this.#seat!,
      member: this,
      connection: this.#connection,
      origin: this.#origin,
      refuse: (re, error, id) => this.#refuse(re, error, id),
      onServed: () => this.#pace?.served(),
    });
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
    const refused = {
      type: "refused",
      re,
      code,
      text,
      ...(id === undefined ? {} : { id }),
      ...(suggestion === undefined ? {} : { suggestion }),
    } as const;
    // What became of one's words must be known, also after a lost connection.
    const isKept = (re === "say" || re === "tell") && this.#seat !== undefined;
    if (isKept) this.#shared.room.sendKept(this.#seat!, refused);
    else this.#answer(refused);
  }

  /** The peer's program broke the rules, or this one has a fault. */
  async onFailure(error: unknown): Promise<void> {
    try {
      if (error instanceof ProtocolError) {
        this.#log("violation", { reason: error.message });
        await this.close(`protocol violation: ${error.message}`);
      } else {
        this.#logFault(error);
        await this.close(FAILURE);
      }
    } catch (error) {
      this.#logFault(error);
      this.end(FAILURE);
    }
  }

  #logFault(error: unknown): void {
    this.#log("failure", { stack: stackOf(error) });
  }

  /** The connection has ended. */
  async onEnd(reason: string): Promise<void> {
    this.#heartbeat?.stop();
    clearTimeout(this.#helloTimer);
    try {
      await this.#requests?.stop(reason);
      if (this.isNamed) this.#leaveRoom(reason);
      else this.#log("disconnected", { reason });
    } catch (error) {
      this.#logFault(error);
    }
    this.#shared.onEnd(this);
  }

  #leaveRoom(reason: string): void {
    if (this.#seat === undefined) return;
    const mayReturn = PASSING.has(reason);
    this.#shared.room.leave(this.#seat, reason, { member: this, mayReturn });
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

function lastWords(reason: string): Uint8Array {
  const text = `${reason}: what the others say was not read fast enough`;
  return encodeMessage({ type: "closing", reason: text });
}

function causeText({ cause }: Error): string | undefined {
  return cause === undefined ? undefined : String(cause);
}
