import { assertEquals, assertRejects } from "@std/assert";
import { patiently, removeIfThere } from "../../lib/files/patiently.ts";
import { FakeTime, tempFolder } from "../testing.ts";

/** A step that fails with `error` this many times. */
function failing(times: number, error: Error) {
  let tries = 0;
  const step = () =>
    tries++ < times ? Promise.reject(error) : Promise.resolve();
  return { step, tries: () => tries };
}

Deno.test({
  name:
    "patiently() tries ten times, 100 ms apart, while another program holds the file",
  permissions: "none",
  async fn() {
    const busy = [new Deno.errors.PermissionDenied(), new Deno.errors.Busy()];
    for (const error of busy) {
      using time = new FakeTime();
      const { step, tries } = failing(9, error);
      const done = patiently(step);
      await time.pass(99);
      assertEquals(tries(), 1);
      await time.pass(1);
      assertEquals(tries(), 2);
      await time.pass(10_000);
      await done;
      assertEquals([tries(), time.pending], [10, 0]);
    }
  },
});

Deno.test({
  name: "patiently() throws the last error after ten attempts",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const { step, tries } = failing(10, new Deno.errors.Busy("held"));
    const done = assertRejects(() => patiently(step), Deno.errors.Busy, "held");
    await time.pass(10_000);
    await done;
    assertEquals(tries(), 10);
  },
});

Deno.test({
  name: "patiently() throws any other error at once",
  permissions: "none",
  async fn() {
    const { step, tries } = failing(1, new Deno.errors.NotFound("gone"));
    await assertRejects(() => patiently(step), Deno.errors.NotFound);
    assertEquals(tries(), 1);
  },
});

Deno.test("removeIfThere() removes a file, and does nothing if there is none", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a`;
  await Deno.writeTextFile(path, "a");
  await removeIfThere(path);
  await assertRejects(() => Deno.lstat(path), Deno.errors.NotFound);
  await removeIfThere(path);
  await Deno.mkdir(path);
  await Deno.writeTextFile(`${path}/b`, "b");
  await assertRejects(() => removeIfThere(path), Error);
});
