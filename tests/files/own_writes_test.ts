import { assertEquals, assertRejects } from "@std/assert";
import { HalfTouched, OwnWrites } from "../../lib/files/own_writes.ts";

/**
 * A file whose `stat` the test sets; it keeps its times unless `keepsTimes` is false.
 */
function setUp({ keepsTimes = true } = {}) {
  const look = {
    dev: 1,
    ino: 2,
    size: 0,
    nlink: 1,
    mtime: new Date(1_000_000),
    ctime: new Date(1_000_000),
  };
  const own = new OwnWrites({
    stat: () => Promise.resolve({ ...look }),
    utime(_, mtime) {
      if (!keepsTimes) return Promise.reject(new Error("not supported"));
      look.mtime = new Date(mtime * 1_000);
      return Promise.resolve();
    },
  });
  /** Our own write of `count` bytes. */
  const write = async (count: number) => {
    look.size += count;
    await own.note(look.size);
  };
  return { look, own, write };
}

Deno.test({
  name: "OwnWrites.check() accepts our own writes, without doubt",
  permissions: "none",
  async fn() {
    for (const keepsTimes of [true, false]) {
      const { own, write } = setUp({ keepsTimes });
      await own.check();
      await write(3);
      await own.check();
      await write(1);
      await own.check();
      assertEquals(own.takeDoubt(), false);
    }
  },
});

Deno.test({
  name:
    "OwnWrites.note() gives the file an old time, a different one each time",
  permissions: "none",
  async fn() {
    const { look, write } = setUp();
    await write(1);
    assertEquals(look.mtime.toISOString(), "2001-01-01T00:00:00.000Z");
    await write(1);
    assertEquals(look.mtime.toISOString(), "2001-01-01T00:00:01.000Z");
  },
});

Deno.test({
  name: "OwnWrites fails when another program changed the length",
  permissions: "none",
  async fn() {
    for (const change of [-1, 1]) {
      const { look, own, write } = setUp();
      await write(3);
      look.size += change;
      await assertRejects(() => own.check(), HalfTouched, "changed");
      await assertRejects(() => own.note(3), HalfTouched, "changed");
    }
    const { look, own } = setUp();
    look.size = 1; // Before our first write.
    await assertRejects(() => own.check(), HalfTouched, "changed");
  },
});

Deno.test({
  name: "OwnWrites fails when the file no longer has a name",
  permissions: "none",
  async fn() {
    const { look, own, write } = setUp();
    await write(3);
    look.nlink = 0;
    await assertRejects(() => own.check(), HalfTouched, "removed");
  },
});

Deno.test({
  name: "OwnWrites.takeDoubt() reports each touch that keeps the length once",
  permissions: "none",
  async fn() {
    const { look, own, write } = setUp();
    await write(3);
    for (const part of ["mtime", "ctime"] as const) {
      look[part] = new Date(look[part].getTime() + 1);
      await own.check();
      assertEquals([own.takeDoubt(), own.takeDoubt()], [true, false], part);
      await own.check();
      assertEquals(own.takeDoubt(), false, part);
    }
    look.ino = 3;
    await own.check();
    assertEquals(own.takeDoubt(), true);
  },
});
