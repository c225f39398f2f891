/**
 * Fan-out: some clients send as much as the server takes, many receive and check it.
 * See bench/README.md.
 *
 * @module
 */

import { hold, type Standing } from "./contest.ts";
import { formatTable, grouped, median, print, readFlags } from "./report.ts";

/** Messages of all senders checked byte by byte before the measurement. */
const CHECKED_MESSAGES = 2_000;

const PLAIN = ["messenger", "nats", "relay", "naive", "ngircd"] as const;

/** The plain messenger comes last: it shows what encryption costs. */
const ENCRYPTED = [
  ...["messenger, TLS", "nats, TLS", "ngircd, TLS"] as const,
  "messenger",
] as const;

async function main(args: string[]): Promise<number> {
  const { json, ...flags } = readFlags(args, {
    receivers: 100,
    senders: 1,
    payload: 64,
    seconds: 2,
    messages: 0,
    runs: 5,
  }, ["tls"]);
  const { receivers, senders, payload, seconds, messages, runs } = flags;
  const standings = await hold({
    entrants: flags.tls ? ENCRYPTED : PLAIN,
    load: { receivers, senders, payload },
    check: {
      seconds: 30,
      messages: Math.ceil(CHECKED_MESSAGES / Math.max(1, senders)),
      strict: true,
    },
    task: messages > 0 ? { seconds: 30, messages } : { seconds },
    warmUps: 1,
    runs,
  });
  const results = standings.map(summarize);
  const nats = flags.tls ? "nats, TLS" : "nats";
  const reference = results.find(({ name }) => name === nats)?.rate;
  print({ ...flags, results }, {
    json,
    lines: () => {
      const rows = results.map((row) =>
        row.problem !== undefined ? [row.name, `no rate: ${row.problem}`] : [
          row.name,
          grouped(row.rate!),
          reference === undefined ? "-" : (row.rate! / reference).toFixed(2),
          grouped(row.megabytes!),
          row.serverLoad!.toFixed(2),
          row.generatorLoad!.toFixed(2),
          grouped(row.peakMemory! / 1e6),
        ]
      );
      const head = [
        "server",
        "deliveries/s",
        `ratio to ${nats}`,
        "MB/s",
        "server CPU",
        "generator CPU",
        "server MB",
      ];
      return `${senders} say, ${receivers} listen, ${payload} bytes, median of ${runs}\n\n${
        formatTable([head, ...rows])
      }`;
    },
  });
  return results[0]!.problem === undefined ? 0 : 1;
}

function summarize({ name, problem, rounds, peakMemory }: Standing) {
  if (problem !== undefined) return { name, problem };
  const rates = rounds.map((round) => round.deliveries / round.seconds);
  return {
    name,
    rate: median(rates),
    rates,
    megabytes: median(rounds.map((round) => round.bytes / round.seconds / 1e6)),
    serverLoad: median(rounds.map((round) => round.serverLoad)),
    generatorLoad: median(rounds.map((round) => round.generatorLoad)),
    peakMemory,
  };
}

if (import.meta.main) Deno.exit(await main(Deno.args));
