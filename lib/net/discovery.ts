/**
 * Servers found without typing an address: a client asks by UDP, on each network
 * card by multicast and by broadcast, and servers answer. The client uses a name and
 * a number of people to show, and a port; the address is the sender's own, so a
 * forged answer can at worst offer an address.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { PROTOCOL_VERSION } from "../messages.ts";
import {
  broadcastAddress,
  isInNetworkOf,
  type NetworkCard,
  networkCards,
} from "./network_cards.ts";
import { pause } from "./pause.ts";

/** UDP port of the question, whatever TCP port a server listens on. */
export const DISCOVERY_PORT = 12000;

/** A group for one organisation's own use (RFC 2365); it does not leave the network. */
export const DISCOVERY_GROUP = "239.255.120.0";

/** Longest question or answer, in bytes: too short to be of use for amplification. */
const MAX_DATAGRAM_LENGTH = 512;

/** Longest name that a server announces, in UTF-16 units. */
export const MAX_SERVER_NAME_LENGTH = 60;

/** Most people that a list shows: more than any server holds. */
const MAX_PEOPLE = 1_000_000;

/** Answers a second, at most: a lab full of clients, no more. */
const MAX_ANSWERS_PER_SECOND = 200;

/** Servers in one search, at most. */
const MAX_FOUND = 100;

/** How long a search waits for answers, in milliseconds. */
const SEARCH_TIME = 2_000;

/** A lost question is asked again after this, in milliseconds. */
const ASK_AGAIN = 500;

/** A server that answered. */
export type FoundServer = {
  readonly name: string;
  readonly hostname: string;
  readonly port: number;
  /** How many people are there; servers of older versions do not say it. */
  readonly people?: number;
};

type Where = { readonly type: "where"; readonly n: number };
type Here = {
  readonly type: "here";
  readonly n: number;
  /** The same in all answers of one server, which may have several addresses. */
  readonly server: string;
  readonly name: string;
  readonly port: number;
  readonly people?: number;
};

export type AnnounceOptions = {
  /** What people call this server; shown in the list. */
  readonly name: string;
  /** The TCP port that it listens on. */
  readonly port: number;
  /** How many people are there now; without it the answers do not say it. */
  readonly people?: () => number;
  /** The cards whose networks are answered; default: all. */
  readonly cards?: readonly NetworkCard[];
  readonly discoveryPort?: number;
  readonly signal: AbortSignal;
};

/**
 * Answers the clients that search, until `signal` aborts. Resolves when the server
 * can be found; rejects if the UDP port cannot be bound.
 */
export async function announce(options: AnnounceOptions): Promise<void> {
  const { name, port, signal, cards = networkCards() } = options;
  const socket = await bind({
    port: options.discoveryPort ?? DISCOVERY_PORT,
    shared: true,
  });
  signal.addEventListener("abort", () => socket.close(), { once: true });
  // A network that goes away later is no reason to stop serving.
  socket.on("error", () => {});
  for (const { address } of cards) {
    try {
      socket.addMembership(DISCOVERY_GROUP, address);
    } catch {
      // A card without multicast still hears the broadcast.
    }
  }
  const server = crypto.randomUUID();
  const limit = new RateLimit(MAX_ANSWERS_PER_SECOND);
  socket.on("message", (bytes: Uint8Array, from: RemoteInfo) => {
    const question = decode(bytes);
    if (question?.type !== "where") return;
    // A server that listens on some cards only offers nothing to the others.
    const isNear = options.cards === undefined ||
      cards.some((card) => isInNetworkOf(card, from.address));
    if (!isNear || !limit.take()) return;
    const people = options.people?.();
    const here = { n: question.n, server, name, port };
    send(socket, {
      ...{ type: "here", ...here },
      ...(people !== undefined && { people }),
    }, { address: from.address, port: from.port });
  });
}

export type SearchOptions = {
  /** Where to ask; default: on all network cards. */
  readonly cards?: readonly NetworkCard[];
  readonly discoveryPort?: number;
  readonly signal?: AbortSignal;
};

/** Asks for two seconds which servers are there. Resolves to them in the order of their answers. */
export async function search(options: SearchOptions): Promise<FoundServer[]> {
  const { cards = networkCards(), discoveryPort = DISCOVERY_PORT } = options;
  const n = crypto.getRandomValues(new Uint32Array(1))[0]!;
  const found = new Map<string, FoundServer>();
  const sockets = await Promise.all(cards.map(async (card) => {
    try {
      const socket = await bind({ address: card.address, port: 0 });
      socket.setBroadcast(true);
      socket.setMulticastInterface(card.address);
      socket.on("error", () => {});
      socket.on("message", (bytes: Uint8Array, from: RemoteInfo) => {
        const answer = decode(bytes);
        if (answer?.type !== "here" || answer.n !== n) return;
        if (found.has(answer.server) || found.size >= MAX_FOUND) return;
        const { name, port, people } = answer;
        found.set(answer.server, {
          ...{ name, hostname: from.address, port },
          ...(people !== undefined && { people }),
        });
      });
      return { socket, card };
    } catch {
      return undefined; // A card that is down.
    }
  }));
  const ask = () => {
    for (const asked of sockets) {
      if (asked === undefined) continue;
      for (const address of [DISCOVERY_GROUP, broadcastAddress(asked.card)]) {
        send(asked.socket, { type: "where", n }, {
          address,
          port: discoveryPort,
        });
      }
    }
  };
  ask();
  const again = setTimeout(ask, ASK_AGAIN);
  await pause(SEARCH_TIME, options.signal);
  clearTimeout(again);
  for (const asked of sockets) asked?.socket.close();
  return [...found.values()];
}

async function bind(
  { address, port, shared = false }: {
    address?: string;
    port: number;
    shared?: boolean;
  },
): Promise<Socket> {
  const socket = createSocket({ type: "udp4", reuseAddr: shared });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once("error", reject);
  socket.bind({ port, ...(address === undefined ? {} : { address }) }, resolve);
  try {
    await promise;
  } catch (error) {
    socket.close();
    throw error;
  }
  socket.off("error", reject);
  return socket;
}

function send(
  socket: Socket,
  message: Where | Here,
  to: { address: string; port: number },
): void {
  const json = JSON.stringify({ protocol: PROTOCOL_VERSION, ...message });
  // An unreachable network: others may be reachable.
  socket.send(Buffer.from(json), to.port, to.address, () => {});
}

/** Foreign bytes; `undefined` if they are not one of the two messages. */
function decode(bytes: Uint8Array): Where | Here | undefined {
  if (bytes.length > MAX_DATAGRAM_LENGTH) return undefined;
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(
      new TextDecoder("utf-8", { fatal: true }).decode(bytes),
    );
  } catch {
    return undefined;
  }
  const { protocol, type, n, server, name, port, people } = fields ?? {};
  if (protocol !== PROTOCOL_VERSION || !isUint(n, 0xffff_ffff)) {
    return undefined;
  }
  if (type === "where") return { type, n };
  const good = type === "here" && isText(server) && isText(name) &&
    isUint(port, 65535) && port > 0;
  if (!good) return undefined;
  // A number that cannot be is left out: the server is there.
  const known = isUint(people, MAX_PEOPLE) ? { people } : {};
  return { type, n, server, name, port, ...known };
}

function isUint(value: unknown, max: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 &&
    (value as number) <= max;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length <= MAX_SERVER_NAME_LENGTH;
}

/** At most a given number a second, counted by the clock's seconds. */
class RateLimit {
  readonly #perSecond: number;
  #second = 0;
  #taken = 0;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  take(): boolean {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#taken = 0;
    }
    return ++this.#taken <= this.#perSecond;
  }
}
