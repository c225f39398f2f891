import { type Address, formatAddress, isLoopback } from "../address.ts";
import { DISCOVERY_PORT, type FoundServer, type Here } from "./discovery.ts";
import { isFingerprintStart } from "../secure/fingerprint.ts";
import type { Introduction } from "./introduction.ts";

/**
 * Servers at one address that a search asks at the same time or lists: as many as
 * anyone runs on one computer. The default port is not counted.
 */
const MAX_PORTS = 4;

/**
 * Connections to one address in one search: forged answers must not make the client
 * scan ports.
 */
const MAX_TRIES_PER_ADDRESS = 16;

/** Attempts to reach one server: the first packet may be lost. */
const MAX_TRIES = 2;

/** Candidates kept in one search: enough for the network of a large school. */
const MAX_CANDIDATES = 4_096;

/**
 * Names that answers may give one candidate before the server there confirms its own.
 */
const MAX_NAMES = 4;

/** Servers in one list: more than anyone reads. */
const MAX_FOUND = 100;

/** An address where a server may listen. */
export type Candidate = {
  readonly address: Address;
  /** The address of this computer that received the answer. */
  readonly card: string;
  /** The UDP answers about this address, by the name that each gives. */
  readonly said: Map<string, Here>;
  /** What the server itself answered over TCP; `undefined`: nothing yet. */
  introduction: Introduction;
  tries: number;
  /** Another UDP answer arrived while the client asked the server. */
  isWorthRetry: boolean;
};

/**
 * The answers of one search, before they reach the list. Anyone can send answers, in
 * any number and from any address, so the client follows up only a few for each
 * address, in order of arrival, and lists only what the server there confirms over TCP.
 */
export class Candidates {
  readonly #all = new Map<string, Candidate>();
  readonly #waiting: Candidate[] = [];
  /** The ports in use and the attempts, by address; the default port is not counted. */
  readonly #addresses = new Map<string, { ports: number; tries: number }>();

  /**
   * Adds an answer that came from `hostname` to the address `card` of this computer.
   */
  add(
    here: Here,
    { hostname, card }: { readonly hostname: string; readonly card: string },
  ): void {
    const address = { hostname, port: here.port };
    const key = formatAddress(address);
    const known = this.#all.get(key);
    if (known !== undefined) return note(known, here);
    if (this.#all.size >= MAX_CANDIDATES || !this.#admit(address)) return;
    const candidate = {
      ...{ address, card, said: new Map([[here.name, here]]) },
      ...{ introduction: undefined, tries: 0, isWorthRetry: false },
    };
    this.#all.set(key, candidate);
    this.#waiting.push(candidate);
  }

  /**
   * Returns the next server to ask, and counts the attempt; `undefined` if none waits.
   */
  next(): Candidate | undefined {
    const candidate = this.#waiting.shift();
    if (candidate === undefined) return undefined;
    candidate.tries++;
    candidate.isWorthRetry = false;
    return candidate;
  }

  /** Records the result of asking a server. */
  settle(candidate: Candidate, introduction: Introduction): void {
    candidate.introduction = introduction;
    if (introduction !== undefined) return;
    if (candidate.isWorthRetry && candidate.tries < MAX_TRIES) {
      this.#waiting.push(candidate);
      return;
    }
    const { hostname } = candidate.address;
    this.#all.delete(formatAddress(candidate.address));
    const place = this.#addresses.get(hostname);
    if (place !== undefined && isCounted(candidate.address)) place.ports--;
  }

  /** Returns the servers that confirmed their answers, in the order of the answers. */
  found(): FoundServer[] {
    const shown: { found: FoundServer; id: string; candidate: Candidate }[] =
      [];
    for (const candidate of this.#all.values()) {
      const row = rowOf(candidate);
      if (row === undefined) continue;
      const isTwin = shown.some(({ id, candidate: other }) =>
        id === row.id && isOneComputer(candidate, other)
      );
      if (!isTwin) shown.push({ ...row, candidate });
      if (shown.length === MAX_FOUND) break;
    }
    return shown.map(({ found }) => found);
  }

  /**
   * Returns whether the search may ask one more server at this address, and counts it.
   */
  #admit(address: Address): boolean {
    if (!isCounted(address)) return true;
    const { hostname } = address;
    const place = this.#addresses.get(hostname) ?? { ports: 0, tries: 0 };
    const isFull = place.ports >= MAX_PORTS ||
      place.tries >= MAX_TRIES_PER_ADDRESS;
    if (isFull) return false;
    place.ports++;
    place.tries++;
    this.#addresses.set(hostname, place);
    return true;
  }
}

function isCounted({ port }: Address): boolean {
  return port !== DISCOVERY_PORT;
}

function note(candidate: Candidate, here: Here): void {
  const { said, introduction } = candidate;
  candidate.isWorthRetry = true;
  const isOwn = typeof introduction === "object" &&
    introduction.name === here.name;
  if (isOwn || said.size < MAX_NAMES) said.set(here.name, here);
}

/**
 * Returns the row for the list; `undefined` if the server has not confirmed the answer.
 */
function rowOf(
  { address, said, introduction }: Candidate,
): { found: FoundServer; id: string } | undefined {
  if (introduction === undefined) return undefined;
  const here = introduction === "unnamed" ? onlyOne(said) : introduction;
  if (here === undefined) {
    const id = formatAddress(address);
    return { found: { ...address, name: id }, id };
  }
  const { name, port, people, fingerprint, server: id } = here;
  if (!said.has(name) || port !== address.port) return undefined;
  const found = {
    ...{ ...address, name },
    ...(people !== undefined && { people }),
    ...(isFingerprintStart(fingerprint) && { fingerprint }),
  };
  return { found, id };
}

/**
 * Returns the only answer; `undefined` if there are several, because two names for one
 * address mean that at least one is forged.
 */
function onlyOne(said: ReadonlyMap<string, Here>): Here | undefined {
  const [here] = said.values();
  return said.size === 1 ? here : undefined;
}

/**
 * Returns whether two answers with the same id come from the same server. A server
 * answers each card of this computer from one address, so a second address on the same
 * card has copied the id.
 */
function isOneComputer(a: Candidate, b: Candidate): boolean {
  return a.card !== b.card ||
    isLoopback(a.address.hostname) && isLoopback(b.address.hostname) ||
    a.address.hostname === b.address.hostname;
}
