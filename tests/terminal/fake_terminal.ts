import { PassThrough } from "node:stream";
import {
  LineEditor,
  type LineEditorOptions,
} from "../../lib/terminal/line_editor.ts";
import { TerminalOutput } from "../../lib/terminal/terminal_output.ts";
import { textWidth } from "../../lib/terminal/text_layout.ts";
import { settle } from "../testing.ts";

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** As much of a terminal as the editor uses: rows that scroll, a cursor, wrapping. */
export class FakeTerminal {
  readonly editor: LineEditor;
  columns: number;
  /** Bytes that it has taken. */
  written = 0;
  readonly #keys = new PassThrough();
  #still: PromiseWithResolvers<void> | undefined;
  /** All rows ever written, each a list of cells; a wide character has two. */
  #rows: string[][] = [[]];
  #row = 0;
  #column = 0;

  constructor(columns: number, options: Omit<LineEditorOptions, "output">) {
    this.columns = columns;
    const decoder = new TextDecoder();
    const sink = {
      write: async (bytes: Uint8Array) => {
        await this.#still?.promise;
        this.#show(decoder.decode(bytes, { stream: true }));
        this.written += bytes.length;
        return bytes.length;
      },
    };
    const size = () => ({ columns: this.columns, rows: 24 });
    this.editor = new LineEditor({
      ...options,
      input: this.#keys as unknown as NonNullable<LineEditorOptions["input"]>,
      output: new TerminalOutput(sink, size),
    });
  }

  /** Presses keys, and waits until nothing moves any more. */
  async type(keys: string): Promise<void> {
    this.#keys.write(keys);
    await settle();
  }

  /** Takes nothing any more, as after a click into a Windows console. */
  standStill(): void {
    this.#still = Promise.withResolvers();
  }

  /** Takes what has waited. */
  async moveOn(): Promise<void> {
    this.#still?.resolve();
    this.#still = undefined;
    await settle();
  }

  /** The rows as they are seen, without spaces at the end. */
  get rows(): string[] {
    return this.#rows.map((cells) => cells.join("").trimEnd());
  }

  /** Column and row, the row counted from the last one: 0. */
  get cursor(): [column: number, row: number] {
    return [this.#column, this.#rows.length - 1 - this.#row];
  }

  #show(text: string): void {
    // deno-lint-ignore no-control-regex -- the codes of a terminal
    const parts = text.matchAll(/\x1b\[([?\d;]*)([A-Za-z])|[^\x1b]+/g);
    for (const [part, count = "", code] of parts) {
      if (code === undefined) this.#print(part);
      else this.#move(code, Number(count) || 1);
    }
  }

  #print(text: string): void {
    for (const { segment } of graphemes.segment(text)) {
      if (segment === "\r\n" || segment === "\n") this.#newLine();
      else if (segment === "\r") this.#column = 0;
      else if (segment !== "\x07") this.#put(segment);
    }
  }

  #put(character: string): void {
    const width = textWidth(character);
    if (this.#column + width > this.columns) this.#newLine();
    const cells = this.#rows[this.#row]!;
    while (cells.length < this.#column) cells.push(" ");
    cells.splice(this.#column, width, character, ...Array(width - 1).fill(""));
    this.#column += width;
  }

  #newLine(): void {
    this.#column = 0;
    if (++this.#row === this.#rows.length) this.#rows.push([]);
  }

  #move(code: string, count: number): void {
    if (code === "A") this.#row = Math.max(0, this.#row - count);
    if (code === "B") this.#row += count;
    if (code === "C") this.#column += count;
    if (code === "D") this.#column = Math.max(0, this.#column - count);
    if (code === "G") this.#column = count - 1;
    if (code === "K") this.#rows[this.#row]!.length = this.#column;
    if (code === "J") {
      this.#rows.length = this.#row + 1;
      this.#rows[this.#row]!.length = Math.min(
        this.#column,
        this.#rows[this.#row]!.length,
      );
    }
  }
}
