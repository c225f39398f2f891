// deno-lint-ignore-file no-console -- a program of its own
/**
 * The long run: many people use one server as people do, for minutes. At the end
 * every message must be accounted for, every download have its hash, and the
 * memory of the server be what it was after a while.
 *
 *     deno task test:soak [MINUTES]
 *
 * @module
 */

import { createHash } from "node:crypto";
import { Random } from "../testing.ts";
import { Server } from "../e2e/programs.ts";
import { assertNoFailure, usage } from "../attack/victim.ts";
import { Ledger } from "./ledger.ts";
import { Person } from "./person.ts";

const CLIENTS = 200;
const MINUTES = 10;

/** Each does something so often on average, in milliseconds: fifty things a second in all. */
const PACE = 4_000;

/** A line of the curve, in milliseconds. */
const CURVE_INTERVAL = 30_000;

/** The end of the curve may be so much above its first third. */
const TOLERANCE = 1.1;

/** Sizes of the files that are fetched, in bytes. */
const FILE_SIZES = [0, 1, 300_000, 5_000_000];

export type SoakOptions = {
  readonly clients: number;
  readonly seconds: number;
  readonly seed: number;
  readonly pace: number;
  readonly print: (line: string) => void;
};

/** Resolves to what went wrong; nothing, if all is well. */
export async function soak(options: SoakOptions): Promise<string[]> {
  const { clients, seconds, print, seed, pace } = options;
  await using server = await Server.start();
  const files = putFiles(server, new Random(seed));
  const ledger = new Ledger();
  const ending = new AbortController();
  const { port } = server;
  const shared = { port, ledger, seed, files, pace, ending: ending.signal };
  const people = Array.from(
    { length: clients },
    (_, i) => new Person(i, shared),
  );
  print(`${clients} clients for ${seconds} s, seed ${seed}`);
  const curve = new Curve(server, { ledger, print });
  const timer = setTimeout(() => ending.abort(), seconds * 1_000);
  try {
    await Promise.all([
      ...people.map((person) => person.live()),
      curve.draw(ending.signal),
    ]);
    await Promise.all(people.map((person) => person.leave()));
  } finally {
    clearTimeout(timer);
    ending.abort();
  }
  await assertNoFailure(server);
  const { said, heard, owed, told, toldHeard, refused, ...rest } =
    ledger.totals;
  print(
    `${said} broadcasts heard ${heard} times, ${owed} sums of what one owed ` +
      `another were right; ${told} private messages: ${toldHeard} heard, ` +
      `${refused} refused, ${ledger.vanished} to people who vanished; ` +
      `${rest.downloads} downloads with the right hash, ` +
      `${rest.sessions} sessions, ${rest.rude} ended rudely`,
  );
  return [...ledger.problems, ...curve.problems()];
}

/** Puts files to be fetched; resolves to their hashes. */
function putFiles(server: Server, random: Random): Map<string, string> {
  return new Map(FILE_SIZES.map((size) => {
    const bytes = random.bytes(size);
    server.folder.write(`download/${size}.bin`, bytes);
    const hash = createHash("sha256").update(bytes).digest("hex");
    return [`${size}.bin`, hash];
  }));
}

/** What the server uses over the time. */
class Curve {
  readonly #server: Server;
  readonly #ledger: Ledger;
  readonly #print: (line: string) => void;
  readonly #memory: number[] = [];

  constructor(
    server: Server,
    { ledger, print }: { ledger: Ledger; print: (line: string) => void },
  ) {
    this.#server = server;
    this.#ledger = ledger;
    this.#print = print;
  }

  async draw(ending: AbortSignal): Promise<void> {
    const start = performance.now();
    for (let n = 1; !ending.aborted; n++) {
      const due = start + n * CURVE_INTERVAL - performance.now();
      const next = Promise.withResolvers<void>();
      const timer = setTimeout(next.resolve, due);
      ending.addEventListener("abort", () => next.resolve(), { once: true });
      await next.promise;
      clearTimeout(timer);
      const { memory, files } = await usage(this.#server.pid);
      this.#memory.push(memory);
      const { said, heard } = this.#ledger.totals;
      const seconds = Math.round((performance.now() - start) / 1_000);
      this.#print(
        `${String(seconds).padStart(4)} s  ${mib(memory)}  ` +
          `${files} open files  ${said} said, ${heard} heard`,
      );
    }
  }

  /** The mean of the last third against that of the second: the first one warms up. */
  problems(): string[] {
    const third = Math.floor(this.#memory.length / 3);
    if (third < 2) return [];
    const middle = mean(this.#memory.slice(third, 2 * third));
    const last = mean(this.#memory.slice(-third));
    const text = `memory ${mib(middle)} in the second third, ` +
      `${mib(last)} in the last`;
    this.#print(text);
    return last <= middle * TOLERANCE ? [] : [`not flat: ${text}`];
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function mib(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

if (import.meta.main) {
  const problems = await soak({
    clients: CLIENTS,
    seconds: Number(Deno.args[0] ?? MINUTES) * 60,
    seed: Number(
      Deno.env.get("ATTACK_SEED") ?? Math.floor(Math.random() * 2 ** 32),
    ),
    pace: PACE,
    print: (line) => console.log(line),
  });
  for (const problem of problems) console.error(`WRONG: ${problem}`);
  console.log(problems.length === 0 ? "All is well" : "Not well");
  Deno.exit(problems.length === 0 ? 0 : 1);
}
