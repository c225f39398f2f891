/** The time that it takes a program to stop, in milliseconds. */
const STOP_TIME = 100;

export type JobControlOptions = {
  /** The window may have another size. */
  readonly onResize: () => void;
  /** Gives the terminal back before the program is stopped. */
  readonly beforeStop: () => Promise<void>;
  /** The program goes on, after it was stopped in whatever way. */
  readonly onContinued: () => void;
};

/** What the system says of the terminal: resized, and a program stopped and continued. */
export class JobControl implements Disposable {
  readonly #options: JobControlOptions;
  readonly #listeners: [Deno.Signal, () => void][];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: JobControlOptions) {
    this.#options = options;
    this.#listeners = [["SIGWINCH", options.onResize]];
    if (Deno.build.os !== "windows") {
      this.#listeners.push(["SIGCONT", options.onContinued]);
    }
    for (const [signal, listener] of this.#listeners) {
      Deno.addSignalListener(signal, listener);
    }
  }

  /**
   * Stops the program, as Ctrl+Z does: the terminal gives that key as a letter. A
   * program may send signals to itself without a permission.
   */
  async stop(): Promise<void> {
    await this.#options.beforeStop();
    try {
      Deno.kill(Deno.pid, "SIGTSTP");
    } catch {
      // Then it goes on at once.
    }
    // Without a shell that could continue it, the system does not stop a program,
    // and says nothing.
    this.#timer = setTimeout(this.#options.onContinued, STOP_TIME);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    for (const [signal, listener] of this.#listeners) {
      Deno.removeSignalListener(signal, listener);
    }
  }
}
