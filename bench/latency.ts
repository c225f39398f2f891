/**
 * Latency: one client sends messages at a steady rate, many receive. Measures the time
 * from sending to receiving. See bench/README.md.
 *
 * @module
 */

import { hold, type Standing } from "./contest.ts";
import { formatTable, median, print, readFlags } from "./report.ts";

/** Messages checked byte by byte before the measurement. */
const CHECKED_MESSAGES = 500;

const PLAIN = ["messenger", "nats", "relay"] as const;

const ENCRYPTED = ["messenger", "messenger, TLS", "nats", "nats, TLS"] as const;

async function main(args: string[]): Promise<number> {
  const { json, ...flags } = readFlags(args, {
    receivers: 100,
    payload: 64,
    rate: 1_000,
    seconds: 3,
    runs: 5,
  }, ["tls"]);
  const { receivers, payload, rate, seconds, runs } = flags;
  const standings = await hold({
    entrants: flags.tls ? ENCRYPTED : PLAIN,
    load: { receivers, payload, senders: 1 },
    check: { seconds: 30, messages: CHECKED_MESSAGES, strict: true },
    task: { seconds, rate },
    warmUps: 1,
    runs,
  });
  const results = standings.map(summarize);
  print({ ...flags, results }, {
    json,
    lines: () => {
      const rows = results.map((row) =>
        row.problem !== undefined ? [row.name, row.problem] : [
          row.name,
          row.p50!.toFixed(2),
          row.p99!.toFixed(2),
          (row.p99! / Number(results[0]!.p99)).toFixed(2),
          row.p999!.toFixed(2),
          row.max!.toFixed(2),
          row.serverLoad!.toFixed(2),
          row.generatorLoad!.toFixed(2),
        ]
      );
      const head = [
        ...["server", "p50 ms", "p99 ms", "p99 to messenger's"],
        ...["p99.9 ms", "max ms"],
      ];
      return `1 says ${rate} messages a second, ${receivers} listen, median of ${runs}\n\n${
        formatTable([[...head, "server CPU", "generator CPU"], ...rows])
      }`;
    },
  });
  return results[0]!.problem === undefined ? 0 : 1;
}

function summarize({ name, problem, rounds }: Standing) {
  if (problem !== undefined) return { name, problem };
  const latencies = rounds.map((round) => round.latency!);
  return {
    name,
    p50: median(latencies.map(({ p50 }) => p50)),
    p99: median(latencies.map(({ p99 }) => p99)),
    p999: median(latencies.map(({ p999 }) => p999)),
    max: Math.max(...latencies.map(({ max }) => max)),
    serverLoad: median(rounds.map((round) => round.serverLoad)),
    generatorLoad: median(rounds.map((round) => round.generatorLoad)),
  };
}

if (import.meta.main) Deno.exit(await main(Deno.args));
