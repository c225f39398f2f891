import type { ByteStream } from "../io/byte_stream.ts";
import { within } from "../io/within.ts";

/**
 * Most bytes of the first read: a whole TLS ClientHello in most cases, and enough to
 * tell every protocol of this port.
 */
const FIRST_LENGTH = 512;

/** The first byte of a TLS connection: a record of kind 22, handshake. */
const TLS_HANDSHAKE = 22;

/** What a peer sends first, and the stream in which these bytes are still unread. */
export type FirstBytes = {
  /** From 1 to 512 bytes; empty if the peer has ended the connection or is gone. */
  readonly first: Uint8Array;
  readonly stream: ByteStream;
};

/**
 * Reads what a peer sends first. Resolves to `undefined`, and closes the stream, if
 * nothing arrives within `time` milliseconds. Never rejects.
 */
export async function readFirstBytes(
  stream: ByteStream,
  time: number,
): Promise<FirstBytes | undefined> {
  const buffer = new Uint8Array(FIRST_LENGTH);
  const reading = stream.read(buffer).catch(() => null);
  const length = await within(reading, time);
  if (length === undefined) {
    stream.close();
    return undefined;
  }
  // A copy, because a client may stay for hours with these bytes unread.
  const first = buffer.slice(0, length ?? 0);
  return { first, stream: new UnreadStream(stream, first) };
}

/** Returns whether a connection with these first bytes is going to speak TLS. */
export function isTls(first: Uint8Array): boolean {
  return first[0] === TLS_HANDSHAKE;
}

/** A stream whose first bytes were read, and are read again. */
export class UnreadStream implements ByteStream {
  readonly #stream: ByteStream;
  /** `undefined` once everything is read. */
  #unread: Uint8Array | undefined;

  constructor(stream: ByteStream, unread: Uint8Array) {
    this.#stream = stream;
    this.#unread = unread.length > 0 ? unread : undefined;
  }

  read(target: Uint8Array): Promise<number | null> {
    const unread = this.#unread;
    if (unread === undefined) return this.#stream.read(target);
    const length = Math.min(unread.length, target.length);
    target.set(unread.subarray(0, length));
    this.#unread = length < unread.length ? unread.subarray(length) : undefined;
    return Promise.resolve(length);
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.#stream.write(bytes);
  }

  async closeWrite(): Promise<void> {
    await this.#stream.closeWrite?.();
  }

  close(): void {
    this.#unread = undefined;
    this.#stream.close();
  }
}
