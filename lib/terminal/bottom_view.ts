import {
  afterResize,
  type Block,
  change,
  draw,
  erase,
  type Place,
} from "./bottom_block.ts";
import type { TerminalOutput, WindowSize } from "./terminal_output.ts";

/** While a window is being dragged nothing is drawn, until it rests this long: milliseconds. */
const RESIZE_PAUSE = 40;

/** The longest wait for a terminal to say where the cursor is, in milliseconds. */
const POSITION_TIMEOUT = 300;

export type BottomViewOptions = {
  readonly output: TerminalOutput;
  /** What stands at the bottom in a window of this size; `undefined`: nothing. */
  readonly compose: (size: WindowSize) => Block | undefined;
  /** Asks the terminal for the place of the cursor: {@linkcode BottomView.found} gets the answer. */
  readonly askPosition: () => void;
  /** Follows the number of lines that were left out: `, see server.log`. */
  readonly hiddenHint: string;
};

/**
 * A terminal as two parts: what was printed, and the block below it. Draws both
 * once for all that changes in a turn, and finds the block again after a resize.
 */
export class BottomView {
  readonly #options: BottomViewOptions;
  readonly #output: TerminalOutput;
  /** The block as it stands on the screen. */
  #drawn: Block | undefined;
  #pending: string[] = [];
  #pendingLength = 0;
  #hidden = 0;
  #flushPending = false;
  /** Until the terminal has taken most of what waits. */
  #waiting = false;
  /** While the window has a new size and the block is not found again. */
  #resizeTimer: ReturnType<typeof setTimeout> | undefined;
  #questions = 0;
  /** Width of the window at the last question. */
  #askedAt = 0;
  /** Whether the program was stopped since the block was drawn. */
  #wasStopped = false;
  /** The narrowest window since the block was drawn. */
  #narrowest = Infinity;
  /** Whether the terminal wraps its rows again, once that was seen. */
  #wrapsAgain: boolean | undefined;
  #closed = false;

  constructor(options: BottomViewOptions) {
    this.#options = options;
    this.#output = options.output;
  }

  /** Shows whole rows above the block. Returns whether they will be shown. */
  print(text: string): boolean {
    // Once a line is left out, so are all until that is said: in their order.
    if (this.#hidden > 0 || this.#output.isFull(this.#pendingLength)) {
      this.#hidden++;
      this.#waitForRoom();
      return false;
    }
    this.#pending.push(text);
    this.#pendingLength += text.length + 1;
    this.redraw();
    return true;
  }

  /** Draws what has changed: soon, once for all that changes in this turn. */
  redraw(): void {
    if (this.#flushPending || this.#closed) return;
    this.#flushPending = true;
    queueMicrotask(() => this.flush());
  }

  /** Draws what has changed now, unless the terminal is busy. */
  flush(): void {
    this.#flushPending = false;
    if (this.#closed || this.#resizeTimer !== undefined) return;
    // A window that stands still must not fill up with drawings.
    if (this.#output.isBusy) return this.#waitForRoom();
    this.#drawNow();
  }

  /** The window may have another size. */
  resized(): void {
    if (this.#closed) return;
    this.#narrowest = Math.min(this.#narrowest, this.#output.columns);
    if (this.#drawn === undefined) return this.redraw();
    clearTimeout(this.#resizeTimer);
    this.#resizeTimer = setTimeout(() => this.#search(), RESIZE_PAUSE);
  }

  /** The program was stopped, and goes on: others may have written to the screen. */
  continued(): void {
    if (this.#closed || this.#drawn === undefined) return this.redraw();
    this.#wasStopped = true;
    clearTimeout(this.#resizeTimer);
    this.#search();
  }

  /** The cursor is at `place`. */
  found(place: Place): void {
    if (this.#questions === 0) return;
    // Only the answer to the last question is about the window as it is.
    if (--this.#questions > 0) return;
    if (this.#output.columns === this.#askedAt) this.#findAgain(place);
    else this.resized();
  }

  /** Takes the block away, and draws nothing until {@linkcode redraw}. */
  putAway(): void {
    this.#stopResizing();
    if (this.#drawn !== undefined) {
      this.#output.write(erase(this.#drawn.cursor.row));
    }
    this.#drawn = undefined;
  }

  /** Leaves the block where it is; the next one is drawn below. */
  abandon(): void {
    this.#stopResizing();
    if (this.#drawn === undefined) return;
    const below = this.#drawn.rows.length - this.#drawn.cursor.row;
    this.#output.write("\r\n".repeat(below));
    this.#drawn = undefined;
  }

  /** Draws what is left, and then nothing any more. */
  close(): void {
    this.#stopResizing();
    this.#drawNow();
    this.#closed = true;
  }

  /** In one write, so that nobody sees half of it; `rowsAbove`: where the block was found. */
  #drawNow(rowsAbove?: number): void {
    const { columns, rows } = this.#output;
    const next = this.#options.compose({ columns, rows });
    const printed = this.#takePending();
    const drawn = this.#drawn;
    if (
      drawn !== undefined && next !== undefined && printed === "" &&
      rowsAbove === undefined
    ) {
      this.#output.write(change(drawn, next));
    } else {
      const gone = drawn === undefined
        ? ""
        : erase(rowsAbove ?? drawn.cursor.row);
      const drawing = next === undefined ? "" : draw(next);
      this.#output.write(gone + printed + drawing);
    }
    this.#drawn = next;
    this.#narrowest = columns;
  }

  #takePending(): string {
    const text = this.#pending.map((line) => `${line}\n`).join("");
    this.#pending = [];
    this.#pendingLength = 0;
    return text;
  }

  /** Asks where the cursor is; draws nothing until the answer, or for a moment. */
  #search(): void {
    this.#questions++;
    this.#askedAt = this.#output.columns;
    this.#options.askPosition();
    this.#resizeTimer = setTimeout(() => {
      this.#questions = 0;
      this.#findAgain(undefined);
    }, POSITION_TIMEOUT);
  }

  /** Takes the block off the screen, wherever it is now, and draws it again. */
  #findAgain(place: Place | undefined): void {
    this.#stopResizing();
    if (this.#drawn !== undefined) {
      this.#drawNow(this.#rowsAbove(this.#drawn, place));
    }
    this.#wasStopped = false;
  }

  /** How many rows of the block are above the cursor now. */
  #rowsAbove(block: Block, place: Place | undefined): number {
    if (this.#wasStopped) {
      // Where others have written, the cursor is at the start of a row.
      const isThere = place?.column === block.cursor.column;
      return isThere && place.column > 0 ? block.cursor.row : 0;
    }
    const { cut, wrapped } = afterResize(block, this.#output.columns);
    if (cut.row === wrapped.row) return cut.row;
    const looksCut = place !== undefined && (place.column === cut.column ||
      place.column === Math.min(block.cursor.column, this.#narrowest - 1));
    const looksWrapped = place?.column === wrapped.column;
    if (looksCut !== looksWrapped) this.#wrapsAgain = looksWrapped;
    // If nobody can know, rather a row too many stays than one of the chat goes.
    if (this.#wrapsAgain === undefined) return Math.min(cut.row, wrapped.row);
    return this.#wrapsAgain ? wrapped.row : cut.row;
  }

  #stopResizing(): void {
    clearTimeout(this.#resizeTimer);
    this.#resizeTimer = undefined;
    this.#questions = 0;
  }

  /** When the terminal moves again, says what was left out and draws what has changed. */
  #waitForRoom(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    void this.#output.room().then(() => {
      this.#waiting = false;
      if (this.#hidden > 0) {
        const lines = this.#hidden === 1 ? "line" : "lines";
        this.#pending.push(
          `… ${this.#hidden} ${lines} not shown${this.#options.hiddenHint}`,
        );
        this.#hidden = 0;
      }
      this.redraw();
    });
  }
}
