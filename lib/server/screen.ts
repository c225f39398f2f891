import { displayLines } from "../display.ts";
import { type ByteSink, Outbox } from "../net/outbox.ts";

/** Lines waiting for the window, in bytes: a few screens full. */
const MAX_QUEUED_LENGTH = 64 * 1024;

/** Time for the last lines to appear, in milliseconds. */
const CLOSE_TIMEOUT = 500;

/**
 * The server's window, which never holds up the server: a click into a Windows
 * console stops all output of the program that waits for it. So lines are
 * written without waiting; what does not fit is counted and said.
 */
export class Screen {
  readonly #outbox: Outbox;
  readonly #encoder = new TextEncoder();
  #hidden = 0;

  constructor(sink: ByteSink = Deno.stdout) {
    // A window that is gone (a closed pipe) is no reason to stop serving.
    this.#outbox = new Outbox(sink);
  }

  /** Shows an answer to the one who typed. */
  answer(text: string): void {
    for (const line of displayLines(text)) this.print(line);
  }

  /** Shows one line. */
  print(line: string): void {
    // Once a line is left out, so are all until that is said: in their order.
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
