/**
 * The two attacks that a person in between can try on encryption: a certificate of
 * their own, and no encryption at all.
 *
 * @module
 */

import { TlsServer } from "../../lib/net/tls_server.ts";
import { openTls } from "../../lib/net/tls_open.ts";
import {
  certificateDer,
  makeCertificate,
} from "../../lib/secure/certificate.ts";
import {
  fingerprintOf,
  shortFingerprint,
} from "../../lib/secure/fingerprint.ts";
import { message } from "../e2e/raw_client.ts";
import { relayBetween, type Serve } from "./middle.ts";

const HANDSHAKE = { timeout: 60_000 };

/** Speaks TLS with each side, and reads what they say: its recordings are plain. */
export type Swap = {
  readonly serve: Serve;
  /** The short fingerprint of the certificate of the one in between. */
  readonly fingerprint: string;
};

export async function swap(): Promise<Swap> {
  const identity = await makeCertificate();
  const tls = new TlsServer(identity, HANDSHAKE);
  const der = certificateDer(identity.certificate);
  return {
    fingerprint: shortFingerprint(await fingerprintOf(der)),
    async serve(passage) {
      const client = await tls.accept(passage.client);
      const answer = await openTls(await passage.dial(), HANDSHAKE);
      if (answer.kind !== "encrypted") return;
      await relayBetween(passage, { client, server: answer.stream });
    },
  };
}

/** How a middle refuses to encrypt: in words, or by hanging up. */
export type Refusal = "closing" | "hang up";

/** Refuses each ClientHello, and passes plain connections on. */
export function strip(refusal: Refusal): Serve {
  return async (passage) => {
    const first = new Uint8Array(512);
    const length = await passage.client.read(first);
    if (length === null) return;
    if (first[0] === 22) {
      if (refusal === "hang up") return;
      const reason = "this server does not encrypt";
      await passage.client.write(message({ type: "closing", reason }));
      return;
    }
    const server = await passage.dial();
    passage.see(first.subarray(0, length), "up");
    for (let at = 0; at < length;) {
      at += await server.write(first.subarray(at, length));
    }
    await relayBetween(passage, { server });
  };
}
