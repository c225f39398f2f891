import { EventEmitter } from "node:events";
import process from "node:process";
import { emitKeypressEvents } from "node:readline";
import { Burst } from "./burst.ts";
import { type Input, InputParser } from "./input_parser.ts";

/** A source of keys; `process.stdin` fits. */
export type KeySource = Pick<NodeJS.ReadableStream, "on" | "off" | "pause"> & {
  setRawMode?(raw: boolean): unknown;
  resume?(): unknown;
};

/** A key that is not text, as `node:readline` names it. */
export type Key = {
  readonly name?: string | undefined;
  readonly sequence?: string | undefined;
  readonly ctrl?: boolean;
  readonly meta?: boolean;
  readonly shift?: boolean;
};

export type KeyboardOwner = {
  /** Called with typed text: no line ends, no control characters. */
  onText(text: string): void;
  onKey(key: Key): void;
  /**
   * Called for a paste. Of a very long one, `text` is the beginning; `length` counts
   * all of it.
   */
  onPaste(text: string, length?: number): void;
  /**
   * Called when Escape has been pressed alone. Returns whether it means anything;
   * otherwise it belongs to the next key.
   */
  onEscape?(): boolean;
  /** Called with the cursor position, from 0: the terminal's answer. */
  onPosition(place: { row: number; column: number }): void;
  /** Called at the end of input. */
  onEnd(): void;
  /** Called when all input of one read has been passed on. */
  onRead(): void;
};

/**
 * Milliseconds after which Escape is a key of its own: the rest of a key's code follows
 * within one round trip of a network.
 */
const ESCAPE_TIME = 150;

/** Text without control characters, which are other keys. */
// deno-lint-ignore no-control-regex -- the keys of a terminal
const TEXT = /^[^\x00-\x1f\x7f-\x9f]+$/;

/** The beginning of a key's code. */
// deno-lint-ignore no-control-regex -- the keys of a terminal
const OPEN_KEY = /\x1b(?:[[O][\d;]*)?$/;

/**
 * The keyboard of a terminal in raw mode. Reads through `process.stdin`, the only way
 * to get Unicode on Windows, and lets `node:readline` name the keys.
 */
export class Keyboard {
  readonly #source: KeySource;
  readonly #owner: KeyboardOwner;
  readonly #parser = new InputParser();
  readonly #burst: Burst;
  readonly #keys = new EventEmitter();
  readonly #onData = (chunk: Uint8Array | string) => this.#read(chunk);
  readonly #onEnd = () => {
    this.#burst.flush();
    this.#owner.onEnd();
  };
  /** Whether part of a key's code has arrived. */
  #isOpen = false;
  #escapeTimer: ReturnType<typeof setTimeout> | undefined;

  /** `byTime`: whether a paste may arrive key by key, see {@linkcode Burst}. */
  constructor(
    owner: KeyboardOwner,
    { source = process.stdin, byTime = false }: {
      readonly source?: KeySource | undefined;
      readonly byTime?: boolean;
    } = {},
  ) {
    this.#owner = owner;
    this.#source = source;
    this.#burst = new Burst({
      onKeys: (text) => this.#press(text),
      onPaste: (text) => {
        owner.onPaste(text);
        owner.onRead();
      },
    }, { byTime });
    emitKeypressEvents(this.#keys as unknown as NodeJS.ReadableStream);
    this.#keys.on("keypress", (text: string | undefined, key: Key) => {
      if (text !== undefined && !key.ctrl && !key.meta && TEXT.test(text)) {
        owner.onText(text);
      } else owner.onKey(key);
    });
  }

  /** Starts reading. Throws if the terminal cannot be set to raw mode. */
  open(): void {
    this.setRaw(true);
    this.#source.on("data", this.#onData);
    this.#source.on("end", this.#onEnd);
    // A terminal that is closed may be an error: nothing more can be typed.
    this.#source.on("error", this.#onEnd);
    this.#source.resume?.();
  }

  /** Switches to raw mode (single keys), or back to lines that the terminal edits. */
  setRaw(raw: boolean): void {
    this.#source.setRawMode?.(raw);
  }

  /** Treats the next position report as an answer, not as a key. */
  expectPosition(): void {
    this.#parser.expectsPosition = true;
  }

  /** Releases the input. */
  close(): void {
    clearTimeout(this.#escapeTimer);
    this.#burst[Symbol.dispose]();
    this.#source.off("data", this.#onData);
    this.#source.off("end", this.#onEnd);
    this.#source.off("error", this.#onEnd);
    this.#source.pause();
  }

  #read(chunk: Uint8Array | string): void {
    clearTimeout(this.#escapeTimer);
    const inputs = this.#parser.push(chunk);
    if (this.#parser.holdsEscape) {
      this.#escapeTimer = setTimeout(() => this.#escape(), ESCAPE_TIME);
    }
    for (const input of inputs) this.#take(input);
    this.#owner.onRead();
  }

  #escape(): void {
    this.#burst.flush();
    if (this.#owner.onEscape?.() !== true) return;
    this.#parser.dropEscape();
    this.#owner.onRead();
  }

  #take(input: Input): void {
    if (input.kind === "keys") return this.#burst.push(input.text);
    if (input.kind === "position") return this.#owner.onPosition(input);
    this.#burst.flush();
    this.#owner.onPaste(input.text, input.length);
  }

  /** Passes on plain text in one piece: naming its keys one by one would be slow. */
  #press(text: string): void {
    if (!this.#isOpen && TEXT.test(text)) {
      this.#owner.onText(text);
    } else {
      this.#isOpen = OPEN_KEY.test(text);
      this.#keys.emit("data", text);
    }
    this.#owner.onRead();
  }
}
