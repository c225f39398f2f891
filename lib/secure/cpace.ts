/**
 * CPace, a key exchange between two sides that know the same short secret: neither a
 * listener nor an impostor can try secrets against what they have seen; an impostor
 * learns from each exchange only whether one guess was right.
 *
 * draft-irtf-cfrg-cpace-21, CPACE-RISTR255-SHA512, with an initiator and a responder.
 * Multiplication in JavaScript takes nearly, but not exactly, the same time for all
 * numbers; each number is used once, and the network hides such differences.
 *
 * @module
 */

import { ristretto255, ristretto255_hasher } from "@noble/curves/ed25519.js";
import { bytesToNumberLE, concatBytes } from "@noble/curves/utils.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha512 } from "@noble/hashes/sha2.js";

/** Length of a share and of a secret number, in bytes. */
export const SHARE_LENGTH = 32;

/** Length of a proof, in bytes: HMAC with SHA-512. */
export const PROOF_LENGTH = 64;

/** The draft's name of the group (DSI), and of the step that makes the key. */
const GROUP_NAME = utf8("CPaceRistretto255");
const KEY_NAME = utf8("CPaceRistretto255_ISK");
const PROOF_NAME = utf8("CPaceMac");

/** The input block of SHA-512, in bytes. */
const HASH_BLOCK = 128;

/** The group has a little more than 2^252 elements. */
const TOP_BITS = 0x0f;

/** A share that no honest side sends. */
export class CPaceError extends Error {
  override readonly name = "CPaceError";
}

/** What both sides must agree on; the key differs if anything here does. */
export type CPaceInputs = {
  /** The common secret (PRS). */
  readonly password: Uint8Array;
  /** The channel, with the names of both sides (CI). */
  readonly channel: Uint8Array;
  /** The id of this exchange, which no other exchange has (sid). */
  readonly session: Uint8Array;
};

/** What one side sends: its share (Y), and its associated data (AD). */
export type CPaceMessage = {
  readonly share: Uint8Array;
  readonly data: Uint8Array;
};

/** The messages of both sides, in the order of the exchange. */
export type CPaceTranscript = {
  readonly initiator: CPaceMessage;
  readonly responder: CPaceMessage;
};

/** One side of one exchange. Its secret number exists only here. */
export class CPaceSide {
  readonly #number: Uint8Array;
  readonly #session: Uint8Array;
  /** What this side sends. */
  readonly share: Uint8Array;

  /** `number` is the secret number: random, and only given by tests. */
  constructor(inputs: CPaceInputs, number: Uint8Array = randomNumber()) {
    this.#number = number;
    this.#session = inputs.session;
    this.share = generator(inputs).multiply(bytesToNumberLE(number)).toBytes();
  }

  /**
   * Returns the common key (ISK), 64 bytes; `theirShare` is the share of the other side,
   * as it stands in `transcript`. Throws {@linkcode CPaceError} if it is not a canonical
   * encoding of an element, or the identity.
   */
  key(theirShare: Uint8Array, transcript: CPaceTranscript): Uint8Array {
    const common = multiplyShare(this.#number, theirShare);
    return sha512(concatBytes(
      lengthValues(KEY_NAME, this.#session, common),
      transcriptOf(transcript),
    ));
  }
}

/** What each side sends to prove that it has the key (10.4 of the draft). */
export type CPaceProofs = {
  readonly initiator: Uint8Array;
  readonly responder: Uint8Array;
};

/** Returns the proofs of both sides for the key of {@linkcode CPaceSide.key}. */
export function cpaceProofs(
  key: Uint8Array,
  { session, transcript: { initiator, responder } }: {
    readonly session: Uint8Array;
    readonly transcript: CPaceTranscript;
  },
): CPaceProofs {
  const proofKey = sha512(concatBytes(PROOF_NAME, session, key));
  const proofOf = ({ share, data }: CPaceMessage) =>
    hmac(sha512, proofKey, lengthValues(share, data));
  return { initiator: proofOf(initiator), responder: proofOf(responder) };
}

/**
 * Multiplies a share by a secret number (`scalar_mult_vfy`). Throws {@linkcode
 * CPaceError} for a share that the draft refuses.
 */
export function multiplyShare(
  number: Uint8Array,
  share: Uint8Array,
): Uint8Array {
  const element = elementOf(share);
  // The group has a prime order: only the identity gives the identity.
  if (element.equals(ristretto255.Point.ZERO)) {
    throw new CPaceError("The share is the identity");
  }
  return element.multiply(bytesToNumberLE(number)).toBytes();
}

/**
 * Returns the text from which the generator is made. The zeros fill the first block of
 * the hash, so that its time does not tell the length of a short secret.
 */
export function generatorString(
  { password, channel, session }: CPaceInputs,
): Uint8Array {
  const used = lengthValues(GROUP_NAME, password).length + 1;
  const zeros = new Uint8Array(Math.max(0, HASH_BLOCK - used));
  return lengthValues(GROUP_NAME, password, zeros, channel, session);
}

/** Returns the encoding of the generator, which depends on all inputs. */
export function encodedGenerator(inputs: CPaceInputs): Uint8Array {
  return generator(inputs).toBytes();
}

/** Returns the parts one after the other, each behind its length (`lv_cat`, LEB128). */
export function lengthValues(...parts: readonly Uint8Array[]): Uint8Array {
  return concatBytes(...parts.flatMap((part) => [lengthOf(part), part]));
}

/** Returns both messages as the draft hashes them (`transcript_ir`). */
export function transcriptOf(
  { initiator, responder }: CPaceTranscript,
): Uint8Array {
  return lengthValues(
    initiator.share,
    initiator.data,
    responder.share,
    responder.data,
  );
}

function generator(inputs: CPaceInputs) {
  return ristretto255_hasher.deriveToCurve!(sha512(generatorString(inputs)));
}

function elementOf(share: Uint8Array) {
  try {
    return ristretto255.Point.fromBytes(share);
  } catch (cause) {
    throw new CPaceError("The share is no element of the group", { cause });
  }
}

/** A number below 2^252, as the draft recommends, and never 0. */
function randomNumber(): Uint8Array {
  const number = crypto.getRandomValues(new Uint8Array(SHARE_LENGTH));
  number[SHARE_LENGTH - 1]! &= TOP_BITS;
  return number.every((byte) => byte === 0) ? randomNumber() : number;
}

function lengthOf({ length }: Uint8Array): Uint8Array {
  const bytes: number[] = [];
  let left = length;
  for (; left > 127; left = Math.floor(left / 128)) {
    bytes.push(left % 128 | 128);
  }
  return Uint8Array.from([...bytes, left]);
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
