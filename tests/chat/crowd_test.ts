import { assertEquals, assertStrictEquals } from "@std/assert";
import { Room } from "../../lib/chat/room.ts";
import { concat, readFrames } from "../testing.ts";

Deno.test({
  name: "Room tells a crowd together who has come, and before that one's words",
  permissions: "none",
  fn() {
    const turns: (() => void)[] = [];
    const delays: number[] = [];
    const later: (() => void)[] = [];
    const room = new Room({
      atEndOfTurn: (run) => turns.push(run),
      later: (run, delay) => {
        later.push(run);
        delays.push(delay);
        return () => {};
      },
    });
    const enter = (name: string) => {
      const heard: Uint8Array[] = [];
      const deliver = (bytes: Uint8Array) => void heard.push(bytes);
      return { heard, seat: room.join({ name, deliver }) };
    };
    const crowd = Array.from({ length: 200 }, (_, i) => enter(`c${i}`));
    turns.splice(0).forEach((run) => run());
    for (const { heard } of crowd) heard.length = 0;

    const [one, two] = [enter("one"), enter("two")];
    assertEquals([turns.length, delays], [0, [200 * 0.02]]);
    later[0]!();
    // One write for both, of the same bytes for all.
    assertEquals(crowd[0]!.heard.length, 1);
    assertStrictEquals(crowd[0]!.heard[0], crowd[1]!.heard[0]);
    assertEquals(one.heard.length, 1);

    enter("three");
    room.broadcast(two.seat, "hi");
    turns.splice(0).forEach((run) => run());
    assertEquals(
      readFrames(concat(...crowd[0]!.heard)).map(({ type }) => type),
      ["joined", "joined", "joined", "said"],
    );
    later[1]!();
    assertEquals(crowd[0]!.heard.length, 2);
  },
});
