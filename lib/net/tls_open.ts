import type { Duplex } from "node:stream";
import { connect, type TLSSocket } from "node:tls";
import type { ByteStream } from "../io/byte_stream.ts";
import { PassingStream } from "../io/passing_stream.ts";
import { ByteDuplex } from "./byte_duplex.ts";
import { TlsStream } from "./tls_stream.ts";

/** What a server answers to a TLS ClientHello. */
export type TlsAnswer =
  /** `stream` is encrypted, and the server has the key of this certificate (DER). */
  | {
    readonly kind: "encrypted";
    readonly stream: ByteStream;
    readonly certificate: Uint8Array;
  }
  /**
   * It speaks something else, which begins with these bytes, or hangs up without a word
   * (no bytes). It is disconnected.
   */
  | { readonly kind: "plain"; readonly first: Uint8Array };

/** The record types of TLS: a server that speaks TLS answers with one of them. */
const TLS_RECORDS: readonly [from: number, to: number] = [20, 23];

/**
 * Does the handshake with the server at the other end of `stream`, whatever certificate
 * it has: the caller decides whether that is the right one. Rejects with `TlsError`, and
 * closes `stream`, if the server answers nothing, does not finish within `timeout`
 * milliseconds, or `signal` aborts.
 */
export async function openTls(
  stream: ByteStream,
  { timeout, signal }: {
    readonly timeout: number;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<TlsAnswer> {
  const noted = new NotedStream(stream);
  const duplex = new ByteDuplex(noted);
  const socket = wrap(duplex);
  const tls = new TlsStream(socket, duplex);
  const close = () => tls.close();
  signal?.addEventListener("abort", close);
  if (signal?.aborted) close();
  try {
    await tls.handshake({ timeout });
    const certificate = Uint8Array.from(socket.getPeerCertificate().raw);
    return { kind: "encrypted", stream: tls, certificate };
  } catch (error) {
    close();
    const kind = noted.first[0];
    const isAnswer = kind === undefined ? noted.hasEnded : !isTlsRecord(kind);
    if (!isAnswer) throw error;
    return { kind: "plain", first: noted.first };
  } finally {
    signal?.removeEventListener("abort", close);
  }
}

function isTlsRecord(kind: number): boolean {
  const [from, to] = TLS_RECORDS;
  return from <= kind && kind <= to;
}

/**
 * Deno checks that the server has the key of its certificate, and here nothing else: no
 * authority knows these certificates. Each connection asks for another name, which
 * servers ignore: for a name that it knows, Deno would resume the last session, in which
 * the server shows no certificate.
 */
function wrap(duplex: Duplex): TLSSocket {
  return connect({
    socket: duplex,
    servername: `${crypto.randomUUID()}.invalid`,
    minVersion: "TLSv1.3",
    rejectUnauthorized: false,
  });
}

/** Keeps a copy of what the first read returns. */
class NotedStream extends PassingStream {
  first = new Uint8Array(0);
  /** Whether the peer has hung up. */
  hasEnded = false;

  override async read(target: Uint8Array): Promise<number | null> {
    const length = await this.#read(target);
    if (length === null) this.hasEnded = true;
    if (this.first.length === 0) this.first = target.slice(0, length ?? 0);
    return length;
  }

  async #read(target: Uint8Array): Promise<number | null> {
    try {
      return await super.read(target);
    } catch (error) {
      // The peer hangs up with unread bytes.
      this.hasEnded ||= error instanceof Deno.errors.ConnectionReset;
      throw error;
    }
  }
}
