import { AskerLimits } from "./asker_limits.ts";
import {
  decodeDatagram,
  DISCOVERY_GROUP,
  DISCOVERY_PORT,
  encodeAnswer,
  type Here,
} from "./discovery.ts";
import {
  isInNetworkOf,
  type NetworkCard,
  networkCards,
} from "./network_cards.ts";
import { openUdp, sendUdp } from "./udp_socket.ts";

export type AnnounceOptions = {
  /** Returns the answer to question `n`. */
  readonly introduce: (n: number) => Here;
  /** The network cards whose networks get answers; default: all cards. */
  readonly cards?: readonly NetworkCard[];
  readonly discoveryPort?: number;
  readonly signal: AbortSignal;
  /** Decides which questions get an answer; default: new limits. */
  readonly limits?: AskerLimits;
};

/**
 * Answers the clients that search for servers, until `signal` aborts. Resolves when
 * clients can find the server; rejects if the UDP port cannot be bound.
 */
export async function announce(options: AnnounceOptions): Promise<void> {
  const { introduce, signal, cards = networkCards() } = options;
  const { limits = new AskerLimits() } = options;
  const socket = await openUdp(
    { port: options.discoveryPort ?? DISCOVERY_PORT, shared: true },
    (bytes, from) => {
      // A server that listens on some cards only does not answer the networks of the
      // others.
      const isNear = options.cards === undefined ||
        cards.some((card) => isInNetworkOf(card, from.address));
      if (!isNear || !limits.mayAsk(from)) return;
      const question = decodeDatagram(bytes);
      if (question?.type !== "where") return;
      const answer = encodeAnswer(introduce(question.n));
      const lengths = { asked: bytes.length, answer: answer.length };
      if (limits.mayAnswer(from, lengths)) sendUdp(socket, answer, from);
    },
  );
  signal.addEventListener("abort", () => socket.close(), { once: true });
  for (const { address } of cards) {
    try {
      socket.addMembership(DISCOVERY_GROUP, address);
    } catch {
      // A card without multicast still receives broadcasts.
    }
  }
}
