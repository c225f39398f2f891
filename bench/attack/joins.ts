// deno-lint-ignore-file no-console -- the benchmark reads what it says
/**
 * The memory of a room after many joins with a short message now and then, in a process
 * of its own: `joins.ts COUNT` prints the bytes.
 *
 * @module
 */

import { Room } from "../../lib/chat/room.ts";

/** Joins between two short messages: they fill about a block of the gather buffer. */
const SAY_EVERY = 1_000;

/** Joins in one turn of the event loop. */
const TURN = 10_000;

const count = Number(Deno.args[0]);
const room = new Room({ atEndOfTurn: (run) => run() });
const stays = room.join({ name: "Ann", deliver() {} });
const before = Deno.memoryUsage().rss;
for (let i = 0; i < count; i++) {
  const seat = room.join({ name: `Guest${i}`, deliver() {} });
  if (i % SAY_EVERY === 0) room.broadcast(stays, "x");
  room.leave(seat, { kind: "quit" });
  if (i % TURN === 0) await new Promise((resolve) => setTimeout(resolve));
}
console.log(Deno.memoryUsage().rss - before);
Deno.exit(0);
