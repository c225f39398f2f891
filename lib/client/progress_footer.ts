import type { Download } from "./download.ts";
import { DownloadTally } from "./download_tally.ts";
import { progressLines, progressNote } from "./progress.ts";
import type { Screen } from "./screen.ts";

/** Often enough to see it move, seldom enough to cost nothing, in milliseconds. */
const UPDATE_INTERVAL = 200;

/** The time between two lines about a download in a script's log, in milliseconds. */
const NOTE_INTERVAL = 10_000;

/**
 * How far the downloads are, as long as there is one: under what is read, or,
 * where nobody sits at the screen, as a line now and then beside it.
 */
export class ProgressFooter implements Disposable {
  readonly #screen: Screen;
  readonly #downloads: () => readonly Download[];
  readonly #tally = new DownloadTally();
  #timer: ReturnType<typeof setInterval> | undefined;
  #disposed = false;

  constructor(screen: Screen, downloads: () => readonly Download[]) {
    this.#screen = screen;
    this.#downloads = downloads;
  }

  /** There is one download more, or one less; `count` are not over. */
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
