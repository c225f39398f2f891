import { EventEmitter } from "node:events";
import process from "node:process";
import { emitKeypressEvents } from "node:readline";
import { Burst } from "./burst.ts";
import { type Input, InputParser } from "./input_parser.ts";

/** Where keys come from; `process.stdin` fits. */
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
  /** Text that was typed: no line ends, no control characters. */
  onText(text: string): void;
  onKey(key: Key): void;
  /** Of a very long paste, `text` is the beginning; `length` is that of the whole. */
  onPaste(text: string, length?: number): void;
  /** Where the cursor is, from 0: the answer to a question. */
  onPosition(place: { row: number; column: number }): void;
  /** The end of input. */
  onEnd(): void;
  /** All that came with one read has been handed on. */
  onRead(): void;
};

/** Text without anything that is a key of another kind. */
// deno-lint-ignore no-control-regex -- the keys of a terminal
const TEXT = /^[^\x00-\x1f\x7f-\x9f]+$/;

/** The code of a key, not whole yet. */
// deno-lint-ignore no-control-regex -- the keys of a terminal
const OPEN_KEY = /\x1b(?:[[O][\d;]*)?$/;

/**
 * The keyboard of a terminal in raw mode. Reads through `process.stdin`, because on
 * Windows only that way gives Unicode, and lets `node:readline` name the keys.
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
  /** Whether the key that is being named is not whole yet. */
  #isOpen = false;

  /** `byTime`: whether a paste may come key by key, see {@linkcode Burst}. */
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

  /** Begins to read. Throws if the terminal cannot be set to raw mode. */
  open(): void {
    this.setRaw(true);
    this.#source.on("data", this.#onData);
    this.#source.on("end", this.#onEnd);
    this.#source.resume?.();
  }

  /** Keys as they are pressed, or whole lines that the terminal edits. */
  setRaw(raw: boolean): void {
    this.#source.setRawMode?.(raw);
  }

  /** The next position that arrives is an answer, not a key. */
  expectPosition(): void {
    this.#parser.expectsPosition = true;
  }

  /** Lets go of the input. */
  close(): void {
    this.#burst[Symbol.dispose]();
    this.#source.off("data", this.#onData);
    this.#source.off("end", this.#onEnd);
    this.#source.pause();
  }

  #read(chunk: Uint8Array | string): void {
    for (const input of this.#parser.push(chunk)) this.#take(input);
    this.#owner.onRead();
  }

  #take(input: Input): void {
    if (input.kind === "keys") return this.#burst.push(input.text);
    if (input.kind === "position") return this.#owner.onPosition(input);
    this.#burst.flush();
    this.#owner.onPaste(input.text, input.length);
  }

  /** Much text at once is handed on at once: naming its keys one by one takes long. */
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
