import type { Download } from "./download.ts";
import { type Progress, progressLines, Speed } from "./progress.ts";
import type { Screen } from "./screen.ts";

/** Often enough to see it move, seldom enough to cost nothing, in milliseconds. */
const UPDATE_INTERVAL = 200;

/**
 * A line per download under what is read, as long as there is one. Only where
 * somebody sits at the screen.
 */
export class ProgressFooter implements Disposable {
  readonly #screen: Screen;
  readonly #downloads: () => readonly Download[];
  readonly #speeds = new WeakMap<Download, Speed>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #disposed = false;

  constructor(screen: Screen, downloads: () => readonly Download[]) {
    this.#screen = screen;
    this.#downloads = downloads;
  }

  /** There is one download more, or one less. */
  update(): void {
    if (this.#screen.setFooter === undefined || this.#disposed) return;
    if (this.#downloads().length === 0) this.#stop();
    else this.#timer ??= setInterval(() => this.#show(), UPDATE_INTERVAL);
  }

  [Symbol.dispose](): void {
    this.#stop();
    this.#disposed = true;
  }

  #stop(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#screen.setFooter?.(() => []);
  }

  #show(): void {
    const all = this.#downloads();
    const now = performance.now();
    const running = all.filter(({ isArriving }) => isArriving);
    const lines = running.map((download) => this.#progressOf(download, now));
    const waiting = all.length - running.length;
    this.#screen.setFooter?.((style) =>
      progressLines(lines, { ...style, waiting })
    );
  }

  #progressOf(download: Download, now: number): Progress {
    const { name, arrived, size } = download;
    let speed = this.#speeds.get(download);
    if (speed === undefined) {
      speed = new Speed(arrived, now);
      this.#speeds.set(download, speed);
    }
    return { name, arrived, size, speed: speed.update(arrived, now) };
  }
}
