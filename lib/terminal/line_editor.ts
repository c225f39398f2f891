import { display } from "../display.ts";
import { BottomView } from "./bottom_view.ts";
import { type BottomPaint, layOut } from "./bottom_layout.ts";
import { commonPrefix, type Completer, offered } from "./completion.ts";
import { Draft } from "./draft.ts";
import { DraftRows } from "./draft_rows.ts";
import { ASK_POSITION, BRACKETED_PASTE, cleanPaste } from "./input_parser.ts";
import { type EditorAction, press } from "./key_bindings.ts";
import { type Key, Keyboard, type KeySource } from "./keyboard.ts";
import { MAX_PASTE_LENGTH } from "./input_parser.ts";
import { Questions } from "./questions.ts";
import { JobControl } from "./job_control.ts";
import { TerminalOutput } from "./terminal_output.ts";
import { wrap } from "./text_layout.ts";
import { TypedHistory } from "./typed_history.ts";
import { WindowTitle } from "./window_title.ts";

export type LineEditorOptions = {
  /** A line was typed; what it prints appears in its place. */
  readonly onLine: (line: string) => void;
  /** The end of input (Ctrl+D, on Windows Ctrl+Z), or Ctrl+C on an empty line. */
  readonly onEnd: (interrupted: boolean) => void;
  /** Some key was pressed, or something was pasted. */
  readonly onKey?: () => void;
  readonly complete?: Completer;
  /** Follows when lines were left out, because the window stands still: `, see server.log`. */
  readonly hiddenHint?: string;
  /** What Up brings back at the beginning, newest first. */
  readonly history?: readonly string[];
  /** Hears of the history, newest first, when a line has been added. */
  readonly onHistory?: (history: readonly string[]) => void;
  /** How the parts at the bottom look. */
  readonly paint?: BottomPaint;
  /** Bytes that may wait for the window; default: all but those of a window that stands still. */
  readonly maxWaiting?: number;
  /** Default: the keyboard and the window of this program. */
  readonly input?: KeySource;
  readonly output?: TerminalOutput;
};

/**
 * One line being typed at the bottom of a terminal, and everything else above
 * it; between the two there may be a footer and a status row. What is printed
 * never disturbs what is being typed. The terminal is given back on every way
 * out, because Windows does not restore it.
 */
export class LineEditor {
  readonly #options: LineEditorOptions;
  readonly #output: TerminalOutput;
  readonly #keyboard: Keyboard;
  readonly #view: BottomView;
  readonly #jobs: JobControl;
  readonly #title: WindowTitle;
  readonly #draft = new Draft();
  readonly #draftRows = new DraftRows();
  readonly #history: TypedHistory;
  readonly #questions: Questions;
  #prompt = "";
  #footer: readonly string[] = [];
  #status = "";
  /** Whether the line at the bottom is on the screen. */
  #shown = false;
  #closed = false;

  /** Throws if the terminal cannot be set to give single keys. */
  constructor(options: LineEditorOptions) {
    this.#options = options;
    this.#output = options.output ??
      new TerminalOutput(Deno.stdout, { maxWaiting: options.maxWaiting });
    this.#history = new TypedHistory(options.history);
    this.#questions = new Questions(this.#draft);
    this.#title = new WindowTitle(this.#output);
    this.#view = new BottomView({
      output: this.#output,
      hiddenHint: options.hiddenHint ?? "",
      compose: (size) =>
        this.#shown
          ? layOut({
            footer: this.#footer,
            status: this.#status,
            prompt: this.#questions.current ?? this.#prompt,
            draft: this.#draft,
          }, {
            ...size,
            paint: options.paint ?? {},
            draftRows: this.#draftRows,
          })
          : undefined,
      askPosition: () => {
        this.#keyboard.expectPosition();
        this.#output.write(ASK_POSITION);
      },
    });
    this.#keyboard = new Keyboard({
      onText: (text) => this.#insert(text),
      onKey: (key) => this.#press(key),
      onPaste: (text, length) => this.#paste(text, length),
      onPosition: (place) => this.#view.found(place),
      onEnd: () => this.#end(false),
      onRead: () => this.#view.redraw(),
    }, { source: options.input, byTime: Deno.build.os === "windows" });
    this.#keyboard.open();
    this.#output.write(BRACKETED_PASTE.on);
    this.#jobs = new JobControl({
      onResize: () => this.resized(),
      beforeStop: () => this.#giveBack(),
      onContinued: () => this.continued(),
    });
  }

  /** Width of the window in characters. */
  get columns(): number {
    return this.#output.columns;
  }

  /** Height of the window in rows. */
  get rows(): number {
    return this.#output.rows;
  }

  /**
   * Shows whole rows, none wider than the window, above all else. Returns whether
   * they will be shown: a terminal that takes nothing for seconds misses lines.
   */
  print(text: string): boolean {
    return this.#view.print(text);
  }

  /** Rings, where the window can. */
  ring(): void {
    this.#output.write("\x07");
  }

  /** What stands before the line that is being typed. */
  set prompt(prompt: string) {
    this.#prompt = prompt;
    this.#view.redraw();
  }

  /** Lines between what was printed and the status; clipped to the window. */
  set footer(lines: readonly string[]) {
    this.#footer = lines;
    this.#view.redraw();
  }

  /** One row directly above the prompt, as wide as the window; empty for none. */
  set status(text: string) {
    this.#status = text;
    this.#view.redraw();
  }

  /** The title of the window, put back at the end. */
  set title(text: string) {
    if (!this.#closed) this.#title.set(text);
  }

  /** Empties the window. */
  clear(): void {
    this.#view.putAway();
    this.#output.write("\x1b[H\x1b[2J");
    this.#view.redraw();
  }

  /**
   * Puts text into the line, as if it had been typed. If something else is being
   * typed already, Up brings the text back.
   */
  type(text: string): void {
    if (this.#questions.current !== undefined) {
      return this.#questions.keep(text);
    }
    if (this.#draft.isEmpty) this.#draft.set(text);
    else this.#history.add(text);
    this.#view.redraw();
  }

  /** Shows the prompt; from now on lines can be typed. */
  open(): void {
    this.#shown = true;
    this.#view.redraw();
  }

  /**
   * Asks for one line, which is not remembered; what was being typed comes back
   * afterwards. `undefined` at the end of input, and when `signal` aborts.
   */
  async ask(
    question: string,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<string | undefined> {
    if (this.#closed) return undefined;
    const answer = this.#questions.ask(question, signal);
    this.open();
    const text = await answer;
    this.#view.redraw();
    return text;
  }

  /**
   * Gives the terminal back as it was. Resolves when the last lines have appeared,
   * or do not move any more.
   */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#jobs[Symbol.dispose]();
    // What is typed and not sent stays to be seen; an empty prompt does not.
    const isEmpty = this.#draft.isEmpty &&
      this.#questions.current === undefined;
    if (isEmpty) this.#shown = false;
    this.#footer = [];
    this.#status = "";
    this.#view.close();
    this.#view.abandon();
    this.#questions.end();
    this.#title.restore();
    this.#output.write(BRACKETED_PASTE.off);
    const isIdle = await this.#output.finish();
    this.#keyboard.close();
    // To set back a terminal that stands still, the program would wait for it.
    if (isIdle) this.#keyboard.setRaw(false);
  }

  #insert(text: string): void {
    this.#options.onKey?.();
    this.#history.leave();
    this.#draft.insert(text);
  }

  #paste(text: string, length = text.length): void {
    this.#options.onKey?.();
    if (length > MAX_PASTE_LENGTH) {
      this.#printWrapped(
        `Not pasted: the text has ${length} characters, and ${MAX_PASTE_LENGTH} ` +
          "is the most. Send it as a file, or in parts",
      );
      return;
    }
    this.#history.leave();
    this.#draft.insert(cleanPaste(text));
  }

  #press(key: Key): void {
    if (this.#closed) return;
    this.#options.onKey?.();
    const before = this.#draft.text;
    const action = press(key, this.#draft);
    if (action !== undefined) this.#actions[action]();
    else if (this.#draft.text !== before) this.#history.leave();
  }

  readonly #actions: Readonly<Record<EditorAction, () => void>> = {
    submit: () => this.#submit(),
    interrupt: () => {
      if (this.#draft.isEmpty) this.#end(true);
      else this.#draft.set("");
    },
    end: () => this.#end(false),
    suspend: () => {
      if (Deno.build.os === "windows") {
        if (this.#draft.isEmpty) this.#end(false);
      } else void this.#jobs.stop();
    },
    complete: () => this.#complete(),
    older: () => this.#recall((typed) => this.#history.older(typed)),
    newer: () => this.#recall((typed) => this.#history.newer(typed)),
    clear: () => this.clear(),
  };

  #submit(): void {
    const line = this.#draft.text;
    const question = this.#questions.current;
    this.#draft.clear();
    if (question !== undefined) {
      this.#printWrapped(`${question}${line}`);
      this.#questions.answer(line);
      return;
    }
    if (line.trim() === "") this.#history.leave();
    else {
      this.#history.add(line);
      this.#options.onHistory?.(this.#history.lines);
    }
    this.#options.onLine(line);
  }

  #end(interrupted: boolean): void {
    if (this.#closed) return;
    const { current } = this.#questions;
    if (current !== undefined) this.#printWrapped(current + this.#draft.text);
    this.#questions.end();
    this.#options.onEnd(interrupted);
  }

  #recall(look: (typed: string) => string | undefined): void {
    if (this.#questions.current !== undefined) return;
    const line = look(this.#draft.text);
    if (line !== undefined) this.#draft.set(line);
  }

  /** One candidate, or what all have in common; otherwise they are shown. */
  #complete(): void {
    if (this.#questions.current !== undefined) return;
    const { text, cursor } = this.#draft;
    const typed = text.slice(0, cursor);
    const candidates = this.#options.complete?.(typed) ?? [];
    const prefix = commonPrefix(candidates);
    if (candidates.length === 1 || prefix.length > typed.length) {
      // Not always what was typed and more: quotation marks may have come in.
      this.#draft.set(prefix + text.slice(cursor), prefix.length);
    } else if (candidates.length > 1) {
      this.#printWrapped(offered(candidates));
    }
  }

  #printWrapped(text: string): void {
    this.print(wrap(display(text), this.columns - 1).join("\n"));
  }

  /** Before the program is stopped (Ctrl+Z): the shell gets the terminal as it was. */
  async #giveBack(): Promise<void> {
    this.#view.putAway();
    this.#output.write(BRACKETED_PASTE.off);
    await this.#output.settled();
    this.#keyboard.setRaw(false);
  }

  /** The window may have another size. */
  resized(): void {
    this.#view.resized();
  }

  /** The program goes on (`fg`) after it was stopped, in whatever way. */
  continued(): void {
    this.#keyboard.setRaw(true);
    this.#output.write(BRACKETED_PASTE.on);
    this.#view.continued();
  }
}
