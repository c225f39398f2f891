/**
 * How a client and a server prove to each other that they know the room key, without
 * sending it.
 *
 * | from   | message                   | what it holds                               |
 * | ------ | ------------------------- | ------------------------------------------- |
 * | client | {@linkcode KeyStart}  | half of the session id                          |
 * | server | {@linkcode KeyOffer}  | the other half, and the server's share          |
 * | client | {@linkcode KeyProof}  | the client's share and proof                    |
 * | server | {@linkcode KeyAnswer} | the server's proof                              |
 *
 * - The client proves first. Somebody who plays the server gets one proof a visit, to
 *   compare with one guess. Somebody who plays the client gets no proof, and needs a new
 *   exchange for each guess.
 * - Both sides put the server's fingerprint into the exchange, the client the one of the
 *   certificate that it was shown. A man in the middle needs a
 *   certificate of his own, so the two sides get different keys.
 * - Each side says in its associated data who it is, so no message of one passes for a
 *   message of the other. The session id, of which each side makes half, makes earlier messages
 *   useless.
 *
 * @module
 */

import { concatBytes, equalBytes } from "@noble/curves/utils.js";
import {
  type CPaceInputs,
  type CPaceProofs,
  cpaceProofs,
  CPaceSide,
  type CPaceTranscript,
  lengthValues,
  PROOF_LENGTH,
  SHARE_LENGTH,
} from "./cpace.ts";
import type { RoomKey } from "./room_key.ts";

/** The version of the exchange; another version has another channel and other keys. */
const VERSION = "messenger room key 1";

/** Who takes part. The server sends the first share, so it is the draft's initiator. */
const SERVER = utf8("server");
const CLIENT = utf8("client");

/** Each side's half of the session id, in bytes: no two exchanges have the same one. */
const NONCE_LENGTH = 16;

/** The client's first message. Bytes in these messages are base64url, without padding. */
export type KeyStart = { readonly nonce: string };

/** The server's first message. */
export type KeyOffer = { readonly nonce: string; readonly share: string };

/** The client's second message. */
export type KeyProof = { readonly share: string; readonly proof: string };

/** The server's second message. */
export type KeyAnswer = { readonly proof: string };

/** What one side knows. */
export type KeyExchangeOptions = {
  readonly key: RoomKey;
  /** The fingerprint of the server's certificate, as this side sees it. */
  readonly fingerprint: Uint8Array;
};

/**
 * The exchange has failed. It does not say why: a wrong key, a damaged message and an
 * attack look the same.
 */
export class KeyExchangeError extends Error {
  override readonly name = "KeyExchangeError";

  constructor() {
    super("The room key does not match");
  }
}

/** The client's side. Each method is called once, in order; the first error ends it. */
export class ClientKeyExchange {
  readonly #options: KeyExchangeOptions;
  readonly #steps = new Steps();
  readonly #nonce = randomNonce();
  #proofs: CPaceProofs | undefined;

  constructor(options: KeyExchangeOptions) {
    this.#options = options;
  }

  /** Returns the first message. */
  start(): KeyStart {
    return this.#steps.take(0, () => ({ nonce: encode(this.#nonce) }));
  }

  /** Returns the answer to the server's offer. Throws {@linkcode KeyExchangeError}. */
  answer(offer: unknown): KeyProof {
    return this.#steps.take(1, () => {
      const theirs = decode(offer, "nonce", NONCE_LENGTH);
      const share = decode(offer, "share", SHARE_LENGTH);
      const session = concatBytes(this.#nonce, theirs);
      const side = new CPaceSide(inputs(this.#options, session));
      const transcript = {
        initiator: { share, data: SERVER },
        responder: { share: side.share, data: CLIENT },
      };
      this.#proofs = proofs(side, { theirShare: share, session, transcript });
      return {
        share: encode(side.share),
        proof: encode(this.#proofs.responder),
      };
    });
  }

  /**
   * Checks that the server knows the room key. Throws {@linkcode KeyExchangeError}; then
   * the client must trust nothing that this server says.
   */
  finish(answer: unknown): void {
    this.#steps.take(2, () => {
      const proof = decode(answer, "proof", PROOF_LENGTH);
      if (!equalBytes(proof, this.#proofs!.initiator)) throw wrong();
    });
  }
}

/** The server's side. Each method is called once, in order; the first error ends it. */
export class ServerKeyExchange {
  readonly #options: KeyExchangeOptions;
  readonly #steps = new Steps();
  #session: Uint8Array | undefined;
  #side: CPaceSide | undefined;

  constructor(options: KeyExchangeOptions) {
    this.#options = options;
  }

  /** Returns the answer to the first message. Throws {@linkcode KeyExchangeError}. */
  offer(start: unknown): KeyOffer {
    return this.#steps.take(0, () => {
      const nonce = randomNonce();
      const session = concatBytes(decode(start, "nonce", NONCE_LENGTH), nonce);
      this.#session = session;
      this.#side = new CPaceSide(inputs(this.#options, session));
      return { nonce: encode(nonce), share: encode(this.#side.share) };
    });
  }

  /**
   * Returns the answer to a client that knows the room key. Throws {@linkcode
   * KeyExchangeError} for any other.
   */
  finish(proof: unknown): KeyAnswer {
    return this.#steps.take(1, () => {
      const share = decode(proof, "share", SHARE_LENGTH);
      const theirs = decode(proof, "proof", PROOF_LENGTH);
      const side = this.#side!;
      const transcript = {
        initiator: { share: side.share, data: SERVER },
        responder: { share, data: CLIENT },
      };
      const { initiator, responder } = proofs(side, {
        ...{ theirShare: share, session: this.#session!, transcript },
      });
      if (!equalBytes(theirs, responder)) throw wrong();
      return { proof: encode(initiator) };
    });
  }
}

/** Lets each step happen once, in order, and none after an error. */
class Steps {
  #next = 0;

  take<T>(step: number, run: () => T): T {
    if (this.#next !== step) {
      this.#next = Infinity;
      throw wrong();
    }
    this.#next = Infinity;
    try {
      const result = run();
      this.#next = step + 1;
      return result;
    } catch {
      throw wrong();
    }
  }
}

function inputs(
  { key, fingerprint }: KeyExchangeOptions,
  session: Uint8Array,
): CPaceInputs {
  const channel = lengthValues(utf8(VERSION), SERVER, fingerprint, CLIENT);
  return { password: key.bytes, channel, session };
}

function proofs(
  side: CPaceSide,
  { theirShare, session, transcript }: {
    readonly theirShare: Uint8Array;
    readonly session: Uint8Array;
    readonly transcript: CPaceTranscript;
  },
): CPaceProofs {
  const key = side.key(theirShare, transcript);
  return cpaceProofs(key, { session, transcript });
}

function encode(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

/** Returns a field of a message: exactly `length` bytes, in their only spelling. */
function decode(message: unknown, name: string, length: number): Uint8Array {
  const text = (message as Readonly<Record<string, unknown>>)[name];
  const textLength = Math.ceil(length * 8 / 6);
  if (typeof text !== "string" || text.length !== textLength) throw wrong();
  const bytes = Uint8Array.fromBase64(text, { alphabet: "base64url" });
  if (encode(bytes) !== text) throw wrong();
  return bytes;
}

function wrong(): KeyExchangeError {
  return new KeyExchangeError();
}

function randomNonce(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(NONCE_LENGTH));
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
