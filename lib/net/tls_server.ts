import { createPrivateKey, X509Certificate } from "node:crypto";
import type { Duplex } from "node:stream";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";
import type { ByteStream } from "../io/byte_stream.ts";
import { messageOf } from "../program.ts";
import { ByteDuplex } from "./byte_duplex.ts";
import { HandshakeTurns } from "./handshake_turns.ts";
import { TlsStream } from "./tls_stream.ts";

/**
 * The time for a whole handshake, in milliseconds: two round trips through a bad
 * network, and the turns of two thousand clients who return at once.
 */
const HANDSHAKE_TIMEOUT = 10_000;

/** A certificate and its private key, both as PEM. */
export type TlsIdentity = {
  readonly certificate: string;
  readonly key: string;
};

export type TlsServerOptions = {
  /** Shares the processor between handshakes; default: turns of its own. */
  readonly turns?: Pick<HandshakeTurns, "turn">;
  /** In milliseconds. */
  readonly timeout?: number;
};

/** The server's side of TLS 1.3, over any stream. */
export class TlsServer {
  readonly #context: SecureContext;
  readonly #turns: Pick<HandshakeTurns, "turn">;
  readonly #timeout: number;

  /** Throws `TypeError` if the certificate or the key cannot be used. */
  constructor(
    identity: TlsIdentity,
    { turns, timeout = HANDSHAKE_TIMEOUT }: TlsServerOptions = {},
  ) {
    check(identity);
    this.#context = createSecureContext({
      cert: identity.certificate,
      key: identity.key,
      minVersion: "TLSv1.3",
    });
    this.#turns = turns ?? new HandshakeTurns();
    this.#timeout = timeout;
  }

  /**
   * Does the handshake with the client at the other end of `stream`. Resolves to the
   * decrypted stream; rejects with `TlsError`, and closes `stream`, if the handshake
   * fails or takes too long.
   */
  async accept(stream: ByteStream): Promise<ByteStream> {
    const turn = () => this.#turns.turn();
    await turn();
    const duplex = new ByteDuplex(stream);
    const tls = new TlsStream(this.#wrap(duplex), duplex);
    await tls.handshake({ turn, timeout: this.#timeout });
    return tls;
  }

  #wrap(duplex: Duplex): TLSSocket {
    return new TLSSocket(duplex, {
      isServer: true,
      secureContext: this.#context,
    });
  }
}

/** Deno itself would report a wrong certificate only to the first client. */
function check({ certificate, key }: TlsIdentity): void {
  let problem = "it does not belong to the private key";
  try {
    const isPair = new X509Certificate(certificate)
      .checkPrivateKey(createPrivateKey(key));
    if (isPair) return;
  } catch (error) {
    problem = messageOf(error);
  }
  throw new TypeError(`Cannot use the certificate of this server: ${problem}`);
}
