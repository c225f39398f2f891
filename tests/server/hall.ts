import { assert } from "@std/assert";
import { FileCatalog } from "../../lib/files/file_catalog.ts";
import type { ByteStream } from "../../lib/io/byte_stream.ts";
import { Moderation } from "../../lib/chat/moderation.ts";
import { Room } from "../../lib/chat/room.ts";
import { Backpressure } from "../../lib/server/backpressure.ts";
import { roomLog } from "../../lib/server/room_log.ts";
import { Security } from "../../lib/server/security.ts";
import { Session } from "../../lib/server/session.ts";
import type { Shared } from "../../lib/server/shared.ts";
import {
  collectingLog,
  Peer,
  type Received,
  type StreamOptions,
  streamPair,
} from "../testing.ts";

export type ConnectOptions = StreamOptions & {
  /** The client's address; by default each client has one of its own. */
  readonly from?: string;
};

/** A server without a listener: a test starts the sessions by hand. */
export class Hall {
  readonly printed: string[] = [];
  readonly lines: string[];
  readonly shared: Shared<Session>;
  readonly sessions: Session[] = [];
  readonly #ended = new Set<Session>();
  readonly #last = Promise.withResolvers<void>();

  /**
   * Creates the server. `room` is a default one unless given, and the log subscribes to
   * it.
   */
  constructor(folder = "no such folder", room?: Room) {
    const { log, lines } = collectingLog();
    this.lines = lines;
    this.shared = {
      room: room ?? new Room({ subscribers: [roomLog(log)] }),
      catalog: new FileCatalog(folder),
      backpressure: new Backpressure(),
      log,
      print: (line) => this.printed.push(line),
      counters: { messages: 0, deliveries: 0 },
      moderation: new Moderation(),
      security: new Security(),
      welcome: "Welcome!",
      history: 50,
      maxRate: 100,
      onEnd: (session) => {
        assert(!this.#ended.has(session), "ends once");
        this.#ended.add(session);
        if (this.#ended.size === this.sessions.length) this.#last.resolve();
      },
    };
  }

  /** Connects a client that has sent nothing. */
  connect({ from, ...options }: ConnectOptions = {}): Peer {
    const [mine, other] = streamPair(options);
    const number = this.sessions.length + 1;
    const incoming = { stream: mine, from: from ?? `10.0.0.${number}:5000` };
    const session = new Session(incoming, number, this.shared);
    this.sessions.push(session);
    session.start();
    return new Peer(other);
  }

  /** Connects a client, and joins. */
  async join(name: string): Promise<Peer> {
    const peer = this.connect();
    await peer.send(hello(name));
    await peer.until("welcome");
    return peer;
  }

  /** Resolves when all sessions have ended. */
  async ended(...peers: Peer<ByteStream>[]): Promise<void> {
    peers.forEach((peer) => peer.stream.close());
    await this.#last.promise;
    this.shared.log.flush();
    this.shared.backpressure.close();
  }
}

export const hello = (name: string) => ({ type: "hello", protocol: 1, name });

/** Resolves to everything that `peer` gets up to the answer to a ping. */
export async function answers(
  peer: Peer<ByteStream>,
  ...messages: object[]
): Promise<Received[]> {
  for (const message of messages) await peer.send(message);
  await peer.send({ type: "ping", n: 99 });
  return (await peer.until("pong")).slice(0, -1);
}
