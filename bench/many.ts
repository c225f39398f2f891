/**
 * Many quiet clients on one server: how long it takes until all have joined and heard
 * of each other, what idle clients cost, and how fast their chat is. The system's limit
 * of open files must be above the number of clients. See bench/README.md.
 *
 * @module
 */

import { CrowdClient, Score } from "./crowd.ts";
import { dial } from "./dial.ts";
import { startEncryptedMessenger } from "./encrypted_servers.ts";
import {
  cpuSeconds,
  residentMemory,
  type Server,
  startMessenger,
  workFolder,
} from "./programs.ts";
import { formatTable, grouped, note, print, readFlags } from "./report.ts";

/** Clients that connect at the same time, as when a hall fills quickly. */
const AT_A_TIME = 50;

/** Longest time for a phase, in milliseconds. */
const PHASE_TIMEOUT = 120_000;

type Row = { what: string; p50: number; p99: number };

async function main(args: string[]): Promise<number> {
  const { json, ...flags } = readFlags(args, {
    clients: 10_000,
    // The second half is measured: two heartbeat intervals.
    idle: 40,
    seconds: 8,
  }, ["tls"]);
  await using folder = await workFolder();
  const starter = flags.tls ? startEncryptedMessenger : startMessenger;
  await using server = await starter(folder.path);
  const crowd = new Crowd(server);
  const before = await residentMemory(server.pid);
  note(`${flags.clients} clients join`);
  const joining = await crowd.join(flags.clients);
  note(`idle for ${flags.idle} s`);
  // By the second half the heap has settled, and each client has had a ping.
  await sleep(flags.idle * 500);
  const cpu = await cpuSeconds(server.pid);
  const pings = crowd.score.pings;
  await sleep(flags.idle * 500);
  const idle = {
    load: (await cpuSeconds(server.pid) - cpu) / (flags.idle / 2),
    pings: (crowd.score.pings - pings) / (flags.idle / 2),
    bytesEach: (await residentMemory(server.pid) - before) / flags.clients,
  };
  const { seconds } = flags;
  const rows = [
    await crowd.chat({ talkers: 2, rate: 200, seconds, isPrivate: true }),
    await crowd.chat({ talkers: 3, rate: 15, seconds, isPrivate: true }),
    await crowd.chat({ talkers: 100, rate: 500, seconds, isPrivate: true }),
    await crowd.chat({ talkers: 3, rate: 4, seconds, isPrivate: false }),
    await crowd.chat({ talkers: 100, rate: 4, seconds, isPrivate: false }),
  ];
  const { problem } = crowd.score;
  print({ ...flags, joining, idle, rows, problem }, {
    json,
    lines: () =>
      problem !== undefined ? `no numbers: ${problem}` : [
        `${grouped(flags.clients)} named clients on one server${
          flags.tls ? ", TLS" : ""
        }`,
        "",
        formatTable([
          ["all have joined after", `${joining.joined.toFixed(1)} s`],
          ["joins a second", grouped(flags.clients / joining.joined)],
          ["and heard of each other after", `${joining.heard.toFixed(1)} s`],
          ["announcements heard", grouped(joining.announcements)],
          ["memory each", `${(idle.bytesEach / 1024).toFixed(1)} KiB`],
          ["processor while idle", `${(idle.load * 100).toFixed(1)} %`],
          ["pings a second", idle.pings.toFixed(0)],
        ]),
        "",
        formatTable([
          ["chat", "p50 ms", "p99 ms"],
          ...rows.map(({ what, p50, p99 }) => [
            what,
            p50.toFixed(2),
            p99.toFixed(2),
          ]),
        ]),
      ].join("\n"),
  });
  return problem === undefined ? 0 : 1;
}

/** All clients of one server. */
export class Crowd {
  readonly score = new Score();
  readonly #server: Server;
  readonly #clients: CrowdClient[] = [];

  constructor(server: Server) {
    this.#server = server;
  }

  async join(count: number) {
    const { score } = this;
    const start = performance.now();
    const seconds = () => (performance.now() - start) / 1000;
    let next = 0;
    const connect = async () => {
      while (next < count) {
        const name = `c${next++}`;
        const { port, encryption } = this.#server;
        const stream = await dial(port, encryption);
        const client = new CrowdClient(stream, name, score);
        this.#clients.push(client);
        await client.join();
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, connect));
    const joined = seconds();
    // Each client is told of every client that joins later.
    const announcements = count * (count - 1) / 2;
    await this.#until(() => score.joins >= announcements);
    if (score.joins > announcements) score.problem ??= "too many announcements";
    return { joined, heard: seconds(), announcements };
  }

  /**
   * Sends `rate` messages a second, from the first `talkers` in turn, at even
   * intervals.
   */
  async chat(
    { talkers, rate, seconds, isPrivate }: {
      talkers: number;
      rate: number;
      seconds: number;
      isPrivate: boolean;
    },
  ): Promise<Row> {
    const { score } = this;
    score.saidAt = [];
    score.latencies = [];
    score.heard = 0;
    const count = rate * seconds;
    const start = performance.now();
    for (let i = 0; i < count; i++) {
      while (performance.now() < start + i * 1000 / rate) await sleep(1);
      const speaker = this.#clients[i % talkers]!;
      const listener = this.#clients[(i + 1) % talkers]!;
      void speaker.mark(isPrivate ? listener : undefined);
    }
    const wanted = isPrivate ? count : count * (this.#clients.length - 1);
    await this.#until(() => score.heard >= wanted);
    const sorted = Float64Array.from(score.latencies).sort();
    const at = (share: number) => sorted[Math.floor(share * sorted.length)]!;
    const way = isPrivate ? "private" : "to all";
    const what = `${talkers} talk ${way}, ${rate} messages/s`;
    note(what);
    return { what, p50: at(0.5), p99: at(0.99) };
  }

  async #until(condition: () => boolean): Promise<void> {
    const end = performance.now() + PHASE_TIMEOUT;
    while (!condition()) {
      if (this.score.problem !== undefined) throw new Error(this.score.problem);
      if (performance.now() > end) throw new Error("messages were lost");
      await sleep(5);
    }
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

if (import.meta.main) Deno.exit(await main(Deno.args));
