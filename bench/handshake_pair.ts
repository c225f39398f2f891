// deno-lint-ignore-file no-console -- the benchmark reads what it says
/**
 * Two people who chat with each other, encrypted, for handshakes.ts, in a process of
 * their own: `handshake_pair.ts PORT ENCRYPTION`. The line `begin` lets them talk; `end`
 * stops them, waits for what is under way, and answers with a {@linkcode Chat}.
 *
 * @module
 */

import { TextLineStream } from "@std/streams/text-line-stream";
import { CrowdClient, Score } from "./crowd.ts";
import { dial, type Encryption } from "./dial.ts";

/** Milliseconds between two messages; the two take turns. */
const INTERVAL = 5;

/** Longest wait for the last messages, in milliseconds. */
const PATIENCE = 30_000;

/** Milliseconds between two looks at what has arrived. */
const LOOK_INTERVAL = 5;

/** How long messages took, in milliseconds. */
export type Chat = {
  readonly messages: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** How late the timers of this process were, at p99: more than that is not measured. */
  readonly ownDelay: number;
  readonly problem?: string;
};

class Pair {
  readonly #score: Score;
  readonly #people: readonly [CrowdClient, CrowdClient];
  #late: number[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #dueAt = 0;

  constructor(people: readonly [CrowdClient, CrowdClient], score: Score) {
    this.#people = people;
    this.#score = score;
  }

  begin(): void {
    const score = this.#score;
    score.saidAt = [];
    score.latencies = [];
    score.heard = 0;
    this.#late = [];
    this.#dueAt = performance.now();
    this.#talk();
  }

  async end(): Promise<Chat> {
    clearTimeout(this.#timer);
    const score = this.#score;
    const end = performance.now() + PATIENCE;
    while (score.heard < score.saidAt.length && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_INTERVAL));
    }
    if (score.heard < score.saidAt.length) score.problem ??= "texts were lost";
    const { latencies, problem } = score;
    return {
      messages: latencies.length,
      p50: share(latencies, 0.5),
      p99: share(latencies, 0.99),
      max: share(latencies, 1),
      ownDelay: share(this.#late, 0.99),
      ...(problem !== undefined && { problem }),
    };
  }

  /** A timer that is late sends what is due, so that the rate stays. */
  #talk(): void {
    const [one, other] = this.#people;
    const now = performance.now();
    this.#late.push(now - this.#dueAt);
    for (; this.#dueAt <= now; this.#dueAt += INTERVAL) {
      const isTurn = this.#score.saidAt.length % 2 === 0;
      void (isTurn ? one.mark(other) : other.mark(one));
    }
    this.#timer = setTimeout(() => this.#talk(), this.#dueAt - now);
  }
}

function share(values: readonly number[], part: number): number {
  const sorted = Float64Array.from(values).sort();
  const at = Math.min(sorted.length - 1, Math.floor(part * sorted.length));
  return sorted[at] ?? 0;
}

async function main(port: number, encryption: Encryption): Promise<void> {
  const score = new Score();
  const join = async (name: string) => {
    const client = new CrowdClient(await dial(port, encryption), name, score);
    await client.join();
    return client;
  };
  const pair = new Pair([await join("Ann"), await join("Bob")], score);
  console.log(JSON.stringify("ready"));
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  for await (const line of lines) {
    if (line === "begin") pair.begin();
    else console.log(JSON.stringify(await pair.end()));
  }
}

if (import.meta.main) {
  await main(Number(Deno.args[0]), JSON.parse(Deno.args[1]!));
  Deno.exit(0);
}
