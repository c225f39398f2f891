import type { Attack, Finding, Target } from "./kind.ts";
import { MAX_GROWTH, megabytes } from "./kind.ts";
import { run } from "./processes.ts";
import { besiege } from "./siege.ts";
import { joined, message, repeat } from "./wire.ts";

/** Joins in the process of `joins.ts`: an attacker's afternoon. */
const JOINS = 1_000_000;

/** Concurrent connections. */
const AT_ONCE = 8;

/**
 * People join, say one short message, and leave: each message may keep a whole block of
 * announcements in memory.
 */
export const history: Attack = { title: "memory of history", measure, assault };

async function measure(number: number): Promise<Finding> {
  const kept = await keptAfterJoins();
  const finding = await besiege({ number });
  return {
    ...finding,
    told: `${finding.told}; after ${JOINS} joins a room keeps ${
      megabytes(kept)
    }`,
    over: [
      ...finding.over,
      ...(kept < MAX_GROWTH ? [] : [`history ${megabytes(kept)}`]),
    ],
  };
}

/**
 * Runs a million joins in the room alone, which takes seconds; over the network they
 * would take an hour.
 */
async function keptAfterJoins(): Promise<number> {
  await using program = run("joins.ts", [String(JOINS)]);
  const { value } = await program.lines.read();
  return Number(value);
}

async function assault({ port, end, count }: Target): Promise<void> {
  await Promise.all(
    Array.from({ length: AT_ONCE }, (_, i) =>
      repeat(end, async (turn) => {
        using client = await joined(port, `Guest${i}x${turn}`);
        await client.send(message({ type: "say", text: "x" }));
        count("joins");
      })),
  );
}
