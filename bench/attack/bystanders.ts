// deno-lint-ignore-file no-console -- the benchmark reads what it says
/**
 * Two honest people, Ann and Bob, in a process of their own: `bystanders.ts PORT`.
 * They talk all the time, privately and to everyone, well below the limits. The
 * process answers each line of input with one line of JSON: `mark` with the times of
 * delivery since the last `mark`, `users` with the names that the server lists, `get
 * NAME` with the milliseconds of a download. `slow NAME RATE` lets a third person join,
 * who reads at most RATE bytes a second.
 *
 * @module
 */

import { TextLineStream } from "@std/streams/text-line-stream";
import { FrameDecoder } from "../../lib/frame_decoder.ts";
import { FrameKind } from "../../lib/framing.ts";
import { message } from "../../tests/e2e/raw_client.ts";
import { Score } from "./score.ts";
import { sleep } from "./wire.ts";

/** Milliseconds between two private messages of one person: 40 a second. */
const TELL_INTERVAL = 25;

/** Every tenth message goes to everyone. */
const SAY_EVERY = 10;

/** Milliseconds between two lists at the start. */
const LIST_PAUSE = 700;

/** Reads of a slow reader a second. */
const SLOW_READS = 20;

/** Milliseconds between two heartbeats of a slow reader. */
const ALIVE_INTERVAL = 5_000;

/** The largest frames of the protocol. */
const LIMITS = { message: 64 * 1024, chunk: 1024 * 1024 };

const decoder = new TextDecoder();

/** An honest client, reduced to what is measured. */
class Person {
  readonly name: string;
  readonly #conn: Deno.TcpConn;
  readonly #score: Score;
  readonly #welcomed = Promise.withResolvers<void>();
  #names: string[] = [];
  #listed = Promise.withResolvers<string[]>();
  #downloaded = Promise.withResolvers<string>();

  constructor(conn: Deno.TcpConn, name: string, score: Score) {
    this.#conn = conn;
    this.name = name;
    this.#score = score;
  }

  static async join(port: number, name: string, score: Score) {
    const conn = await Deno.connect({ hostname: "127.0.0.1", port });
    conn.setNoDelay();
    const person = new Person(conn, name, score);
    void person.#listen();
    await person.send({ type: "hello", protocol: 1, name });
    await person.#welcomed.promise;
    return person;
  }

  async send(fields: Record<string, unknown>): Promise<void> {
    const bytes = message(fields);
    try {
      for (let at = 0; at < bytes.length;) {
        at += await this.#conn.write(bytes.subarray(at));
      }
    } catch {
      // The reader notices the end of the connection.
    }
  }

  async users(): Promise<string[]> {
    this.#listed = Promise.withResolvers();
    await this.send({ type: "users" });
    return await this.#listed.promise;
  }

  /** Resolves to `end`, or to the code of the refusal. */
  async get(name: string): Promise<string> {
    this.#downloaded = Promise.withResolvers();
    await this.send({ type: "get", id: 1, name });
    return await this.#downloaded.promise;
  }

  async #listen(): Promise<void> {
    const frames = new FrameDecoder(LIMITS);
    const buffer = new Uint8Array(256 * 1024);
    for (;;) {
      const count = await this.#conn.read(buffer).catch(() => null);
      if (count === null) break;
      for (const { kind, payload } of frames.push(buffer.slice(0, count))) {
        if (kind === FrameKind.message) this.#hear(decoder.decode(payload));
      }
    }
    this.#score.problem ??= `${this.name} lost the connection`;
  }

  #hear(json: string): void {
    const given = JSON.parse(json);
    switch (given.type) {
      case "welcome":
        return this.#welcomed.resolve();
      case "ping":
        return void this.send({ type: "pong", n: given.n });
      case "said":
      case "told":
        if (given.text.startsWith("mark ")) {
          this.#score.heard(Number(given.text.slice(5)));
        }
        return;
      case "users":
        this.#names.push(...given.names);
        if (given.more) return;
        this.#listed.resolve(this.#names);
        this.#names = [];
        return;
      case "end":
        return this.#downloaded.resolve("end");
      case "refused":
        if (given.re === "get") return this.#downloaded.resolve(given.code);
        this.#score.problem ??= json.slice(0, 200);
        return;
      case "closing":
        this.#score.problem ??= `${this.name}: ${json.slice(0, 200)}`;
    }
  }
}

/** Talks to `other` without end. */
async function talk(person: Person, other: Person, score: Score) {
  for (let turn = 1;; turn++) {
    const due = performance.now() + TELL_INTERVAL;
    await sleep(TELL_INTERVAL);
    score.woke(performance.now() - due);
    const text = `mark ${score.said()}`;
    void person.send(
      turn % SAY_EVERY === 0
        ? { type: "say", text }
        : { type: "tell", to: other.name, text },
    );
  }
}

/** Joins, and reads at most `rate` bytes a second; 0 means never. */
async function readSlowly(port: number, name: string, rate: number) {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const hello = { type: "hello", protocol: 1, name, token: "" };
  await conn.write(message(hello));
  // The client is alive: only its reading is slow.
  const alive = message({ type: "pong", n: 1 });
  const timer = setInterval(
    () => void conn.write(alive).catch(() => clearInterval(timer)),
    ALIVE_INTERVAL,
  );
  const buffer = new Uint8Array(Math.max(1, Math.ceil(rate / SLOW_READS)));
  while (rate > 0) {
    if (await conn.read(buffer).catch(() => null) === null) return;
    await sleep(1000 / SLOW_READS);
  }
}

async function main(port: number): Promise<void> {
  const score = new Score();
  const ann = await Person.join(port, "Ann", score);
  const bob = await Person.join(port, "Bob", score);
  void talk(ann, bob, score);
  void talk(bob, ann, score);
  // Things that the server opens once for a list, such as a watch, are not the
  // attacker's.
  for (let i = 0; i < 2; i++) {
    await ann.send({ type: "files" });
    await sleep(LIST_PAUSE);
  }
  console.log(JSON.stringify("ready"));
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  for await (const line of lines) {
    const [word, name = "", rate] = line.split(" ");
    const start = performance.now();
    let answer: unknown;
    if (word === "mark") answer = score.mark();
    else if (word === "users") answer = await ann.users();
    else if (word === "get") {
      const outcome = await bob.get(name);
      answer = { outcome, ms: performance.now() - start };
    } else if (word === "slow") {
      void readSlowly(port, name, Number(rate));
      answer = "slow";
    }
    console.log(JSON.stringify(answer));
  }
}

await main(Number(Deno.args[0]));
Deno.exit(0);
