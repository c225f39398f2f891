import { assertEquals, assertRejects } from "@std/assert";
import { waitForDisk } from "../../lib/server/disk_patience.ts";
import { FakeTime } from "../testing.ts";

Deno.test({
  name: "waitForDisk() resolves and rejects like the work",
  permissions: "none",
  async fn() {
    const late: unknown[] = [];
    await waitForDisk(Promise.resolve(), (error) => late.push(error));
    const fault = new Error("no disk");
    await assertRejects(
      () => waitForDisk(Promise.reject(fault), (error) => late.push(error)),
      Error,
      "no disk",
    );
    assertEquals(late, []);
  },
});

Deno.test({
  name: "waitForDisk() waits two seconds at most, and reports a later failure",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const { promise, reject } = Promise.withResolvers<void>();
    const late: unknown[] = [];
    let isOver = false;
    const waiting = waitForDisk(promise, (error) => late.push(error))
      .then(() => isOver = true);
    await time.pass(1_999);
    assertEquals(isOver, false);
    await time.pass(1);
    await waiting;
    reject("no disk");
    await time.pass(0);
    assertEquals(late, ["no disk"]);
  },
});
