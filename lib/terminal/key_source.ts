import { RoomKey, RoomKeyError } from "../secure/room_key.ts";
import { isNotCapable } from "../profile_folder.ts";
import { type Flags, messageOf, StartError, UsageError } from "../program.ts";
import { detectEncoding } from "./script_encoding.ts";

/** Longest key file, in bytes: a longer one is another file, given by mistake. */
const MAX_FILE_LENGTH = 16 * 1024;

/** The flags with a value that {@linkcode readKeyFlags} reads. */
export const KEY_FLAGS = ["key", "key-file"] as const;

/**
 * Returns the room key of the command line: `--key WORDS` or `--key-file FILE`;
 * `undefined` without either. Throws {@linkcode UsageError}, and {@linkcode StartError}
 * for the file; no message holds the key.
 */
export async function readKeyFlags(flags: Flags): Promise<RoomKey | undefined> {
  const key = flags.value("key");
  const file = flags.value("key-file");
  if (key !== undefined && file !== undefined) {
    throw new UsageError("Give --key or --key-file, not both");
  }
  if (key !== undefined) return readKey(key);
  return file === undefined ? undefined : readKey(await textOf(file));
}

function readKey(text: string): RoomKey {
  try {
    return new RoomKey(text);
  } catch (error) {
    throw error instanceof RoomKeyError ? new UsageError(error.message) : error;
  }
}

/** Returns the text of a key file, in UTF-8 or, as PowerShell writes it, in UTF-16. */
async function textOf(path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readStart(path);
  } catch (error) {
    throw new StartError(`Cannot read the key file "${path}": ${why(error)}`);
  }
  if (bytes.length > MAX_FILE_LENGTH) {
    throw new StartError(
      `The key file "${path}" is too long: it holds one line, the room key`,
    );
  }
  const { encoding } = detectEncoding(bytes, { isWhole: true })!;
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new StartError(
      `The key file "${path}" is not a text: it holds one line, the room key`,
    );
  }
  const lines = text.split(/\r\n?|\n/).filter((line) => line.trim() !== "");
  if (lines.length <= 1) return text;
  throw new StartError(
    `The key file "${path}" has ${lines.length} lines: it holds one line, the ` +
      "room key",
  );
}

/** Reads as much as shows that a file is too long: it may be a video, or have no end. */
async function readStart(path: string): Promise<Uint8Array> {
  using file = await Deno.open(path);
  const bytes = new Uint8Array(MAX_FILE_LENGTH + 1);
  for (let at = 0; at < bytes.length;) {
    const length = await file.read(bytes.subarray(at));
    if (length === null) return bytes.subarray(0, at);
    at += length;
  }
  return bytes;
}

function why(error: unknown): string {
  if (isNotCapable(error)) {
    return "this program may read only files in the folder where it was " +
      "started. Put the file there";
  }
  return error instanceof Deno.errors.NotFound
    ? "there is no such file"
    : messageOf(error);
}
