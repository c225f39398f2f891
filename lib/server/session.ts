import { hostOf } from "../address.ts";
import type { Seat } from "../chat/seat.ts";
import {
  MAX_HELLO_LENGTH,
  MAX_MESSAGE_LENGTH,
  ProtocolError,
  type ReceivedFrame,
} from "../framing.ts";
import { encodeMessage } from "../messages.ts";
import type { ServedStream } from "../net/served_stream.ts";
import { Connection, type Receiver } from "../net/connection.ts";
import type { EndReason } from "../net/end_reason.ts";
import { closingFor } from "../net/end_rules.ts";
import type { Incoming } from "../net/listen.ts";
import { type Answered, Answers } from "./answers.ts";
import type { Entry, Hello } from "./entrance.ts";
import type { Details } from "./event_kinds.ts";
import { stackOf } from "./event_log.ts";
import type { Origin } from "../chat/room_events.ts";
import { handleFrames, type Speaker } from "./incoming.ts";
import type { Introduce } from "./introduction.ts";
import { receive } from "./arrival.ts";
import { admit, type Newcomer } from "./joining.ts";
import { KeyCheck, type KeyMessage } from "./key_check.ts";
import type { Requests } from "./requests.ts";
import type { Shared } from "./shared.ts";
import { type Guest, Stay } from "./stay.ts";
import { Throttle, type Throttled } from "./throttle.ts";
import { Watch, type Watched } from "./watch.ts";

/** The time for the last message to reach a client, in milliseconds. */
const FAREWELL_TIMEOUT = 1_000;

/**
 * While a client's send queue exceeds this, in bytes, private messages for it wait with
 * their senders: private messages alone never make a client count as too slow.
 */
const FULL_LENGTH = 256 * 1024;

/** The frame limits before a client has joined. */
const HELLO_LIMITS = { message: MAX_HELLO_LENGTH, chunk: 0 };

/** The frame limits once a client has joined. */
const JOINED_LIMITS = { message: MAX_MESSAGE_LENGTH, chunk: 0 };

/** Shared by all sessions: a quiet one should not need a function of its own. */
const lastWords = (reason: EndReason) => encodeMessage(closingFor(reason));

/**
 * One client on the server, from connecting to leaving. One object is the room's
 * member, the connection's receiver and all that its other parts need of a client,
 * because ten thousand quiet sessions should not need one object for each role.
 */
export class Session
  implements Receiver, Throttled, Answered, Speaker, Newcomer, Guest, Watched {
  /** The name of the client; empty until it has given a valid one. */
  name = "";
  readonly origin: Origin;
  readonly connection: Connection;
  readonly transport: ServedStream;
  readonly throttle: Throttle;
  readonly answers: Answers;
  readonly #shared: Shared<Session>;
  /** Missing until the client sends a `key`. */
  #keyCheck: KeyCheck | undefined;
  #watch: Watch | undefined;
  /** The client's stay in the room, once it has joined. */
  #stay: Stay | undefined;
  /** Whether everything that still arrives is ignored. */
  #isLeaving = false;

  constructor(incoming: Incoming, number: number, shared: Shared<Session>) {
    this.#shared = shared;
    this.origin = { session: number, from: incoming.from };
    this.throttle = new Throttle(this, shared);
    this.answers = new Answers(this, shared.room);
    this.transport = shared.security.serve(incoming.stream, this);
    this.connection = new Connection(this.transport, {
      limits: HELLO_LIMITS,
      budget: shared.budget,
      lastWords,
    });
  }

  /** Returns whether the client has given its name. */
  get isNamed(): boolean {
    return this.name !== "";
  }

  /** Returns whether the client has joined and not left. */
  get isHere(): boolean {
    return this.seat !== undefined;
  }

  /** Returns whether the session handles nothing more. */
  get isOver(): boolean {
    return this.#isLeaving || this.connection.endReason !== undefined;
  }

  /**
   * Returns the client's seat; `undefined` before it has joined, and after it has left.
   */
  get seat(): Seat | undefined {
    return this.#stay?.seat;
  }

  /** Returns the public id of the seat; `undefined` before the client has joined. */
  get seatId(): string | undefined {
    return this.seat?.id;
  }

  /** Returns the IP address of the client, without the port. */
  get address(): string {
    return hostOf(this.origin.from);
  }

  /** Serves the client until it has left, then calls `Shared.onEnd`. */
  start(): void {
    try {
      receive(this, this.#shared);
      this.#watch = new Watch(this, this.#shared.clock);
    } catch (error) {
      this.#fail(error);
    }
    this.connection.start(this);
  }

  /** Called when the client and the server have agreed on encryption. */
  onSecured(): void {
    this.#watch?.secured();
  }

  /** Records a sign of life: any byte counts. */
  onHeard(): void {
    this.#watch?.heard();
  }

  /** Tells the client why, then ends the session. */
  async close(reason: EndReason): Promise<void> {
    this.answers.send(closingFor(reason));
    await this.#finish(reason);
  }

  /** Ends the connection without telling the client; only the first reason counts. */
  end(reason: EndReason): void {
    this.connection.end(reason);
  }

  /** Sends the client a message in the name of the server, in order with the chat. */
  tell(text: string): void {
    this.#stay?.tell(text);
  }

  /** Warns the client that it floods. */
  warn(text: string): void {
    this.log("flooding", { text });
    this.answers.send({ type: "warning", code: "flooding", text });
  }

  /** Leaves the room at once; the send queue still goes to the client. */
  async #finish(reason: EndReason): Promise<void> {
    this.#isLeaving = true;
    // Nothing follows the last message.
    const finished = this.connection.finish(reason, FAREWELL_TIMEOUT);
    void this.#stay?.stop(reason);
    this.throttle.interrupt();
    // When the server closes, all clients have their last message before any client
    // leaves the room.
    await Promise.resolve();
    this.#stay?.leave(reason);
    await finished;
  }

  /** Handles the frames of one read. */
  onFrames(frames: readonly ReceivedFrame[]): Promise<void> {
    return handleFrames(this, frames);
  }

  /** Returns the introduction of this server, for a client that asks. */
  get introduce(): Introduce | undefined {
    return this.#shared.introduce;
  }

  /** Ends the session: the client has said goodbye. */
  quit(): void {
    void this.#finish({ kind: "quit" });
  }

  /** Answers a step of the client's proof that it knows the room key. */
  proveKey(message: KeyMessage): Promise<void> {
    const { security, print } = this.#shared;
    this.#keyCheck ??= new KeyCheck(security, this, { print });
    return this.#keyCheck.hear(message);
  }

  /** Lets the client in. Throws or rejects with `ChatError` if it may not join. */
  join(hello: Hello): void | Promise<void> {
    this.#shared.security.checkEntry(this.transport, this.#keyCheck);
    const entry = admit(this, hello, this.#shared);
    if (entry instanceof Promise) return entry;
    this.#enter(entry);
  }

  #enter(entry: Entry): void {
    this.#watch?.joined();
    this.throttle.forget();
    this.connection.limits = JOINED_LIMITS;
    this.#stay = new Stay(this, entry.seat, this.#shared);
    this.#stay.begin(entry);
  }

  /**
   * Closes this session: the client has taken its seat back over another connection.
   */
  replaced(): void {
    this.#stay?.replaced();
    void this.close({ kind: "replaced" });
  }

  /**
   * Sends bytes to the client. Never throws: the room is in the middle of a delivery to
   * everyone.
   */
  deliver(bytes: Uint8Array): void {
    try {
      this.connection.send(bytes);
      this.#shared.backpressure.note(this.connection);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Implements {@linkcode Member.whenRoom} for private messages. */
  whenRoom(): Promise<void> | undefined {
    return this.connection.queuedLength < FULL_LENGTH
      ? undefined
      : this.connection.room(FULL_LENGTH);
  }

  /** Returns the client's requests; only once it has joined. */
  get requests(): Requests {
    return this.#stay!.requests;
  }

  /** Ends the session: the client broke the protocol, or the server has a fault. */
  async onFailure(error: unknown): Promise<void> {
    try {
      if (error instanceof ProtocolError) {
        this.log("violation", { reason: error.message });
        await this.close({ kind: "violation", words: error.message });
      } else {
        this.log("failure", { stack: stackOf(error) });
        await this.close({ kind: "failure" });
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Stops the work for a client that is gone or soon will be. */
  onEnding(): void {
    this.throttle.interrupt();
    this.#keyCheck?.stop();
    void this.#stay?.stop(this.connection.endReason!);
  }

  /** Ends the session after its connection. */
  async onEnd(reason: EndReason): Promise<void> {
    this.#watch?.stop();
    try {
      await this.#stay?.stop(reason);
      if (this.isNamed) this.#stay?.leave(reason);
      else this.log("disconnected", { reason });
    } catch (error) {
      this.log("failure", { stack: stackOf(error) });
    }
    this.#shared.onEnd(this);
  }

  /** Logs a fault of the server, and ends the connection without telling the client. */
  #fail(error: unknown): void {
    this.log("failure", { stack: stackOf(error) });
    this.end({ kind: "failure" });
  }

  /** Logs an event of this session. */
  log(event: string, details?: Details): void {
    // The log learns what people say from the room; this keeps the order.
    this.#shared.room.tellNow();
    this.#shared.log.write(event, details, this.origin);
  }
}
