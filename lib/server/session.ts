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

/** Time for a hello, in milliseconds: a program sends it at once. */
const HELLO_TIMEOUT = 5_000;

/** Time for the last message to reach a client, in milliseconds. */
const FAREWELL_TIMEOUT = 1_000;

/** A read of this many bytes counts as part of a flood: it holds hundreds of messages. */
const BURST_LENGTH = 16 * 1024;

/** The reason when this program has a fault; the log has its stack. */
export const FAILURE = "failure in the server";

/** Reasons after which the client may take its place back. */
const PASSING = new Set([CONNECTION_LOST, "no answer", "too slow", FAILURE]);

/** Messages that do not count against the rate: mostly answers. */
const FREE = new Set<string>(["pong", "took", "cancel", "bye"]);

/** In bytes. */
export type Traffic = {
  readonly sentLength: number;
  readonly receivedLength: number;
  readonly queuedLength: number;
};

/** The kind of reason for which a connection ends, as far as users care: see docs/PROTOCOL.md. */
export type ClosingCode =
  | "banned"
  | "failure"
  | "flooding"
  | "full"
  | "kicked"
  | "replaced"
  | "shutdown"
  | "too-slow";

/** What a client is told at the end. */
export type Farewell = {
  /** Missing where only the client's program is to blame. */
  readonly code?: ClosingCode;
  /** What happened and what the user can do; default: the reason in the log. */
  readonly words?: string;
  /** The client should not come back by itself. */
  readonly final?: boolean;
};

/** What all sessions of a server share. */
export type Shared = RequestsShared & EntranceOptions & {
  readonly backpressure: Backpressure;
  /** Shows one line to the operator; must not wait. */
  readonly print: (line: string) => void;
  /** Messages a second that one client may keep sending; 0: no limit. */
  readonly maxRate: number;
  /** The clock of the heartbeats, if they share one. */
  readonly clock?: Clock;
  /** Hears that a session is over. */
  readonly onEnd: (session: Session) => void;
};

/** Limits of what a client may send before it has joined. */
const HELLO_LIMITS = { message: MAX_HELLO_LENGTH, chunk: 0 };

/** Limits of what a client may send once it has joined. */
const JOINED_LIMITS = { message: MAX_MESSAGE_LENGTH, chunk: 0 };

/**
 * One client on the server, from connecting to leaving. It is the room's member,
 * the connection's receiver and the heartbeat's actions in one object, because ten
 * thousand quiet sessions should not need five objects each.
 */
export class Session implements Member, Receiver, HeartbeatActions {
  readonly #shared: Shared;
  readonly #origin: Origin;
  readonly #connection: Connection;
  #heartbeat: Heartbeat | undefined;
  /** Made at the first message: a quiet client has none. */
  #pace: Pace | undefined;
  #requests: Requests | undefined;
  #helloTimer: ReturnType<typeof setTimeout> | undefined;
  /** Its place in the room, until it leaves or takes it back over another connection. */
  #seat: Seat | undefined;
  #name = "";
  /** Whatever still arrives is ignored. */
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

  /** The name of the client; empty until it has said a valid one. */
  get name(): string {
    return this.#name;
  }

  /** IP address of the client, without the port. */
  get address(): string {
    return hostOf(this.#origin.from);
  }

  /** Bytes sent and received so far, and bytes waiting to be sent. */
  get traffic(): Traffic {
    const { sentLength, receivedLength, queuedLength } = this.#connection;
    return { sentLength, receivedLength, queuedLength };
  }

  /** Serves the client until it has left; then calls `Shared.onEnd`. */
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
      void this.close("banned", {
        words: banText(ban),
        code: "banned",
        final: true,
      });
    }
    this.#helloTimer = setTimeout(() => {
      if (!this.isNamed) {
        void this.close("no hello within 5 seconds");
      }
    }, HELLO_TIMEOUT);
    this.#heartbeat = new Heartbeat(this, this.#shared.clock);
  }

  /** Any byte shows that the client is alive. */
  onHeard(): void {
    this.#heartbeat?.heard();
  }

  /** Asks the client to show that it is alive. */
  sendPing(n: number): void {
    this.#send({ type: "ping", n });
  }

  /** The client has been silent for too long. */
  onStale(): void {
    this.end("no answer");
  }

  /** Tells the client why, and ends the session. The others and the log read `reason`. */
  async close(
    reason: string,
    { words = reason, code, final = false }: Farewell = {},
  ): Promise<void> {
    this.#answer({
      type: "closing",
      reason: words,
      ...(code !== undefined && { code }),
      ...(final && { final }),
    });
    await this.#finish(reason);
  }

  /** Ends the connection without telling the client; only the first reason counts. */
  end(reason: string): void {
    this.#connection.end(reason);
  }

  /** Tells the client something in the name of the server, in order with the chat. */
  tell(text: string): void {
    const told = { type: "told", from: SERVER_NAME, text } as const;
    if (this.#seat !== undefined) this.#shared.room.sendKept(this.#seat, told);
  }

  /** Leaves the room at once; what is queued for the client is still sent. */
  async #finish(reason: string): Promise<void> {
    this.#isLeaving = true;
    // Nothing follows the last message.
    const finished = this.#connection.finish(reason, FAREWELL_TIMEOUT);
    void this.#requests?.stop(reason);
    // When the server closes, everyone has their last message before anybody leaves.
    await Promise.resolve();
    this.#leaveRoom(reason);
    await finished;
  }

  /** Handles the frames of one read. */
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

  /** Slows down or cuts off a client that sends too much; nothing it has sent is lost. */
  async #slowDown(measure: Measure): Promise<void> {
    if (measure === "cut") {
      const { maxRate } = this.#shared;
      return void this.close("flooding", {
        words:
          `you sent more than ${maxRate} messages a second for too long. ` +
          "Join again, and send more slowly",
        code: "flooding",
        final: true,
      });
    }
    if (measure.isFirst) this.#warn();
    await pause(measure.pause);
    // The server has not listened meanwhile, so the client was not silent.
    this.onHeard();
  }

  #warn(): void {
    const text = `You are sending more than ${this.#shared.maxRate} messages ` +
      "a second, so the server passes them on more slowly. Send more slowly, " +
      "or the server will disconnect you";
    this.#log("flooding", { text });
    this.#answer({ type: "warning", code: "flooding", text });
  }

  /** Returns a promise only where the answer needs the disk; answers keep their order. */
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
      const text = `This server does not know messages of type ${given}: ` +
        "it may be older than this client";
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
      throw new ChatError(
        "out-of-order",
        `You have already joined as ${this.#name}`,
      );
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
    this.#pace = undefined; // Most clients send nothing more.
    this.#connection.limits = JOINED_LIMITS;
    for (const message of greeting) this.#answer(message);
    const missed = back && { missed: back.missed.length, lost: back.lost };
    this.#log(back ? "came back" : "joined", { name, ...missed });
    this.#shared.print(
      `${display(name)} ${back ? "is here again" : "has joined"}`,
    );
  }

  /** The client has taken its place back over another connection. */
  replaced(): void {
    this.#seat = undefined;
    this.#log("replaced", { name: this.#name });
    void this.close("you have come back over another connection", {
      code: "replaced",
      final: true,
    });
  }

  /** Never throws: the room is in the middle of telling everyone. */
  deliver(bytes: Uint8Array): void {
    try {
      this.#connection.send(bytes);
      this.#shared.backpressure.note(this.#connection);
    } catch (error) {
      this.#logFault(error);
      this.end(FAILURE);
    }
  }

  /** Made at the first request: a quiet client has none. */
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

  /** Answers the client, in order with everything else that it is sent. */
  #answer(message: ServerMessage): void {
    if (this.#seat === undefined) this.#send(message);
    else this.#shared.room.send(this.#seat, message);
  }

  /** Sends something whose order in the chat does not matter. */
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
    // After a lost connection, too, the client must learn what was refused.
    const isKept = (re === "say" || re === "tell") && this.#seat !== undefined;
    if (isKept) this.#shared.room.sendKept(this.#seat!, refused);
    else this.#answer(refused);
  }

  /** Ends the session: the client broke the protocol, or this program has a fault. */
  async onFailure(error: unknown): Promise<void> {
    try {
      if (error instanceof ProtocolError) {
        this.#log("violation", { reason: error.message });
        await this.close(`protocol violation: ${error.message}`);
      } else {
        this.#logFault(error);
        await this.close(FAILURE, {
          words: `${FAILURE}. Join again; if it happens again, tell the ` +
            "operator to look into server.log",
          code: "failure",
        });
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
    const why = forOperator(reason);
    this.#shared.print(`${display(this.#name)} has left (${why})`);
    this.#log("left", { name: this.#name, reason });
  }

  #log(event: string, details?: Details): void {
    this.#shared.log.write(event, details, this.#origin);
  }
}

/** Bytes of the payloads of the frames of one read. */
function lengthOf(frames: readonly ReceivedFrame[]): number {
  let length = 0;
  for (const { start, end } of frames) length += end - start;
  return length;
}

/** How the operator's window shows a reason to leave. */
function forOperator(reason: string): string {
  return reason.replace(/^kicked/, "removed by the operator")
    .replace(/^banned/, "banned by the operator");
}

/** What a client that reads too slowly is told; only such clients are cut off. */
function lastWords(): Uint8Array {
  return encodeMessage({
    type: "closing",
    reason: "this client did not read messages fast enough. " +
      "Check the network, then join again",
    code: "too-slow",
  });
}

function causeText({ cause }: Error): string | undefined {
  return cause === undefined ? undefined : String(cause);
}
