/** Up to this many bytes, a loop copies faster than a call of `set` with a view. */
const SHORT_COPY = 100;

/** The bytes from `start` to `end` of a larger block. */
export type ByteRange = {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
};

/** Copies a range to the position `at` of `target`. Returns the position after it. */
export function copyBytes(
  { bytes, start, end }: ByteRange,
  target: Uint8Array,
  at: number,
): number {
  if (end - start > SHORT_COPY) {
    target.set(bytes.subarray(start, end), at);
    return at + end - start;
  }
  for (let i = start; i < end; i++) target[at++] = bytes[i]!;
  return at;
}
