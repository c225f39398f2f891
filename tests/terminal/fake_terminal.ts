import { PassThrough } from "node:stream";
import {
  LineEditor,
  type LineEditorOptions,
} from "../../lib/terminal/line_editor.ts";
import { TerminalOutput } from "../../lib/terminal/terminal_output.ts";
import { textWidth } from "../../lib/terminal/text_layout.ts";
import { settle } from "../testing.ts";

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * One row: its cells (a wide character has two), and whether the terminal wrapped it.
 */
type Row = { cells: string[]; wrapped: boolean };

export type FakeTerminalOptions = {
  readonly rows?: number;
  /** Whether it answers questions for the cursor position. */
  readonly answers?: boolean;
};

/** The part of a terminal that the editor uses: scrolling rows, a cursor, wrapping. */
export class FakeTerminal {
  readonly editor: LineEditor;
  columns: number;
  height: number;
  /**
   * The width that a program still reads just after a resize; `undefined`: the real
   * width.
   */
  oldColumns: number | undefined;
  /** Bytes taken so far. */
  written = 0;
  /** All output so far, as text. */
  stream = "";
  title = "";
  bells = 0;
  /** Whether raw mode is on; `undefined` until the program sets it. */
  raw: boolean | undefined;
  readonly #titles: string[] = [];
  readonly #answers: boolean;
  readonly #keys = new PassThrough();
  #still: PromiseWithResolvers<void> | undefined;
  /** All rows ever written. */
  #rows: Row[] = [{ cells: [], wrapped: false }];
  #row = 0;
  #column = 0;

  constructor(
    columns: number,
    options: Omit<LineEditorOptions, "output">,
    { rows = 24, answers = true }: FakeTerminalOptions = {},
  ) {
    this.columns = columns;
    this.height = rows;
    this.#answers = answers;
    const decoder = new TextDecoder();
    const sink = {
      write: async (bytes: Uint8Array) => {
        await this.#still?.promise;
        const text = decoder.decode(bytes, { stream: true });
        this.#show(text);
        this.stream += text;
        this.written += bytes.length;
        return bytes.length;
      },
    };
    const size = () => ({
      columns: this.oldColumns ?? this.columns,
      rows: this.height,
    });
    const input = Object.assign(this.#keys, {
      setRawMode: (raw: boolean) => void (this.raw = raw),
    });
    this.editor = new LineEditor({
      ...options,
      input: input as unknown as NonNullable<LineEditorOptions["input"]>,
      output: new TerminalOutput(sink, { size }),
    });
  }

  /** Presses keys, and waits until all tasks have run. */
  async type(keys: string): Promise<void> {
    this.#keys.write(keys);
    await settle();
  }

  /** Presses keys as they arrive from a terminal, in one read. */
  typeBytes(bytes: Uint8Array): void {
    this.#keys.write(bytes);
  }

  /** Pastes, as a terminal with bracketed paste does. */
  async paste(text: string): Promise<void> {
    await this.type(`\x1b[200~${text}\x1b[201~`);
  }

  /** Ends the input. */
  async hangUp(): Promise<void> {
    this.#keys.end();
    await settle();
  }

  /** Takes no more output, as after a click into a Windows console. */
  standStill(): void {
    this.#still = Promise.withResolvers();
  }

  /** Takes the waiting output. */
  async moveOn(): Promise<void> {
    this.#still?.resolve();
    this.#still = undefined;
    await settle();
  }

  /**
   * Changes the width of the window, as a terminal that rewraps its rows (tmux, Windows
   * Terminal) or one that cuts them (xterm).
   */
  resize(columns: number, how: "wraps" | "cuts"): void {
    if (how === "wraps") this.#wrapAgain(columns);
    else {
      for (const { cells } of this.#rows) {
        cells.length = Math.min(cells.length, columns);
      }
      this.#column = Math.min(this.#column, columns - 1);
    }
    this.columns = columns;
  }

  /** The visible rows, without spaces at the end. */
  get rows(): string[] {
    return this.#rows.map(({ cells }) =>
      Array.from(cells, (cell) => cell ?? " ").join("").trimEnd()
    );
  }

  /** Column and row; the last row is 0. */
  get cursor(): [column: number, row: number] {
    return [this.#column, this.#rows.length - 1 - this.#row];
  }

  #show(text: string): void {
    const parts = text.matchAll(
      // deno-lint-ignore no-control-regex -- the codes of a terminal
      /\x1b\[([?\d;]*)([A-Za-z])|\x1b\]0;([^\x07]*)\x07|[^\x1b]+/g,
    );
    for (const [part, count = "", code, title] of parts) {
      if (title !== undefined) this.title = title;
      else if (code === undefined) this.print(part);
      else if (code === "n") this.#answer();
      else if (code === "t") this.#keepTitle(count);
      else this.#move(code, Number(count) || 1);
    }
  }

  #keepTitle(count: string): void {
    if (count.startsWith("22")) this.#titles.push(this.title);
    else this.title = this.#titles.pop() ?? "";
  }

  #answer(): void {
    if (!this.#answers) return;
    const top = Math.max(0, this.#rows.length - this.height);
    const column = Math.min(this.#column, this.columns - 1);
    this.#keys.write(`\x1b[${this.#row - top + 1};${column + 1}R`);
  }

  /** Writes the output of another program. */
  print(text: string): void {
    for (const { segment } of graphemes.segment(text)) {
      if (segment === "\r\n" || segment === "\n") this.#newLine(false);
      else if (segment === "\r") this.#column = 0;
      else if (segment === "\x07") this.bells++;
      else this.#put(segment);
    }
  }

  #put(character: string): void {
    const width = textWidth(character);
    if (this.#column + width > this.columns) this.#newLine(true);
    const { cells } = this.#rows[this.#row]!;
    while (cells.length < this.#column) cells.push(" ");
    cells.splice(
      this.#column,
      width,
      character,
      ...Array(Math.max(0, width - 1)).fill(""),
    );
    this.#column += width;
  }

  #newLine(wrapped: boolean): void {
    if (wrapped) this.#rows[this.#row]!.wrapped = true;
    this.#column = 0;
    if (++this.#row === this.#rows.length) {
      this.#rows.push({ cells: [], wrapped: false });
    }
  }

  #move(code: string, count: number): void {
    const row = this.#rows[this.#row]!;
    const column = Math.min(this.#column, this.columns - 1);
    if (code === "A") {
      const top = Math.max(0, this.#rows.length - this.height);
      this.#row = Math.max(top, this.#row - count);
    }
    if (code === "B") {
      this.#row = Math.min(this.#rows.length - 1, this.#row + count);
    }
    if (code === "C") this.#column = Math.min(this.columns - 1, column + count);
    if (code === "K") {
      row.cells.length = Math.min(column, row.cells.length);
      row.wrapped = false;
    }
    if (code === "J") {
      this.#rows.length = this.#row + 1;
      row.cells.length = Math.min(column, row.cells.length);
      row.wrapped = false;
    }
  }

  #wrapAgain(columns: number): void {
    const rows: Row[] = [];
    let line: string[] = [];
    let cursorAt: number | undefined;
    const old = this.#rows;
    old.forEach(({ cells, wrapped }, index) => {
      if (index === this.#row) cursorAt = line.length + this.#column;
      line.push(...Array.from(cells, (cell) => cell ?? " "));
      if (wrapped && index < old.length - 1) return;
      const first = rows.length;
      const count = Math.max(1, Math.ceil(line.length / columns));
      for (let i = 0; i < count; i++) {
        rows.push({
          cells: line.slice(i * columns, (i + 1) * columns),
          wrapped: i < count - 1,
        });
      }
      if (cursorAt !== undefined) {
        const row = Math.floor(cursorAt / columns);
        while (rows.length <= first + row) {
          rows.push({ cells: [], wrapped: false });
        }
        this.#row = first + row;
        this.#column = cursorAt % columns;
        cursorAt = undefined;
      }
      line = [];
    });
    this.#rows = rows;
  }
}
