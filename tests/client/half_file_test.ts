import { assert, assertEquals, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { HalfFile } from "../../lib/client/half_file.ts";
import { HalfTouched } from "../../lib/client/own_writes.ts";
import { tempFolder } from "../testing.ts";

const BYTES = new Uint8Array([1, 2, 3, 4, 5, 6]);
const VERSION = { name: "a.bin", size: BYTES.length, tag: "v1" };
const SHA256 = createHash("sha256").update(BYTES).digest("hex");

for (const end of ["keep", "leave", "discard"] as const) {
  Deno.test(`HalfFile.${end}() closes what flush() has opened`, async () => {
    await using folder = await tempFolder();
    const half = await HalfFile.create(`${folder.path}/a.half`, VERSION);
    assert(half !== undefined);
    await half.write(BYTES.slice(0, 3));
    // Writing goes on while the disk flushes.
    const flushed = half.flush();
    await half.write(BYTES.slice(3));
    await flushed;
    await half.flush();
    // The leak sanitizer sees a handle that is left open.
    if (end === "keep") await half.keep([`${folder.path}/a.bin`], SHA256);
    else await half[end]();
    const left = { keep: "a.bin", leave: "a.half", discard: undefined }[end];
    if (left !== undefined) {
      const bytes = await Deno.readFile(`${folder.path}/${left}`);
      assertEquals(bytes, BYTES);
    }
  });
}

/** What somebody else may do to a half. */
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

/** After these it is still what was written. */
const HARMLESS = new Set(["linked", "re-timed"]);

for (const [how, touch] of Object.entries(TOUCHES)) {
  Deno.test(`HalfFile that is ${how} by somebody else is whole or fails`, async () => {
    for (const moment of [1, 2]) {
      await using folder = await tempFolder();
      const path = `${folder.path}/a.half`;
      const half = await HalfFile.create(path, VERSION);
      assert(half !== undefined);
      let prevented = false;
      const happen = () =>
        touch(path).catch((error) => {
          // Windows replaces no file that is open.
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
      // Windows removes an open file when it is closed: its new name stays.
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
      // Theirs is not ours to remove.
      assertEquals(await Deno.readFile(path), theirs);
    }
  });
}

Deno.test("HalfFile.keep() takes nothing that is not what was hashed", async () => {
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
