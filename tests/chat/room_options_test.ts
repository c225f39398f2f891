import { assertEquals } from "@std/assert";
import { afterTimeout } from "../../lib/chat/room_options.ts";
import { FakeTime } from "../testing.ts";

Deno.test({
  name: "afterTimeout() calls `run` after the delay, unless cancelled",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const runs: string[] = [];
    afterTimeout(() => runs.push("kept"), 100);
    const callOff = afterTimeout(() => runs.push("called off"), 100);
    callOff();
    await time.pass(99);
    assertEquals(runs, []);
    await time.pass(1);
    assertEquals([runs, time.pending], [["kept"], 0]);
  },
});
