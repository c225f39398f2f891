/**
 * Fan-out as a table: the rate by the size of a text and by the number of receivers, this
 * messenger beside nats-server, with a bare relay as the limit, all in one run. See
 * bench/README.md.
 *
 * @module
 */

import { hold, type Standing } from "./contest.ts";
import { describeMachine } from "./machine.ts";
import {
  formatTable,
  grouped,
  median,
  note,
  print,
  readFlags,
} from "./report.ts";

const PAYLOADS = [16, 64, 1_024, 16_384];
const RECEIVERS = [10, 100, 1_000, 5_000];

/** Deliveries that are checked byte by byte before the measurement, at most. */
const CHECKED_DELIVERIES = 100_000;

/**
 * How many deliveries, and how many bytes of them, may be under way: enough that no
 * server waits for the sender (with a quarter of it, the relay was slower with thousands
 * of receivers), but few enough that a round does not last half a minute after its last
 * message. With 8 GB for 5,000 receivers that do not keep up, this messenger reaches its
 * limit of what waits for all, and cuts one off.
 */
const AHEAD = { deliveries: 40e6, bytes: 2e9 };

/** NATS takes longer for as many, and keeps a queue in memory for each receiver. */
const AHEAD_OF_NATS = { deliveries: 10e6, bytes: 2e9 };

/** The window never holds fewer bytes: the sender passes on 64 KiB at a time. */
const LEAST_AHEAD = 256 * 1024;

/** Bytes of a message beside its text, about. */
const OVERHEAD = 48;

export type Rate = {
  readonly name: string;
  /** Why there are no numbers. */
  readonly problem?: string;
  /** Deliveries a second: the median, and each round. */
  readonly rate?: number;
  readonly rates?: readonly number[];
  /** Processor seconds per second. */
  readonly serverLoad?: number;
  readonly generatorLoad?: number;
};

export type FanPoint = {
  readonly receivers: number;
  readonly payload: number;
  /** In the order of the entrants. */
  readonly results: readonly Rate[];
};

/** The servers of a point: ours, the best peer, the limit. */
export const ENTRANTS = ["messenger", "nats", "bare"] as const;

/** Measures one point of the table: one sender, as fast as the server takes it. */
export async function measureFanOut(
  load: { receivers: number; payload: number },
  { seconds, runs }: { seconds: number; runs: number },
): Promise<FanPoint> {
  const { receivers, payload } = load;
  const standings = await hold({
    entrants: ENTRANTS,
    load: { ...load, senders: 1 },
    check: {
      seconds: 30,
      messages: Math.ceil(CHECKED_DELIVERIES / receivers / (1 + payload / 64)),
      strict: true,
    },
    task: { seconds },
    windows: {
      messenger: windowOf(AHEAD, load),
      nats: windowOf(AHEAD_OF_NATS, load),
      bare: windowOf(AHEAD, load),
    },
    warmUps: 1,
    runs,
  });
  return { receivers, payload, results: standings.map(summarize) };
}

/** Returns how many messages a sender may be ahead of the slowest receiver. */
function windowOf(
  ahead: typeof AHEAD,
  { receivers, payload }: { receivers: number; payload: number },
): number {
  const length = payload + OVERHEAD;
  const most = Math.min(ahead.deliveries, ahead.bytes / length) / receivers;
  return Math.ceil(Math.max(most, LEAST_AHEAD / length));
}

function summarize({ name, problem, rounds }: Standing): Rate {
  if (problem !== undefined) return { name, problem };
  const rates = rounds.map((round) => round.deliveries / round.seconds);
  return {
    name,
    rate: median(rates),
    rates,
    serverLoad: median(rounds.map((round) => round.serverLoad)),
    generatorLoad: median(rounds.map((round) => round.generatorLoad)),
  };
}

async function main(args: string[]): Promise<number> {
  const { json, ...flags } = readFlags(args, {
    seconds: 1,
    runs: 3,
    // Less than the largest of each, for a trial.
    receivers: Math.max(...RECEIVERS),
    payload: Math.max(...PAYLOADS),
  });
  const machine = await describeMachine();
  const points: FanPoint[] = [];
  for (const receivers of RECEIVERS.filter((n) => n <= flags.receivers)) {
    for (const payload of PAYLOADS.filter((n) => n <= flags.payload)) {
      note(`${receivers} receivers, ${payload} bytes`);
      points.push(await measureFanOut({ receivers, payload }, flags));
    }
  }
  print({ machine, ...flags, points }, {
    json,
    lines: () =>
      [
        machine,
        `1 says, deliveries/s, median of ${flags.runs}`,
        "",
        formatTable([HEAD, ...points.map(row)]),
        "",
        ...problems(points),
      ].join("\n"),
  });
  return points.every(({ results }) => results[0]!.problem === undefined)
    ? 0
    : 1;
}

const HEAD = [
  "",
  "messenger",
  "nats",
  "limit",
  "ours/nats",
  "ours/limit",
  "lowest ours/nats",
  "server CPU",
  "limit's generator CPU",
];

function row({ receivers, payload, results }: FanPoint): string[] {
  const [ours, nats, bare] = results;
  const cell = (one?: Rate) =>
    one?.rate === undefined ? "none" : grouped(one.rate);
  const fixed = (value?: number) =>
    value === undefined || Number.isNaN(value) ? "-" : value.toFixed(2);
  const ratio = (a?: number, b?: number) => fixed(Number(a) / Number(b));
  // Each round of ours beside the round of nats that came right after it.
  const each = (ours?.rates ?? []).map((rate, i) =>
    rate / (nats?.rates?.[i] ?? NaN)
  );
  return [
    `${grouped(receivers)} listen, ${grouped(payload)} bytes`,
    ...[cell(ours), cell(nats), cell(bare)],
    ...[ratio(ours?.rate, nats?.rate), ratio(ours?.rate, bare?.rate)],
    each.length > 0 ? fixed(Math.min(...each)) : "-",
    fixed(ours?.serverLoad),
    fixed(bare?.generatorLoad),
  ];
}

function problems(points: readonly FanPoint[]): string[] {
  return points.flatMap(({ receivers, payload, results }) =>
    results.filter(({ problem }) => problem !== undefined).map((one) =>
      `no rate of ${one.name} with ${grouped(receivers)} receivers and ${
        grouped(payload)
      } bytes: ${one.problem}`
    )
  );
}

if (import.meta.main) Deno.exit(await main(Deno.args));
