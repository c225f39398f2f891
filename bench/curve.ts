/**
 * How the rate of deliveries depends on the number of receivers, the size of a text,
 * and the number of senders. Varies one of the three at a time, from 100 receivers, 64
 * bytes and 1 sender. See bench/README.md.
 *
 * @module
 */

import { hold } from "./contest.ts";
import {
  formatTable,
  grouped,
  median,
  note,
  print,
  readFlags,
} from "./report.ts";

/** Messages checked byte by byte before the measurement. */
const CHECKED_MESSAGES = 500;

/**
 * Messages of each sender when there are many senders. A longer flood would fill the
 * system's buffers of all senders, and emptying them takes minutes.
 */
const MESSAGES_OF_MANY = 2_000;

const MANY_SENDERS = 100;

const USUAL = { receivers: 100, payload: 64, senders: 1 };

type Point = typeof USUAL & {
  messenger: number | string;
  nats: number | string;
};

const POINTS = [
  ...[1, 10, 100, 1_000].map((receivers) => ({ ...USUAL, receivers })),
  ...[16, 1_024, 16_384].map((payload) => ({ ...USUAL, payload })),
  ...[10, MANY_SENDERS].map((senders) => ({ ...USUAL, senders })),
];

async function main(args: string[]): Promise<number> {
  const { json, seconds, runs } = readFlags(args, { seconds: 1, runs: 3 });
  const points: Point[] = [];
  for (const load of POINTS) {
    note(JSON.stringify(load));
    const standings = await hold({
      entrants: ["messenger", "nats"],
      load,
      check: {
        seconds: 30,
        messages: Math.ceil(CHECKED_MESSAGES / load.senders),
        strict: true,
      },
      task: load.senders < MANY_SENDERS
        ? { seconds }
        : { seconds: 60, messages: MESSAGES_OF_MANY },
      warmUps: 1,
      runs,
    });
    const rates = standings.map(({ problem, rounds }) =>
      problem ??
        median(rounds.map((round) => round.deliveries / round.seconds))
    );
    points.push({ ...load, messenger: rates[0]!, nats: rates[1]! });
  }
  print({ seconds, runs, points }, {
    json,
    lines: () => {
      const cell = (rate: number | string) =>
        typeof rate === "number" ? grouped(rate) : `no rate: ${rate}`;
      const rows = points.map((point) => {
        const { senders, receivers, payload, messenger, nats } = point;
        const ratio = Number(messenger) / Number(nats);
        const hearers = receivers + senders - 1;
        return [
          `${senders} say, ${receivers} listen, ${payload} bytes`,
          cell(messenger),
          cell(nats),
          Number.isNaN(ratio) ? "-" : ratio.toFixed(2),
          typeof messenger === "number" ? grouped(messenger / hearers) : "-",
        ];
      });
      const head = ["", "messenger", "nats", "ratio", "messages/s"];
      return `deliveries/s, median of ${runs}\n\n${
        formatTable([head, ...rows])
      }`;
    },
  });
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
