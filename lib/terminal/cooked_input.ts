import { createInterface, type Interface } from "node:readline";
import { HiddenLine, type HiddenLineOwner } from "./hidden_line.ts";
import type { KeySource } from "./keyboard.ts";
import type { WindowSize } from "./terminal_output.ts";

export type CookedInputOptions = {
  readonly source: KeySource;
  readonly window: WindowSize;
  readonly onLine: (line: string) => void;
  /** Called at the end of input. */
  readonly onEnd: () => void;
};

/**
 * The input of a terminal that edits and shows its lines itself: whole lines, or one
 * line that is not shown.
 */
export class CookedInput {
  readonly #options: CookedInputOptions;
  /** Missing while a hidden line is read, and at the end. */
  #lines: Interface | undefined;
  #hidden: HiddenLine | undefined;

  constructor(options: CookedInputOptions) {
    this.#options = options;
    this.show();
  }

  /** Whether the terminal does not show what is typed. */
  get isHiding(): boolean {
    return this.#hidden !== undefined;
  }

  /**
   * Reads a line without showing it, until {@linkcode show}. Returns whether that is
   * possible.
   */
  hide(owner: HiddenLineOwner): boolean {
    this.close();
    const { source, window } = this.#options;
    try {
      this.#hidden = new HiddenLine(owner, { source, window });
      return true;
    } catch {
      this.show();
      return false;
    }
  }

  /** Reads whole lines. */
  show(): void {
    this.#hidden?.[Symbol.dispose]();
    this.#hidden = undefined;
    if (this.#lines !== undefined) return;
    const { source, onLine, onEnd } = this.#options;
    const lines = this.#lines = createInterface({
      input: source as NodeJS.ReadableStream,
      terminal: false,
    });
    lines.on("line", onLine);
    lines.on("close", () => {
      if (lines === this.#lines) onEnd();
    });
  }

  /** Reads nothing more; the terminal shows what is typed. */
  close(): void {
    this.#hidden?.[Symbol.dispose]();
    this.#hidden = undefined;
    const lines = this.#lines;
    this.#lines = undefined;
    lines?.close();
  }
}
