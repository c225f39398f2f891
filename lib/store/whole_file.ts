import { fstat, read, type Stats } from "node:fs";
import { promisify } from "node:util";
import { closeHandle, openPlain } from "../io/open_plain.ts";
import { pause } from "../io/pause.ts";

/**
 * Waits between attempts to give a file its name, in milliseconds; together a second.
 * On Windows that fails while another program, such as a scanner, has the file open.
 */
const RENAME_PAUSES = [10, 30, 60, 100, 200, 300, 300];

/** Most copies of damaged files that are kept beside the file. */
export const MAX_SET_ASIDE = 3;

/** Leftovers of programs that were killed are this old at least, in milliseconds. */
const LEFTOVER_AGE = 60_000;

const look = promisify(fstat) as (handle: number) => Promise<Stats>;

/** The file is there, and is not what a program of this messenger has written. */
export class DamagedError extends Error {
  override readonly name = "DamagedError";
}

/** The folder belongs to another user, as when a superuser keeps somebody's `HOME`. */
export class OtherOwnerError extends Error {
  override readonly name = "OtherOwnerError";
}

/**
 * Reads a small file of text. Resolves to `undefined` if there is none. Throws
 * {@linkcode DamagedError} for anything that is not a regular file, is longer than
 * `maxLength` bytes, or is not UTF-8; and the system's error.
 */
export async function readWhole(
  path: string,
  { maxLength }: { readonly maxLength: number },
): Promise<string | undefined> {
  let handle: number;
  try {
    const seen = await Deno.lstat(path);
    if (!seen.isFile) throw new DamagedError("It is not a regular file");
    handle = await openPlain(path);
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  }
  try {
    const info = await look(handle);
    if (!info.isFile() || info.size > maxLength) {
      throw new DamagedError("It is not a regular file, or it is too long");
    }
    // One byte more than the file has shows whether it grows.
    return decoded(await readUpTo(handle, info.size + 1));
  } finally {
    await closeHandle(handle);
  }
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new DamagedError("It is not text");
  }
}

async function readUpTo(handle: number, length: number): Promise<Uint8Array> {
  const buffer = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const count = await new Promise<number>((resolve, reject) =>
      read(
        ...[handle, buffer, filled, length - filled, null] as const,
        (error, count) => error ? reject(error) : resolve(count ?? 0),
      )
    );
    if (count === 0) break;
    filled += count;
  }
  return buffer.subarray(0, filled);
}

/**
 * Replaces a file, or creates it, readable by its owner only. At every moment the file
 * is whole: the old one or the new one. Throws the system's error, and
 * {@linkcode OtherOwnerError} if the folder is not this user's; the file is then the
 * old one.
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  const file = await Deno.open(temporary, {
    ...{ write: true, createNew: true, mode: 0o600 },
  });
  try {
    try {
      await checkOwner(path, file);
      await writeAll(file, new TextEncoder().encode(text));
      await file.sync();
    } finally {
      file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}

/** The user cannot read a file that another user, such as the superuser, leaves there. */
async function checkOwner(path: string, file: Deno.FsFile): Promise<void> {
  // There, the rights of a file come from its folder.
  if (Deno.build.os === "windows") return;
  const { uid } = await Deno.stat(path.slice(0, path.lastIndexOf("/")));
  const own = await file.stat();
  if (uid !== own.uid) {
    throw new OtherOwnerError("The folder belongs to another user");
  }
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += await file.write(bytes.subarray(at));
  }
}

async function rename(from: string, to: string): Promise<void> {
  for (const delay of RENAME_PAUSES) {
    try {
      return await Deno.rename(from, to);
    } catch (error) {
      // Elsewhere than on Windows, waiting does not help.
      if (Deno.build.os !== "windows" || isCode(error, "ENOENT")) throw error;
    }
    await pause(delay);
  }
  await Deno.rename(from, to);
}

/**
 * Gives what is at `path` another name: `PATH.broken`, `PATH.broken.2` and so on, for
 * the `why` "broken". The last of them is replaced when all are taken. Resolves to the
 * new path. Throws the system's error.
 */
export async function setAside(path: string, why: string): Promise<string> {
  const names = Array.from(
    { length: MAX_SET_ASIDE },
    (_, index) => `${path}.${why}${index === 0 ? "" : `.${index + 1}`}`,
  );
  const taken = await Promise.all(names.map(exists));
  const name = names.find((_, index) => !taken[index]) ?? names.at(-1)!;
  await rename(path, name);
  return name;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}

/** Removes what programs that were killed have left of {@linkcode writeWhole}. */
export async function removeLeftovers(folder: string): Promise<void> {
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (!isFile || !name.endsWith(".tmp")) continue;
    const { mtime } = await Deno.lstat(`${folder}/${name}`);
    if (Date.now() - (mtime?.getTime() ?? 0) < LEFTOVER_AGE) continue;
    await Deno.remove(`${folder}/${name}`);
  }
}

/** Creates the folder, and those above it, for its owner only. Throws the system's error. */
export async function makePrivateFolder(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  const { mode } = await Deno.stat(folder);
  if (Deno.build.os === "windows" || mode === null) return;
  if ((mode & 0o077) !== 0) await Deno.chmod(folder, 0o700);
}

/** Whether an error has this code of the system. */
export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
