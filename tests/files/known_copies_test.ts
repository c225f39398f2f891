import { assertEquals } from "@std/assert";
import type { DownloadFolder } from "../../lib/files/download_folder.ts";
import {
  type DownloadOptions,
  KnownCopies,
} from "../../lib/files/known_copies.ts";

const signal = new AbortController().signal;

/** A folder with two copies that records the requests. */
function setUp(options: DownloadOptions = {}, copies: [string, string][] = []) {
  const asked: unknown[] = [];
  const folder: Partial<DownloadFolder> = {
    copies(name, options) {
      asked.push([name, options?.size]);
      return Promise.resolve(new Map(copies));
    },
  };
  const known = new KnownCopies(folder as DownloadFolder, options);
  return { known, asked };
}

const COPIES: [string, string][] = [["h1", "Ann/a"], ["h2", "Ann/a (1)"]];

Deno.test({
  name:
    "KnownCopies.find() finds copies of this size, and none for a repeated download",
  permissions: "none",
  async fn() {
    const { known, asked } = setUp({ size: 5 }, COPIES);
    assertEquals(known.hashes, []);
    await known.find("a", signal);
    assertEquals(asked, [["a", 5]]);
    assertEquals(known.hashes, ["h1", "h2"]);
    assertEquals(known.path("h2"), "Ann/a (1)");
    assertEquals(known.path("h3"), undefined);
    const again = setUp({ again: true }, COPIES);
    await again.known.find("a", signal);
    assertEquals([again.asked, again.known.hashes], [[], []]);
  },
});

Deno.test({
  name: "KnownCopies.isSame believes a server only if there is a copy",
  permissions: "none",
  async fn() {
    const { known } = setUp({}, COPIES);
    known.begin(true);
    assertEquals(known.isSame, false);
    await known.find("a", signal);
    known.begin();
    assertEquals(known.isSame, false);
    known.begin(true);
    assertEquals(known.isSame, true);
    known.forget();
    assertEquals([known.isSame, known.hashes], [false, []]);
  },
});
