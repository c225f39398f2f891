import type { Socket } from "node:dgram";
import type { Address } from "../address.ts";
import type { ByteStream } from "../io/byte_stream.ts";
import { type Candidate, Candidates } from "./candidates.ts";
import { connect } from "./connect.ts";
import {
  decodeDatagram,
  DISCOVERY_GROUP,
  DISCOVERY_PORT,
  encodeQuestion,
  type FoundServer,
} from "./discovery.ts";
import { askName, type Dial } from "./introduction.ts";
import {
  broadcastAddress,
  type NetworkCard,
  networkCards,
} from "./network_cards.ts";
import { pause } from "../io/pause.ts";
import { openUdp, sendUdp } from "./udp_socket.ts";

/** The duration of a search, connections included, in milliseconds. */
const SEARCH_TIME = 2_000;

/**
 * The time after which the question is repeated, in milliseconds, in case the first is
 * lost.
 */
const ASK_AGAIN = 500;

/** Connections open at the same time: more than the servers of a building. */
const MAX_CONNECTIONS = 32;

/**
 * The time for a server to give its name, in milliseconds: far longer than a network
 * takes.
 */
const NAME_TIMEOUT = 700;

export type SearchOptions = {
  /** The network cards to ask on; default: all. */
  readonly cards?: readonly NetworkCard[];
  readonly discoveryPort?: number;
  /** How the client connects to servers; default: by TCP. */
  readonly dial?: Dial;
  readonly signal?: AbortSignal | undefined;
};

/**
 * Searches for servers for two seconds. A UDP answer proves nothing, so the client
 * connects to each server that answers, and the server must say the same there.
 * Resolves to the servers in the order of their answers.
 */
export async function search(options: SearchOptions): Promise<FoundServer[]> {
  const { cards = networkCards(), signal } = options;
  const { discoveryPort = DISCOVERY_PORT } = options;
  const n = crypto.getRandomValues(new Uint32Array(1))[0]!;
  const candidates = new Candidates();
  using checks = new Checks(candidates, { n, dial: options.dial ?? dialTcp });
  const sockets = await openAll(cards, (bytes, from) => {
    const answer = decodeDatagram(bytes);
    if (answer?.type !== "here" || answer.n !== n) return;
    candidates.add(answer, from);
    checks.next();
  });
  const question = encodeQuestion(n);
  const ask = () => {
    for (const { socket, card } of sockets) {
      for (const address of [DISCOVERY_GROUP, broadcastAddress(card)]) {
        sendUdp(socket, question, { address, port: discoveryPort });
      }
    }
  };
  ask();
  const again = setTimeout(ask, ASK_AGAIN);
  await pause(SEARCH_TIME, signal);
  clearTimeout(again);
  for (const { socket } of sockets) socket.close();
  return candidates.found();
}

/** Sends multicasts from the card with this address, if the system can choose it. */
function sendGroupsFrom(socket: Socket, address: string): void {
  try {
    socket.setMulticastInterface(address);
  } catch {
    // Deno before 2.9 cannot: then the broadcast alone asks on this card.
  }
}

type Opened = { readonly socket: Socket; readonly card: NetworkCard };

/** Opens a socket on each card that is up. */
async function openAll(
  cards: readonly NetworkCard[],
  onDatagram: (
    bytes: Uint8Array,
    from: { hostname: string; card: string },
  ) => void,
): Promise<Opened[]> {
  const opened = await Promise.all(cards.map(async (card) => {
    const { address } = card;
    try {
      const socket = await openUdp({ address, port: 0 }, (bytes, from) => {
        onDatagram(bytes, { hostname: from.address, card: address });
      });
      socket.setBroadcast(true);
      sendGroupsFrom(socket, address);
      return { socket, card };
    } catch {
      return undefined; // This card is down.
    }
  }));
  return opened.filter((one) => one !== undefined);
}

/**
 * Asks the waiting servers for their names, a limited number at a time, until disposed.
 */
class Checks implements Disposable {
  readonly #candidates: Candidates;
  readonly #options: { readonly n: number; readonly dial: Dial };
  readonly #ending = new AbortController();
  #running = 0;

  constructor(
    candidates: Candidates,
    options: { readonly n: number; readonly dial: Dial },
  ) {
    this.#candidates = candidates;
    this.#options = options;
  }

  /** Asks as many servers as the limit allows now. */
  next(): void {
    while (this.#running < MAX_CONNECTIONS && !this.#ending.signal.aborted) {
      const candidate = this.#candidates.next();
      if (candidate === undefined) return;
      this.#running++;
      void this.#check(candidate);
    }
  }

  [Symbol.dispose](): void {
    this.#ending.abort();
  }

  async #check(candidate: Candidate): Promise<void> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), NAME_TIMEOUT);
    const signal = AbortSignal.any([this.#ending.signal, late.signal]);
    const { address } = candidate;
    const said = await askName(address, { ...this.#options, signal });
    clearTimeout(timer);
    this.#candidates.settle(candidate, said);
    this.#running--;
    this.next();
  }
}

function dialTcp(address: Address, signal: AbortSignal): Promise<ByteStream> {
  return connect(address, { signal, timeout: NAME_TIMEOUT });
}
