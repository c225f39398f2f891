import { RoomKey } from "../../lib/secure/room_key.ts";
import { ClientKeyExchange } from "../../lib/secure/key_exchange.ts";
import { fingerprintOf } from "../../lib/secure/fingerprint.ts";
import { Security } from "../../lib/server/security.ts";
import type { Identity } from "../../lib/store/identity.ts";
import type { ByteStream } from "../../lib/io/byte_stream.ts";
import type { TlsStream } from "../../lib/net/tls_stream.ts";
import { Peer, type Received } from "../testing.ts";
import { makeIdentity, openAnyTls } from "../net/tls_testing.ts";
import { type ConnectOptions, Hall, hello } from "./hall.ts";

/** The certificate of the servers in tests. */
export const IDENTITY: Identity = await identity();

async function identity(): Promise<Identity> {
  const { der, ...pair } = await makeIdentity();
  const fingerprint = await fingerprintOf(Uint8Array.from(der));
  return { ...pair, fingerprint };
}

/** A server that encrypts, with or without a room key. */
export class SecureHall extends Hall {
  readonly security: Security;

  constructor(
    { key, encryptedOnly }: { key?: string; encryptedOnly?: boolean } = {},
  ) {
    super();
    this.security = new Security({
      ...{ identity: IDENTITY, encryptedOnly },
      key: key === undefined ? undefined : new RoomKey(key),
    });
    Object.assign(this.shared, { security: this.security });
  }

  /** Connects a client with TLS that has said nothing yet. */
  async secure(options?: ConnectOptions): Promise<Peer<TlsStream>> {
    return new Peer(await openAnyTls(this.connect(options).stream));
  }

  /** Connects a client with TLS, and joins with this key, or without one. */
  async enter(name: string, key?: string): Promise<Peer<TlsStream>> {
    const peer = await this.secure();
    if (key !== undefined) await prove(peer, key);
    await peer.send(hello(name));
    await peer.until("welcome");
    return peer;
  }
}

/** Starts a proof; the caller goes on with the server's offer. */
export async function startProof(peer: Peer<ByteStream>, words: string) {
  const key = new RoomKey(words);
  const { fingerprint } = IDENTITY;
  const exchange = new ClientKeyExchange({ key, fingerprint });
  await peer.send({ type: "key", ...exchange.start() });
  return { exchange, offer: (await peer.next())! };
}

/** Tries a room key; resolves to the server's answer. Throws if the server has another. */
export async function prove(
  peer: Peer<ByteStream>,
  words: string,
): Promise<Received> {
  const { exchange, offer } = await startProof(peer, words);
  if (offer.type !== "key") return offer;
  await peer.send({ type: "key", ...exchange.answer(offer) });
  const answer = (await peer.next())!;
  if (answer.type === "key") exchange.finish(answer);
  return answer;
}
