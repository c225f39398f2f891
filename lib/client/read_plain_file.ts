import { close, constants, fstat, open, read, type Stats } from "node:fs";
import { promisify } from "node:util";

/** Pieces of this many bytes, so that the chat goes on. */
const READ_LENGTH = 256 * 1024;

/** A pipe that has taken the place of a file must hang nobody, and a link lead nowhere. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) |
  (constants.O_NOFOLLOW ?? 0);

const openFile = promisify(open);
const closeFile = promisify(close);
const look = promisify(fstat) as (handle: number) => Promise<Stats>;

/**
 * The bytes of a plain file of the user, piece by piece; a piece is good until the
 * next. Never opens anything else, and nothing for writing. Throws the system's
 * error, and `Error` for what is no plain file or longer than `maxLength` bytes.
 */
export async function* readPlainFile(
  path: string,
  { maxLength = Infinity }: { readonly maxLength?: number } = {},
): AsyncGenerator<Uint8Array> {
  if (!(await Deno.lstat(path)).isFile) throw new Error("It is no plain file");
  const handle = await openFile(path, OPEN_FLAGS);
  try {
    const info = await look(handle);
    if (!info.isFile() || info.size > maxLength) {
      throw new Error("It is no plain file of this length");
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
