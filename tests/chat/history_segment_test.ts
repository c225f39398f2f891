import { assert, assertEquals } from "@std/assert";
import {
  HistorySegment,
  isFor,
  NOBODY,
  type Run,
} from "../../lib/chat/history_segment.ts";
import { Random } from "../testing.ts";

Deno.test({
  name:
    "HistorySegment counts the messages for each seat, however runs and queries mix",
  permissions: "none",
  fn() {
    const random = new Random(11);
    const segment = new HistorySegment(256 * 1024);
    const runs: Run[] = [];
    const frames = { bytes: new Uint8Array(60), start: 10, end: 50 };
    for (;;) {
      const seat = 1 + random.below(50);
      const run = random.below(2) === 0
        ? { from: seat, to: NOBODY, count: 1 + random.below(3), time: 5 }
        : { from: NOBODY, to: seat, count: 1, time: 6 };
      if (!segment.append({ ...run, ...frames })) break;
      runs.push(run);
      if (random.below(100) > 0) continue;
      for (const asked of [1 + random.below(60), NOBODY, 0xffff_ffff]) {
        const expected = runs.filter((run) => isFor(run, asked))
          .reduce((sum, { count }) => sum + count, 0);
        if (asked !== NOBODY) assertEquals(segment.countFor(asked), expected);
      }
    }
    assert(runs.length > 4_000, `${runs.length}`);
    let at = 0;
    for (const run of runs) {
      const { from, to, count, time, end } = segment.runAt(at);
      assertEquals({ from, to, count, time }, run);
      at = end;
    }
    assertEquals(at, segment.end);
    // The cost includes the lists before anything asks for them.
    assertEquals(segment.cost, 256 * 1024 + 8 * runs.length);
  },
});
