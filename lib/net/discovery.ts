/**
 * Finding servers without typing an address: the question that a client asks by UDP and
 * the answer of a server, as bytes. `search.ts` asks, `announce.ts` answers.
 *
 * @module
 */

import { display } from "../display.ts";
import { PROTOCOL_VERSION } from "../messages.ts";
import { isFingerprintStart } from "../secure/fingerprint.ts";

/** The UDP port for questions, whatever TCP port a server listens on. */
export const DISCOVERY_PORT = 12000;

/**
 * A multicast group for use inside one organisation (RFC 2365); it does not leave the
 * network.
 */
export const DISCOVERY_GROUP = "239.255.120.0";

/** The longest question or answer, in bytes: fits one packet of any network. */
const MAX_DATAGRAM_LENGTH = 512;

/**
 * The length of a question, in bytes: at least that of the longest answer, so that a
 * forged question makes a server send no more than the forger sent.
 */
export const QUESTION_LENGTH = 384;

/** The longest name that a server announces, in UTF-16 units. */
export const MAX_SERVER_NAME_LENGTH = 60;

/** The most people that a list shows: more than a server holds. */
const MAX_TOLD_PEOPLE = 1_000_000;

/** A server that answered. */
export type FoundServer = {
  readonly name: string;
  readonly hostname: string;
  readonly port: number;
  /** The number of people on the server; older servers do not send it. */
  readonly people?: number;
  /** The beginning of the certificate's fingerprint, if the server encrypts. */
  readonly fingerprint?: string;
};

/** The question of a client; `n` is a random number. */
export type Where = { readonly type: "where"; readonly n: number };

/** The answer of a server. */
export type Here = {
  readonly type: "here";
  /** The number of the question. */
  readonly n: number;
  /** The id of the server, the same on all its addresses. */
  readonly server: string;
  readonly name: string;
  readonly port: number;
  readonly people?: number;
  /** The beginning of the certificate's short fingerprint. */
  readonly fingerprint?: string;
};

/** Returns a question as bytes, padded to {@linkcode QUESTION_LENGTH}. */
export function encodeQuestion(n: number): Uint8Array {
  const question = { protocol: PROTOCOL_VERSION, type: "where", n, pad: "" };
  const { length } = JSON.stringify(question);
  const pad = " ".repeat(QUESTION_LENGTH - length);
  return new TextEncoder().encode(JSON.stringify({ ...question, pad }));
}

/**
 * Returns an answer as bytes, at most {@linkcode QUESTION_LENGTH} of them if the name
 * is valid.
 */
export function encodeAnswer(here: Here): Uint8Array {
  const answer = { protocol: PROTOCOL_VERSION, ...here };
  return new TextEncoder().encode(JSON.stringify(answer));
}

/** Returns the question or answer in `bytes`; `undefined` if they are neither. */
export function decodeDatagram(bytes: Uint8Array): Where | Here | undefined {
  if (bytes.length > MAX_DATAGRAM_LENGTH) return undefined;
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(
      new TextDecoder("utf-8", { fatal: true }).decode(bytes),
    );
  } catch {
    return undefined;
  }
  const { protocol, type, n, server, name, port, people, fingerprint } =
    fields ?? {};
  if (protocol !== PROTOCOL_VERSION || !isUint(n, 0xffff_ffff)) {
    return undefined;
  }
  if (type === "where") return { type, n };
  const good = type === "here" && isServerId(server) &&
    typeof name === "string" && serverNameProblem(name) === undefined &&
    isUint(port, 65535) && port > 0;
  if (!good) return undefined;
  // An impossible number of people is left out: the server still exists.
  const known = isUint(people, MAX_TOLD_PEOPLE) ? { people } : {};
  const print = isFingerprintStart(fingerprint) ? { fingerprint } : {};
  return { type, n, server, name, port, ...known, ...print };
}

/**
 * Returns why a server cannot be called `name`, as the end of a sentence (`The name
 * ...`); `undefined` if it can. A list shows the name in one row.
 */
export function serverNameProblem(name: string): string | undefined {
  if (name.trim() === "") return "is empty: choose a name";
  if (name.length > MAX_SERVER_NAME_LENGTH) {
    return `has ${name.length} characters: ` +
      `at most ${MAX_SERVER_NAME_LENGTH} are allowed`;
  }
  // Rejects line feeds, control characters, and marks that change the text direction.
  if (display(name) !== name) {
    return "has an invisible character or a line break in it: leave that out";
  }
  return undefined;
}

function isUint(value: unknown, max: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 &&
    (value as number) <= max;
}

function isServerId(value: unknown): value is string {
  return typeof value === "string" && value.length <= MAX_SERVER_NAME_LENGTH;
}
