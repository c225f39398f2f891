import { assertEquals } from "@std/assert";
import { Room } from "../../lib/chat/room.ts";
import { EventLog } from "../../lib/server/event_log.ts";
import { roomLog } from "../../lib/server/room_log.ts";

/** Returns the log of a room in which people speak. */
function logOf(keepsPrivate: boolean): string[] {
  const lines: string[] = [];
  const log = new EventLog((text) => {
    for (const line of text.trimEnd().split("\n")) {
      lines.push(line.replace(/^\S+ \S+ \S+ /, ""));
    }
  }, { keepsPrivate });
  const room = new Room({
    subscribers: [roomLog(log)],
    atEndOfTurn: (run) => run(),
  });
  const enter = (name: string, session: number) =>
    room.join({
      name,
      origin: { session, from: `10.0.0.${session}:5` },
      deliver() {},
    });
  const [ann, bob] = [enter("Ann", 1), enter("Bob", 2)];
  room.broadcast(ann, 'a "quoted" word');
  const bytes = new TextEncoder().encode("--plain--");
  room.broadcast(bob, { bytes, start: 2, end: 7 });
  room.tell(bob, { to: "ann", text: "psst" });
  room.proclaim("by the operator, who is noted elsewhere");
  room.leave(bob, { kind: "quit" });
  log.flush();
  return lines;
}

Deno.test({
  name: "roomLog() logs what people say, with their sessions",
  permissions: "none",
  fn() {
    assertEquals(logOf(true), [
      '#1 10.0.0.1:5 said from="Ann" to="all" text="a \\"quoted\\" word"',
      '#2 10.0.0.2:5 said from="Bob" to="all" text="plain"',
      '#2 10.0.0.2:5 told from="Bob" to="Ann" text="psst"',
    ]);
  },
});

Deno.test({
  name: "roomLog() keeps no private text if the log keeps none",
  permissions: "none",
  fn() {
    assertEquals(logOf(false).filter((line) => line.includes(" told ")), [
      '#2 10.0.0.2:5 told from="Bob" to="Ann" ' +
      'text="private message (4 characters)"',
    ]);
  },
});
