/**
 * Two people who talk, encrypted, while somebody attacks their server.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { run, type Server } from "../e2e/programs.ts";
import { SecureClient } from "./secure_client.ts";
import { figure, ms } from "./scale.ts";
import { assertNoFailure, heard } from "./victim.ts";

/** The time between two rounds, in milliseconds. */
const INTERVAL = 50;

/** After how many rounds the next newcomer joins. */
const ROUNDS_PER_NEWCOMER = 10;

/** How long the log may take to have a line, in milliseconds. */
const LOG_PATIENCE = 20_000;

export class Bystanders implements Disposable {
  readonly #server: Server;
  readonly #key: string | undefined;
  readonly #ann: SecureClient;
  readonly #bob: SecureClient;
  #rounds = 0;

  private constructor(
    server: Server,
    { key, ann, bob }: {
      key: string | undefined;
      ann: SecureClient;
      bob: SecureClient;
    },
  ) {
    this.#server = server;
    this.#key = key;
    this.#ann = ann;
    this.#bob = bob;
  }

  static async join(server: Server, key?: string): Promise<Bystanders> {
    const options = key === undefined ? {} : { key };
    const ann = await SecureClient.enter(server, "Anneliese", options);
    const bob = await SecureClient.enter(server, "Bonifaz", options);
    return new Bystanders(server, { key, ann, bob });
  }

  /** One says a line to all, the other answers in private. */
  async talk(): Promise<number> {
    const text = `round ${++this.#rounds}`;
    const start = performance.now();
    await this.#ann.say({ type: "say", text });
    await heard(this.#bob, { type: "said", from: "Anneliese", text });
    await this.#bob.say({ type: "tell", to: "Anneliese", text });
    await heard(this.#ann, { type: "told", from: "Bonifaz", text });
    return performance.now() - start;
  }

  /** Somebody who knows the key joins, and leaves. */
  async #newcomer(): Promise<void> {
    const name = `Newcomer.${++this.#rounds}`;
    const key = this.#key;
    const client = await SecureClient.enter(this.#server, name, {
      ...(key !== undefined && { key }),
    });
    await heard(this.#bob, { type: "joined", name });
    await client.say({ type: "bye" });
    await client.rest();
    client[Symbol.dispose]();
  }

  /**
   * Lets them talk during an attack, and others join; fails if they cannot.
   */
  async during<T>(about: string, attack: () => Promise<T>): Promise<T> {
    let isOver = false;
    let longest = 0;
    let rounds = 0;
    const talking = (async () => {
      while (!isOver) {
        longest = Math.max(longest, await this.talk());
        if (rounds++ % ROUNDS_PER_NEWCOMER === 0) await this.#newcomer();
        await new Promise((resolve) => setTimeout(resolve, INTERVAL));
      }
    })();
    const attacking = attack().finally(() => isOver = true);
    const [result] = await Promise.all([attacking, talking]);
    await this.unharmed();
    figure(`${about}: ${rounds} rounds of talk, the longest ${ms(longest)}`);
    return result;
  }

  /** Fails unless they still talk, and the real client can join and talk. */
  async unharmed(): Promise<void> {
    await this.talk();
    const text = `a guest says ${++this.#rounds}`;
    const words = this.#key === undefined ? [] : ["--key", this.#key];
    const [{ code, errors }] = await Promise.all([
      run("client", [
        ...["Guest", "127.0.0.1", String(this.#server.port)],
        ...words,
      ], { input: [text] }),
      heard(this.#bob, { type: "said", from: "Guest", text }),
    ]);
    assertEquals([code, errors], [0, []]);
    await assertNoFailure(this.#server);
  }

  [Symbol.dispose](): void {
    this.#ann[Symbol.dispose]();
    this.#bob[Symbol.dispose]();
  }
}

/** Waits until the log has the end of the connection from `port`; returns its lines. */
export async function linesAbout(
  server: Server,
  port: number,
): Promise<string[]> {
  const start = performance.now();
  for (;;) {
    const lines = server.log()
      .filter((line) => line.includes(`:${port} `))
      .map((line) => line.slice(line.indexOf(`:${port} `) + `:${port} `.length))
      .filter((line) => line !== "connected");
    if (lines.some((line) => /^(?:disconnected|left) /.test(line))) {
      return lines;
    }
    const isLate = performance.now() - start > LOG_PATIENCE;
    assert(!isLate, `the log does not tell the end: ${lines.join(" | ")}`);
    await new Promise((resolve) => setTimeout(resolve, INTERVAL));
  }
}
