import {
  afterResize,
  type Block,
  change,
  draw,
  erase,
  type Place,
} from "./bottom_block.ts";
import type { TerminalOutput, WindowSize } from "./terminal_output.ts";

/** Milliseconds without a change of size after which a resized window is drawn. */
const RESIZE_PAUSE = 40;

/**
 * Most rows queued one by one. Older ones are joined, because each row costs memory of
 * its own.
 */
const MAX_PENDING = 1_000;

/** Longest wait for the terminal to report the cursor position, in milliseconds. */
const POSITION_TIMEOUT = 300;

export type BottomViewOptions = {
  readonly output: TerminalOutput;
  /** Returns the block for a window of this size; `undefined` for none. */
  readonly compose: (size: WindowSize) => Block | undefined;
  /**
   * Asks the terminal for the cursor position; the answer goes to {@linkcode
   * BottomView.found}.
   */
  readonly askPosition: () => void;
  /** Follows the number of omitted lines: `, see server.log`. */
  readonly hiddenHint: string;
};

/**
 * A terminal in two parts: the printed lines, and the block below them. Draws all
 * changes of one event-loop turn at once, and finds the block again after a resize.
 */
export class BottomView {
  readonly #options: BottomViewOptions;
  readonly #output: TerminalOutput;
  /** The block as it is on the screen. */
  #drawn: Block | undefined;
  /** Queued rows, each with its line feed. */
  #pending: string[] = [];
  /** Earlier queued rows, joined into large pieces. */
  #pieces: string[] = [];
  #pendingLength = 0;
  #hidden = 0;
  #flushPending = false;
  /** Whether drawing waits until the terminal has taken most of its output. */
  #waiting = false;
  /** Runs while the window has a new size and the block has not been found again. */
  #resizeTimer: ReturnType<typeof setTimeout> | undefined;
  #questions = 0;
  /** Width of the window at the last question, in columns. */
  #askedAt = 0;
  /** Whether the program was stopped since the block was drawn. */
  #wasStopped = false;
  /** Smallest width of the window since the block was drawn, in columns. */
  #narrowest = Infinity;
  /** Whether the terminal rewraps its rows; `undefined` until a resize has shown it. */
  #wrapsAgain: boolean | undefined;
  /** Whether another program owns the terminal: nothing is drawn. */
  #suspended = false;
  #closed = false;

  constructor(options: BottomViewOptions) {
    this.#options = options;
    this.#output = options.output;
  }

  /** Shows whole rows above the block. Returns whether they will be shown. */
  print(text: string): boolean {
    // After one hidden line all others are hidden, too, until their number is shown:
    // this keeps the order.
    if (this.#hidden > 0 || this.#output.isFull(this.#pendingLength)) {
      this.#hidden++;
      this.#waitForRoom();
      return false;
    }
    this.#pending.push(`${text}\n`);
    this.#pendingLength += text.length + 1;
    if (this.#pending.length >= MAX_PENDING) this.#putTogether();
    this.redraw();
    return true;
  }

  /** Gives a slow terminal time to catch up; see `TerminalOutput`. */
  relief(): Promise<void> {
    return this.#output.relief(this.#pendingLength);
  }

  /** Draws all changes at the end of this event-loop turn. */
  redraw(): void {
    if (this.#flushPending || this.#closed) return;
    this.#flushPending = true;
    queueMicrotask(() => this.flush());
  }

  /** Draws all changes at once, unless the terminal is busy. */
  flush(): void {
    this.#flushPending = false;
    const isResizing = this.#resizeTimer !== undefined;
    if (this.#closed || this.#suspended || isResizing) return;
    // Drawings must not pile up for a terminal that takes no output.
    if (this.#output.isBusy) return this.#waitForRoom();
    this.#drawNow();
  }

  /** Handles a possible change of the window's size. */
  resized(): void {
    if (this.#closed || this.#suspended) return;
    this.#narrowest = Math.min(this.#narrowest, this.#output.columns);
    if (this.#drawn === undefined) return this.redraw();
    clearTimeout(this.#resizeTimer);
    this.#resizeTimer = setTimeout(() => this.#search(), RESIZE_PAUSE);
  }

  /**
   * Handles the continuation after a stop: other programs may have written to the
   * screen.
   */
  continued(): void {
    this.#suspended = false;
    if (this.#closed || this.#drawn === undefined) return this.redraw();
    this.#wasStopped = true;
    clearTimeout(this.#resizeTimer);
    this.#search();
  }

  /** Handles the terminal's answer: the cursor is at `place`. */
  found(place: Place): void {
    if (this.#questions === 0) return;
    // Only the answer to the last question matches the window's present size.
    if (--this.#questions > 0) return;
    if (this.#output.columns === this.#askedAt) this.#findAgain(place);
    else this.resized();
  }

  /** Erases the block, and draws nothing until {@linkcode continued}. */
  suspend(): void {
    this.putAway();
    this.#suspended = true;
  }

  /** Erases the block, and draws nothing until {@linkcode redraw}. */
  putAway(): void {
    this.#stopResizing();
    if (this.#drawn !== undefined) {
      this.#output.write(erase(this.#drawn.cursor.row));
    }
    this.#drawn = undefined;
  }

  /** Leaves the block on the screen; the next one is drawn below it. */
  abandon(): void {
    this.#stopResizing();
    if (this.#drawn === undefined) return;
    const below = this.#drawn.rows.length - this.#drawn.cursor.row;
    this.#output.write("\r\n".repeat(below));
    this.#drawn = undefined;
  }

  /** Draws the rest, and nothing afterwards. */
  close(): void {
    this.#stopResizing();
    this.#drawNow();
    this.#closed = true;
  }

  /**
   * Draws in one write, so that no half-drawn block is ever visible. After a search,
   * `rowsAbove` is the number of the block's rows above the cursor.
   */
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
    this.#putTogether();
    const text = this.#pieces.join("");
    this.#pieces = [];
    this.#pendingLength = 0;
    return text;
  }

  #putTogether(): void {
    if (this.#pending.length > 0) this.#pieces.push(this.#pending.join(""));
    this.#pending = [];
  }

  /** Asks for the cursor position. Draws nothing until the answer or the timeout. */
  #search(): void {
    this.#questions++;
    this.#askedAt = this.#output.columns;
    this.#options.askPosition();
    this.#resizeTimer = setTimeout(() => {
      this.#questions = 0;
      this.#findAgain(undefined);
    }, POSITION_TIMEOUT);
  }

  /** Erases the block, wherever it is now, and draws it again. */
  #findAgain(place: Place | undefined): void {
    this.#stopResizing();
    if (this.#drawn !== undefined) {
      this.#drawNow(this.#rowsAbove(this.#drawn, place));
    }
    this.#wasStopped = false;
  }

  /** Returns how many rows of the block are above the cursor now. */
  #rowsAbove(block: Block, place: Place | undefined): number {
    if (this.#wasStopped) {
      // After the output of another program, the cursor is at the start of a row.
      const isThere = place?.column === block.cursor.column;
      return isThere && place.column > 0 ? block.cursor.row : 0;
    }
    const { cut, wrapped } = afterResize(block, this.#output.columns);
    if (cut.row === wrapped.row) return cut.row;
    const looksCut = place !== undefined && (place.column === cut.column ||
      place.column === Math.min(block.cursor.column, this.#narrowest - 1));
    const looksWrapped = place?.column === wrapped.column;
    if (looksCut !== looksWrapped) this.#wrapsAgain = looksWrapped;
    // In doubt, leave a stale row behind rather than erase a row of the chat.
    if (this.#wrapsAgain === undefined) return Math.min(cut.row, wrapped.row);
    return this.#wrapsAgain ? wrapped.row : cut.row;
  }

  #stopResizing(): void {
    clearTimeout(this.#resizeTimer);
    this.#resizeTimer = undefined;
    this.#questions = 0;
  }

  /** Draws, with the number of missing lines, once the terminal takes output again. */
  #waitForRoom(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    void this.#output.room().then(() => {
      this.#waiting = false;
      if (this.#hidden > 0) {
        const lines = this.#hidden === 1 ? "line" : "lines";
        this.#pending.push(
          `… ${this.#hidden} ${lines} not shown${this.#options.hiddenHint}\n`,
        );
        this.#hidden = 0;
      }
      this.redraw();
    });
  }
}
