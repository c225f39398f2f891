import type { ByteStream } from "../io/byte_stream.ts";
import { messageOf } from "../program.ts";
import { connect } from "./connect.ts";
import { CERTIFICATE_NAME, toPem } from "../secure/certificate.ts";
import { openTls, type TlsAnswer } from "./tls_open.ts";
import { TlsError } from "./tls_stream.ts";

/** The time for a handshake, in milliseconds: a busy server lets clients take turns. */
const HANDSHAKE_TIMEOUT = 10_000;

/** What became of an attempt to speak TLS with a server. */
export type TlsOutcome =
  | TlsAnswer
  /** The server has another certificate (DER) than the known one. It is disconnected. */
  | { readonly kind: "changed certificate"; readonly certificate: Uint8Array };

export type TlsConnectOptions = {
  /** The certificate (DER) that the server had before; missing at the first visit. */
  readonly known?: Uint8Array | undefined;
  readonly signal?: AbortSignal;
  /** The time for each of at most two handshakes, in milliseconds. */
  readonly timeout?: number;
};

/**
 * Connects to a server with TLS. At the first visit any certificate will do, and the
 * caller must show it or remember it. At further visits Deno's own TLS checks the known
 * one: it is faster than `node:tls`, but cannot show a certificate. Throws
 * `ConnectError` if there is no connection, {@linkcode TlsError} if the handshake fails
 * for any other reason than those of {@linkcode TlsOutcome}.
 */
export async function connectTls(
  address: { hostname: string; port: number },
  { known, signal, timeout = HANDSHAKE_TIMEOUT }: TlsConnectOptions = {},
): Promise<TlsOutcome> {
  const dial = async () =>
    await connect(address, signal === undefined ? {} : { signal });
  if (known === undefined) {
    return await openTls(await dial(), { timeout, signal });
  }
  try {
    return await pin(await dial(), known, { signal, timeout });
  } catch (error) {
    if (!isForeign(error)) throw error;
    return judge(await openTls(await dial(), { timeout, signal }), known);
  }
}

/** Says what the answer of a server means that did not pass Deno's own check. */
function judge(answer: TlsAnswer, known: Uint8Array): TlsOutcome {
  if (answer.kind === "plain") return answer;
  const { certificate, stream } = answer;
  const isSame = certificate.length === known.length &&
    certificate.every((byte, i) => byte === known[i]);
  // Deno also refuses a certificate whose time has not come or is over. The clock of a
  // computer may be wrong by years; the key is the right one.
  if (isSame) return answer;
  stream.close();
  return { kind: "changed certificate", certificate };
}

/** Does the handshake with the owner of `certificate`, and with nobody else. */
async function pin(
  stream: ByteStream,
  certificate: Uint8Array,
  { signal, timeout }: {
    readonly signal: AbortSignal | undefined;
    readonly timeout: number;
  },
): Promise<TlsAnswer> {
  let open: ByteStream = stream;
  const close = () => {
    try {
      open.close();
    } catch {
      // The system has already closed it.
    }
  };
  const late = AbortSignal.timeout(timeout);
  const stop = signal === undefined ? late : AbortSignal.any([late, signal]);
  stop.addEventListener("abort", close);
  try {
    const tls = await Deno.startTls(stream as Deno.TcpConn, {
      hostname: CERTIFICATE_NAME,
      caCerts: [toPem("CERTIFICATE", certificate)],
    });
    open = tls;
    stop.throwIfAborted();
    await tls.handshake();
    return { kind: "encrypted", stream: tls, certificate };
  } catch (cause) {
    close();
    const why = signal?.aborted
      ? "the client gave up"
      : late.aborted
      ? `nothing agreed within ${timeout / 1_000} seconds`
      : messageOf(cause);
    throw new TlsError(`TLS handshake failed: ${why}`, {
      cause,
      isTimeout: late.aborted && !signal?.aborted,
    });
  } finally {
    stop.removeEventListener("abort", close);
  }
}

/** Returns whether the server did not answer as the owner of the known certificate. */
function isForeign(error: unknown): boolean {
  return error instanceof TlsError &&
    error.cause instanceof Deno.errors.InvalidData;
}
