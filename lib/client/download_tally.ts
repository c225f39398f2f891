import type { Download } from "../files/download.ts";
import { type Progress, Speed, type Together } from "./progress.ts";

/** How far a download was at the last look, in bytes. */
type Seen = { arrived: number; size: number; isOver: boolean };

/**
 * Adds up how far all downloads are. Finished downloads count until none is left, so
 * that the sum never goes back.
 */
export class DownloadTally {
  readonly #seen = new Map<Download, Seen>();
  readonly #speeds = new WeakMap<Download, Speed>();
  #speed: Speed | undefined;

  /** Looks at the downloads that run or wait; `now` is in milliseconds. */
  look(
    downloads: readonly Download[],
    now: number,
  ): { running: Progress[]; waiting: number; together: Together } {
    if (downloads.length === 0) this.#forget();
    for (const download of downloads) {
      const { arrived, size, expectedSize } = download;
      const seen = { arrived, size: size || expectedSize, isOver: false };
      this.#seen.set(download, seen);
    }
    const sum = { arrived: 0, size: 0, over: 0 };
    for (const [download, seen] of this.#seen) {
      if (download.isOver) seen.isOver = true;
      // A failed download counts whole, too: no more bytes of it will arrive.
      if (seen.isOver) seen.arrived = seen.size;
      sum.arrived += seen.arrived;
      sum.size += seen.size;
      if (seen.isOver) sum.over++;
    }
    this.#speed ??= new Speed(sum.arrived, now);
    const running = downloads.filter(({ isArriving }) => isArriving);
    return {
      running: running.map((download) => this.#progressOf(download, now)),
      waiting: downloads.length - running.length,
      together: {
        ...sum,
        count: this.#seen.size,
        speed: this.#speed.update(sum.arrived, now),
      },
    };
  }

  #forget(): void {
    this.#seen.clear();
    this.#speed = undefined;
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
