import type { ByteStream } from "../io/byte_stream.ts";
import { PassingStream } from "../io/passing_stream.ts";

/** The first byte of a TLS connection: a record of kind 22, handshake. */
const TLS_HANDSHAKE = 22;

/** Returns whether a connection with these first bytes is going to speak TLS. */
export function isTls(first: Uint8Array): boolean {
  return first[0] === TLS_HANDSHAKE;
}

/** A stream whose first bytes were read, and are read again. */
export class UnreadStream extends PassingStream {
  /** `undefined` once everything is read. */
  #unread: Uint8Array | undefined;

  constructor(stream: ByteStream, unread: Uint8Array) {
    super(stream);
    this.#unread = unread.length > 0 ? unread : undefined;
  }

  override read(target: Uint8Array): Promise<number | null> {
    const unread = this.#unread;
    if (unread === undefined) return super.read(target);
    const length = Math.min(unread.length, target.length);
    target.set(unread.subarray(0, length));
    this.#unread = length < unread.length ? unread.subarray(length) : undefined;
    return Promise.resolve(length);
  }

  override close(): void {
    this.#unread = undefined;
    super.close();
  }
}
