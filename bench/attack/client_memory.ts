import { startClient } from "../../tests/e2e/programs.ts";
import { usage } from "../../tests/attack/victim.ts";
import { type Attack, type Finding, MAX_GROWTH, megabytes } from "./kind.ts";
import { run } from "./processes.ts";
import { sleep } from "./wire.ts";

/** How long the client is connected to each hostile server, in milliseconds. */
const TIME = 12_000;

/** Milliseconds between two checks of the client's memory. */
const LOOK_INTERVAL = 100;

/** The command that the client is given, by the kind of the endless answer. */
const KINDS = { files: "/files", users: "/users", joins: "" } as const;

/** The client's message when it leaves such a server. */
const SAID = /sends too much/;

type Meeting = { growth: number; said: boolean; connections: number };

/** The real client against servers whose lists never end. */
export const clientMemory: Attack = { title: "hostile server", measure };

async function measure(): Promise<Finding> {
  const told: string[] = [];
  const over: string[] = [];
  let most = 0;
  for (const [kind, command] of Object.entries(KINDS)) {
    const { growth, said, connections } = await meet(kind, command);
    most = Math.max(most, growth);
    const end = said ? "says so" : "says nothing";
    told.push(`${kind}: ${megabytes(growth)}, ${end}`);
    if (growth > MAX_GROWTH) over.push(`${kind} ${megabytes(growth)}`);
    // Joins are not a list: they may continue without end if they cost no memory.
    if (!said && command !== "") over.push(`${kind}: not said`);
    if (connections > 1) over.push(`${kind}: ${connections} connections`);
  }
  return { growth: most, told: told.join("; "), over };
}

async function meet(kind: string, command: string): Promise<Meeting> {
  await using server = run("hostile_server.ts", [kind]);
  const { value: port } = await server.lines.read();
  await using client = startClient({ port: Number(port) }, "Ann", {
    wrap: ["nice", "-n", "0"],
  });
  await client.output.next(/^Welcome/);
  const before = await usage(client.pid);
  // The client may have ended.
  if (command !== "") await client.type(command).catch(() => {});
  let memory = before.memory;
  const end = performance.now() + TIME;
  while (performance.now() < end) {
    const now = await usage(client.pid);
    if (now.memory > 0) memory = Math.max(memory, now.memory);
    await sleep(LOOK_INTERVAL);
  }
  await server.stdin.write(new TextEncoder().encode("\n"));
  const { value: connections } = await server.lines.read();
  const lines = [...client.output.all, ...client.errors.all];
  return {
    growth: memory - before.memory,
    said: lines.some((line) => SAID.test(line)),
    connections: Number(connections),
  };
}
