/**
 * What TLS costs: the same work without TLS, with TLS as the product does it, and in two
 * other ways. See bench/README.md.
 *
 * @module
 */

import { makeIdentity } from "../tests/net/tls_testing.ts";
import { type Program, residentMemory, start } from "./programs.ts";
import {
  formatTable,
  grouped,
  median,
  note,
  print,
  readFlags,
} from "./report.ts";
import type { ClientTask } from "./tls_clients.ts";
import {
  MESSAGE_LENGTH,
  type ServerTask,
  type Transport,
} from "./tls_server.ts";

const TRANSPORTS: readonly Transport[] = ["plain", "duplex", "node", "native"];

/** A server's numbers in one turn. */
type Row = {
  readonly deliveries: number;
  readonly megabytes: number;
  readonly p50: number;
  readonly p99: number;
  readonly kib: number;
  readonly handshakes: number;
};

const HEAD = [
  "transport",
  "deliveries/s",
  "MB/s",
  "p50 ms",
  "p99 ms",
  "KiB idle",
  "joins/s",
];

async function main(args: string[]): Promise<number> {
  const { json, ...flags } = readFlags(args, {
    receivers: 100,
    seconds: 2,
    mib: 1_024,
    rate: 1_000,
    idle: 1_000,
    runs: 3,
  });
  const identity = await makeIdentity();
  const rows = new Map<Transport, Row[]>();
  for (let turn = 1; turn <= flags.runs; turn++) {
    note(`turn ${turn} of ${flags.runs}`);
    for (const transport of TRANSPORTS) {
      const row = await measure(transport, { identity, ...flags });
      rows.set(transport, [...rows.get(transport) ?? [], row]);
    }
  }
  const results = TRANSPORTS.map((transport) => {
    const all = rows.get(transport)!;
    const of = (key: keyof Row) => median(all.map((row) => row[key]));
    return {
      ...{ transport, deliveries: of("deliveries") },
      ...{ megabytes: of("megabytes"), p50: of("p50"), p99: of("p99") },
      ...{ kib: of("kib"), handshakes: of("handshakes") },
    };
  });
  print({ ...flags, results }, {
    json,
    lines: () =>
      formatTable([
        HEAD,
        ...results.map((row) => [
          row.transport,
          grouped(row.deliveries),
          grouped(row.megabytes),
          row.p50.toFixed(2),
          row.p99.toFixed(2),
          row.kib.toFixed(1),
          grouped(row.handshakes),
        ]),
      ]),
  });
  return 0;
}

async function measure(
  transport: Transport,
  { identity, receivers, seconds, mib, rate, idle }: {
    readonly identity: Awaited<ReturnType<typeof makeIdentity>>;
    readonly receivers: number;
    readonly seconds: number;
    readonly mib: number;
    readonly rate: number;
    readonly idle: number;
  },
): Promise<Row> {
  const { certificate, key } = identity;
  const settings = JSON.stringify({ certificate, key });
  await using server = run("tls_server.ts", [transport, settings]);
  const { port } = await answer(server) as { port: number };
  const secured = transport === "plain" ? [] : [certificate];
  await using clients = run("tls_clients.ts", [String(port), ...secured]);
  const tell = (task: ServerTask) => ask(server, task);
  const order = (task: ClientTask) => ask(clients, task);

  await order({ do: "join", clients: 1, parallel: 1 });
  const sending = tell({ do: "send", mib });
  const whole = await order({ do: "hear", bytes: mib * 1024 * 1024 });
  await sending;

  await order({ do: "join", clients: receivers - 1, parallel: 8 });
  const total = rate * seconds * receivers;
  const timing = order({ do: "time", messages: Math.floor(0.8 * total) });
  await tell({ do: "talk", rate, seconds });
  const { p50, p99 } = await timing;
  const fan = await tell({ do: "fan out", seconds });

  const before = await residentMemory(server.pid);
  const joined = await order({ do: "join", clients: idle, parallel: 8 });
  const after = await residentMemory(server.pid);
  return {
    deliveries: fan.bytes! / MESSAGE_LENGTH / fan.seconds!,
    megabytes: mib * 1.048576 / whole.seconds!,
    p50: p50!,
    p99: p99!,
    kib: (after - before) / 1_024 / idle,
    handshakes: idle / joined.seconds!,
  };
}

function run(file: string, args: readonly string[]): Program {
  const entry = new URL(file, import.meta.url).pathname;
  const flags = ["--no-prompt", "--v8-flags=--max-semi-space-size=4"];
  const command = ["run", ...flags, "--allow-net=127.0.0.1", entry];
  return start("deno", [...command, ...args]);
}

async function ask(
  program: Program,
  task: ServerTask | ClientTask,
): Promise<{ [name: string]: number }> {
  const line = new TextEncoder().encode(JSON.stringify(task) + "\n");
  await program.stdin.write(line);
  return await answer(program);
}

async function answer(program: Program): Promise<{ [name: string]: number }> {
  const { value, done } = await program.lines.read();
  if (done) throw new Error("A program of the benchmark has ended");
  return JSON.parse(value);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
