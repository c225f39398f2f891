import { assert, assertEquals } from "@std/assert";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { GatherBuffer } from "../../lib/chat/gather_buffer.ts";
import { ChatHistory, MAX_HISTORY_LENGTH } from "../../lib/chat/history.ts";
import { Room } from "../../lib/chat/room.ts";
import { type Member, Seat } from "../../lib/chat/seat.ts";
import { encodeMessage } from "../../lib/messages.ts";

/** The people who join, say a line, and leave: announcing them takes 10 MB. */
const PEOPLE = 60_000;

/**
 * Returns the bytes of memory outside the heap that are in use, not only waiting for
 * the collector.
 */
function usedLength(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return Deno.memoryUsage().external;
}

Deno.test({
  name: "Room keeps no block of joins alive for one small message in it",
  fn() {
    const room = new Room({ atEndOfTurn() {} });
    const member = (name: string): Member => ({ name, deliver() {} });
    const before = usedLength();
    for (let i = 0; i < PEOPLE; i++) {
      const seat = room.join(member(`somebody${i}`), { mayReturn: true });
      if (i % 500 === 0) room.broadcast(seat, "hello");
      room.leave(seat, { kind: i % 2 === 0 ? "slow" : "lost" });
      if (i % 50 === 0) room.flush();
    }
    const grown = usedLength() - before;
    assert(grown < 3_000_000, `${grown} bytes for ${PEOPLE / 500} lines`);
    assertEquals(room.size, 0);
  },
});

Deno.test({
  name:
    "ChatHistory stays within its memory bound, for messages of any length and any number of people",
  permissions: "none",
  fn() {
    const gathered = new GatherBuffer();
    const maxLength = MAX_HISTORY_LENGTH / 8;
    const history = new ChatHistory(gathered, maxLength);
    const member: Member = { name: "Ann", deliver() {} };
    let number = 0;
    const newSeat = () =>
      new Seat(member, { number: ++number, taken: 0, said: history.said });
    const tell = (text: string) => {
      const told = { type: "told", from: "Bob", text } as const;
      history.addPrivate(newSeat(), encodeMessage(told));
    };
    for (let i = 0; i < 40_000; i++) tell("x");
    const { cost } = history;
    // Queries each of the last segments: the cost already includes their lists.
    history.missed(newSeat(), 1e9);
    assertEquals(history.cost, cost);
    const segment = maxLength / 64;
    assert(cost > maxLength - 2 * segment, `${cost}`);
    assert(cost <= maxLength + segment / 4, `${cost}`);
    for (let i = 0; i < 80; i++) tell("x".repeat(48_000));
    assert(history.cost <= maxLength, `${history.cost}`);
  },
});
