import { close, constants, fstat, open, read, type Stats } from "node:fs";
import { promisify } from "node:util";
import { maybeSameFile } from "./same_file.ts";

/** Files are read in pieces of this many bytes, so that the chat is not blocked. */
const READ_LENGTH = 256 * 1024;

/**
 * The program must not hang on a pipe, nor follow a link, that has taken the place of a
 * file.
 */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) |
  (constants.O_NOFOLLOW ?? 0);

const openFile = promisify(open);
const closeFile = promisify(close);
const look = promisify(fstat) as (handle: number) => Promise<Stats>;

/**
 * Yields the bytes of a plain file of the user in pieces; a piece is valid until the
 * next. Opens nothing but plain files, for reading only. Throws the system's error, and
 * `Error` for anything that is not a plain file or is longer than `maxLength` bytes.
 */
export async function* readPlainFile(
  path: string,
  { maxLength = Infinity }: { readonly maxLength?: number } = {},
): AsyncGenerator<Uint8Array> {
  const seen = await Deno.lstat(path);
  if (!seen.isFile) throw new Error("It is not a regular file");
  const handle = await openFile(path, OPEN_FLAGS);
  try {
    const info = await look(handle);
    if (!info.isFile() || info.size > maxLength) {
      throw new Error("It is not a regular file, or it is too long");
    }
    // Without all permissions, Deno itself follows links before it opens a file.
    if (!maybeSameFile(seen, info)) {
      throw new Error("Another file has taken its place");
    }
    const buffer = new Uint8Array(READ_LENGTH);
    for (;;) {
      const length = await readOn(handle, buffer);
      if (length === 0) return;
      yield buffer.subarray(0, length);
    }
  } finally {
    await closeFile(handle);
  }
}

/** Resolves to the number of bytes read, 0 at the end. */
function readOn(handle: number, target: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) =>
    read(handle, target, 0, target.length, null, (error, length) => {
      if (error) reject(error);
      else resolve(length ?? 0);
    })
  );
}
