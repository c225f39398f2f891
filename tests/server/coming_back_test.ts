/**
 * Ten people talk while their connections are cut again and again, at random bytes
 * of both directions, sometimes unseen by the server. Nothing of what is said may
 * be lost, come twice, or come out of order.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { FileCatalog } from "../../lib/chat/file_catalog.ts";
import { ChatClient, type ChatEvent } from "../../lib/client/chat_client.ts";
import { Membership } from "../../lib/client/membership.ts";
import type { ByteStream } from "../../lib/net/byte_stream.ts";
import type { Acceptor, Incoming } from "../../lib/net/listen.ts";
import { serve } from "../../lib/server/chat_server.ts";
import { collectingLog, Random, settle, streamPair } from "../testing.ts";

const PEOPLE = 10;
const CUTS = 1_000;

/** Where those who connect meet the server, without a network. */
class Door implements Acceptor {
  readonly #waiting: Incoming[] = [];
  #wake = Promise.withResolvers<void>();
  #closed = false;

  /** Brings a stream to the server. */
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

/** A stream that breaks after so many bytes, for its own side alone or for both. */
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

/** Somebody who talks, and comes back whenever the connection is lost. */
class Talker {
  readonly name: string;
  /** What came: `from text`, with `>` for private ones. */
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
          membership: this.#membership,
          onEvent: (event) => this.#hear(event),
        });
        this.#client = client;
        return;
      } catch (error) {
        // Cut before the welcome.
        assert(`${error}`.includes("Cannot join"), `${error}`);
      }
    }
  }

  async comeBackIfLost(): Promise<void> {
    if (!this.#client?.isLost) return;
    // What has arrived is heard and counted first.
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
        // A pulled cable: the server hears nothing, not even an end.
        if (random.below(3) > 0) mine.close();
      };
      // Who has never been welcomed cannot take a place back.
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
    // Once, and the server has all that was said; once more, and all have heard it.
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

/** Each message of each speaker, once and in order, at all it was for. */
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
    // Told to one who was seen to have left: refused, and nothing else.
    assertEquals(told.length + speaker.refusals, speaker.told);
    assertEquals(told.length + first!.length + speaker.refusals, speaker.said);
  }
}
