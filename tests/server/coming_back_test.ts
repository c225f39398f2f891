/**
 * Ten people talk while their connections are cut again and again, at random bytes of
 * both directions, sometimes unnoticed by the server. No message may get lost, arrive
 * twice, or arrive out of order.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { FileCatalog } from "../../lib/files/file_catalog.ts";
import { ChatClient } from "../../lib/client/chat_client.ts";
import type { ChatEvent } from "../../lib/client/chat_event.ts";
import { Membership } from "../../lib/client/membership.ts";
import { DownloadFolder } from "../../lib/files/download_folder.ts";
import type { ByteStream } from "../../lib/io/byte_stream.ts";
import type { Acceptor, Incoming } from "../../lib/net/listen.ts";
import { serve } from "../../lib/server/chat_server.ts";
import { collectingLog, Random, settle, streamPair } from "../testing.ts";

const PEOPLE = 10;
const CUTS = 1_000;

/** Connects clients and the server without a network. */
class Door implements Acceptor {
  readonly #waiting: Incoming[] = [];
  #wake = Promise.withResolvers<void>();
  #closed = false;

  /** Passes a stream to the server. */
  enter(stream: ByteStream): void {
    this.#waiting.push({ stream, from: "10.0.0.1:5000" });
    this.#wake.resolve();
  }

  async accept(): Promise<Incoming> {
    for (;;) {
      const incoming = this.#waiting.shift();
      if (incoming !== undefined) return incoming;
      if (this.#closed) throw new Error("Closed");
      await this.#wake.promise;
      this.#wake = Promise.withResolvers();
    }
  }

  close(): void {
    this.#closed = true;
    this.#wake.resolve();
  }
}

/** A stream that breaks after a number of bytes, for one side or for both. */
class Brittle implements ByteStream {
  readonly #stream: ByteStream;
  readonly #onBreak: () => void;
  #left: number;

  constructor(stream: ByteStream, length: number, onBreak: () => void) {
    this.#stream = stream;
    this.#left = length;
    this.#onBreak = onBreak;
  }

  async read(target: Uint8Array): Promise<number | null> {
    this.#check();
    const length = await this.#stream.read(target.subarray(0, this.#left));
    this.#left -= length ?? 0;
    return length;
  }

  async write(bytes: Uint8Array): Promise<number> {
    this.#check();
    const length = await this.#stream.write(bytes.subarray(0, this.#left));
    this.#left -= length;
    return length;
  }

  close(): void {
    this.#stream.close();
  }

  #check(): void {
    if (this.#left > 0) return;
    this.#onBreak();
    throw new Error("Connection reset");
  }
}

/** A person who talks, and comes back whenever the connection is lost. */
class Talker {
  readonly name: string;
  /** The messages received: `from text`, with `>` before private ones. */
  readonly heard: string[] = [];
  refusals = 0;
  told = 0;
  readonly #membership = new Membership();
  readonly #connect: () => ByteStream;
  #client: ChatClient | undefined;
  #count = 0;

  constructor(name: string, connect: () => ByteStream) {
    this.name = name;
    this.#connect = connect;
  }

  /** Joins, or comes back. */
  async join(): Promise<void> {
    for (;;) {
      try {
        const { client } = await ChatClient.join(this.#connect(), {
          name: this.name,
          folder: new DownloadFolder(this.name),
          membership: this.#membership,
          onEvent: (event) => this.#hear(event),
        });
        this.#client = client;
        return;
      } catch (error) {
        // The connection was cut before the welcome.
        assert(`${error}`.includes("Cannot join"), `${error}`);
      }
    }
  }

  async comeBackIfLost(): Promise<void> {
    if (!this.#client?.isLost) return;
    // Bytes that have arrived are handled and counted first.
    await this.#client.ended;
    await this.join();
  }

  say(): void {
    this.#client!.say(`${++this.#count}`);
  }

  tell(to: string): void {
    this.told++;
    this.#client!.tell(to, `${++this.#count}`);
  }

  settled(): Promise<void> {
    return this.#client!.settled();
  }

  leave(): Promise<void> {
    return this.#client!.leave();
  }

  get said(): number {
    return this.#count;
  }

  #hear(event: ChatEvent): void {
    if (event.type === "said") this.heard.push(`${event.from} ${event.text}`);
    if (event.type === "told") this.heard.push(`>${event.from} ${event.text}`);
    if (event.type === "refused") this.refusals++;
    assert(event.type !== "unsure", "The server knows everybody");
    assert(event.type !== "welcome" || !event.lost, "Everything is kept");
  }
}

for (const grace of [0, 3_600_000]) {
  const how = grace === 0 ? "seen by the others" : "within the grace";
  Deno.test(`ChatServer loses nothing of a talk with 1,000 cuts, ${how}`, async () => {
    const random = new Random(2026 + grace);
    const door = new Door();
    const { log } = collectingLog();
    const stopping = new AbortController();
    const catalog = new FileCatalog("no such folder");
    const options = { catalog, log, print() {}, welcome: "Hi", maxRate: 0 };
    const running = serve([door], { ...options, grace }, stopping.signal);
    let cuts = 0;
    let mayBreak = true;
    let first = PEOPLE;
    const connect = (): ByteStream => {
      const [mine, other] = streamPair();
      door.enter(other);
      if (!mayBreak) return mine;
      const onBreak = () => {
        cuts++;
        // A pulled cable: the server gets nothing, not even an end.
        if (random.below(3) > 0) mine.close();
      };
      // A client that has never been welcomed cannot take a seat back.
      const safe = first-- > 0 ? 2_000 : 1;
      return new Brittle(mine, safe + random.below(3_000), onBreak);
    };
    const people = Array.from(
      { length: PEOPLE },
      (_, index) => new Talker(`user${index}`, connect),
    );
    for (const person of people) await person.join();
    while (cuts < CUTS) {
      for (let words = random.below(20); words > 0; words--) {
        const person = random.pick(people);
        if (random.below(3) === 0) person.tell(random.pick(people).name);
        else person.say();
        if (random.below(4) === 0) await settle();
      }
      await random.pick(people).comeBackIfLost();
    }
    mayBreak = false;
    // After one round the server has all messages; after the next, all clients have
    // them.
    for (let times = 0; times < 2;) {
      for (const person of people) await person.comeBackIfLost();
      const all = await Promise.allSettled(people.map((one) => one.settled()));
      times = all.every(({ status }) => status === "fulfilled") ? times + 1 : 0;
    }
    check(people);
    await Promise.all(people.map((person) => person.leave()));
    stopping.abort();
    await running;
  });
}

/** Checks that each message arrived once and in order at every receiver. */
function check(people: readonly Talker[]): void {
  const privately = new Map<string, number>();
  for (const { heard, name } of people) {
    const last = new Map<string, number>();
    for (const words of heard) {
      const [who, text] = words.split(" ");
      const from = who!.replace(">", "");
      const number = Number(text);
      assert(number > (last.get(from) ?? 0), `${name} heard ${words} too late`);
      last.set(from, number);
      if (words.startsWith(">")) {
        assert(!privately.has(`${from} ${text}`), `${words} came twice`);
        privately.set(`${from} ${text}`, number);
      }
    }
  }
  for (const speaker of people) {
    const own = `${speaker.name} `;
    const broadcasts = people.filter((one) => one !== speaker)
      .map(({ heard }) => heard.filter((words) => words.startsWith(own)));
    const [first] = broadcasts;
    for (const list of broadcasts) assertEquals(list, first);
    const told = [...privately.keys()].filter((key) => key.startsWith(own));
    // Private messages to a person who had left: refused, and nothing else.
    assertEquals(told.length + speaker.refusals, speaker.told);
    assertEquals(told.length + first!.length + speaker.refusals, speaker.said);
  }
}
