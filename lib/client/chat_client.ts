import { ChatError, type RefusalCode } from "../chat/chat_error.ts";
import {
  decodeChunk,
  FrameKind,
  MAX_CHUNK_LENGTH,
  MAX_MESSAGE_LENGTH,
  ProtocolError,
  type ReceivedFrame,
} from "../framing.ts";
import {
  type ClientMessage,
  decodeServerMessage,
  encodeMessage,
  type FileEntry,
  PROTOCOL_VERSION,
  type ServerMessage,
} from "../messages.ts";
import type { ByteStream } from "../net/byte_stream.ts";
import { Connection, CONNECTION_LOST } from "../net/connection.ts";
import { Heartbeat, PING_INTERVAL } from "../net/heartbeat.ts";
import type { Download, DownloadOptions } from "./download.ts";
import { DownloadFolder } from "./download_folder.ts";
import { Downloads } from "./downloads.ts";
import { type Closing, endSentence } from "./end_words.ts";
import { encodeHello } from "./hello.ts";
import { Membership, type Speech } from "./membership.ts";

/** A server that has not answered a hello by then will not, in milliseconds. */
const HELLO_TIMEOUT = 10_000;

/** Time for the last words to leave and for the server to close, in milliseconds. */
const FAREWELL_TIMEOUT = 2_000;

/** So many unconfirmed messages, and the server is asked whether it has them. */
const CONFIRM_COUNT = 32;

/** The connection has ended; the message is the sentence that tells the user why. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
  /** Whether the server does not want this client back. */
  readonly isFinal: boolean;

  constructor(message: string, { isFinal = false } = {}) {
    super(message);
    this.isFinal = isFinal;
  }
}

/** What a user of {@linkcode ChatClient} hears of, in the order of its happening. */
export type ChatEvent =
  | Extract<
    ServerMessage,
    {
      type:
        | "welcome"
        | "joined"
        | "left"
        | "said"
        | "told"
        | "refused"
        | "warning";
    }
  >
  /** It may have reached the others before the connection was lost, or not. */
  | { readonly type: "unsure"; readonly speech: Speech };

export type ChatClientOptions = {
  readonly name: string;
  /** Where downloads are saved; default: a folder with the user's name, here. */
  readonly folder?: string;
  /** Where a folder with the user's name is made if here is read-only. */
  readonly fallbackFolder?: string | undefined;
  readonly onEvent: (event: ChatEvent) => void;
  /** The place that an earlier connection had: it is taken back. */
  readonly membership?: Membership;
  /** Called when there is one download more, or one less. */
  readonly onDownloads?: () => void;
};

type Welcome = Extract<ServerMessage, { type: "welcome" }>;

type Handlers = {
  readonly [Type in ServerMessage["type"]]: (
    message: Extract<ServerMessage, { readonly type: Type }>,
  ) => void | Promise<void>;
};

/** An answer that comes in one or more messages. */
type Request<T> = PromiseWithResolvers<T[]> & { readonly items: T[] };

/** One user's side of the conversation. Knows no screen. */
export class ChatClient {
  readonly #connection: Connection;
  readonly #options: ChatClientOptions;
  readonly #welcomed = Promise.withResolvers<Welcome>();
  readonly #ended: Promise<string>;
  readonly #membership: Membership;
  readonly #downloads: Downloads;
  readonly #userRequests: Request<string>[] = [];
  readonly #fileRequests: Request<FileEntry>[] = [];
  /** Pings that are not answered yet, with how much was said before them. */
  readonly #asked = new Map<
    number,
    PromiseWithResolvers<void> & { readonly said: number }
  >();
  #fileTotal: number | undefined;
  #pings = 0;
  #confirming = false;
  #sentAt = performance.now();
  #joined = false;
  #leaving = false;
  /** The server's last message, once it has come. */
  #closing: Closing | undefined;

  private constructor(stream: ByteStream, options: ChatClientOptions) {
    this.#options = options;
    this.#membership = options.membership ?? new Membership();
    this.#connection = new Connection(stream, {
      limits: { message: MAX_MESSAGE_LENGTH, chunk: MAX_CHUNK_LENGTH },
    });
    this.#downloads = new Downloads({
      folder: new DownloadFolder(
        options.folder ?? options.name,
        options.fallbackFolder && `${options.fallbackFolder}/${options.name}`,
      ),
      send: (message) => this.#send(message),
      onChange: options.onDownloads,
    });
    this.#ended = this.#run();
  }

  /**
   * Joins under the name in `options`. Resolves to the client and what the
   * server said to it. Throws {@linkcode ChatError} if the server refuses, and
   * `Error` if it is no such server or the connection is lost.
   */
  static async join(
    stream: ByteStream,
    options: ChatClientOptions,
  ): Promise<{ client: ChatClient; welcome: Welcome }> {
    const client = new ChatClient(stream, options);
    client.#connection.send(encodeHello({
      type: "hello",
      protocol: PROTOCOL_VERSION,
      name: options.name,
      ...client.#membership.proof,
    }));
    const timer = setTimeout(
      () => client.#connection.end("it does not answer as a messenger server"),
      HELLO_TIMEOUT,
    );
    try {
      const welcome = await client.#welcomed.promise;
      return { client, welcome };
    } catch (error) {
      client.#connection.end("refused");
      await client.#ended;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Resolves, when the connection has ended, to the reason in words. Never rejects. */
  get ended(): Promise<string> {
    return this.#ended;
  }

  /** Whether the connection is gone, and not because the user leaves. */
  get isLost(): boolean {
    return this.#connection.endReason !== undefined && !this.#leaving;
  }

  /** Why the connection has ended, for the user; `reason` as {@linkcode ended} has it. */
  loss(reason: string): ConnectionLost {
    const isFinal = this.isDismissed;
    return new ConnectionLost(endSentence(reason, this.#closing), { isFinal });
  }

  /** Whether the server has ended the connection and does not want this client back. */
  get isDismissed(): boolean {
    return this.#closing?.final === true;
  }

  /** Says `text` to all others. */
  say(text: string): void {
    this.#speak({ type: "say", text });
  }

  /** Says `text` to one; if that cannot be, a `refused` event follows. */
  tell(to: string, text: string): void {
    this.#speak({ type: "tell", to, text });
  }

  /** Who is there. Rejects with {@linkcode ChatError} if the server refuses. */
  users(): Promise<string[]> {
    return this.#request(this.#userRequests, { type: "users" });
  }

  /** What can be fetched at this moment. Rejects like {@linkcode users}. */
  files(): Promise<FileEntry[]> {
    return this.#request(this.#fileRequests, { type: "files" });
  }

  /** The downloads that are not over, in the order of asking. */
  get downloads(): Download[] {
    return this.#downloads.all;
  }

  /** How many downloads are not over. */
  get downloadCount(): number {
    return this.#downloads.size;
  }

  /** How many files the server has, by the list that came last; it may name fewer. */
  get fileTotal(): number | undefined {
    return this.#fileTotal;
  }

  /** The download that is not over of the file that was asked for by this name. */
  downloadOf(name: string): Download | undefined {
    return this.#downloads.named(name);
  }

  /** Fetches a file, at once or when its turn comes. */
  get(name: string, options?: DownloadOptions): Download {
    return this.#downloads.get(name, options);
  }

  /** Stops the downloads that `isMeant` says, default all; resolves to how many there were. */
  async cancel(isMeant?: (name: string) => boolean): Promise<number> {
    return await this.#downloads.cancel(isMeant);
  }

  /**
   * Resolves when the server has handled everything that was sent to it before.
   * Rejects if the connection is lost first.
   */
  settled(): Promise<void> {
    const { endReason } = this.#connection;
    if (endReason !== undefined) {
      return Promise.reject(this.loss(this.#reason(endReason)));
    }
    return this.#ping();
  }

  /** Like {@linkcode settled}, and then all downloads have ended, too. */
  async finished(): Promise<void> {
    await this.settled();
    await this.#downloads.finished();
  }

  /** Leaves in order. Downloads that are under way are given up. */
  async leave(): Promise<void> {
    this.#leaving = true;
    this.#send({ type: "bye" });
    await this.#connection.finish("you left", FAREWELL_TIMEOUT);
    await this.#ended;
  }

  /** Receives until the end; resolves to its reason. */
  #run(): Promise<string> {
    const connection = this.#connection;
    const { promise, resolve } = Promise.withResolvers<string>();
    const heartbeat = new Heartbeat({
      sendPing: () => this.#ask(),
      onStale: () => connection.end("the server does not answer any more"),
    });
    connection.start({
      onHeard: () => {
        heartbeat.heard();
        // During a long download only the server talks: it must hear us, too.
        if (performance.now() - this.#sentAt > PING_INTERVAL) this.#ask();
      },
      onFrames: async (frames) => {
        for (const frame of frames) {
          const handled = this.#handle(frame);
          if (handled !== undefined) await handled;
        }
      },
      onFailure: (error) =>
        connection.end(
          error instanceof ProtocolError
            ? `the server broke the rules of the protocol: ${error.message}`
            : `failure in the client: ${error}`,
        ),
      onEnd: async (why) => {
        heartbeat.stop();
        const reason = this.#reason(why);
        await this.#giveUp(reason);
        resolve(reason);
      },
    });
    return promise;
  }

  #reason(reason: string): string {
    if (this.#leaving) return "you left";
    return reason === CONNECTION_LOST
      ? "the server or the network is gone"
      : reason;
  }

  /** Nothing that somebody waits for will come any more. */
  async #giveUp(reason: string): Promise<void> {
    this.#welcomed.promise.catch(() => {});
    const isFinal = this.isDismissed;
    this.#welcomed.reject(
      new ConnectionLost(`Cannot join: ${reason}`, { isFinal }),
    );
    const error = this.loss(reason);
    for (const requests of [this.#userRequests, this.#fileRequests]) {
      for (const request of requests) request.reject(error);
    }
    for (const asked of this.#asked.values()) asked.reject(error);
    await this.#downloads.close(reason);
  }

  #handle(frame: ReceivedFrame): void | Promise<void> {
    if (frame.kind === FrameKind.chunk) {
      // Chunks of a cancelled download may still be under way.
      return this.#downloads.write(
        decodeChunk(frame.payload),
        frame.giveBack,
      );
    }
    const message = decodeServerMessage(frame.payload);
    // A newer server may say more than this client knows.
    if (message.type === "unknown") return;
    this.#membership.hear(message);
    const handler = this.#handlers[message.type] as (
      message: ServerMessage,
    ) => void | Promise<void>;
    return handler(message);
  }

  readonly #handlers: Handlers = {
    welcome: (message) => {
      if (this.#joined) return;
      this.#joined = true;
      this.#options.onEvent(message);
      const { again, unsure } = this.#membership.begin(message);
      for (const speech of again) this.#send(speech);
      for (const speech of unsure) {
        this.#options.onEvent({ type: "unsure", speech });
      }
      this.#welcomed.resolve(message);
    },
    joined: (message) => this.#options.onEvent(message),
    left: (message) => this.#options.onEvent(message),
    said: (message) => this.#options.onEvent(message),
    told: (message) => this.#options.onEvent(message),
    warning: (message) => this.#options.onEvent(message),
    closing: (message) => {
      this.#closing = message;
      this.#connection.end(message.reason);
    },
    users: ({ names, more }) => answer(this.#userRequests, names, more),
    files: ({ files, more, total }) => {
      this.#fileTotal = total;
      answer(this.#fileRequests, files, more);
    },
    file: (message) => this.#downloads.begin(message),
    end: (message) => this.#downloads.end(message),
    refused: (message) => this.#refused(message),
    ping: ({ n }) => this.#send({ type: "pong", n }),
    pong: ({ n }) => {
      const asked = this.#asked.get(n);
      if (asked === undefined) return;
      this.#asked.delete(n);
      this.#membership.confirm(asked.said);
      asked.resolve();
    },
  };

  #refused(
    message: Extract<ServerMessage, { type: "refused" }>,
  ): void | Promise<void> {
    const { re, code, text, suggestion } = message;
    const ended = re === "hello" ? undefined : this.#downloads.refused(message);
    if (ended !== undefined) return ended;
    const error = new ChatError(code as RefusalCode, text, { suggestion });
    if (re === "hello") {
      this.#welcomed.reject(error);
    } else if (re === "users") {
      this.#userRequests.shift()?.reject(error);
    } else if (re === "files") {
      this.#fileRequests.shift()?.reject(error);
    } else if (re !== "cancel" && code !== "cancelled") {
      this.#options.onEvent(message);
    }
  }

  #request<T>(
    requests: Request<T>[],
    message: ClientMessage,
  ): Promise<T[]> {
    const { endReason } = this.#connection;
    if (endReason !== undefined) {
      return Promise.reject(this.loss(this.#reason(endReason)));
    }
    const request = { ...Promise.withResolvers<T[]>(), items: [] };
    requests.push(request);
    this.#send(message);
    return request.promise;
  }

  /** Asks for a sign of life; the answer is not waited for. */
  #ask(): void {
    this.#ping().catch(() => {});
  }

  #speak(speech: Speech): void {
    this.#membership.speak(speech);
    this.#send(speech);
    if (this.#membership.unconfirmed >= CONFIRM_COUNT) this.#confirm();
  }

  /** Asks what the server has dealt with, once at a time. */
  #confirm(): void {
    if (this.#confirming) return;
    this.#confirming = true;
    const done = () => void (this.#confirming = false);
    this.#ping().then(done, done);
  }

  /** Resolves when the server has answered. */
  #ping(): Promise<void> {
    const n = ++this.#pings;
    const { said } = this.#membership;
    const asked = { ...Promise.withResolvers<void>(), said };
    this.#asked.set(n, asked);
    this.#send({ type: "ping", n });
    return asked.promise;
  }

  #send(message: ClientMessage): void {
    this.#sentAt = performance.now();
    this.#connection.send(encodeMessage(message));
  }
}

/** The server answers in the order of the questions. */
function answer<T>(
  requests: Request<T>[],
  items: readonly T[],
  more = false,
): void {
  const request = requests[0];
  if (request === undefined) return;
  request.items.push(...items);
  if (more) return;
  requests.shift();
  request.resolve(request.items);
}
