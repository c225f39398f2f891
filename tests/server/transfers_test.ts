import { assert, assertEquals, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { ChatError } from "../../lib/chat_error.ts";
import { FileCatalog } from "../../lib/files/file_catalog.ts";
import { SharedFile } from "../../lib/files/shared_file.ts";
import { CHUNK_LENGTH } from "../../lib/files/file_memory.ts";
import type { Outlet } from "../../lib/files/outlet.ts";
import { MAX_TRANSFERS, Transfers } from "../../lib/server/transfers.ts";
import {
  concat,
  readFrames,
  type Received,
  settle,
  tempFolder,
} from "../testing.ts";

const SIZE = 3 * CHUNK_LENGTH;

/** An outlet that makes room for one chunk at each request. */
class SlowOutlet implements Outlet {
  readonly #sent: Uint8Array[] = [];
  #waiting: (() => void)[] = [];
  readonly queuedLength = 0;
  readonly sentLength = 0;
  readonly leftLength = 0;

  room(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  giveRoom(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    waiting.forEach((resolve) => resolve());
  }

  send(bytes: Uint8Array): void {
    this.#sent.push(bytes.slice());
  }

  get received(): Received[] {
    return readFrames(concat(...this.#sent));
  }
}

async function setUp() {
  const folder = await tempFolder();
  await Deno.writeFile(`${folder.path}/a.bin`, new Uint8Array(SIZE));
  await Deno.writeFile(`${folder.path}/empty`, new Uint8Array(0));
  const outlet = new SlowOutlet();
  const refused: string[] = [];
  const lines: string[] = [];
  const over = Promise.withResolvers<void>();
  const catalog = new FileCatalog(folder.path, {
    now: () => Date.now() + 60_000, // All files count as written long ago.
  });
  const transfers = new Transfers(catalog, outlet, {
    refuse(re, { code }, id) {
      refused.push(`${re} ${code} ${id}`);
    },
    log(event, { file, bytes, reason }) {
      lines.push(`${event} ${file} ${bytes ?? reason ?? ""}`.trim());
      if (event !== "download started") over.resolve();
    },
  });
  return {
    path: folder.path,
    catalog,
    outlet,
    transfers,
    refused,
    lines,
    over: over.promise,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** Makes room until the next transfer is over. */
async function flow(
  { outlet, over }: { outlet: SlowOutlet; over: Promise<void> },
) {
  let done = false;
  void over.then(() => done = true);
  while (!done) {
    outlet.giveRoom();
    await settle();
  }
}

const get = (id: number, name = "a.bin") =>
  ({ type: "get", id, name }) as const;

Deno.test("Transfers.start() sends a file, and its id is free afterwards", async () => {
  await using test = await setUp();
  const { transfers, outlet } = test;
  await transfers.start(get(5));
  await flow(test);
  await settle();
  assertEquals(
    outlet.received.map(({ type }) => type),
    ["file", "chunk", "chunk", "chunk", "end"],
  );
  assert(outlet.received.every(({ id }) => id === 5));
  assertEquals(test.lines, [
    "download started a.bin",
    `download ended a.bin ${SIZE}`,
  ]);
  await transfers.start(get(5, "empty"));
  await transfers.stop({ kind: "quit" });
});

Deno.test("Transfers.start() refuses an id in use, too many downloads, and a missing file", async () => {
  await using test = await setUp();
  const { transfers } = test;
  const refusal = async (id: number, name?: string) =>
    (await assertRejects(() => transfers.start(get(id, name)), ChatError)).code;
  assertEquals(await refusal(1, "../secret"), "no-such-file");
  await transfers.start(get(1));
  assertEquals(await refusal(1), "id-in-use");
  for (let id = 2; id <= MAX_TRANSFERS; id++) await transfers.start(get(id));
  assertEquals(await refusal(99), "too-many");
  while (test.outlet.waiting < MAX_TRANSFERS) await settle();
  const stopped = transfers.stop({ kind: "quit" });
  test.outlet.giveRoom();
  await stopped;
  assertEquals(test.refused, []);
});

Deno.test("Transfers refuses an offset beyond the end, after the start", async () => {
  await using test = await setUp();
  await test.transfers.start({ ...get(1), offset: SIZE + 1 });
  await test.over;
  assertEquals(test.refused, ["get bad-offset 1"]);
  assertEquals(test.outlet.received, []);
});

Deno.test("Transfers refuses a file that changes while it is sent", async () => {
  await using test = await setUp();
  await test.transfers.start(get(1));
  await Deno.truncate(`${test.path}/a.bin`, 10);
  await flow(test);
  assertEquals(test.refused, ["get changed 1"]);
  assert(test.outlet.received.every(({ type }) => type !== "end"));
});

Deno.test("Transfers.cancel() stops one download and tells its receiver; the others continue", async () => {
  await using test = await setUp();
  const { transfers, outlet } = test;
  await transfers.start(get(1));
  await transfers.start(get(2));
  while (outlet.waiting < 2) await settle();
  const cancelled = transfers.cancel(1);
  outlet.giveRoom();
  await cancelled;
  await transfers.cancel(77);
  assertEquals(test.refused, ["get cancelled 1"]);
  const before = outlet.received.filter(({ id }) => id === 1).length;
  let ended = false;
  while (!ended) {
    outlet.giveRoom();
    await settle();
    ended = outlet.received.some(({ type, id }) => type === "end" && id === 2);
  }
  assertEquals(outlet.received.filter(({ id }) => id === 1).length, before);
  await transfers.stop({ kind: "quit" });
});

Deno.test("Transfers.cancel() waits for no reader, and frees its slot at once", async () => {
  await using test = await setUp();
  const { transfers, outlet } = test;
  for (let id = 1; id <= MAX_TRANSFERS; id++) await transfers.start(get(id));
  while (outlet.waiting < MAX_TRANSFERS) await settle();
  // The receiver reads nothing, so there is never room.
  const cancelled = transfers.cancel(1);
  await transfers.start(get(99));
  await cancelled;
  assertEquals(test.refused, ["get cancelled 1"]);
  await transfers.stop({ kind: "quit" });
});

Deno.test("Transfers starts at the beginning if the receiver has another version", async () => {
  await using test = await setUp();
  const { transfers, outlet } = test;
  await transfers.start({ ...get(1), offset: 5, tag: "another" });
  await flow(test);
  assertEquals(outlet.received[0]!["offset"], 0);
  const { tag } = outlet.received[0]!;
  await transfers.start({ ...get(2), offset: 5, tag });
  assertEquals(
    outlet.received.find(({ id }) => id === 2)!["offset"],
    5,
  );
  await transfers.stop({ kind: "quit" });
});

Deno.test("Transfers.stop() ends all downloads without an answer and closes their files", async () => {
  await using test = await setUp();
  const { transfers, outlet } = test;
  await transfers.start(get(1));
  await transfers.start(get(2));
  while (outlet.waiting < 2) await settle();
  const stopped = transfers.stop({ kind: "lost" });
  outlet.giveRoom();
  await stopped;
  assertEquals(test.refused, []);
  assertEquals(test.lines.slice(2), [
    "download failed a.bin connection lost",
    "download failed a.bin connection lost",
  ]);
});

Deno.test("Transfers tells the receiver that the disk fails, and the log why", async () => {
  await using test = await setUp();
  const real = SharedFile.prototype.read;
  SharedFile.prototype.read = () => Promise.reject(new Error("bad sector"));
  try {
    await test.transfers.start(get(1));
    await flow(test);
  } finally {
    SharedFile.prototype.read = real;
  }
  assertEquals(test.refused, ["get unreadable 1"]);
  assertEquals(test.lines[1], "download failed a.bin bad sector");
});

Deno.test("Transfers sends nothing of a file that the receiver has, and all of another", async () => {
  await using test = await setUp();
  const { transfers, outlet } = test;
  const sha256 = createHash("sha256").update(new Uint8Array(SIZE)).digest(
    "hex",
  );
  await transfers.start({ ...get(1), have: ["other", sha256] });
  await flow(test);
  await settle();
  const [file, end] = outlet.received;
  assertEquals([file!.type, file!["same"], file!["offset"]], [
    "file",
    true,
    SIZE,
  ]);
  assertEquals([end!.type, end!["sha256"]], ["end", sha256]);
  await transfers.start({ ...get(2), have: ["other"] });
  while (!outlet.received.some(({ type, id }) => type === "end" && id === 2)) {
    outlet.giveRoom();
    await settle();
  }
  assertEquals(
    outlet.received.filter(({ type }) => type === "chunk").length,
    3,
  );
});

Deno.test("Transfers accepts the tag that version 0.1.0 gives", async () => {
  await using test = await setUp();
  const catalog = new FileCatalog(test.path, {
    now: () => Date.now() + 60_000,
  });
  using file = await catalog.open("a.bin");
  const tag = file.earlierTag!;
  await test.transfers.start({ ...get(1), offset: 5, tag });
  await flow(test);
  const [first] = test.outlet.received;
  assertEquals([first!["offset"], first!["tag"]], [5, tag]);
});

Deno.test("Transfers waits in the background for its turn, and not after the end", async () => {
  await using test = await setUp();
  const { transfers, catalog, outlet } = test;
  const { files } = catalog.limits;
  const others = {};
  while (!files.isFull) await files.enter({ owner: others });
  // Answers to other messages do not wait.
  await transfers.start(get(1));
  await transfers.start(get(2));
  await settle();
  assertEquals([files.waiting, outlet.received.length], [2, 0]);
  files.leave(others);
  while (outlet.received.length === 0) await settle();
  assertEquals([files.waiting, files.isFull], [1, true]);
  const stopped = transfers.stop({ kind: "lost" });
  outlet.giveRoom();
  await stopped;
  assertEquals([files.waiting, files.isFull], [0, false]);
  assertEquals(test.refused, []);
});

Deno.test("Transfers allows 16 downloads to wait for a slow disk, cancelled ones included", async () => {
  const opening = Promise.withResolvers<never>();
  const catalog = {
    limits: { files: { isFull: true } },
    open: () => opening.promise,
  } as unknown as FileCatalog;
  const refused: number[] = [];
  const transfers = new Transfers(catalog, new SlowOutlet(), {
    refuse: (_re, _error, id) => void refused.push(id),
    log() {},
  });
  for (let id = 1; id <= 16; id++) {
    await transfers.start(get(id));
    void transfers.cancel(id);
  }
  const { code } = await assertRejects(
    () => transfers.start(get(17)),
    ChatError,
  );
  assertEquals(code, "too-many");
  opening.reject(new ChatError("unreadable", "No"));
  await transfers.stop({ kind: "quit" });
  assertEquals(refused.length, 16);
  await transfers.start(get(17)).catch(() => {});
  await transfers.stop({ kind: "quit" });
});
