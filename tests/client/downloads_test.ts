import { assertEquals, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { DownloadError } from "../../lib/client/download.ts";
import { DownloadFolder } from "../../lib/client/download_folder.ts";
import { Downloads, MAX_RUNNING } from "../../lib/client/downloads.ts";
import type { ClientMessage } from "../../lib/messages.ts";
import { tempFolder } from "../testing.ts";

type Get = Extract<ClientMessage, { type: "get" }>;

/** Downloads into a new folder, and the server that they ask. */
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
    /** The get with this number, as soon as it is sent. */
    async get(number: number): Promise<Get> {
      for (;;) {
        const gets = sent.filter(({ type }) => type === "get");
        if (gets.length > number) return gets[number] as Get;
        await grown.promise;
      }
    },
    /** Sends the file `words` in answer. */
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

const refused = (id: number, code: string) =>
  ({ type: "refused", re: "get", code, text: code, id }) as const;

Deno.test("Downloads.get() asks for so many at a time, the others in their turn, in order", async () => {
  await using test = await setUp();
  const all = Array.from(
    { length: MAX_RUNNING + 3 },
    (_, i) => test.downloads.get(`${i}`),
  );
  await test.get(MAX_RUNNING - 1);
  // Those that wait hold nobody up.
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

Deno.test("Downloads gives two who ask for the same at once two good files", async () => {
  // Two clients, say: one of them says that it is downloading already.
  await using test = await setUp();
  const both = [test.downloads.get("a.txt"), test.downloads.get("a.txt")];
  await Promise.all([0, 1].map(async (i) => test.answer(await test.get(i))));
  const paths = await Promise.all(
    both.map(async ({ saved }) => (await saved).path.split("/").at(-1)),
  );
  assertEquals(paths.sort(), ["a (1).txt", "a.txt"]);
  assertEquals(test.names(), ["a (1).txt", "a.txt"]);
});

Deno.test("Downloads.cancel() stops what is meant, running or waiting, and lets others run", async () => {
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
  // With nothing else under way there is nothing to wait for.
  const three = test.downloads.get("3");
  await test.downloads.refused(refused((await test.get(3)).id, "too-many"));
  await assertRejects(() => three.saved, DownloadError, "too-many");
});

Deno.test("Downloads.close() keeps what has arrived; the next get goes on there", async () => {
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

Deno.test("Downloads keeps what has arrived only if the refusal says nothing against it", async () => {
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

Deno.test("Downloads asks once more when the file has changed while it was sent, from where it was", async () => {
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
