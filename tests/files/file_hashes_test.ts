import { assert, assertEquals, assertThrows } from "@std/assert";
import { createHash } from "node:crypto";
import {
  FileHash,
  FileHashes,
  MAX_HASHES,
  SETTLED_AGE,
} from "../../lib/files/file_hashes.ts";
import { Random } from "../testing.ts";

const sha256 = (bytes: Uint8Array) =>
  createHash("sha256").update(bytes).digest("hex");

Deno.test({
  name:
    "FileHash is right with any number of feeders, each at its own position",
  permissions: "none",
  fn() {
    const random = new Random(4);
    for (let round = 0; round < 200; round++) {
      const bytes = random.bytes(random.below(100));
      const hash = new FileHash(bytes.length);
      const places = [0, 0, 0];
      while (places.some((at) => at < bytes.length)) {
        const i = random.below(places.length);
        const at = places[i]!;
        const piece = bytes.subarray(at, at + random.below(20));
        hash.update(at, piece);
        places[i] = at + piece.length;
        assertEquals(hash.at, Math.max(...places));
      }
      assertEquals(hash.digest(), sha256(bytes));
      assertEquals(hash.digest(), sha256(bytes), "a second time");
    }
  },
});

Deno.test({
  name: "FileHash refuses a gap, and a digest before the end",
  permissions: "none",
  fn() {
    const hash = new FileHash(5);
    hash.update(0, new Uint8Array(2));
    assertThrows(() => hash.update(3, new Uint8Array(2)), RangeError, "from 3");
    assertThrows(() => hash.digest(), RangeError, "2 of 5");
  },
});

Deno.test({
  name: "FileHashes.of() shares a version that has settled, and no other",
  permissions: "none",
  fn() {
    const hashes = new FileHashes();
    const of = (tag: string, modified: number | undefined, now: number) =>
      hashes.of({ tag, size: 1, modified }, now);
    const now = 1_000_000;
    const settled = now - SETTLED_AGE - 1;
    const first = of("a", settled, now);
    assert(of("a", settled, now) === first);
    assert(of("b", settled, now) !== first);
    assert(of("c", now - SETTLED_AGE, now) !== of("c", now - SETTLED_AGE, now));
    assert(of("d", undefined, now) !== of("d", undefined, now));
    // A clock that was set back.
    assert(of("e", now + 1, now) !== of("e", now + 1, now));
  },
});

Deno.test({
  name: "FileHashes forgets the least recently used hash",
  permissions: "none",
  fn() {
    const hashes = new FileHashes();
    const of = (tag: string) => hashes.of({ tag, size: 1, modified: 0 }, 1e6);
    const [a, b] = [of("a"), of("b")];
    for (let i = 2; i < MAX_HASHES; i++) of(String(i));
    assert(of("a") === a);
    of("one more");
    assert(of("a") === a);
    assert(of("b") !== b);
  },
});
