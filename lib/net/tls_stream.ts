import type { TLSSocket } from "node:tls";
import type { ByteStream } from "../io/byte_stream.ts";
import { messageOf } from "../program.ts";
import type { ByteDuplex } from "./byte_duplex.ts";
import { nextTurn } from "./next_turn.ts";

/**
 * Most bytes that one write encrypts: three full TLS records. Deno encrypts 48 KiB at a
 * time, and copies the rest of a longer write for each further 48 KiB.
 */
const MAX_WRITE_LENGTH = 48 * 1024;

/** Thrown when a TLS connection fails; the message says why, for a log. */
export class TlsError extends Error {
  override readonly name = "TlsError";
  /** Whether the peer did not finish the handshake in time. */
  readonly isTimeout: boolean;

  constructor(
    message: string,
    { isTimeout = false, ...options }: ErrorOptions & { isTimeout?: boolean } =
      {},
  ) {
    super(message, options);
    this.isTimeout = isTimeout;
  }
}

export type HandshakeOptions = {
  /** In milliseconds. */
  readonly timeout: number;
  /** Waits before each step that takes the processor. */
  readonly turn?: () => Promise<void>;
};

type Waiting = {
  readonly target: Uint8Array;
  readonly resolve: (length: number | null) => void;
  readonly reject: (error: TlsError) => void;
};

/**
 * A TLS connection as a `ByteStream`, once {@linkcode handshake} has resolved. It reads
 * from the network only while a `read` waits, and holds at most the plaintext of one
 * read. `read` resolves to `null` only if the peer has announced the end (close_notify):
 * a connection that is cut rejects, because somebody may have removed its last bytes.
 * Every failure is a {@linkcode TlsError}. `close` announces nothing; `closeWrite` does.
 */
export class TlsStream implements ByteStream {
  readonly #socket: TLSSocket;
  readonly #duplex: ByteDuplex;
  /** Decrypted bytes that no `read` has taken yet. */
  readonly #rest: Uint8Array[] = [];
  #reading: Waiting | undefined;
  #rejectWrite: ((error: TlsError) => void) | undefined;
  #rejectEnd: ((error: TlsError) => void) | undefined;
  /** The handshake; `undefined` when it is done. */
  #securing: PromiseWithResolvers<void> | undefined;
  /** Waits before a step of the handshake. */
  #turn: HandshakeOptions["turn"];
  /** Whether the handshake has taken too long. */
  #isLate = false;
  #isPulling = false;
  #hasEnded = false;
  #failure: TlsError | undefined;

  /** `socket` must speak TLS over `duplex`, and nothing else may use either. */
  constructor(socket: TLSSocket, duplex: ByteDuplex) {
    this.#socket = socket;
    this.#duplex = duplex;
    this.#securing = Promise.withResolvers<void>();
    // The connection may fail before anyone waits for the handshake.
    this.#securing.promise.catch(() => {});
    socket.on("data", (bytes: Uint8Array) => this.#onData(bytes));
    socket.on("end", () => this.#onEnd());
    // A socket that does not belong to a `tls.Server` announces some failures only with
    // this event.
    socket.on("_tlsError", (error) => this.#fail(error));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail("the connection is closed", "finish"));
    socket.once("secure", () => {
      this.#securing?.resolve();
      this.#securing = undefined;
    });
  }

  /** Resolves when both sides have agreed on the keys. */
  async handshake({ turn, timeout }: HandshakeOptions): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const secured = this.#securing?.promise;
    const timer = setTimeout(
      () => {
        this.#isLate = true;
        this.#fail(`nothing agreed within ${timeout / 1_000} seconds`);
      },
      timeout,
    );
    this.#turn = turn;
    void this.#pull();
    try {
      await secured;
    } finally {
      clearTimeout(timer);
      this.#turn = undefined;
    }
  }

  read(target: Uint8Array): Promise<number | null> {
    if (this.#rest.length > 0) return Promise.resolve(this.#take(target));
    if (this.#hasEnded) return Promise.resolve(null);
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#reading = { target, resolve, reject };
      void this.#pull();
    });
  }

  write(bytes: Uint8Array): Promise<number> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const piece = bytes.subarray(0, MAX_WRITE_LENGTH);
    return new Promise((resolve, reject) => {
      this.#rejectWrite = reject;
      const done = () => {
        if (this.#failure !== undefined) return reject(this.#failure);
        this.#rejectWrite = undefined;
        resolve(piece.length);
      };
      this.#socket.write(piece, (error) => {
        if (error) return this.#fail(error);
        // Deno counts bytes as written when others arrive, even if the network has not
        // taken them: a peer that sends and never reads would fill the memory.
        if (this.#duplex.isWriting) this.#duplex.drained().then(done);
        else done();
      });
    });
  }

  async closeWrite(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    // Once both sides have announced the end, the socket destroys itself in a tick of
    // node; the announcement leaves before, if it is made in a microtask.
    await Promise.resolve();
    await new Promise<void>((resolve, reject) => {
      this.#rejectEnd = reject;
      this.#socket.end(resolve);
    });
    await nextTurn();
    await this.#duplex.finish();
  }

  close(): void {
    this.#rest.length = 0;
    this.#hasEnded = false;
    this.#fail("the connection is closed");
    this.#duplex.abort();
  }

  get #isWanted(): boolean {
    return this.#failure === undefined && !this.#hasEnded &&
      (this.#reading !== undefined || this.#securing !== undefined);
  }

  /** Reads from the network as long as a `read` or the handshake waits for it. */
  async #pull(): Promise<void> {
    if (this.#isPulling) return;
    this.#isPulling = true;
    try {
      while (this.#isWanted) {
        if (await this.#duplex.pull(this.#turn) !== null) continue;
        // An announced end takes a moment to arrive here.
        await nextTurn();
        if (!this.#hasEnded) this.#fail("the connection was cut");
      }
    } catch (error) {
      // If TLS itself has failed, its reason takes a moment to arrive here.
      await nextTurn();
      this.#fail(error);
    } finally {
      this.#isPulling = false;
    }
  }

  #onData(bytes: Uint8Array): void {
    this.#rest.push(bytes);
    const reading = this.#reading;
    if (reading === undefined) return;
    this.#reading = undefined;
    reading.resolve(this.#take(reading.target));
  }

  #onEnd(): void {
    this.#hasEnded = true;
    this.#reading?.resolve(null);
    this.#reading = undefined;
    if (this.#securing !== undefined) this.#fail("the peer has left");
  }

  #take(target: Uint8Array): number {
    const bytes = this.#rest[0]!;
    const length = Math.min(bytes.length, target.length);
    if (length < bytes.length) {
      target.set(bytes.subarray(0, length));
      this.#rest[0] = bytes.subarray(length);
    } else {
      target.set(bytes);
      this.#rest.shift();
    }
    return length;
  }

  /**
   * Ends the connection; only the first reason counts. With `finish`, the write in
   * progress may finish: after both sides announced the end, it announces this one.
   */
  #fail(reason: unknown, how: "finish" | "abort" = "abort"): void {
    if (this.#failure !== undefined) return;
    const cause = reason instanceof Error ? { cause: reason } : {};
    const what = this.#securing === undefined ? "connection" : "handshake";
    // Deno imitates OpenSSL, and adds its words in brackets.
    const why = typeof reason === "string"
      ? reason
      : messageOf(reason).replace(/ \(SSL routines:.*\)$/, "");
    const failure = new TlsError(`TLS ${what} failed: ${why}`, {
      ...cause,
      isTimeout: this.#isLate,
    });
    this.#failure = failure;
    this.#securing?.reject(failure);
    this.#securing = undefined;
    this.#reading?.reject(failure);
    this.#reading = undefined;
    this.#rejectWrite?.(failure);
    this.#rejectWrite = undefined;
    this.#rejectEnd?.(failure);
    this.#socket.destroy();
    if (how === "abort") this.#duplex.abort();
  }
}
