import { assert, assertEquals, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { CHUNK_LENGTH } from "../../lib/files/file_memory.ts";
import { HalfFile } from "../../lib/files/half_file.ts";
import { HalfTouched } from "../../lib/files/own_writes.ts";
import { tempFolder } from "../testing.ts";

const BYTES = new Uint8Array([1, 2, 3, 4, 5, 6]);
const VERSION = { name: "a.bin", size: BYTES.length, tag: "v1" };
const SHA256 = createHash("sha256").update(BYTES).digest("hex");

for (const end of ["keep", "leave", "discard"] as const) {
  Deno.test(`HalfFile.${end}() closes the handle that flush() opened`, async () => {
    await using folder = await tempFolder();
    const half = await HalfFile.create(`${folder.path}/a.half`, VERSION);
    assert(half !== undefined);
    await half.write(BYTES.slice(0, 3));
    // Writing continues while the disk flushes.
    const flushed = half.flush();
    await half.write(BYTES.slice(3));
    await flushed;
    await half.flush();
    // The leak sanitizer notices a handle that stays open.
    if (end === "keep") await half.keep([`${folder.path}/a.bin`], SHA256);
    else await half[end]();
    const left = { keep: "a.bin", leave: "a.half", discard: undefined }[end];
    if (left !== undefined) {
      const bytes = await Deno.readFile(`${folder.path}/${left}`);
      assertEquals(bytes, BYTES);
    }
  });
}

/** What another program may do to a half. */
const TOUCHES: Record<string, (path: string) => Promise<void>> = {
  async changed(path) {
    await Deno.writeFile(path, new Uint8Array((await Deno.stat(path)).size));
  },
  async "changed, its time set back"(path) {
    const { atime, mtime, size } = await Deno.stat(path);
    await Deno.writeFile(path, new Uint8Array(size));
    await Deno.utime(path, atime!, mtime!);
  },
  truncated: (path) => Deno.truncate(path, 1),
  grown: (path) => Deno.writeTextFile(path, "more", { append: true }),
  removed: (path) => Deno.remove(path),
  async replaced(path) {
    await Deno.writeFile(`${path}.new`, await Deno.readFile(path));
    await Deno.rename(`${path}.new`, path);
  },
  linked: (path) => Deno.link(path, `${path}.link`),
  "re-timed": (path) => Deno.utime(path, 1, 1),
};

/** After these the half is still what was written. */
const HARMLESS = new Set(["linked", "re-timed"]);

for (const [how, touch] of Object.entries(TOUCHES)) {
  Deno.test(`HalfFile that is ${how} by another program is whole or fails`, async () => {
    for (const moment of [1, 2]) {
      await using folder = await tempFolder();
      const path = `${folder.path}/a.half`;
      const half = await HalfFile.create(path, VERSION);
      assert(half !== undefined);
      let prevented = false;
      const happen = () =>
        touch(path).catch((error) => {
          // Windows does not replace an open file.
          if (Deno.build.os !== "windows") throw error;
          prevented = true;
        });
      const carryOn = async () => {
        await half.write(BYTES.slice(0, 3));
        if (moment === 1) await happen();
        await half.write(BYTES.slice(3));
        if (moment === 2) await happen();
        return await half.keep([`${folder.path}/a.bin`], SHA256);
      };
      const kept = carryOn();
      // Windows removes an open file when it is closed: the new name stays.
      const isLate = Deno.build.os === "windows" && how === "removed";
      await kept.catch(() => {});
      if (HARMLESS.has(how) || prevented || isLate) {
        assertEquals(await Deno.readFile(await kept), BYTES);
        continue;
      }
      await assertRejects(() => kept, HalfTouched);
      const theirs = await Deno.readFile(path).catch(() => undefined);
      await half.discard();
      await assertRejects(
        () => Deno.lstat(`${folder.path}/a.bin`),
        Deno.errors.NotFound,
      );
      if (how !== "replaced") continue;
      // A foreign file must not be removed.
      assertEquals(await Deno.readFile(path), theirs);
    }
  });
}

Deno.test("HalfFile.keep() refuses content that differs from the hash", async () => {
  await using folder = await tempFolder();
  const half = await HalfFile.create(`${folder.path}/a.half`, VERSION);
  await half!.write(BYTES);
  const other = createHash("sha256").update("other").digest("hex");
  await assertRejects(
    () => half!.keep([`${folder.path}/a.bin`], other),
    HalfTouched,
  );
  await half!.discard();
});

/** Records the order of these disk operations while `work` runs. */
async function orderOf(work: () => Promise<unknown>): Promise<string[]> {
  const { link } = Deno;
  const { sync } = Deno.FsFile.prototype;
  const order: string[] = [];
  Deno.FsFile.prototype.sync = async function () {
    await sync.call(this);
    order.push("sync");
  };
  Deno.link = async (from, to) => {
    order.push("link");
    await link(from, to);
  };
  try {
    await work();
  } finally {
    Deno.FsFile.prototype.sync = sync;
    Deno.link = link;
  }
  return order;
}

Deno.test("HalfFile.readAt() reads anywhere, and the next write still appends", async () => {
  await using folder = await tempFolder();
  const half = await HalfFile.create(`${folder.path}/a.half`, VERSION);
  assert(half !== undefined);
  await half.write(BYTES.slice(0, 4));
  const target = new Uint8Array(2);
  assertEquals([await half.readAt(target, 1), ...target], [2, 2, 3]);
  assertEquals(await half.readAt(target, 4), 0);
  await half.write(BYTES.slice(4));
  const path = await half.keep([`${folder.path}/a.bin`], SHA256);
  assertEquals(await Deno.readFile(path), BYTES);
});

Deno.test("HalfFile.keep() gives a name only to flushed bytes", async () => {
  await using folder = await tempFolder();
  const half = await HalfFile.create(`${folder.path}/a.half`, VERSION);
  await half!.write(BYTES);
  const order = await orderOf(() =>
    half!.keep([`${folder.path}/a.bin`], SHA256)
  );
  assertEquals(order, ["sync", "link"]);
});

Deno.test("HalfFile.create() describes a file of more than one chunk at once", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a.half`;
  for (
    const [size, tag, isDescribed] of [
      [CHUNK_LENGTH, "v1", false],
      [CHUNK_LENGTH + 1, "v1", true],
      [CHUNK_LENGTH + 1, undefined, false],
    ] as const
  ) {
    const half = await HalfFile.create(path, { name: "a.bin", size, tag });
    const isThere = await Deno.lstat(`${path}.json`)
      .then(() => true, () => false);
    assertEquals(isThere, isDescribed, `${size} ${tag}`);
    await half!.discard();
  }
  assertEquals(await Array.fromAsync(Deno.readDir(folder.path)), []);
});

Deno.test("HalfFile.create() takes no existing path, and no existing description", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a.half`;
  await Deno.writeTextFile(path, "mine");
  assertEquals(await HalfFile.create(path, VERSION), undefined);
  assertEquals(await Deno.readTextFile(path), "mine");
  const other = `${folder.path}/b.half`;
  await Deno.writeTextFile(`${other}.json`, "mine");
  const large = { ...VERSION, size: CHUNK_LENGTH + 1 };
  assertEquals(await HalfFile.create(other, large), undefined);
  assertEquals(await Deno.readTextFile(`${other}.json`), "mine");
});

/** Leaves a half with these bytes and a description of this size. */
async function left(path: string, bytes: Uint8Array, size = BYTES.length) {
  await Deno.writeFile(path, bytes);
  const version = JSON.stringify({ ...VERSION, size });
  await Deno.writeTextFile(`${path}.json`, version);
}

Deno.test("HalfFile.reopen() opens a half of up to the whole length", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a.half`;
  for (const [size, isHalf] of [[7, true], [6, true], [5, false]] as const) {
    await left(path, BYTES, size);
    const half = await HalfFile.reopen(path);
    assertEquals(half?.length, isHalf ? 6 : undefined, `${size}`);
    await half?.leave();
  }
});

Deno.test("HalfFile.reopen() opens no file with a second name", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a.half`;
  await left(path, BYTES);
  await Deno.link(path, `${folder.path}/mine`);
  assertEquals(await HalfFile.reopen(path), undefined);
  await Deno.remove(`${folder.path}/mine`);
  const half = await HalfFile.reopen(path);
  assert(half !== undefined);
  await half.discard();
});

Deno.test({
  name: "HalfFile.reopen() opens no other file than the one at the path",
  ignore: Deno.build.os === "windows", // Wine does not tell files apart.
  async fn() {
    await using folder = await tempFolder();
    const path = `${folder.path}/a.half`;
    await left(path, BYTES);
    await Deno.writeFile(`${folder.path}/other`, BYTES);
    // Another file takes the path at the moment of opening.
    const real = Deno.open;
    Deno.open = (_, options) => real(`${folder.path}/other`, options);
    try {
      assertEquals(await HalfFile.reopen(path), undefined);
    } finally {
      Deno.open = real;
    }
  },
});

Deno.test("HalfFile reports once that it is closed, and whether it is left", async () => {
  for (const end of ["keep", "leave", "discard"] as const) {
    await using folder = await tempFolder();
    const heard: boolean[] = [];
    const half = await HalfFile.create(`${folder.path}/a.half`, VERSION, {
      onClosed: (isLeft) => Promise.resolve(void heard.push(isLeft)),
    });
    await half!.write(BYTES);
    if (end === "keep") await half!.keep([`${folder.path}/a.bin`], SHA256);
    else await half![end]();
    await half!.discard();
    assertEquals(heard, [end === "leave"], end);
  }
});

Deno.test("HalfFile.leave() leaves nothing of an empty half, or of one without a tag", async () => {
  for (
    const [version, bytes] of [
      [VERSION, BYTES.slice(0, 0)],
      [{ name: "a.bin", size: BYTES.length }, BYTES],
    ] as const
  ) {
    await using folder = await tempFolder();
    const half = await HalfFile.create(`${folder.path}/a.half`, version);
    await half!.write(bytes);
    assertEquals(await half!.leave(), 0);
    assertEquals([...Deno.readDirSync(folder.path)], []);
  }
});

Deno.test({
  name: "HalfFile.write() does not go on with a file that is gone",
  ignore: Deno.build.os === "windows", // Windows removes no open file.
  async fn() {
    await using folder = await tempFolder();
    const half = (await HalfFile.create(`${folder.path}/a.half`, VERSION))!;
    await half.write(BYTES.slice(0, 3));
    await Deno.remove(`${folder.path}/a.half`);
    await assertRejects(
      () => half.write(BYTES.slice(3)),
      HalfTouched,
      "another program removed the unfinished file",
    );
    await half.discard();
  },
});
