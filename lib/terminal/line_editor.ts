import process from "node:process";
import { createInterface, type Interface } from "node:readline";
import { commonPrefix, type Completer } from "./completion.ts";
import { BRACKETED_PASTE, NEWLINE_MARK, PasteInput } from "./paste_input.ts";
import { clip, textWidth, wrap } from "./text_layout.ts";
import { TerminalOutput } from "./terminal_output.ts";

/** Lines that Up brings back. */
const MAX_HISTORY = 500;

export type LineEditorOptions = {
  /** A line was typed; what it prints appears in its place. */
  readonly onLine: (line: string) => void;
  /** The end of input (Ctrl+D, Ctrl+Z on Windows), or Ctrl+C. */
  readonly onEnd: (interrupted: boolean) => void;
  /** Hears of every key. */
  readonly onKey?: () => void;
  readonly complete?: Completer;
  /** Follows when lines were left out, because the window stands still: `, see server.log`. */
  readonly hiddenHint?: string;
  /** What Up brings back at the beginning, newest first. */
  readonly history?: readonly string[];
  /** Hears of the history, newest first, when a line has been added. */
  readonly onHistory?: (history: readonly string[]) => void;
  /** How a line of the footer looks, once it fits; its width must stay the same. */
  readonly paintFooter?: (line: string) => string;
  /** Whether the status line does without reverse. */
  readonly isPlain?: boolean;
  /** Default: the keyboard and the window of this program. */
  readonly input?: Keyboard;
  readonly output?: TerminalOutput;
};

/** A lower window has no room for a status line, in rows. */
const MIN_STATUS_ROWS = 6;

/** Keeps the title of the window on its own stack, sets it, and takes it back from there. */
const TITLE = {
  save: "\x1b[22;2t",
  set: (title: string) => `\x1b]2;${title}\x1b\\`,
  restore: "\x1b[23;2t",
};

/** Where keys come from; `process.stdin` fits. */
export type Keyboard = NodeJS.ReadableStream & {
  setRawMode?(raw: boolean): unknown;
};

/** Where `node:readline` keeps what it does not offer. */
type Readline = Interface & { prevRows: number; history: string[] };

/**
 * One line being typed at the bottom of a terminal, and everything else above
 * it; between the two there may be a footer. What is printed never disturbs what
 * is being typed.
 *
 * The keys are the business of `node:readline`, because on Windows only that way
 * reads Unicode; it is closed on every way out, because Windows does not restore
 * the console.
 */
export class LineEditor {
  readonly #output: TerminalOutput;
  readonly #keyboard: Keyboard;
  readonly #readline: Readline;
  readonly #options: LineEditorOptions;
  readonly #onResize = () => {
    this.#output.emit("resize");
    this.#redraw();
  };
  #prompt = "";
  #footer: readonly string[] = [];
  #status = "";
  #title: string | undefined;
  /** The footer as it stands on the screen. */
  #drawn: readonly string[] = [];
  #pending = "";
  #flushPending = false;
  #hidden = 0;
  /** Until the window moves again. */
  #waiting = false;
  /** Stands in the place of the prompt while somebody waits for the answer. */
  #question:
    | { text: string; answer: (line: string | undefined) => void }
    | undefined;
  /** Whether the line at the bottom is on the screen now. */
  #shown = false;
  #closed = false;

  constructor(options: LineEditorOptions) {
    this.#options = options;
    this.#output = options.output ?? new TerminalOutput();
    this.#keyboard = options.input ?? process.stdin;
    const input = new PasteInput(this.#keyboard);
    this.#keyboard.pipe(input);
    this.#keyboard.on("data", () => options.onKey?.());
    this.#readline = createInterface({
      input: input as unknown as NodeJS.ReadableStream,
      output: this.#output as unknown as NodeJS.WritableStream,
      terminal: true,
      history: [...options.history ?? []],
      historySize: MAX_HISTORY,
      removeHistoryDuplicates: true,
      completer: (line: string) => this.#complete(line),
    }) as Readline;
    this.#readline.on("line", (line: string) => this.#take(line));
    this.#readline.on("SIGINT", () => this.#end(true));
    this.#readline.on("close", () => {
      // Nothing can be typed any more, so there is no prompt, either.
      if (this.#shown && !this.#closed) this.#putAway();
      this.#shown = false;
      this.#end(false);
    });
    // Without a listener Ctrl+Z stops the program with the terminal in raw mode.
    this.#readline.on("SIGTSTP", () => {});
    Deno.addSignalListener("SIGWINCH", this.#onResize);
    this.#output.write(BRACKETED_PASTE.on);
  }

  /** Width of the window in characters. */
  get columns(): number {
    return this.#output.columns;
  }

  /** Shows whole lines, each in at most one row or already wrapped, above all else. */
  print(text: string): void {
    // Once a line is left out, so are all until that is said: in their order.
    if (this.#hidden > 0 || this.#output.isFull(this.#pending.length)) {
      this.#hidden++;
      this.#waitForRoom();
      return;
    }
    this.#pending += `${text}\n`;
    this.#redraw();
  }

  /** What stands before the line that is being typed. */
  set prompt(prompt: string) {
    this.#prompt = prompt;
    if (this.#question === undefined) this.#redraw();
  }

  /** Lines between what was printed and the prompt; clipped to the window. */
  set footer(lines: readonly string[]) {
    this.#footer = lines;
    this.#redraw();
  }

  /** Writes the title of the window; it gets its own back at the end. */
  set title(text: string) {
    if (text === this.#title || this.#closed) return;
    if (this.#title === undefined) this.#output.write(TITLE.save);
    this.#title = text;
    this.#output.write(TITLE.set(text));
  }

  /** One row in reverse directly above the prompt; clipped to the window. */
  set status(text: string) {
    this.#status = text;
    this.#redraw();
  }

  /** Clears the window; what is being typed stays. */
  clear(): void {
    this.#pending = "\x1b[2J\x1b[H";
    this.#redraw();
  }

  /** Puts text into the line, as if it had been typed. */
  type(text: string): void {
    const typed = text.replaceAll("\n", NEWLINE_MARK);
    queueMicrotask(() => this.#readline.write(typed));
  }

  /** Shows the prompt; from now on lines can be typed. */
  open(): void {
    if (this.#shown) {
      this.#redraw();
    } else {
      this.#shown = true;
      this.#draw(false);
    }
  }

  /**
   * Asks for one line, which is not remembered; what was being typed comes back
   * afterwards. `undefined` at the end of input.
   */
  async ask(question: string): Promise<string | undefined> {
    if (this.#closed) return undefined;
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    const typed = this.#readline.line;
    this.#setTyped("");
    this.#question = { text: question, answer: resolve };
    this.open();
    const answer = await promise;
    this.#setTyped(typed);
    this.#redraw();
    return answer;
  }

  /**
   * Gives the terminal back as it was. Resolves when the last lines have appeared,
   * or do not: then the terminal stays as it is, because to change it the program
   * would have to wait for them, for ever.
   */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#flush();
    this.#closed = true;
    Deno.removeSignalListener("SIGWINCH", this.#onResize);
    if (this.#shown) this.#putAway();
    this.#output.write(BRACKETED_PASTE.off);
    if (this.#title !== undefined) this.#output.write(TITLE.restore);
    this.#question?.answer(undefined);
    const isIdle = await this.#output.finish();
    this.#keyboard.unpipe();
    this.#keyboard.pause();
    if (isIdle) this.#readline.close();
  }

  #take(line: string): void {
    if (this.#closed) return;
    const { history } = this.#readline;
    this.#eraseTaken(line);
    const question = this.#question;
    if (question !== undefined) {
      this.#question = undefined;
      if (history[0] === line) history.shift();
      this.#pending += `${question.text}${line}\n`;
      question.answer(line);
    } else {
      if (line !== "") this.#options.onHistory?.(history);
      this.#options.onLine(line.replaceAll(NEWLINE_MARK, "\n"));
    }
    if (!this.#closed) this.#draw(false);
  }

  #end(interrupted: boolean): void {
    if (this.#closed) return;
    this.#question?.answer(undefined);
    this.#options.onEnd(interrupted);
  }

  /** One candidate, or what all have in common; otherwise they are shown. */
  #complete(line: string): [string[], string] {
    const candidates = this.#options.complete?.(line) ?? [];
    const prefix = commonPrefix(candidates);
    if (candidates.length === 1 || prefix.length > line.length) {
      // Not always what was typed and more: quotation marks may have come in.
      this.#setTyped(prefix);
      this.#redraw();
    } else if (candidates.length > 1) {
      const offered = candidates.map(lastWord).join("   ");
      this.print(wrap(offered, this.columns - 1).join("\n"));
    }
    return [[], line];
  }

  /** When the window moves again, says what was left out and draws what has changed. */
  #waitForRoom(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    void this.#output.room().then(() => {
      this.#waiting = false;
      const hidden = this.#hidden;
      this.#hidden = 0;
      if (hidden > 0) {
        const { hiddenHint = "" } = this.#options;
        this.#pending += `… ${hidden} lines not shown${hiddenHint}\n`;
      }
      this.#redraw();
    });
  }

  /** Soon, once for all that changes in this turn. */
  #redraw(): void {
    if (this.#flushPending) return;
    this.#flushPending = true;
    queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    this.#flushPending = false;
    if (this.#closed) return;
    // A window that stands still must not fill up with drawings of the footer.
    if (this.#output.isFull()) return this.#waitForRoom();
    if (!this.#shown) {
      this.#writePending();
      return;
    }
    this.#erase(this.#readline.getCursorPos().rows);
    this.#draw(true);
  }

  /** From the row of the cursor, which is `rows` below the prompt, to the footer. */
  #erase(rows: number): void {
    // A window made narrower has wrapped what was drawn for a wider one.
    const height = this.#drawn.reduce(
      (sum, line) =>
        sum + Math.max(1, Math.ceil(textWidth(line) / this.columns)),
      rows,
    );
    this.#output.write(`${height > 0 ? `\x1b[${height}A` : ""}\r\x1b[J`);
    this.#drawn = [];
  }

  /** What is typed and not sent stays to be seen; an empty prompt does not. */
  #putAway(): void {
    const { line } = this.#readline;
    if (line === "" && this.#question === undefined) {
      this.#footer = [];
      this.#status = "";
      this.#erase(this.#readline.getCursorPos().rows);
    } else {
      this.#output.write("\r\n");
    }
  }

  /** After Enter the cursor is one row below the line that was typed. */
  #eraseTaken(line: string): void {
    this.#setTyped(line);
    const { rows } = this.#readline.getCursorPos();
    this.#setTyped("");
    this.#erase(rows + 1);
  }

  #draw(keepCursor: boolean): void {
    this.#writePending();
    this.#drawn = this.#footer.map((line) => clip(line, this.columns - 1));
    const { paintFooter = (line) => line } = this.#options;
    for (const line of this.#drawn) {
      this.#output.write(`${paintFooter(line)}\n`);
    }
    if (this.#status !== "" && this.#output.rows >= MIN_STATUS_ROWS) {
      const status = clip(this.#status, this.columns - 1);
      this.#drawn = [...this.#drawn, status];
      const { isPlain = false } = this.#options;
      this.#output.write(isPlain ? `${status}\n` : `\x1b[7m${status}\x1b[0m\n`);
    }
    this.#readline.prevRows = 0;
    this.#readline.setPrompt(this.#question?.text ?? this.#prompt);
    this.#readline.prompt(keepCursor);
  }

  #writePending(): void {
    if (this.#pending === "") return;
    this.#output.write(this.#pending);
    this.#pending = "";
  }

  #setTyped(text: string): void {
    const readline = this.#readline as { line: string; cursor: number };
    readline.line = text;
    readline.cursor = text.length;
  }
}

/** What is offered, without what stands before it. */
function lastWord(line: string): string {
  return /("[^"]*"|\S+)\s*$/.exec(line)?.[1] ?? line;
}
