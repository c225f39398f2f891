import { assert, assertEquals, assertRejects } from "@std/assert";
import { CurrentListing } from "../../lib/files/current_listing.ts";
import type { Indexed } from "../../lib/files/folder_index.ts";
import { STILL_TIME, Stillness } from "../../lib/files/stillness.ts";
import { FakeTime } from "../testing.ts";

/** Returns a scan of a folder with one file of this size, last changed at `mtime`. */
function indexOf(size: number, mtime: number): Indexed {
  const entry = { name: "a", size };
  const file = { entry, look: { size, mtime: new Date(mtime) } };
  return {
    files: [file],
    total: 3,
    skipped: new Map(),
    byName: new Map([["a", file]]),
    byKey: new Map([["a", ["a"]]]),
  };
}

/**
 * Returns a listing whose scans are `looks`, one after the other; the last one repeats.
 */
function setUp(...looks: Indexed[]) {
  let looked = 0;
  const stillness = new Stillness({ now: () => 1e9, steady: () => 0 });
  const listing = new CurrentListing({
    look: () => Promise.resolve(looks[Math.min(looked++, looks.length - 1)]!),
    stillness,
  });
  return { listing, looks: () => looked };
}

Deno.test({
  name: "CurrentListing.get() builds the list once while no file changes",
  permissions: "none",
  async fn() {
    const { listing, looks } = setUp(indexOf(1, 1e9 - STILL_TIME));
    const first = await listing.get();
    assertEquals(first, { files: [{ name: "a", size: 1 }], total: 3 });
    assert(await listing.get() === first);
    assertEquals(looks(), 2);
  },
});

Deno.test({
  name: "CurrentListing.get() looks at a new file again after 100 ms",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const fresh = 1e9 - STILL_TIME + 1;
    const { listing, looks } = setUp(indexOf(1, fresh), indexOf(2, fresh));
    const got = listing.get();
    await time.pass(99);
    assertEquals(looks(), 1);
    await time.pass(1);
    assertEquals(looks(), 2);
    // It grew between the two looks.
    const files = [{ name: "a", size: 2, changing: true }];
    assertEquals(await got, { files, total: 3 });
  },
});

Deno.test({
  name: "CurrentListing.get() offers a new file that does not change",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const { listing, looks } = setUp(indexOf(1, 1e9));
    const got = listing.get();
    await time.pass(100);
    assertEquals((await got).files, [{ name: "a", size: 1 }]);
    // It may still grow: the next list looks again.
    const again = listing.get();
    await time.pass(100);
    await again;
    assertEquals(looks(), 4);
  },
});

Deno.test({
  name: "CurrentListing.encoded() encodes each list once, for all requests",
  permissions: "none",
  async fn() {
    const at = 1e9 - STILL_TIME;
    const first = indexOf(1, at);
    const { listing } = setUp(first, first, indexOf(2, at));
    const { frames, total } = await listing.encoded();
    assertEquals([frames.length, total], [1, 3]);
    assert((await listing.encoded()).frames === frames);
    assert((await listing.encoded()).frames !== frames);
  },
});

Deno.test({
  name: "CurrentListing.get() throws the scan's error, and scans again",
  permissions: "none",
  async fn() {
    let isBroken = true;
    const listing = new CurrentListing({
      look: () =>
        isBroken
          ? Promise.reject(new Error("no folder"))
          : Promise.resolve(indexOf(1, 0)),
      stillness: new Stillness({ now: () => 1e9, steady: () => 0 }),
    });
    await assertRejects(() => listing.get(), Error, "no folder");
    isBroken = false;
    assertEquals((await listing.get()).files.length, 1);
  },
});
