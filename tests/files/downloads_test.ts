import type { RefusalCode } from "../../lib/chat_error.ts";
import { assertEquals, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { DownloadError } from "../../lib/files/download_outcome.ts";
import { DownloadFolder } from "../../lib/files/download_folder.ts";
import { Downloads, MAX_RUNNING } from "../../lib/files/downloads.ts";
import type { ClientMessage } from "../../lib/client_messages.ts";
import { FakeTime, settle, tempFolder } from "../testing.ts";

type Get = Extract<ClientMessage, { type: "get" }>;

/** Downloads into a new folder, with a scripted server. */
async function setUp() {
  const outer = await tempFolder();
  const sent: ClientMessage[] = [];
  let grown = Promise.withResolvers<void>();
  const counts: number[] = [];
  const downloads: Downloads = new Downloads({
    folder: new DownloadFolder(`${outer.path}/Ann`),
    send(message) {
      sent.push(message);
      grown.resolve();
      grown = Promise.withResolvers();
    },
    onChange: () => counts.push(downloads.all.length),
  });
  return {
    downloads,
    sent,
    counts,
    /** Resolves to the `get` with this number, as soon as it is sent. */
    async get(number: number): Promise<Get> {
      for (;;) {
        const gets = sent.filter(({ type }) => type === "get");
        if (gets.length > number) return gets[number] as Get;
        await grown.promise;
      }
    },
    /** Answers with the file content `words`. */
    async answer({ id, name }: Get, words = "hello") {
      const bytes = new TextEncoder().encode(words);
      const size = bytes.length;
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      await downloads.begin({ type: "file", id, name, size, tag: "v1" });
      await downloads.write({ id, data: bytes });
      await downloads.end({ type: "end", id, size, sha256 });
    },
    names: () =>
      Array.from(Deno.readDirSync(`${outer.path}/Ann`), ({ name }) => name)
        .sort(),
    [Symbol.asyncDispose]: () => outer[Symbol.asyncDispose](),
  };
}

const refused = (id: number, code: RefusalCode) =>
  ({ type: "refused", re: "get", code, text: code, id }) as const;

Deno.test("Downloads.get() requests up to the limit, the others in order as places free up", async () => {
  await using test = await setUp();
  const all = Array.from(
    { length: MAX_RUNNING + 3 },
    (_, i) => test.downloads.get(`${i}`),
  );
  await test.get(MAX_RUNNING - 1);
  // Waiting downloads do not block their callers.
  await all.at(-1)!.launched;
  for (let i = 0; i < all.length; i++) {
    const get = await test.get(i);
    assertEquals(get.name, `${i}`);
    assertEquals(test.sent.length, Math.min(i + MAX_RUNNING, all.length));
    await test.answer(get);
    await all[i]!.saved;
    if (i + MAX_RUNNING < all.length) await test.get(i + MAX_RUNNING);
  }
  assertEquals(test.downloads.all, []);
  assertEquals(Math.max(...test.counts), all.length);
});

Deno.test("Downloads saves two good files when two clients request the same one at once", async () => {
  // Two clients, because one client would report that the download is already in
  // progress.
  await using test = await setUp();
  const both = [test.downloads.get("a.txt"), test.downloads.get("a.txt")];
  await Promise.all([0, 1].map(async (i) => test.answer(await test.get(i))));
  const paths = await Promise.all(
    both.map(async ({ saved }) => (await saved).path.split("/").at(-1)),
  );
  assertEquals(paths.sort(), ["a (1).txt", "a.txt"]);
  assertEquals(test.names(), ["a (1).txt", "a.txt"]);
});

Deno.test("Downloads.cancel() stops the selected downloads, running or waiting, and lets others run", async () => {
  await using test = await setUp();
  const all = Array.from(
    { length: MAX_RUNNING + 2 },
    (_, i) => test.downloads.get(`${i}`),
  );
  const first = await test.get(0);
  await test.get(MAX_RUNNING - 1);
  const meant = ["0", `${MAX_RUNNING}`];
  const count = await test.downloads.cancel((name) => meant.includes(name));
  assertEquals(count, 2);
  await assertRejects(() => all[0]!.saved, DownloadError, "cancelled");
  await assertRejects(() => all[MAX_RUNNING]!.saved, DownloadError);
  assertEquals((await test.get(MAX_RUNNING)).name, `${MAX_RUNNING + 1}`);
  assertEquals(test.sent.filter(({ type }) => type === "cancel"), [
    { type: "cancel", id: first.id },
  ]);
  assertEquals(await test.downloads.cancel(), MAX_RUNNING);
  assertEquals(await test.downloads.cancel(), 0);
});

Deno.test("Downloads waits and asks again where a server sends fewer at a time", async () => {
  await using test = await setUp();
  const [one, two] = [test.downloads.get("1"), test.downloads.get("2")];
  const [first, second] = [await test.get(0), await test.get(1)];
  await test.downloads.refused(refused(second.id, "too-many"));
  await test.answer(first);
  await one.saved;
  const again = await test.get(2);
  assertEquals(again.name, "2");
  await test.answer(again);
  await two.saved;
  // With no other download in progress there is nothing to wait for.
  const three = test.downloads.get("3");
  await test.downloads.refused(refused((await test.get(3)).id, "too-many"));
  await assertRejects(() => three.saved, DownloadError, "too-many");
});

Deno.test("Downloads.close() keeps the bytes that have arrived; the next get resumes there", async () => {
  await using test = await setUp();
  const broken = test.downloads.get("a.txt");
  const { id } = await test.get(0);
  await test.downloads.begin(
    { type: "file", id, name: "a.txt", size: 5, tag: "v1" },
  );
  await test.downloads.write({
    id,
    data: new TextEncoder().encode("hel"),
  });
  await test.downloads.close("connection lost");
  const error = await assertRejects(() => broken.saved, DownloadError);
  assertEquals(error.kept, 3);
  assertEquals(test.names(), [".messenger"]);
  const late = test.downloads.get("b.txt");
  await assertRejects(() => late.saved, DownloadError, "connection lost");
});

Deno.test("Downloads keeps the bytes that have arrived only if the refusal allows it", async () => {
  for (
    const [code, kept] of [["unreadable", 3], ["no-such-file", 0]] as const
  ) {
    await using test = await setUp();
    const download = test.downloads.get("a.txt");
    const { id } = await test.get(0);
    await test.downloads.begin(
      { type: "file", id, name: "a.txt", size: 5, tag: "v1" },
    );
    await test.downloads.write({
      id,
      data: new TextEncoder().encode("hel"),
    });
    await test.downloads.refused(refused(id, code));
    const error = await assertRejects(() => download.saved, DownloadError);
    assertEquals(error.kept, kept);
  }
});

Deno.test("Downloads asks again from its position when the file changed during the transfer", async () => {
  await using test = await setUp();
  const download = test.downloads.get("a.txt");
  const reasons: string[] = [];
  download.onAgain = (reason) => reasons.push(reason);
  const { id } = await test.get(0);
  const file = { type: "file", name: "a.txt", size: 5, tag: "v1" } as const;
  await test.downloads.begin({ ...file, id });
  await test.downloads.write({ id, data: new TextEncoder().encode("hel") });
  await test.downloads.refused(refused(id, "changed"));
  const again = await test.get(1);
  assertEquals([again.offset, again.tag], [3, "v1"]);
  // It is another version: from the beginning.
  await test.answer(again, "other");
  assertEquals((await download.saved).path.split("/").at(-1), "a.txt");
  assertEquals(reasons, ["changed"]);
  const twice = test.downloads.get("b.txt");
  await test.downloads.refused(refused((await test.get(2)).id, "changed"));
  await test.downloads.refused(refused((await test.get(3)).id, "changed"));
  await assertRejects(() => twice.saved, DownloadError, "changed");
});

Deno.test("Downloads resumes by itself after a stall, as often as needed", async () => {
  await using test = await setUp();
  const download = test.downloads.get("a.txt");
  const resumed: number[] = [];
  download.onResumed = () => resumed.push(download.resumedAt);
  const file = { type: "file", name: "a.txt", size: 5, tag: "v1" } as const;
  for (let i = 0; i < 4; i++) {
    const { id, offset = 0 } = await test.get(i);
    assertEquals(offset, i);
    await test.downloads.begin({ ...file, id, offset });
    const data = new TextEncoder().encode("hello"[i]);
    await test.downloads.write({ id, data });
    await test.downloads.refused(refused(id, "stalled"));
  }
  const last = await test.get(4);
  await test.downloads.begin({ ...file, id: last.id, offset: 4 });
  const rest = new TextEncoder().encode("o");
  await test.downloads.write({ id: last.id, data: rest });
  const sha256 = createHash("sha256").update("hello").digest("hex");
  await test.downloads.end({ type: "end", id: last.id, size: 5, sha256 });
  assertEquals((await download.saved).size, 5);
  assertEquals(resumed, [1, 2, 3, 4]);
});

Deno.test("Downloads asks a busy server again after a pause, and not after the end", async () => {
  await using test = await setUp();
  const download = test.downloads.get("a.txt");
  const { id } = await test.get(0);
  {
    using time = new FakeTime();
    await test.downloads.refused(refused(id, "busy"));
    await time.pass(4_000);
    assertEquals([test.sent.length, download.isOver], [1, false]);
    await time.pass(2_000);
  }
  const again = await test.get(1);
  assertEquals(again.name, "a.txt");
  await test.downloads.refused(refused(again.id, "busy"));
  await test.downloads.close("connection lost");
  await assertRejects(() => download.saved, DownloadError, "connection lost");
  await settle();
  assertEquals(test.sent.length, 2);
});
