import { ChatError } from "../chat_error.ts";
import { encodeMessage } from "../messages.ts";
import type { ByteStream } from "../io/byte_stream.ts";
import { closingFor } from "../net/end_rules.ts";
import { GuessLimits } from "../net/guess_limits.ts";
import { HandshakeTurns } from "../net/handshake_turns.ts";
import { OpenTries } from "../net/open_tries.ts";
import {
  type Served,
  type ServedOwner,
  ServedStream,
} from "../net/served_stream.ts";
import { TlsServer } from "../net/tls_server.ts";
import { shortFingerprint } from "../secure/fingerprint.ts";
import type { RoomKey } from "../secure/room_key.ts";
import type { Identity } from "../store/identity.ts";

export type SecurityOptions = {
  /** The server's certificate; without one, the server does not encrypt. */
  readonly identity?: Identity | undefined;
  /** Whether the server refuses connections that are not encrypted. */
  readonly encryptedOnly?: boolean | undefined;
  /** The first room key; needs an identity. */
  readonly key?: RoomKey | undefined;
};

/** The encryption and the room key of one server, shared by all its sessions. */
export class Security {
  /** The room key; `undefined`: everyone may join. */
  key: RoomKey | undefined;
  readonly encryptedOnly: boolean;
  /** Limits wrong room keys. */
  readonly guesses = new GuessLimits();
  /** The exchanges in progress: their tries may be given back. */
  readonly tries = new OpenTries();
  /** Shares the processor between all handshakes and key exchanges. */
  readonly turns = new HandshakeTurns();
  /** The fingerprint of the server's certificate; `undefined`: it does not encrypt. */
  readonly fingerprint: Uint8Array | undefined;
  readonly #served: Served;

  /** Throws `TypeError` if the certificate cannot be used. */
  constructor({ identity, encryptedOnly = false, key }: SecurityOptions = {}) {
    this.encryptedOnly = encryptedOnly;
    this.key = key;
    this.fingerprint = identity?.fingerprint;
    const tls = identity && new TlsServer(identity, { turns: this.turns });
    this.#served = { tls, refusal };
  }

  /** Returns the fingerprint as people compare it; `undefined` without encryption. */
  get shownFingerprint(): string | undefined {
    return this.fingerprint && shortFingerprint(this.fingerprint);
  }

  /** Returns the transport of a new connection. */
  serve(stream: ByteStream, owner: ServedOwner): ServedStream {
    return new ServedStream(stream, { served: this.#served, owner });
  }

  /**
   * Throws {@linkcode ChatError} if a client may not join: over this connection, or
   * without another proof that it knows the room key.
   */
  checkEntry(
    { isEncrypted }: { readonly isEncrypted: boolean },
    proof: { readonly provenKey: RoomKey | undefined } | undefined,
  ): void {
    if (!isEncrypted && (this.encryptedOnly || this.key !== undefined)) {
      throw new ChatError(
        "encryption-needed",
        "This server takes only encrypted connections. Use a newer client: " +
          "the one that came with this server",
      );
    }
    if (this.key !== undefined && this.key !== proof?.provenKey) {
      throw new ChatError(
        "key-needed",
        "This room has a key. Ask the person who runs the server for it",
      );
    }
  }
}

/** The answer to a client that wants encryption where there is none. */
function refusal(): Uint8Array {
  return encodeMessage(closingFor({
    kind: "not secured",
    words: "this server does not encrypt",
  }));
}
