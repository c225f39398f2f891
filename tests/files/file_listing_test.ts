import { assert, assertEquals } from "@std/assert";
import { EncodedListing } from "../../lib/files/file_listing.ts";
import { concat, readFrames } from "../testing.ts";

const files = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ name: `file ${i}`, size: i }));

Deno.test({
  name: "EncodedListing is one frame for a short list, without optional fields",
  permissions: "none",
  fn() {
    const { frames } = new EncodedListing({ files: files(2), total: 2 });
    assertEquals(frames.map((frame) => readFrames(frame)), [
      [{ type: "files", files: files(2) }],
    ]);
    const empty = new EncodedListing({ files: [], total: 0 });
    assertEquals(readFrames(empty.frames[0]!), [{ type: "files", files: [] }]);
  },
});

Deno.test({
  name: "EncodedListing marks the last part, and counts the files there",
  permissions: "none",
  fn() {
    const all = files(5_000);
    const { frames } = new EncodedListing({ files: all, total: 5_001 });
    assert(frames.length > 1);
    const parts = readFrames(concat(...frames));
    assertEquals(parts.flatMap(({ files }) => files), all);
    const last = parts.pop()!;
    assertEquals([last["more"], last["total"]], [undefined, 5_001]);
    assert(
      parts.every(({ more, total }) => more === true && total === undefined),
    );
    // A list that holds all files has no count.
    const whole = new EncodedListing({ files: all, total: 5_000 });
    assertEquals(readFrames(whole.frames.at(-1)!)[0]!["total"], undefined);
  },
});
