import { Draft } from "./draft.ts";
import { cleanPaste, MAX_PASTE_LENGTH } from "./input_parser.ts";
import { JobControl } from "./job_control.ts";
import { type EditorAction, press } from "./key_bindings.ts";
import { type Key, Keyboard, type KeySource } from "./keyboard.ts";
import { READING_TIME } from "./questions.ts";
import type { WindowSize } from "./terminal_output.ts";

export type HiddenLineOwner = {
  /** Called at Enter with the line. */
  onLine(text: string): void;
  /** Called for Ctrl+C. */
  onInterrupt(): void;
  /** Called for Escape alone. */
  onEscape(): void;
  /** Called at the end of input, and for Ctrl+D on an empty line. */
  onEnd(): void;
  /** Called for each key and each paste. */
  onKey(): void;
  /**
   * Called once if there were keys before a user can have read the question. They are
   * dropped: they may belong to a line that was begun before the question.
   */
  onEarly(): void;
};

/**
 * Reads one line without showing it, on a terminal that otherwise edits its lines
 * itself. Switches the terminal to single keys, which also ends its echo, until it is
 * disposed. Draws nothing.
 */
export class HiddenLine implements Disposable {
  readonly #owner: HiddenLineOwner;
  readonly #draft = new Draft();
  readonly #keyboard: Keyboard;
  readonly #jobs: JobControl;
  readonly #openedAt = performance.now();
  #hasEarly = false;
  #closed = false;

  /** Throws if the terminal cannot be set to raw mode: then it would show the line. */
  constructor(
    owner: HiddenLineOwner,
    { source, window }: {
      readonly source: KeySource;
      readonly window: WindowSize;
    },
  ) {
    if (source.setRawMode === undefined) {
      throw new TypeError(
        "Cannot turn the echo off: this input has no raw mode",
      );
    }
    this.#owner = owner;
    this.#keyboard = new Keyboard({
      onText: (text) => this.#insert(text),
      onKey: (key) => this.#press(key),
      onPaste: (text, length = text.length) => {
        if (length <= MAX_PASTE_LENGTH) this.#insert(cleanPaste(text));
      },
      onEscape: () => {
        if (!this.#closed) owner.onEscape();
        return true;
      },
      onPosition: () => {},
      onEnd: () => {
        if (!this.#closed) owner.onEnd();
      },
      onRead: () => {},
    }, { source, byTime: Deno.build.os === "windows" });
    this.#keyboard.open();
    this.#jobs = new JobControl({
      window,
      onResize: () => {},
      beforeStop: () => Promise.resolve(this.#keyboard.setRaw(false)),
      // The shell may have turned the echo on again.
      onContinued: () => this.#keyboard.setRaw(true),
    });
  }

  /** Lets the terminal edit and show the next line again. */
  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#jobs[Symbol.dispose]();
    this.#keyboard.close();
    this.#keyboard.setRaw(false);
  }

  #insert(text: string): void {
    if (this.#closed) return;
    this.#owner.onKey();
    if (!this.#isEarly()) this.#draft.insert(text);
  }

  #press(key: Key): void {
    if (this.#closed) return;
    this.#owner.onKey();
    const isInterrupt = press(key, new Draft()) === "interrupt";
    // Ctrl+C counts at any time.
    if (isInterrupt) this.#owner.onInterrupt();
    else if (!this.#isEarly()) this.#act(press(key, this.#draft));
  }

  #act(action: EditorAction | undefined): void {
    if (action === "submit") this.#owner.onLine(this.#draft.text);
    else if (action === "end") this.#owner.onEnd();
    else if (action === "suspend") this.#suspend();
  }

  /** Stops the program (Ctrl+Z); on Windows, which cannot, it is the end of input. */
  #suspend(): void {
    if (Deno.build.os !== "windows") void this.#jobs.stop();
    else if (this.#draft.isEmpty) this.#owner.onEnd();
  }

  #isEarly(): boolean {
    const isEarly = performance.now() - this.#openedAt < READING_TIME;
    if (isEarly && !this.#hasEarly) {
      this.#hasEarly = true;
      this.#owner.onEarly();
    }
    return isEarly;
  }
}
