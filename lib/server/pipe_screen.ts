import { displayLines } from "../display.ts";
import { type ByteSink, Outbox } from "../io/outbox.ts";
import { patient } from "../terminal/pipe_output.ts";

/** Most bytes that wait for the window: a few screens. */
const MAX_QUEUED_LENGTH = 64 * 1024;

/** The time for the last lines to appear, in milliseconds. */
const CLOSE_TIMEOUT = 500;

/**
 * The server's output without a terminal, which never holds up the server: a click into
 * a Windows console stops all output of the program, and a program that waits for it.
 * Lines are written without waiting; lines that do not fit are counted, and the count
 * is shown.
 */
export class PipeScreen {
  readonly #outbox: Outbox;
  readonly #encoder = new TextEncoder();
  #hidden = 0;

  /**
   * Creates the screen. `onLost` is called once with the reason why nothing more can be
   * shown: the reader has ended, or the disk is full. The server continues to serve.
   */
  constructor(
    sink: ByteSink,
    onLost: (cause: unknown) => void = () => {},
  ) {
    this.#outbox = new Outbox(patient(sink), { onLost });
  }

  /** Shows the answer to a typed line. */
  answer(text: string): void {
    for (const line of displayLines(text)) this.print(line);
  }

  /** Shows one line. */
  print(line: string): void {
    // After the first line left out, all lines wait for the note that says how many.
    const waits = this.#hidden > 0;
    if (!waits && this.#outbox.queuedLength < MAX_QUEUED_LENGTH) {
      this.#push(line);
    } else if (++this.#hidden === 1) {
      void this.#outbox.room(MAX_QUEUED_LENGTH / 2).then(() => {
        const lines = this.#hidden === 1 ? "line" : "lines";
        this.#push(`… ${this.#hidden} ${lines} not shown, see server.log`);
        this.#hidden = 0;
      });
    }
  }

  /** Waits a moment for the last lines to appear. */
  close(): Promise<void> {
    return this.#outbox.drain(CLOSE_TIMEOUT);
  }

  #push(line: string): void {
    this.#outbox.push(this.#encoder.encode(line + "\n"));
  }
}
