/**
 * Files of random bytes: nothing on the way can compress them.
 *
 * @module
 */

/** Length of the random block that is repeated, in bytes. */
const BLOCK_LENGTH = 64 * 1024 * 1024;

/** The most bytes that `crypto.getRandomValues` returns at a time. */
const RANDOM_LENGTH = 64 * 1024;

/** Creates a file of `length` bytes at `path`. */
export async function makeRandomFile(
  path: string,
  length: number,
): Promise<void> {
  using file = await Deno.open(path, { write: true, createNew: true });
  const block = randomBlock(Math.min(length, BLOCK_LENGTH));
  for (let left = length; left > 0;) {
    left -= await file.write(block.subarray(0, Math.min(left, block.length)));
  }
}

export function randomBlock(length: number): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(length);
  for (let at = 0; at < length; at += RANDOM_LENGTH) {
    crypto.getRandomValues(block.subarray(at, at + RANDOM_LENGTH));
  }
  return block;
}
