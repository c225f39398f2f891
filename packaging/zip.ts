/**
 * Reproducible zip files: the same bytes, whenever and wherever they are made.
 *
 * @module
 */

import { type Zippable, zipSync } from "fflate";

export type ZipEntry = {
  /** With slashes. */
  readonly path: string;
  readonly data: Uint8Array;
  /** Whether the file is executable, on systems with that permission. */
  readonly executable?: boolean;
};

/**
 * The earliest time in the zip format. It is local, because the format has no time
 * zone.
 */
const TIME = new Date(1980, 0, 1);

/** Marks the attributes as Unix attributes, so that programs can be executable. */
const UNIX = 3;

/** Level 9 takes twice as long and saves a thousandth. */
const LEVEL = 6;

/** Packs `entries`, sorted by path. */
export function zip(entries: readonly ZipEntry[]): Uint8Array {
  const sorted = entries.toSorted((a, b) => a.path < b.path ? -1 : 1);
  const files: Zippable = {};
  for (const { path, data, executable = false } of sorted) {
    const mode = executable ? 0o100755 : 0o100644;
    files[path] = [data, { attrs: mode << 16, os: UNIX }];
  }
  return zipSync(files, { mtime: TIME, level: LEVEL });
}
