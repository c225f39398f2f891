/**
 * Compares servers: all start at the beginning and take turns, so that a busy moment of
 * the machine does not affect only one of them.
 *
 * @module
 */

import {
  startEncryptedMessenger,
  startEncryptedNats,
  startEncryptedNgircd,
} from "./encrypted_servers.ts";
import type { LoadOptions, Result, Task } from "./load.ts";
import {
  cpuSeconds,
  Missing,
  peakMemory,
  type Program,
  type Server,
  start,
  startBare,
  startMessenger,
  startNats,
  startNgircd,
  startReference,
  workFolder,
} from "./programs.ts";
import { note } from "./report.ts";

/** One task on one server. */
export type Round = Result & {
  /** Processor seconds per second of the round. */
  readonly serverLoad: number;
  readonly generatorLoad: number;
};

/** The results of one server. */
export type Standing = {
  readonly name: string;
  readonly rounds: Round[];
  /** Why there are no numbers. */
  problem?: string;
  /** The server's peak memory, in bytes. */
  peakMemory?: number;
};

export type Contest = {
  readonly entrants: readonly (keyof typeof STARTERS)[];
  readonly load: Omit<
    LoadOptions,
    "dialect" | "port" | "window" | "encryption"
  >;
  /** The first task, in which every byte is checked. */
  readonly check: Task;
  readonly task: Task;
  readonly warmUps: number;
  readonly runs: number;
  /** How far a sender may be ahead, in messages; default: {@linkcode WINDOWS}. */
  readonly windows?: Windows;
  /** V8 flags for the messenger. */
  readonly serverFlags?: readonly string[];
  /** The folder in which the messenger runs and logs; default: a temporary one. */
  readonly folder?: string;
};

/** Messages for each server; 1e9 for those that are not named. */
type Windows = Partial<Record<keyof typeof STARTERS, number>>;

const STARTERS = {
  messenger: startMessenger,
  nats: () => startNats(),
  ngircd: (folder: string) => startNgircd(folder),
  "messenger, TLS": startEncryptedMessenger,
  "nats, TLS": startEncryptedNats,
  "ngircd, TLS": startEncryptedNgircd,
  naive: () => startReference("naive"),
  relay: () => startReference("relay"),
  bare: () => startBare("relay"),
} satisfies Record<
  string,
  (folder: string, flags?: readonly string[]) => Promise<Server>
>;

/**
 * How far a sender may be ahead, in messages. NATS cuts off a client that is 64 MB
 * behind, ngircd one that is 32 KiB behind, and the naive server would need half a
 * minute for the content of the system's buffers. This messenger has no such limit
 * here.
 */
const WINDOWS: Windows = {
  nats: 200_000,
  ngircd: 150,
  "nats, TLS": 200_000,
  "ngircd, TLS": 150,
  naive: 1_000,
};

/** Starts all servers, lets them take turns, and stops them. */
export async function hold(contest: Contest): Promise<Standing[]> {
  await using resources = new AsyncDisposableStack();
  const places: Place[] = [];
  const standings: Standing[] = [];
  for (const entrant of contest.entrants) {
    const standing: Standing = { name: entrant, rounds: [] };
    standings.push(standing);
    try {
      const folder = contest.folder ?? resources.use(await workFolder()).path;
      const server = resources.use(
        await STARTERS[entrant](folder, contest.serverFlags),
      );
      const place = new Place(standing, server, {
        ...contest.load,
        window: (contest.windows ?? WINDOWS)[entrant] ?? 1e9,
        dialect: server.dialect,
        port: server.port,
        ...(server.encryption && { encryption: server.encryption }),
        ...(server.batchLength && { batchLength: server.batchLength }),
      });
      resources.use(place);
      await place.ready();
      places.push(place);
    } catch (error) {
      if (!(error instanceof Missing)) throw error;
      standing.problem = error.message;
    }
  }
  const turns = [
    contest.check,
    ...Array(contest.warmUps + contest.runs).fill(contest.task),
  ];
  for (const [turn, task] of turns.entries()) {
    note(`turn ${turn + 1} of ${turns.length}`);
    for (const place of places) {
      await place.round(task, turn > contest.warmUps);
    }
  }
  return standings;
}

/** A server and its load generator. */
class Place {
  readonly #standing: Standing;
  readonly #server: Server;
  readonly #generator: Program;

  constructor(standing: Standing, server: Server, options: LoadOptions) {
    this.#standing = standing;
    this.#server = server;
    const entry = new URL("load.ts", import.meta.url).pathname;
    const args = ["run", "--no-prompt", "--allow-net=127.0.0.1", entry];
    this.#generator = start("deno", [
      ...args,
      JSON.stringify(options),
    ]);
  }

  async ready(): Promise<void> {
    await this.#answer();
  }

  async round(task: Task, counts: boolean): Promise<void> {
    const standing = this.#standing;
    if (standing.problem !== undefined) return;
    const started = performance.now();
    const before = await this.#cpu();
    const line = JSON.stringify(task) + "\n";
    await this.#generator.stdin.write(new TextEncoder().encode(line));
    const result = await this.#answer();
    const after = await this.#cpu();
    const seconds = (performance.now() - started) / 1000;
    standing.peakMemory = await peakMemory(this.#server.pid);
    if (counts && result !== undefined) {
      standing.rounds.push({
        ...result,
        serverLoad: (after[0] - before[0]) / seconds,
        generatorLoad: (after[1] - before[1]) / seconds,
      });
    }
  }

  async #cpu(): Promise<[number, number]> {
    return [
      await cpuSeconds(this.#server.pid),
      await cpuSeconds(this.#generator.pid),
    ];
  }

  async #answer(): Promise<Result | undefined> {
    const { value, done } = await this.#generator.lines.read();
    const result = done
      ? { problem: "the generator ended" }
      : JSON.parse(value);
    if (result.problem === undefined) return result;
    this.#standing.problem = result.problem;
    return undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#generator[Symbol.asyncDispose]();
  }
}
