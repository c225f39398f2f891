/**
 * Zip files that are the same, byte for byte, whenever and wherever they are made.
 *
 * @module
 */

import { type Zippable, zipSync } from "fflate";

export type ZipEntry = {
  /** With slashes. */
  readonly path: string;
  readonly data: Uint8Array;
  /** Whether it is a program, where the system wants to know. */
  readonly executable?: boolean;
};

/** The first time that the format knows; it has no time zone, so it is meant as local. */
const TIME = new Date(1980, 0, 1);

/** The attributes are those of Unix, so that programs can be started there. */
const UNIX = 3;

/** Level 9 takes twice as long, for a thousandth. */
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
