import { assertEquals, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { ArrivingHash } from "../../lib/files/arriving_hash.ts";
import { HalfTouched } from "../../lib/files/own_writes.ts";
import { settle } from "../testing.ts";

const MIB = 1024 * 1024;

const sha256 = (bytes: Uint8Array) =>
  createHash("sha256").update(bytes).digest("hex");

/** A disk that reads when the test says so, and counts. */
function slowDisk(content: Uint8Array) {
  const turns: (() => void)[] = [];
  const counts = { reads: 0, read: 0 };
  const read = async (target: Uint8Array, position: number) => {
    counts.reads++;
    await new Promise<void>((resolve) => turns.push(resolve));
    const piece = content.subarray(position, position + target.length);
    target.set(piece);
    counts.read += piece.length;
    return piece.length;
  };
  return { read, turns, counts };
}

Deno.test({
  name: "ArrivingHash hashes what arrives, without reading it again",
  permissions: "none",
  async fn() {
    const hash = new ArrivingHash();
    for (const byte of [1, 2, 3]) hash.update(Uint8Array.of(byte));
    assertEquals(await hash.digest(), sha256(Uint8Array.of(1, 2, 3)));
    await hash.stop();
  },
});

Deno.test({
  name:
    "ArrivingHash reads a half again while the rest arrives, whatever comes first",
  permissions: "none",
  async fn() {
    const content = crypto.getRandomValues(new Uint8Array(64));
    const whole = Uint8Array.from(
      { length: 3 * MIB },
      (_, i) => content[i % 61]!,
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 2 * MIB }),
        fc.array(
          fc.oneof(
            fc.constant("read" as const),
            fc.integer({ min: 1, max: MIB / 2 }),
          ),
          { maxLength: 12 },
        ),
        async (half, steps) => {
          const { read, turns, counts } = slowDisk(whole);
          const hash = new ArrivingHash();
          hash.resume(half, read);
          let arrived = half;
          for (const step of steps) {
            if (step === "read") turns.shift()?.();
            else {
              const bytes = whole.subarray(arrived, arrived + step);
              arrived += bytes.length;
              hash.update(bytes);
            }
            await settle();
          }
          const digest = hash.digest();
          for (let i = 0; i < 20; i++) {
            turns.shift()?.();
            await settle();
          }
          assertEquals(await digest, sha256(whole.subarray(0, arrived)));
          // Bytes that arrive after it has caught up are not read.
          if (steps.length === 0) assertEquals(counts.read, half);
        },
      ),
      { numRuns: 60 },
    );
  },
});

Deno.test({
  name: "ArrivingHash reads the next piece while it hashes one, and no more",
  permissions: "none",
  async fn() {
    const { read, turns, counts } = slowDisk(new Uint8Array(3 * MIB));
    const hash = new ArrivingHash();
    hash.resume(3 * MIB, read);
    assertEquals(counts.reads, 1);
    turns.shift()!();
    await settle();
    assertEquals([counts.reads, counts.read], [2, MIB]);
    const stopped = hash.stop();
    turns.shift()!();
    await stopped;
    assertEquals([counts.reads, turns.length], [2, 0]);
  },
});

Deno.test({
  name:
    "ArrivingHash reports a half that has become shorter, and a failing disk",
  permissions: "none",
  async fn() {
    const shorter = new ArrivingHash();
    shorter.resume(5, () => Promise.resolve(0));
    await assertRejects(() => shorter.digest(), HalfTouched);
    const failing = new ArrivingHash();
    failing.resume(5, () => Promise.reject(new Error("disk")));
    await assertRejects(() => failing.digest(), Error, "disk");
    await failing.stop();
  },
});
