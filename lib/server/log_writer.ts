import type { Fate, OpenLog } from "./plain_log.ts";

/**
 * The length at which a log is put aside (`server.log.1`) and a new one started, in
 * bytes.
 */
const MAX_LOG_LENGTH = 16 * 1024 * 1024;

/** How much a log that cannot be put aside grows before the next attempt, in bytes. */
const ROTATE_AGAIN = 1024 * 1024;

/**
 * How often the writer checks the file and asks the disk to keep it, in milliseconds:
 * the longest wait of a line, and half the time within which a lost log is reopened.
 */
const INTERVAL = 500;

/** When this many characters wait, they are written at once. */
const BUFFER_LENGTH = 64 * 1024;

/** Characters encoded and written at a time. */
const BATCH_LENGTH = 1024 * 1024;

/**
 * Most characters that wait while the disk is full or slow: a stall of some seconds at
 * full load, in at most 64 MB of memory. Lines beyond this are counted, not kept.
 */
export const MAX_WAITING = 32 * 1024 * 1024;

const LINE_FEED = 0x0a;

/**
 * Faults that can end while the file stays open: the written part of a batch is still
 * there.
 */
const FULL = new Set(["ENOSPC", "EDQUOT"]);

const encoder = new TextEncoder();

/** What happened to an open log, for the operator and the log itself. */
export type LogNews =
  | { readonly kind: "failed"; readonly cause: unknown }
  | {
    readonly kind: "resumed";
    /** The duration of the trouble, in milliseconds. */
    readonly duration: number;
    /** The number of lines that had to wait. */
    readonly late: number;
    /** The number of lines that are missing. */
    readonly lost: number;
  }
  | { readonly kind: "reopened"; readonly fate: Exclude<Fate, "there"> }
  | { readonly kind: "not rotated"; readonly cause: unknown }
  /** The server ends, and this many lines could not be written. */
  | { readonly kind: "unwritten"; readonly lines: number };

export type LogWriterOptions = {
  /** Opens or creates the log. Throws the system's error. */
  readonly open: () => OpenLog;
  /** Puts the log aside while it is closed. Throws the system's error. */
  readonly putAside: () => void;
  /** Called once for each trouble, and once for its end; must not throw. */
  readonly onNews: (news: LogNews) => void;
};

/** Trouble with the disk: when it started, and how many lines it affects. */
type Trouble = { readonly since: number; late: number; lost: number };

/**
 * Writes lines in the background, in order, whatever happens to the file: a log that
 * was moved, removed or replaced is reopened, a full log is put aside, and while the
 * disk accepts nothing, lines wait, or are counted.
 */
export class LogWriter {
  readonly #options: LogWriterOptions;
  #log: OpenLog | undefined;
  #waiting: string[] = [];
  #waitingLength = 0;
  /** The bytes being written, and how many of them are written. */
  #batch: Uint8Array = new Uint8Array(0);
  #at = 0;
  #working: Promise<void> | undefined;
  #trouble: Trouble | undefined;
  #isDue = false;
  #isDirty = false;
  /** The length at which the log is put aside, in bytes. */
  #maxLength = MAX_LOG_LENGTH;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  /** Opens the log at once. Throws what `open` throws. */
  constructor(options: LogWriterOptions) {
    this.#options = options;
    this.#log = options.open();
    this.#wait();
  }

  /** Takes whole lines, each with its newline; never throws, never waits. */
  append(lines: string): void {
    if (this.#waitingLength + lines.length > MAX_WAITING) {
      this.#begin(new Error("The disk is too slow")).lost += countLines(lines);
      return;
    }
    this.#waiting.push(lines);
    this.#waitingLength += lines.length;
    if (this.#trouble !== undefined) this.#trouble.late += countLines(lines);
    else if (this.#waitingLength >= BUFFER_LENGTH) void this.#work();
  }

  /**
   * Checks what happened to the file, and writes everything that waits; never rejects.
   */
  async check(): Promise<void> {
    this.#isDue = true;
    await this.#work();
  }

  /** Writes what is left and closes; never rejects. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#working;
    await this.check();
    const lost = this.#trouble?.lost ?? 0;
    const lines = lost + this.#unwritten;
    if (lines > 0) this.#options.onNews({ kind: "unwritten", lines });
    await this.#closeLog();
  }

  #wait(): void {
    this.#timer = setTimeout(async () => {
      await this.check();
      if (!this.#isClosed) this.#wait();
    }, INTERVAL);
  }

  #work(): Promise<void> {
    return this.#working ??= this.#writeAll().catch((error) =>
      this.#fail(error)
    ).finally(() => this.#working = undefined);
  }

  async #writeAll(): Promise<void> {
    do {
      if (this.#isDue) await this.#lookAgain();
      this.#log ??= this.#options.open();
      if (this.#at === this.#batch.length) this.#fill();
      await this.#makeRoom();
      while (this.#at < this.#batch.length) {
        this.#isDirty = true;
        this.#at += await this.#log.append(this.#batch.subarray(this.#at));
      }
    } while (this.#waiting.length > 0);
    this.#end();
  }

  /**
   * Syncs what was written, and reopens a log that is no longer the file under its
   * name.
   */
  async #lookAgain(): Promise<void> {
    this.#isDue = false;
    if (this.#log === undefined) return;
    if (this.#isDirty) await this.#log.sync();
    this.#isDirty = false;
    const fate = await this.#log.fate();
    if (fate === "there") return;
    if (fate === "emptied") this.#rewind();
    else await this.#closeLog();
    this.#log ??= this.#options.open();
    this.#maxLength = MAX_LOG_LENGTH;
    this.#tell({ kind: "reopened", fate });
  }

  /** Fills the batch with the next lines, as bytes. */
  #fill(): void {
    let count = 0;
    let length = 0;
    while (count < this.#waiting.length && length < BATCH_LENGTH) {
      length += this.#waiting[count++]!.length;
    }
    this.#waitingLength -= length;
    this.#batch = encoder.encode(this.#waiting.splice(0, count).join(""));
    this.#at = 0;
  }

  /**
   * Puts the log aside if the batch does not fit; a log that cannot be put aside
   * continues to grow.
   */
  async #makeRoom(): Promise<void> {
    const { length } = this.#log!;
    if (this.#at > 0 || this.#batch.length === 0 || length === 0) return;
    if (length + this.#batch.length <= this.#maxLength) return;
    await this.#closeLog();
    try {
      this.#options.putAside();
      this.#maxLength = MAX_LOG_LENGTH;
    } catch (cause) {
      const isFirst = this.#maxLength === MAX_LOG_LENGTH;
      this.#maxLength = length + this.#batch.length + ROTATE_AGAIN;
      if (isFirst) this.#tell({ kind: "not rotated", cause });
    }
    this.#log = this.#options.open();
  }

  async #fail(error: unknown): Promise<void> {
    // A file on a full disk takes the rest of the batch once there is space.
    if (!FULL.has(String((error as { code?: unknown })?.code))) {
      await this.#closeLog();
    }
    this.#begin(error);
  }

  #begin(cause: unknown): Trouble {
    if (this.#trouble === undefined) {
      const late = this.#unwritten;
      this.#trouble = { since: performance.now(), late, lost: 0 };
      this.#tell({ kind: "failed", cause });
    }
    return this.#trouble;
  }

  /** Ends the trouble: everything is written. */
  #end(): void {
    if (this.#trouble === undefined) return;
    const { since, late, lost } = this.#trouble;
    this.#trouble = undefined;
    const duration = performance.now() - since;
    this.#tell({ kind: "resumed", duration, late, lost });
  }

  /** Passes news on later, because the handler may write to this log. */
  #tell(news: LogNews): void {
    queueMicrotask(() => this.#options.onNews(news));
  }

  async #closeLog(): Promise<void> {
    this.#rewind();
    const log = this.#log;
    this.#log = undefined;
    // The file may be gone with its disk.
    await log?.close().catch(() => {});
  }

  /**
   * Goes back to the start of a half-written line, which goes whole into the next file.
   */
  #rewind(): void {
    if (this.#at === 0 || this.#at === this.#batch.length) return;
    this.#at = this.#batch.lastIndexOf(LINE_FEED, this.#at - 1) + 1;
  }

  /** Returns the number of lines that are not on the disk. */
  get #unwritten(): number {
    let lines = 0;
    for (let at = this.#at; at < this.#batch.length; at++) {
      if (this.#batch[at] === LINE_FEED) lines++;
    }
    return this.#waiting.reduce((sum, text) => sum + countLines(text), lines);
  }
}

function countLines(text: string): number {
  let lines = 0;
  for (
    let at = text.indexOf("\n");
    at !== -1;
    at = text.indexOf("\n", at + 1)
  ) {
    lines++;
  }
  return lines;
}
