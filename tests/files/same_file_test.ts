import { assertEquals } from "@std/assert";
import {
  isUnchanged,
  lastTouched,
  maybeSameFile,
} from "../../lib/files/same_file.ts";

Deno.test({
  name: "maybeSameFile() is false only if the system tells the files apart",
  permissions: "none",
  fn() {
    const file = { dev: 1, ino: 2 };
    assertEquals(maybeSameFile(file, { dev: 1, ino: 2 }), true);
    assertEquals(maybeSameFile(file, { dev: 1, ino: 3 }), false);
    assertEquals(maybeSameFile(file, { dev: 2, ino: 2 }), false);
    assertEquals(maybeSameFile(file, { dev: 1, ino: null }), true);
    assertEquals(maybeSameFile({ dev: 0, ino: 0 }, file), true);
  },
});

/** What a system says about a file. */
const LOOK = {
  ...{ dev: 1, ino: 2, size: 3 },
  ...{ mtime: new Date(4_000), ctime: new Date(5_000) },
};

Deno.test({
  name: "isUnchanged() compares the file, its size and both times",
  permissions: "none",
  fn() {
    const again = { mtime: new Date(4_000), ctime: new Date(5_000) };
    assertEquals(isUnchanged(LOOK, { ...LOOK, ...again }), true);
    const changes = [
      ...[{ ino: 3 }, { dev: 2 }, { size: 4 }],
      ...[{ mtime: new Date(4_001) }, { mtime: null }],
      ...[{ ctime: new Date(5_001) }, { ctime: null }],
    ];
    for (const change of changes) {
      const other = { ...LOOK, ...change };
      assertEquals(isUnchanged(LOOK, other), false, JSON.stringify(change));
    }
    const timeless = { ...LOOK, mtime: null, ctime: null };
    assertEquals(isUnchanged(timeless, { ...timeless }), true);
  },
});

Deno.test({
  name: "lastTouched() is the later of the times that are known",
  permissions: "none",
  fn() {
    const touched = (mtime: Date | null, ctime: Date | null) =>
      lastTouched({ ...LOOK, mtime, ctime });
    assertEquals(touched(new Date(4), new Date(5)), 5);
    assertEquals(touched(new Date(5), new Date(4)), 5);
    assertEquals(touched(new Date(4), null), 4);
    assertEquals(touched(new Date(NaN), new Date(0)), 0);
    assertEquals(touched(null, null), undefined);
  },
});
