import {
  close,
  constants,
  fchmodSync,
  fdatasync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  stat,
  statSync,
  write,
  writeSync,
} from "node:fs";
import { promisify } from "node:util";
import { isNotCapable, needsAllAccess } from "../profile_folder.ts";
import { isWindows, messageOf } from "../program.ts";
import { maybeSameFile } from "../files/same_file.ts";

/** Opening a pipe must never block. Windows has neither this flag nor such pipes. */
const OPEN_FLAGS = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT |
  (constants.O_NONBLOCK ?? 0);

/** Only the owner may read the log: it contains private messages. */
const OWNER_ONLY = 0o600;

const LINE_FEED = Uint8Array.of(0x0a);

const lookAt = promisify(stat);
const closeFile = promisify(close);
const syncFile = promisify(fdatasync);

/** What happened to the path of an open log. */
export type Fate = "there" | "moved or removed" | "replaced" | "emptied";

/** An open log file, as the writer needs it; {@linkcode PlainLog} fits. */
export type OpenLog = {
  /** The length of the log, in bytes. */
  readonly length: number;
  /**
   * Appends some or all of `bytes`. Resolves to how many; rejects with the system's
   * error.
   */
  append(bytes: Uint8Array): Promise<number>;
  /** Asks the disk to keep what was written. */
  sync(): Promise<void>;
  fate(): Promise<Fate>;
  close(): Promise<void>;
};

/** Thrown if something else is in the place of a log; the message says what it is. */
export class NotAFileError extends Error {
  override readonly name = "NotAFileError";
}

/** An open log, positioned at its end. */
export class PlainLog implements OpenLog {
  readonly #path: string;
  readonly #handle: number;
  readonly #marks: { readonly ino: number; readonly dev: number };
  #length: number;

  private constructor(path: string, handle: number) {
    this.#path = path;
    this.#handle = handle;
    const { ino, dev, size } = fstatSync(handle);
    this.#marks = { ino, dev };
    this.#length = size;
  }

  /**
   * Opens a log for appending, or creates it. Never waits for a pipe. Throws
   * {@linkcode NotAFileError} for anything that is not a file, and the system's error.
   */
  static open(path: string): PlainLog {
    checkKind(() => statSync(path));
    const handle = openSync(path, OPEN_FLAGS, OWNER_ONLY);
    try {
      checkKind(() => fstatSync(handle));
      keepToOwner(handle);
      endHalfLine(handle);
      return new PlainLog(path, handle);
    } catch (error) {
      close(handle, () => {});
      throw error;
    }
  }

  get length(): number {
    return this.#length;
  }

  async append(bytes: Uint8Array): Promise<number> {
    let count: number;
    try {
      count = await writeSome(this.#handle, bytes);
    } catch (error) {
      // A disk that runs full takes the first part, and the error does not say so.
      count = fstatSync(this.#handle).size - this.#length;
      if (count <= 0 || count > bytes.length) throw error;
    }
    this.#length += count;
    return count;
  }

  async sync(): Promise<void> {
    await syncFile(this.#handle);
  }

  async fate(): Promise<Fate> {
    try {
      const there = await lookAt(this.#path);
      if (!maybeSameFile(there, this.#marks)) return "replaced";
      if (there.size >= this.#length) return "there";
      this.#length = there.size;
      return "emptied";
    } catch (error) {
      // A file that cannot be checked may still be there.
      return isMissing(error) ? "moved or removed" : "there";
    }
  }

  async close(): Promise<void> {
    await closeFile(this.#handle);
  }
}

/**
 * Renames the log at `path` to `path.1`, `path.1` to `path.2`, and so on; replaces the
 * oldest of the `kept` logs. Throws the system's error without losing a log.
 */
export function putAside(path: string, kept: number): void {
  for (let number = kept - 1; number >= 0; number--) {
    const from = number === 0 ? path : `${path}.${number}`;
    try {
      renameSync(from, `${path}.${number + 1}`);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
}

type Kinds = {
  isFile(): boolean;
  isDirectory(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
};

/** Throws {@linkcode NotAFileError} for anything that is not a file. */
function checkKind(look: () => Kinds): void {
  let info: Kinds;
  try {
    info = look();
  } catch (error) {
    if (isNotCapable(error)) {
      // Devices need all permissions, as do network drives on Windows, where the caller
      // looks for another place.
      if (isWindows || !needsAllAccess(error)) throw error;
      throw new NotAFileError("it is a device, not a file", { cause: error });
    }
    return; // The file does not exist yet, or opening it will report the error.
  }
  if (info.isFile()) return;
  const kind = info.isDirectory()
    ? "a folder"
    : info.isFIFO()
    ? "a pipe"
    : info.isSocket()
    ? "a socket"
    : "a device";
  throw new NotAFileError(`it is ${kind}, not a file`);
}

function keepToOwner(handle: number): void {
  try {
    fchmodSync(handle, OWNER_ONLY);
  } catch {
    // The system or the disk has no modes, or the file belongs to another user.
  }
}

/**
 * Ends half a line that a killed server left, so that the next one starts on its own
 * line.
 */
function endHalfLine(handle: number): void {
  const { size } = fstatSync(handle);
  if (size === 0) return;
  const last = new Uint8Array(1);
  readSync(handle, last, 0, 1, size - 1);
  if (last[0] !== LINE_FEED[0]) writeSync(handle, LINE_FEED);
}

/**
 * Returns the words of a disk error, without the code, the call and the path that
 * `node:fs` adds.
 */
export function diskFault(error: unknown): string {
  return messageOf(error).replace(/^E[A-Z]+: (.*?)(?:, \w+(?: '.*')?)?$/, "$1");
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

function writeSome(handle: number, bytes: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) =>
    write(handle, bytes, 0, bytes.length, null, (error, count) => {
      if (error) reject(error);
      else resolve(count ?? 0);
    })
  );
}
