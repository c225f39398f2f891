import { type ByteStream, TransportError } from "../io/byte_stream.ts";
import { within } from "../io/within.ts";
import { messageOf } from "../program.ts";
import { isTls, UnreadStream } from "./first_byte.ts";
import type { TlsServer } from "./tls_server.ts";

/**
 * How long the server's first words wait for the client's first byte, in milliseconds: a
 * client speaks at once, and the words must be encrypted if it encrypts. A client that
 * has said nothing by then gets them plain.
 */
const FIRST_WORDS_PATIENCE = 500;

/** How long a client has to read that there is no encryption, in milliseconds. */
const REFUSAL_PATIENCE = 1_000;

/** Most bytes that a refused client may still send: the rest of its first record. */
const MAX_DROPPED_LENGTH = 16 * 1024;

/** What all connections of a server share. */
export type Served = {
  /** Does the handshakes; `undefined`: this server does not encrypt. */
  readonly tls: Pick<TlsServer, "accept"> | undefined;
  /** Returns the whole answer to a client that wants encryption and cannot get it. */
  readonly refusal: () => Uint8Array;
};

/** Who serves the client; `Session` fits. */
export type ServedOwner = {
  /** Called when a handshake is done. */
  onSecured(): void;
};

/**
 * What a client speaks: not known yet, TLS whose handshake is in progress, TLS, the plain
 * protocol, or TLS whose handshake has failed.
 */
type State = "unknown" | "securing" | "encrypted" | "plain" | "failed";

/**
 * A client's connection on the server, plain or encrypted: the client's first byte
 * decides, and the first read does the handshake. A failed handshake rejects with
 * {@linkcode TransportError}.
 */
export class ServedStream implements ByteStream {
  #stream: ByteStream;
  #state: State = "unknown";
  readonly #served: Served;
  readonly #owner: ServedOwner;
  /** Resolves when the state is no longer `unknown` or `securing`; created on demand. */
  #known: PromiseWithResolvers<void> | undefined;

  constructor(
    stream: ByteStream,
    { served, owner }: { readonly served: Served; readonly owner: ServedOwner },
  ) {
    this.#stream = stream;
    this.#served = served;
    this.#owner = owner;
  }

  /** Returns whether nobody else can read what the two sides send. */
  get isEncrypted(): boolean {
    return this.#state === "encrypted";
  }

  /** Returns whether the handshake is in progress. */
  get isSecuring(): boolean {
    return this.#state === "securing";
  }

  read(target: Uint8Array): Promise<number | null> {
    return this.#isKnown ? this.#stream.read(target) : this.#readFirst(target);
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.#isKnown ? this.#stream.write(bytes) : this.#writeLater(bytes);
  }

  async closeWrite(): Promise<void> {
    // The end of a handshake in progress would say nothing to the peer.
    if (!this.isSecuring) await this.#stream.closeWrite?.();
  }

  close(): void {
    this.#stream.close();
  }

  get #isKnown(): boolean {
    return this.#state === "plain" || this.#state === "encrypted";
  }

  async #readFirst(target: Uint8Array): Promise<number | null> {
    const length = await this.#stream.read(target);
    if (length === null || !isTls(target) || this.#isKnown) {
      this.#settle("plain");
      return length;
    }
    const { tls } = this.#served;
    this.#state = "securing";
    if (tls === undefined) return await this.#refuse(target);
    const unread = new UnreadStream(this.#stream, target.slice(0, length));
    try {
      this.#stream = await tls.accept(unread);
    } catch (cause) {
      this.#settle("failed");
      throw new TransportError(messageOf(cause), { cause });
    }
    this.#settle("encrypted");
    this.#owner.onSecured();
    return await this.#stream.read(target);
  }

  /** Tells a client that wants encryption that there is none, and ends. */
  async #refuse(target: Uint8Array): Promise<never> {
    const refusing = this.#sendRefusal(target).catch(() => {});
    await within(refusing, REFUSAL_PATIENCE);
    this.#settle("failed");
    throw new TransportError("it asked for encryption, which is switched off");
  }

  async #sendRefusal(target: Uint8Array): Promise<void> {
    const bytes = this.#served.refusal();
    for (let at = 0; at < bytes.length;) {
      at += await this.#stream.write(bytes.subarray(at));
    }
    await this.#stream.closeWrite?.();
    // Closing with unread bytes would reset the connection, and the client might never
    // read the refusal.
    for (let dropped = 0; dropped < MAX_DROPPED_LENGTH;) {
      const length = await this.#stream.read(target);
      if (length === null) return;
      dropped += length;
    }
  }

  async #writeLater(bytes: Uint8Array): Promise<number> {
    this.#known ??= Promise.withResolvers<void>();
    await within(this.#known.promise, FIRST_WORDS_PATIENCE);
    if (this.#state === "unknown") this.#settle("plain");
    // The handshake has a time limit of its own, and the writer closes the stream.
    if (this.isSecuring) await this.#known.promise;
    // Nothing may follow in the clear, whether the stream is closed or not.
    if (this.#state === "failed") {
      throw new TransportError("there is no encryption");
    }
    return await this.#stream.write(bytes);
  }

  #settle(state: "plain" | "encrypted" | "failed"): void {
    this.#state = state;
    this.#known?.resolve();
  }
}
