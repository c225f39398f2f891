import { assertEquals, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { proveHalf, RECHECK_LENGTH } from "../../lib/files/half_proof.ts";
import { HalfTouched, type OwnWrites } from "../../lib/files/own_writes.ts";

const BYTES = new Uint8Array([1, 2, 3]);
const SHA256 = createHash("sha256").update(BYTES).digest("hex");

/**
 * A file that claims to be `size` bytes long and is touched `touches` times; counts the
 * reads.
 */
function setUp(size: number, touches = 0) {
  let reads = 0;
  let doubts = touches;
  const own: Partial<OwnWrites> = {
    check: () => Promise.resolve(),
    takeDoubt: () => doubts > 0 && doubts-- > 0,
  };
  const file = {
    size,
    async *content() {
      reads++;
      yield await Promise.resolve(BYTES);
    },
  };
  const prove = (sha256 = SHA256) =>
    proveHalf(file, { own: own as OwnWrites, sha256 });
  return { prove, reads: () => reads };
}

Deno.test({
  name: "proveHalf() reads a file of up to 8 MiB again, but no longer one",
  permissions: "none",
  async fn() {
    assertEquals(RECHECK_LENGTH, 8 * 1024 * 1024);
    for (
      const [size, reads] of [[RECHECK_LENGTH, 1], [RECHECK_LENGTH + 1, 0]]
    ) {
      const file = setUp(size!);
      await file.prove();
      assertEquals(file.reads(), reads);
    }
  },
});

Deno.test({
  name: "proveHalf() reads a long file again if another program touched it",
  permissions: "none",
  async fn() {
    const file = setUp(RECHECK_LENGTH + 1, 1);
    await file.prove();
    assertEquals(file.reads(), 1);
    const changed = setUp(RECHECK_LENGTH + 1, 1);
    await assertRejects(
      () => changed.prove("0".repeat(64)),
      HalfTouched,
      "another program changed",
    );
  },
});

Deno.test({
  name:
    "proveHalf() gives up a file that is touched during each of three reads",
  permissions: "none",
  async fn() {
    const twice = setUp(3, 3);
    await twice.prove();
    assertEquals(twice.reads(), 3);
    const always = setUp(3, Infinity);
    await assertRejects(() => always.prove(), HalfTouched, "keeps changing");
    assertEquals(always.reads(), 3);
  },
});

Deno.test({
  name: "proveHalf() fails when the file is gone or replaced",
  permissions: "none",
  async fn() {
    const own: Partial<OwnWrites> = {
      check: () => Promise.reject(new HalfTouched("removed")),
      takeDoubt: () => false,
    };
    const file = {
      size: RECHECK_LENGTH + 1,
      async *content(): AsyncGenerator<Uint8Array> {},
    };
    await assertRejects(
      () => proveHalf(file, { own: own as OwnWrites, sha256: SHA256 }),
      HalfTouched,
      "removed",
    );
  },
});
