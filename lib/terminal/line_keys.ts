import { commonPrefix, type Completer, offered } from "./completion.ts";
import type { BoundLine } from "./draft_binding.ts";
import { cleanPaste, MAX_PASTE_LENGTH } from "./input_parser.ts";
import type { EditorAction } from "./key_bindings.ts";
import type { Key } from "./keyboard.ts";
import { notTaken } from "./questions.ts";
import type { Typing } from "./typing.ts";

export type LineKeysOptions = {
  /**
   * Called with a typed line; whatever the callback prints appears in place of the
   * line.
   */
  readonly onLine: (line: BoundLine) => void;
  /**
   * Called at the end of input (Ctrl+D, on Windows Ctrl+Z) and for Ctrl+C on an empty
   * line.
   */
  readonly onEnd: (interrupted: boolean) => void;
  /** Called for each key and each paste. */
  readonly onKey?: () => void;
  readonly complete?: Completer;
  /**
   * Called with the lines that may be stored, newest first, when one has been added.
   */
  readonly onHistory?: (history: readonly string[]) => void;
};

/** The window around the line. */
export type LineKeysOwner = {
  /** Shows a text above the line, broken into rows. */
  show(text: string): void;
  /** Clears the window. */
  clear(): void;
  /** Handles Ctrl+Z. */
  suspend(): void;
};

/** Applies keys and pastes to the line being typed. */
export class LineKeys {
  readonly #typing: Typing;
  readonly #options: LineKeysOptions;
  readonly #owner: LineKeysOwner;
  readonly #actions: Readonly<Record<EditorAction, () => void>>;

  constructor(
    typing: Typing,
    { options, owner }: {
      readonly options: LineKeysOptions;
      readonly owner: LineKeysOwner;
    },
  ) {
    this.#typing = typing;
    this.#options = options;
    this.#owner = owner;
    this.#actions = {
      submit: () => typing.isHasty ? this.#dropAnswer() : this.#submit(),
      interrupt: () => this.#interrupt(),
      end: () => this.end(false),
      suspend: () => owner.suspend(),
      complete: () => this.#complete(),
      older: () => typing.recall("older"),
      newer: () => typing.recall("newer"),
      clear: () => owner.clear(),
    };
  }

  /** Handles typed text. */
  insert(text: string): void {
    this.#options.onKey?.();
    this.#typing.insert(text);
    this.#stepAside();
  }

  /**
   * Handles a paste. Of a very long one, `text` is the beginning; `length` counts all
   * of it.
   */
  paste(text: string, length = text.length): void {
    this.#options.onKey?.();
    if (length <= MAX_PASTE_LENGTH) {
      this.#typing.insert(cleanPaste(text));
      return this.#stepAside();
    }
    this.#owner.show(
      `Not pasted: the text has ${length} characters, the limit is ` +
        `${MAX_PASTE_LENGTH}. Paste it in parts, or share it as a file`,
    );
  }

  /** Handles a key that is not text. */
  press(key: Key): void {
    this.#options.onKey?.();
    const action = this.#typing.press(key);
    if (action !== undefined) this.#actions[action]();
    this.#stepAside();
  }

  /**
   * Handles Escape alone. Returns whether it is a key of its own now: with a secret
   * answer it must not swallow the next letter, which nobody would notice.
   */
  escape(): boolean {
    if (!this.#typing.isSecret) return false;
    this.#options.onKey?.();
    if (this.#typing.questions.isCancellable) this.#cancel();
    return true;
  }

  /** Handles the end of input. An open question stays visible. */
  end(interrupted: boolean): void {
    const { question, isAnswering, shown } = this.#typing;
    if (isAnswering) this.#owner.show(question + shown.text);
    this.#typing.questions.end();
    this.#options.onEnd(interrupted);
  }

  /**
   * Ctrl+C empties the line; on an empty line it answers a question, or leaves. A
   * secret answer looks empty, so Ctrl+C does there at once what it does on an empty
   * line.
   */
  #interrupt(): void {
    const { shown, questions } = this.#typing;
    if (shown.text !== "") return this.#typing.replace("");
    if (questions.isCancellable) return this.#cancel();
    if (questions.cancelAnswer === undefined) return this.end(true);
    this.#typing.insert(questions.cancelAnswer);
    this.#submit();
  }

  /** Withdraws the question, which stays visible. */
  #cancel(): void {
    const { question } = this.#typing;
    this.#typing.questions.cancel();
    if (question !== undefined) this.#owner.show(question);
    this.#typing.rest();
  }

  /** Keeps a question on the screen whose place the prompt has taken. */
  #stepAside(): void {
    const question = this.#typing.stepAside();
    if (question !== undefined) this.#owner.show(question);
  }

  /** Drops an answer typed before its question could be read, which stays open. */
  #dropAnswer(): void {
    const { text } = this.#typing.draft;
    this.#typing.replace("");
    if (text !== "") this.#owner.show(notTaken(text));
  }

  #submit(): void {
    const { question, ...line } = this.#typing.take();
    if (question !== undefined) {
      return this.#owner.show(`${question}${line.text}`);
    }
    if (line.text.trim() !== "") {
      this.#options.onHistory?.(this.#typing.lasting);
    }
    this.#options.onLine(line);
    this.#typing.rest();
  }

  /** Inserts the only candidate, or the prefix that all share; otherwise shows them. */
  #complete(): void {
    if (this.#typing.isAnswering) return;
    const { text, cursor } = this.#typing.draft;
    const typed = text.slice(0, cursor);
    const candidates = this.#options.complete?.(typed) ?? [];
    const prefix = commonPrefix(candidates);
    if (candidates.length === 1 || prefix.length > typed.length) {
      // The completion may change what was typed: a name gets its capitals or quotation
      // marks.
      this.#typing.replace(prefix + text.slice(cursor), prefix.length);
    } else if (candidates.length > 1) {
      this.#owner.show(offered(candidates));
    }
  }
}
