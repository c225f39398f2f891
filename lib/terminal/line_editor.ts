import { display } from "../display.ts";
import { BottomView } from "./bottom_view.ts";
import { type BottomPaint, layOut } from "./bottom_layout.ts";
import type { BindDraft, BoundLine } from "./draft_binding.ts";
import { DraftRows } from "./draft_rows.ts";
import { ASK_POSITION, BRACKETED_PASTE } from "./input_parser.ts";
import { JobControl } from "./job_control.ts";
import { Keyboard, type KeySource } from "./keyboard.ts";
import { LineKeys, type LineKeysOptions } from "./line_keys.ts";
import type { QuestionOptions } from "./questions.ts";
import { TerminalOutput } from "./terminal_output.ts";
import { wrap } from "./text_layout.ts";
import { Typing } from "./typing.ts";
import { WindowTitle } from "./window_title.ts";

export type LineEditorOptions = LineKeysOptions & {
  /** Decides about a line when the user begins it; by default there is no decision. */
  readonly bind?: BindDraft;
  /** Follows the number of lines that were omitted: `, see server.log`. */
  readonly hiddenHint?: string;
  /** The lines that Up restores at the start of the program, newest first. */
  readonly history?: readonly string[];
  /** Returns whether Up may restore a line; by default each. */
  readonly mayKeep?: (line: string) => boolean;
  /** The colours of the parts at the bottom. */
  readonly paint?: BottomPaint;
  /** Most bytes that wait for the window. Default: see {@linkcode TerminalOutput}. */
  readonly maxWaiting?: number;
  /** Whether the window shows codes as text. */
  readonly isDumb?: boolean | undefined;
  /** Default: the keyboard and the window of this program. */
  readonly input?: KeySource;
  readonly output?: TerminalOutput;
};

/**
 * Edits a line at the bottom of a terminal, with everything else above it, and a footer
 * and a status row in between. Printing never disturbs the typing. The editor restores
 * the terminal on every way out, because Windows does not.
 */
export class LineEditor {
  readonly #output: TerminalOutput;
  readonly #keyboard: Keyboard;
  readonly #view: BottomView;
  readonly #jobs: JobControl;
  readonly #title: WindowTitle;
  readonly #typing: Typing;
  readonly #keys: LineKeys;
  readonly #draftRows = new DraftRows();
  #prompt = "";
  #footer: readonly string[] = [];
  #status = "";
  /** Whether the prompt is on the screen. */
  #shown = false;
  #closed = false;

  /** Throws if the terminal cannot be set to raw mode. */
  constructor(options: LineEditorOptions) {
    this.#output = options.output ??
      new TerminalOutput(Deno.stdout, { maxWaiting: options.maxWaiting });
    const onLeftBehind = (note: string) => this.#show(note);
    this.#typing = new Typing({ ...options, onLeftBehind });
    this.#keys = new LineKeys(this.#typing, {
      options,
      owner: {
        show: (text) => this.#show(text),
        clear: () => this.clear(),
        suspend: () => this.#suspend(),
      },
    });
    this.#title = new WindowTitle(this.#output);
    this.#view = new BottomView({
      output: this.#output,
      hiddenHint: options.hiddenHint ?? "",
      compose: (size) =>
        this.#shown
          ? layOut({
            footer: this.#footer,
            status: this.#status,
            prompt: this.#typing.prompt ?? this.#prompt,
            draft: this.#typing.shown,
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
      onText: (text) => this.#keys.insert(text),
      onKey: (key) => {
        if (!this.#closed) this.#keys.press(key);
      },
      onPaste: (text, length) => this.#keys.paste(text, length),
      onEscape: () => this.#keys.escape(),
      onPosition: (place) => this.#view.found(place),
      onEnd: () => {
        if (!this.#closed) this.#keys.end(false);
      },
      onRead: () => this.#view.redraw(),
    }, { source: options.input, byTime: Deno.build.os === "windows" });
    this.#keyboard.open();
    this.#output.write(BRACKETED_PASTE.on);
    this.#jobs = new JobControl({
      window: this.#output,
      onResize: () => this.resized(),
      beforeStop: () => this.#giveBack(),
      onContinued: () => this.continued(),
    });
  }

  /** Width of the window in columns. */
  get columns(): number {
    return this.#output.columns;
  }

  /** Height of the window in rows. */
  get rows(): number {
    return this.#output.rows;
  }

  /**
   * Shows whole rows, none wider than the window, above the footer. Returns whether
   * they will be shown: a terminal that is stuck for seconds misses lines.
   */
  print(text: string): boolean {
    return this.#view.print(text);
  }

  /** Gives a slow terminal time to catch up: a moment at most. */
  relief(): Promise<void> {
    return this.#view.relief();
  }

  /** Rings the bell, if the terminal has one. */
  ring(): void {
    this.#output.write("\x07");
  }

  /** The text before the line being typed. */
  set prompt(prompt: string) {
    this.#prompt = prompt;
    this.#view.redraw();
  }

  /** Lines between the printed text and the status; clipped to the window. */
  set footer(lines: readonly string[]) {
    this.#footer = lines;
    this.#view.redraw();
  }

  /** One row directly above the prompt, as wide as the window; empty for none. */
  set status(text: string) {
    this.#status = text;
    this.#view.redraw();
  }

  /** The title of the window, restored when the editor closes. */
  set title(text: string) {
    if (!this.#closed) this.#title.set(text);
  }

  /** Clears the window. */
  clear(): void {
    this.#view.putAway();
    this.#output.write("\x1b[H\x1b[2J");
    this.#view.redraw();
  }

  /** See {@linkcode Typing.giveBack}. */
  giveBack(line: BoundLine, options?: { readonly isLate?: boolean }): boolean {
    const isOnLine = this.#typing.giveBack(line, options);
    this.#view.redraw();
    return isOnLine;
  }

  /** Decides again about the line being typed. */
  rebind(): void {
    this.#typing.rebind();
    this.#view.redraw();
  }

  /** Shows the prompt and starts accepting lines. */
  open(): void {
    this.#shown = true;
    this.#view.redraw();
  }

  /**
   * Asks for one answer, which is not remembered; restores the line being typed
   * afterwards. Resolves to a text that is no answer, too: `onLine` has got it as a line
   * before that. Resolves to `undefined` at the end of input, and when the signal
   * aborts.
   */
  async ask(
    question: string,
    options: QuestionOptions = {},
  ): Promise<string | undefined> {
    if (this.#closed) return undefined;
    const answer = this.#typing.ask(question, options);
    this.open();
    const text = await answer;
    this.#view.redraw();
    return text;
  }

  /**
   * Restores the terminal. Resolves when the last lines have appeared, or the terminal
   * is stuck.
   */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#jobs[Symbol.dispose]();
    // A line that was not sent stays on the screen; an empty prompt does not.
    const { draft, question } = this.#typing;
    if (draft.isEmpty && question === undefined) this.#shown = false;
    this.#footer = [];
    this.#status = "";
    this.#view.close();
    this.#view.abandon();
    this.#typing.questions.end();
    this.#title.restore();
    this.#output.write(BRACKETED_PASTE.off);
    const isIdle = await this.#output.finish();
    this.#keyboard.close();
    // Resetting a terminal that is stuck would hang the program.
    if (isIdle) this.#keyboard.setRaw(false);
  }

  #show(text: string): void {
    this.print(wrap(display(text), this.columns - 1).join("\n"));
  }

  /**
   * Stops the program (Ctrl+Z). Windows cannot, and takes Ctrl+Z for the end of input.
   */
  #suspend(): void {
    if (Deno.build.os !== "windows") void this.#jobs.stop();
    else if (this.#typing.draft.isEmpty) this.#keys.end(false);
  }

  /** Restores the terminal for the shell before the program stops (Ctrl+Z). */
  async #giveBack(): Promise<void> {
    this.#view.suspend();
    this.#output.write(BRACKETED_PASTE.off);
    await this.#output.settled();
    this.#keyboard.setRaw(false);
  }

  /** Handles a possible change of the window's size. */
  resized(): void {
    this.#view.resized();
  }

  /** Takes the terminal again after a stop (`fg`). */
  continued(): void {
    this.#keyboard.setRaw(true);
    this.#output.write(BRACKETED_PASTE.on);
    this.#view.continued();
  }
}
