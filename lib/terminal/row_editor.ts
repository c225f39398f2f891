import { display } from "../display.ts";
import type { Editor } from "./cooked_editor.ts";
import type { BoundLine } from "./draft_binding.ts";
import { NEWLINE_MARK } from "./draft_rows.ts";
import { JobControl } from "./job_control.ts";
import { Keyboard } from "./keyboard.ts";
import type { LineEditorOptions } from "./line_editor.ts";
import { LineKeys } from "./line_keys.ts";
import type { QuestionOptions } from "./questions.ts";
import { TerminalOutput } from "./terminal_output.ts";
import { clip, textWidth, wrap } from "./text_layout.ts";
import { Typing } from "./typing.ts";

/** Replaces the beginning of a line that is wider than the window. */
const CUT_MARK = "<";

/** The largest part of the row for the prompt, so that the line stays in sight. */
const MAX_PROMPT_SHARE = 2 / 3;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * An editor for a window that obeys no codes but passes on single keys: a Windows
 * console in legacy mode. Draws the line in one row with nothing but text, spaces and
 * carriage returns; a longer line scrolls in the row. Messages appear above it. There
 * is no footer, no status and no title.
 */
export class RowEditor implements Editor {
  readonly #output: TerminalOutput;
  readonly #keyboard: Keyboard;
  readonly #jobs: JobControl;
  readonly #typing: Typing;
  readonly #keys: LineKeys;
  #prompt = "";
  /** Whether the prompt is on the screen. */
  #shown = false;
  #closed = false;
  /** What is in the row: its text, and the part before the cursor. */
  #drawn = { text: "", before: "" };

  /** Throws if the terminal cannot be set to raw mode. */
  constructor(options: LineEditorOptions) {
    this.#output = options.output ??
      new TerminalOutput(Deno.stdout, { maxWaiting: options.maxWaiting });
    this.#typing = new Typing(options);
    this.#keys = new LineKeys(this.#typing, {
      options,
      owner: {
        show: (text) =>
          void this.print(wrap(display(text), this.columns - 1).join("\n")),
        clear: () => this.clear(),
        suspend: () => {
          if (this.#typing.draft.isEmpty) this.#keys.end(false);
        },
      },
    });
    this.#keyboard = new Keyboard({
      onText: (text) => this.#keys.insert(text),
      onKey: (key) => {
        if (!this.#closed) this.#keys.press(key);
      },
      onPaste: (text, length) => this.#keys.paste(text, length),
      onEscape: () => this.#keys.escape(),
      onPosition: () => {},
      onEnd: () => {
        if (!this.#closed) this.#keys.end(false);
      },
      onRead: () => this.#draw(),
    }, { source: options.input, byTime: true });
    this.#keyboard.open();
    this.#jobs = new JobControl({
      window: this.#output,
      onResize: () => this.#draw(),
      beforeStop: () => Promise.resolve(),
      onContinued: () => this.#draw(),
    });
  }

  get columns(): number {
    return this.#output.columns;
  }

  get rows(): number {
    return this.#output.rows;
  }

  print(text: string): boolean {
    if (this.#output.isFull()) return false;
    this.#erase();
    this.#output.write(`${text}\n`);
    this.#draw();
    return true;
  }

  relief(): Promise<void> {
    return this.#output.relief();
  }

  ring(): void {
    this.#output.write("\x07");
  }

  set prompt(prompt: string) {
    this.#prompt = prompt;
    this.#draw();
  }

  /** Does nothing: there is no footer. */
  set footer(_: readonly string[]) {}

  /** Does nothing: there is no status row. */
  set status(_: string) {}

  /** Does nothing: there is no title. */
  set title(_: string) {}

  /** Moves everything out of the window. */
  clear(): void {
    this.#erase();
    this.#output.write("\n".repeat(this.rows));
    this.#draw();
  }

  /** See {@linkcode Typing.giveBack}. */
  giveBack(line: BoundLine, options?: { readonly isLate?: boolean }): boolean {
    const isOnLine = this.#typing.giveBack(line, options);
    this.#draw();
    return isOnLine;
  }

  rebind(): void {
    this.#typing.rebind();
    this.#draw();
  }

  open(): void {
    this.#shown = true;
    this.#draw();
  }

  async ask(
    question: string,
    options: QuestionOptions = {},
  ): Promise<string | undefined> {
    if (this.#closed) return undefined;
    const answer = this.#typing.ask(question, options);
    this.open();
    const text = await answer;
    this.#draw();
    return text;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#jobs[Symbol.dispose]();
    const { draft, question } = this.#typing;
    // A line that was not sent stays on the screen; an empty prompt does not.
    if (draft.isEmpty && question === undefined) this.#erase();
    else this.#output.write("\n");
    this.#closed = true;
    this.#typing.questions.end();
    const isIdle = await this.#output.finish();
    this.#keyboard.close();
    // Resetting a terminal that is stuck would hang the program.
    if (isIdle) this.#keyboard.setRaw(false);
  }

  /** Draws the row if it has changed. */
  #draw(): void {
    if (!this.#shown || this.#closed) return;
    const row = this.#layOut();
    const { text, before } = this.#drawn;
    if (row.text === text && row.before === before) return;
    const rest = " ".repeat(Math.max(0, textWidth(text) - textWidth(row.text)));
    this.#output.write(`\r${row.text}${rest}\r${row.before}`);
    this.#drawn = row;
  }

  #erase(): void {
    const width = textWidth(this.#drawn.text);
    if (width > 0) this.#output.write(`\r${" ".repeat(width)}\r`);
    this.#drawn = { text: "", before: "" };
  }

  /** Returns the row: never as wide as the window, which would begin the next row. */
  #layOut(): { text: string; before: string } {
    const width = Math.max(2, this.columns - 1);
    const { shown: draft } = this.#typing;
    const prompt = clip(
      this.#typing.prompt ?? this.#prompt,
      Math.max(1, Math.floor(width * MAX_PROMPT_SHARE)),
    );
    const room = width - textWidth(prompt) - 1;
    // Enough for any row, so that a long line costs no more than a short one.
    const reach = 8 * width;
    const left = shownAs(
      draft.text.slice(Math.max(0, draft.cursor - reach), draft.cursor),
    );
    const before = prompt + endOf(left, room);
    const right = shownAs(draft.text.slice(draft.cursor, draft.cursor + reach));
    const free = width - textWidth(before);
    return { text: before + (free > 0 ? startOf(right, free) : ""), before };
  }
}

function shownAs(text: string): string {
  return display(
    text.replaceAll(/\r?\n/g, NEWLINE_MARK).replaceAll("\t", "  "),
  );
}

/** Returns the end of a text that fits into `columns`, marked if it is cut. */
function endOf(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  const parts = Array.from(graphemes.segment(text), ({ segment }) => segment);
  let end = "";
  while (parts.length > 0) {
    const longer = parts.pop()! + end;
    if (textWidth(longer) > columns - CUT_MARK.length) break;
    end = longer;
  }
  return CUT_MARK + end;
}

/** Returns the beginning of a text that fits into `columns`. */
function startOf(text: string, columns: number): string {
  let start = "";
  for (const { segment } of graphemes.segment(text)) {
    if (textWidth(start + segment) > columns) break;
    start += segment;
  }
  return start;
}
