import type { WindowSize } from "./terminal_output.ts";

/** Milliseconds that a program takes to stop. */
const STOP_TIME = 100;

/** Milliseconds by which the continue signal may come late: due timers run first. */
const CONTINUE_TIME = 20;

/** Milliseconds between two looks at the size where no signal reports a new one. */
const SIZE_INTERVAL = 500;

export type JobControlOptions = {
  /** The window, with its present size. */
  readonly window: WindowSize;
  /** Called when the window may have another size. */
  readonly onResize: () => void;
  /** Restores the terminal before the program stops. */
  readonly beforeStop: () => Promise<void>;
  /** Called when the program continues after any stop. */
  readonly onContinued: () => void;
};

/** The signals of the terminal: resize, stop, continue. */
export class JobControl implements Disposable {
  readonly #options: JobControlOptions;
  readonly #closing = new DisposableStack();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: JobControlOptions) {
    this.#options = options;
    try {
      this.#listen("SIGWINCH", options.onResize);
    } catch {
      this.#watchSize();
    }
    if (Deno.build.os !== "windows") {
      this.#listen("SIGCONT", () => {
        clearTimeout(this.#timer);
        options.onContinued();
      });
    }
  }

  #listen(signal: Deno.Signal, listener: () => void): void {
    Deno.addSignalListener(signal, listener);
    this.#closing.defer(() => Deno.removeSignalListener(signal, listener));
  }

  /** Looks at intervals: Deno before 2.7 reports no new size on Windows. */
  #watchSize(): void {
    const size = () =>
      `${this.#options.window.columns} ${this.#options.window.rows}`;
    let last = size();
    let timer: ReturnType<typeof setTimeout>;
    const look = () => {
      timer = setTimeout(look, SIZE_INTERVAL);
      const now = size();
      if (now === last) return;
      last = now;
      this.#options.onResize();
    };
    timer = setTimeout(look, SIZE_INTERVAL);
    this.#closing.defer(() => clearTimeout(timer));
  }

  /**
   * Stops the program. In raw mode the terminal passes Ctrl+Z on as a key instead. A
   * program needs no permission to send itself a signal.
   */
  async stop(): Promise<void> {
    await this.#options.beforeStop();
    try {
      Deno.kill(Deno.pid, "SIGTSTP");
    } catch {
      // The program was not stopped and continues at once.
    }
    // If no shell could continue the program, the system does not stop it and reports
    // nothing.
    const { onContinued } = this.#options;
    this.#timer = setTimeout(() => {
      this.#timer = setTimeout(onContinued, CONTINUE_TIME);
    }, STOP_TIME);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#closing.dispose();
  }
}
