/**
 * Two hundred clients never read while twenty talk: the twenty hear each other in order
 * and in time, and at full scale the server cuts the two hundred.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { type Server, withSafetyNet } from "../e2e/programs.ts";
import { message, RawClient } from "../e2e/raw_client.ts";
import { figure, ms, SCALE, scaled } from "./scale.ts";

const DEAF = 200;
const TALKERS = 20;

/** The messages of each talker; at full scale, more than a send queue holds (8 MiB). */
const MESSAGES = 600;

/**
 * The time between two messages of a talker, in milliseconds: 800 a second from all of
 * them.
 */
const SAY_INTERVAL = 25;

const FILLER = "x".repeat(1000);

/** The longest delay of 99 of 100 messages, in milliseconds. */
const GOAL = 100;

export async function attackWithDeafness(
  server: Server,
  scale = SCALE,
): Promise<void> {
  using stack = new DisposableStack();
  const count = scaled(DEAF, { least: 40, scale });
  for (let i = 0; i < count; i++) {
    stack.use(await RawClient.join(server, `Deaf${i}`));
  }
  const talkers: Talker[] = [];
  for (let i = 0; i < TALKERS; i++) {
    talkers.push(stack.use(await Talker.join(server, `Talker${i}`)));
  }
  const messages = scaled(MESSAGES, { least: 40, scale });
  const saying = talkers.map((talker, i) => talker.say(messages, i));
  const hearing = talkers.map((talker) => talker.hear(messages));
  const delays = (await Promise.all(hearing)).flat().sort((a, b) => a - b);
  await Promise.all(saying);
  assertEquals(delays.length, messages * TALKERS * (TALKERS - 1));
  const at = (share: number) => delays[Math.floor(delays.length * share)]!;
  figure(
    `beside ${count} who never read, ${TALKERS} talkers hear ${delays.length} ` +
      `messages: median ${ms(at(0.5))}, p99 ${ms(at(0.99))}, ` +
      `longest ${ms(delays.at(-1)!)}`,
  );
  if (scale < 1) return;
  assert(at(0.99) < GOAL, `p99 is ${ms(at(0.99))}`);
  for (let i = 0; i < count; i++) {
    await server.output.somewhere(`Deaf${i} has left (too slow)`);
  }
  figure(`all ${count} were cut off`);
}

/** A client that talks at a steady pace, and listens to the others. */
class Talker implements Disposable {
  readonly #client: RawClient;
  readonly #name: string;

  private constructor(client: RawClient, name: string) {
    this.#client = client;
    this.#name = name;
  }

  static async join(server: Server, name: string): Promise<Talker> {
    return new Talker(await RawClient.join(server, name), name);
  }

  /** Sends numbers with the time of sending; `turn` spreads the talkers. */
  async say(messages: number, turn: number): Promise<void> {
    const start = performance.now() + turn * SAY_INTERVAL / TALKERS;
    for (let n = 0; n < messages; n++) {
      const due = start + n * SAY_INTERVAL;
      // Never faster than the pace; a late message counts as late.
      const early = due - performance.now();
      if (early > 0) await new Promise((done) => setTimeout(done, early));
      const text = `${n} ${performance.now()} ${FILLER}`;
      await this.#client.send(message({ type: "say", text }));
    }
  }

  /**
   * Receives `messages` messages from each other talker, in order. Resolves to their
   * delays in milliseconds.
   */
  async hear(messages: number): Promise<number[]> {
    const delays: number[] = [];
    const counts = new Map<string, number>();
    while (delays.length < messages * (TALKERS - 1)) {
      const { from, text, earlier } = await withSafetyNet(
        this.#client.message("said"),
        () => `what the others say to ${this.#name}`,
      );
      if (earlier || !from.startsWith("Talker")) continue;
      const [n, saidAt] = (text as string).split(" ");
      delays.push(performance.now() - Number(saidAt));
      assertEquals(Number(n), counts.get(from) ?? 0, `from ${from}`);
      counts.set(from, Number(n) + 1);
    }
    return delays;
  }

  [Symbol.dispose](): void {
    this.#client[Symbol.dispose]();
  }
}
