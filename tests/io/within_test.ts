import { assertEquals, assertRejects } from "@std/assert";
import { within } from "../../lib/io/within.ts";
import { FakeTime, settle } from "../testing.ts";

Deno.test("within() resolves and rejects like the promise", async () => {
  assertEquals(await within(Promise.resolve("done"), 10), "done");
  const failing = Promise.reject(new TypeError("no"));
  await assertRejects(() => within(failing, 10), TypeError, "no");
});

Deno.test("within() resolves to nothing when the time is over, and not before", async () => {
  using time = new FakeTime();
  const never = Promise.withResolvers<string>();
  let result: unknown = "waits";
  void within(never.promise, 10).then((value) => result = value);
  await time.pass(9);
  assertEquals(result, "waits");
  await time.pass(1);
  await settle();
  assertEquals(result, undefined);
});
