import type { Download } from "../files/download.ts";
import { DownloadTally } from "./download_tally.ts";
import { progressLines, progressNote } from "./progress.ts";
import type { ChatScreen } from "./chat_screen.ts";

/** The time between two drawings, in milliseconds: it moves visibly and costs little. */
const UPDATE_INTERVAL = 200;

/** The time between two lines in the log of a script, in milliseconds. */
const NOTE_INTERVAL = 10_000;

/**
 * Shows the progress while there are downloads: on a terminal below the messages, for
 * a script as a line from time to time beside its output.
 */
export class ProgressFooter implements Disposable {
  readonly #screen: ChatScreen;
  readonly #downloads: () => readonly Download[];
  readonly #tally = new DownloadTally();
  #timer: ReturnType<typeof setInterval> | undefined;
  #disposed = false;

  constructor(screen: ChatScreen, downloads: () => readonly Download[]) {
    this.#screen = screen;
    this.#downloads = downloads;
  }

  /** Starts and stops with the number of downloads that run or wait. */
  update(count: number): void {
    const { setFooter, note } = this.#screen;
    if (this.#disposed || (setFooter ?? note) === undefined) return;
    if (count === 0) return this.#stop();
    const interval = setFooter === undefined ? NOTE_INTERVAL : UPDATE_INTERVAL;
    this.#timer ??= setInterval(() => this.#show(), interval);
  }

  [Symbol.dispose](): void {
    this.#stop();
    this.#disposed = true;
  }

  #stop(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#tally.look([], 0);
    this.#screen.setFooter?.(() => []);
  }

  #show(): void {
    const { running, waiting, together } = this.#tally.look(
      this.#downloads(),
      performance.now(),
    );
    this.#screen.setFooter?.((style) =>
      progressLines(running, { ...style, waiting, together })
    );
    this.#screen.note?.(progressNote(together));
  }
}
