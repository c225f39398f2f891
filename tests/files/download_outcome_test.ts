import { assertEquals, assertRejects } from "@std/assert";
import {
  DownloadError,
  DownloadOutcome,
} from "../../lib/files/download_outcome.ts";
import { settle } from "../testing.ts";

const FILE = { type: "file", id: 1, name: "a", size: 2 } as const;

/** Returns which of the promises have settled, and how. */
async function stateOf(outcome: DownloadOutcome): Promise<string[]> {
  const states: string[] = [];
  for (const name of ["started", "launched", "saved"] as const) {
    outcome[name].then(
      () => states.push(name),
      () => states.push(`${name} failed`),
    );
  }
  await settle();
  return states.sort();
}

Deno.test({
  name: "DownloadOutcome launches when it starts, fails or is postponed",
  permissions: "none",
  async fn() {
    assertEquals(await stateOf(new DownloadOutcome()), []);
    const started = new DownloadOutcome();
    started.start(FILE);
    assertEquals(await stateOf(started), ["launched", "started"]);
    assertEquals(await started.started, FILE);
    const postponed = new DownloadOutcome();
    postponed.postpone();
    assertEquals(await stateOf(postponed), ["launched"]);
    const failed = new DownloadOutcome();
    failed.fail(new DownloadError("no"));
    assertEquals(
      await stateOf(failed),
      ["launched", "saved failed", "started failed"],
    );
  },
});

Deno.test({
  name: "DownloadOutcome.fail() causes no unhandled rejection",
  permissions: "none",
  async fn() {
    const outcome = new DownloadOutcome();
    outcome.fail(new DownloadError("full", 5, "busy"));
    await settle(); // An unhandled rejection would end the test run.
    const error = await assertRejects(() => outcome.saved, DownloadError);
    assertEquals([error.message, error.kept, error.code], ["full", 5, "busy"]);
  },
});

Deno.test({
  name: "DownloadOutcome.save() says why a file has another name here",
  permissions: "none",
  async fn() {
    const save = async (name: string, before?: true) => {
      const outcome = new DownloadOutcome();
      const copy = before && { before };
      outcome.save({ name, path: "Ann/x", size: 1, ...copy });
      return await outcome.saved;
    };
    assertEquals(await save("a.txt"), { path: "Ann/x", size: 1 });
    const { instead } = await save("a:b");
    assertEquals(instead?.name, "a:b");
    assertEquals(typeof instead?.problem, "string");
    // An existing copy has the name that the user gave it.
    assertEquals(await save("a:b", true), {
      path: "Ann/x",
      size: 1,
      before: true,
    });
  },
});
