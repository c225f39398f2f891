import {
  decodeChunk,
  FrameKind,
  MAX_CHUNK_LENGTH,
  MAX_MESSAGE_LENGTH,
  ProtocolError,
  type ReceivedFrame,
} from "../framing.ts";
import type { ClientMessage } from "../client_messages.ts";
import { decodeServerMessage, encodeMessage } from "../messages.ts";
import type { ServerMessage } from "../server_messages.ts";
import type { ByteStream } from "../io/byte_stream.ts";
import { Connection } from "../net/connection.ts";
import type { EndReason } from "../net/end_reason.ts";
import { userWords } from "../net/end_rules.ts";
import { Heartbeat, PING_INTERVAL } from "../net/heartbeat.ts";
import { Allowance } from "./allowance.ts";
import { ConnectionLost } from "./connection_lost.ts";
import { type Closing, endSentence } from "./end_words.ts";
import { encodeHello } from "./hello.ts";
import { TooMuch } from "./too_much.ts";

/** Who hears what the server sends. */
export type LinkOwner = {
  onMessage(message: ServerMessage): void | Promise<void>;
  /** Bytes of a file; `giveBack` as in `ReceivedFrame`. */
  onChunk(
    chunk: { readonly id: number; readonly data: Uint8Array },
    giveBack: (() => void) | undefined,
  ): void | Promise<void>;
  /** The server should be asked for a sign of life. */
  onSilence(): void;
  /** Comes once, and last; `reason` is in words. */
  onEnd(reason: string): Promise<void>;
};

/**
 * The connection to a server, as messages: watches over the server's signs of life
 * and over how much it sends, and knows why it has ended.
 */
export class ServerLink {
  /** What the server may still send unasked. */
  readonly allowance = new Allowance();
  readonly #connection: Connection;
  readonly #owner: LinkOwner;
  readonly #ended: Promise<string>;
  #sentAt = performance.now();
  #leaving = false;
  /** The server's last message, once it has come. */
  #closing: Closing | undefined;
  /** The server has sent too much. */
  #excess: TooMuch | undefined;

  constructor(stream: ByteStream, owner: LinkOwner) {
    this.#owner = owner;
    this.#connection = new Connection(stream, {
      limits: { message: MAX_MESSAGE_LENGTH, chunk: MAX_CHUNK_LENGTH },
    });
    this.#ended = this.#run();
  }

  /** Resolves, when the connection has ended, to the reason in words. Never rejects. */
  get ended(): Promise<string> {
    return this.#ended;
  }

  /** Why the connection has ended; `undefined` while it lives. */
  get endReason(): string | undefined {
    const { endReason } = this.#connection;
    return endReason === undefined ? undefined : this.#inWords(endReason);
  }

  /** Whether the connection is gone, and not because the user leaves. */
  get isLost(): boolean {
    return this.#connection.endReason !== undefined && !this.#leaving;
  }

  /** Whether the client should not come back: the server says so, or has sent too much. */
  get isDismissed(): boolean {
    return this.#closing?.final === true || this.#excess !== undefined;
  }

  /** Why the connection has ended, for the user; `reason` as {@linkcode ended} has it. */
  loss(reason: string): ConnectionLost {
    const sentence = this.#excess?.message ??
      endSentence(reason, this.#closing);
    const code = this.#closing?.code;
    return new ConnectionLost(sentence, { isFinal: this.isDismissed, code });
  }

  /** Sends the first message. */
  sendHello(hello: Extract<ClientMessage, { type: "hello" }>): void {
    this.allowance.send(hello);
    this.#connection.send(encodeHello(hello));
  }

  send(message: ClientMessage): void {
    this.#sentAt = performance.now();
    this.allowance.send(message);
    this.#connection.send(encodeMessage(message));
  }

  /** Ends the connection now. */
  end(reason: EndReason): void {
    this.#connection.end(reason);
  }

  /**
   * Leaves in order; resolves when the connection has ended, after `patience`
   * milliseconds at most.
   */
  async leave(patience: number): Promise<void> {
    this.#leaving = true;
    this.send({ type: "bye" });
    await this.#connection.finish({ kind: "quit" }, patience);
    await this.#ended;
  }

  /** Receives until the end; resolves to its reason. */
  #run(): Promise<string> {
    const connection = this.#connection;
    const { promise, resolve } = Promise.withResolvers<string>();
    const heartbeat = new Heartbeat({
      sendPing: () => this.#owner.onSilence(),
      onStale: () => connection.end({ kind: "silent" }),
    });
    connection.start({
      onHeard: () => {
        heartbeat.heard();
        // During a long download only the server talks: it must hear us, too.
        const isDue = performance.now() - this.#sentAt > PING_INTERVAL;
        if (isDue) this.#owner.onSilence();
      },
      onFrames: async (frames) => {
        for (const frame of frames) {
          const handled = this.#handle(frame);
          if (handled !== undefined) await handled;
        }
      },
      onFailure: (error) => {
        if (error instanceof TooMuch) this.#excess = error;
        connection.end(failureReason(error));
      },
      onEnd: async (why) => {
        heartbeat.stop();
        const reason = this.#inWords(why);
        await this.#owner.onEnd(reason);
        resolve(reason);
      },
    });
    return promise;
  }

  #handle(frame: ReceivedFrame): void | Promise<void> {
    if (frame.kind === FrameKind.chunk) {
      return this.#owner.onChunk(decodeChunk(frame.payload), frame.giveBack);
    }
    const message = decodeServerMessage(frame.payload);
    // A newer server may say more than this client knows.
    if (message.type === "unknown") return;
    this.allowance.hear(message);
    if (message.type === "closing") {
      this.#closing = message;
      this.#connection.end({ kind: "closed", words: message.reason });
    }
    return this.#owner.onMessage(message);
  }

  /** A user who leaves has left, whatever ends the connection then. */
  #inWords(reason: EndReason): string {
    return userWords(this.#leaving ? { kind: "quit" } : reason);
  }
}

/** Why a connection ends in which something has failed. */
function failureReason(error: unknown): EndReason {
  if (error instanceof TooMuch) return { kind: "excess", words: error.message };
  return error instanceof ProtocolError
    ? { kind: "violation", words: error.message }
    : { kind: "client failure", words: String(error) };
}
