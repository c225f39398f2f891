import { displayLines } from "../display.ts";
import { type ByteSink, Outbox } from "../net/outbox.ts";
import { patient } from "../terminal/pipe_output.ts";

/** How much may wait for the window, in bytes: a few screens full. */
const MAX_QUEUED_LENGTH = 64 * 1024;

/** Time for the last lines to appear, in milliseconds. */
const CLOSE_TIMEOUT = 500;

/**
 * The server's window, which never holds up the server: a click into a Windows
 * console stops all output of the program that waits for it. So lines are
 * written without waiting; lines that do not fit are counted, and the count is shown.
 */
export class Screen {
  readonly #outbox: Outbox;
  readonly #encoder = new TextEncoder();
  #hidden = 0;

  /**
   * `onLost` hears once why nothing more can be shown: the reader has ended, or the
   * disk is full. That is no reason to stop serving.
   */
  constructor(
    sink: ByteSink = Deno.stdout,
    onLost: (cause: unknown) => void = () => {},
  ) {
    this.#outbox = new Outbox(patient(sink), { onLost });
  }

  /** Shows an answer to what the operator typed. */
  answer(text: string): void {
    for (const line of displayLines(text)) this.print(line);
  }

  /** Shows one line. */
  print(line: string): void {
    // After the first line left out, all wait for the note that says how many.
    const waits = this.#hidden > 0;
    if (!waits && this.#outbox.queuedLength < MAX_QUEUED_LENGTH) {
      this.#push(line);
    } else if (++this.#hidden === 1) {
      void this.#outbox.room(MAX_QUEUED_LENGTH / 2).then(() => {
        this.#push(`… ${this.#hidden} lines not shown, see server.log`);
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
