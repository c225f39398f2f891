/**
 * The progress of downloads, as lines for a terminal, computed without a terminal or
 * a clock.
 *
 * No library draws the bars: the maintained ones (cli-progress, `ProgressBar` of the
 * std) write and erase rows of the terminal themselves. Here the line editor owns the
 * rows, and draws them around the line that the user is typing.
 *
 * @module
 */

import { format as formatBytes } from "@std/fmt/bytes";
import { format as formatDuration } from "@std/fmt/duration";
import { display } from "../display.ts";
import { clip, padded, textWidth } from "../terminal/text_layout.ts";

/** The time over which the speed is averaged, in milliseconds. */
const SMOOTHING_TIME = 5_000;

/** How long a download runs before its speed and time left appear, in milliseconds. */
const MIN_SEEN_TIME = 500;

/** Longest time left that appears, in milliseconds: a slower download stands still. */
const MAX_TIME_LEFT = 100 * 60 * 60 * 1000;

/** The steps in which the time left appears, above each bound, in milliseconds. */
const TIME_UNITS: readonly (readonly [from: number, unit: number])[] = [
  [3_600_000, 60_000],
  [600_000, 30_000],
  [60_000, 5_000],
  [-1, 1_000],
];

/** Most downloads with a line each; more than that share one line. */
export const MAX_LINES = 3;

/** Most downloads that `/downloads` lists: as many as fit a window. */
const MAX_LISTED = 18;

/** Widths of the bar, in columns: it shrinks first, and below the least width it disappears. */
const BAR_WIDTH = { min: 6, max: 24 };

/** The part of the window for names. */
const NAME_SHARE = 1 / 3;

/** The progress of one download; sizes are in bytes. */
export type Progress = {
  readonly name: string;
  readonly arrived: number;
  readonly size: number;
  /** In bytes a second; `undefined` while it is unknown. */
  readonly speed: number | undefined;
};

/** The smoothed speed of a download, in which the latest bytes count most. */
export class Speed {
  #arrived: number;
  #at: number;
  #seenTime = 0;
  #speed = 0;

  /** `arrived` in bytes, `now` in milliseconds. */
  constructor(arrived: number, now: number) {
    this.#arrived = arrived;
    this.#at = now;
  }

  /** Takes a measurement; returns the speed in bytes a second, once it is known. */
  update(arrived: number, now: number): number | undefined {
    const time = now - this.#at;
    if (time > 0) {
      const latest = Math.max(0, arrived - this.#arrived) / time * 1000;
      this.#seenTime += time;
      // A plain mean at first, later a mean that forgets.
      const share = Math.max(
        time / this.#seenTime,
        1 - Math.exp(-time / SMOOTHING_TIME),
      );
      this.#speed += share * (latest - this.#speed);
      this.#arrived = arrived;
      this.#at = now;
    }
    return this.#seenTime < MIN_SEEN_TIME ? undefined : this.#speed;
  }
}

/** `3m 20s left`, coarser the longer it is; empty if it is unknown. */
export function timeLeft(
  { arrived, size, speed }: Omit<Progress, "name">,
): string {
  if (speed === undefined) return "";
  const left = Math.max(0, size - arrived) / speed * 1000;
  // Also without speed: no number is then a time.
  if (!(left <= MAX_TIME_LEFT)) return "";
  // A last digit that jumps would say nothing.
  const [, unit] = TIME_UNITS.find(([from]) => left > from)!;
  const rounded = Math.max(1, Math.ceil(left / unit)) * unit;
  return `${formatDuration(rounded, { ignoreZero: true })} left`;
}

type LineOptions = { readonly columns: number; readonly symbols: boolean };

/**
 * One line of at most `columns` columns: name, bar, percent, bytes, speed and time
 * left. It leaves out what does not fit: first the bar, then parts from the right.
 */
export function progressLine(progress: Progress, options: LineOptions): string {
  return alignedLines([progress], options)[0]!;
}

/** The lines of several downloads, with their bars and numbers in columns. */
function alignedLines(
  all: readonly Progress[],
  { columns, symbols }: LineOptions,
): string[] {
  const names = all.map(({ name }) =>
    clip(display(name), Math.floor(columns * NAME_SHARE))
  );
  const details = all.map((progress) => [
    `${percent(progress.arrived, progress.size)}%`.padStart(4),
    `${formatBytes(progress.arrived)} of ${formatBytes(progress.size)}`,
    speedText(progress.speed),
    timeLeft(progress),
  ]);
  const nameWidth = widest(names);
  const widths = details[0]!.map((_, at) => widest(details.map((d) => d[at]!)))
    .filter((width) => width > 0);
  const total = () => [nameWidth, ...widths].reduce((a, b) => a + 2 + b);
  while (widths.length > 1 && total() > columns) widths.pop();
  const bar = Math.min(BAR_WIDTH.max, columns - total() - 2);
  return all.map(({ arrived, size }, row) => {
    const share = size > 0 ? Math.min(1, arrived / size) : 1;
    const parts = [padded(names[row]!, nameWidth)];
    if (bar >= BAR_WIDTH.min) parts.push(barOf(share, bar, symbols));
    const cells = details[row]!.filter((_, at) =>
      details.some((d) => d[at] !== "")
    );
    widths.forEach((width, at) => parts.push(cells[at]!.padStart(width)));
    return clip(parts.join("  "), columns).trimEnd();
  });
}

function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, textWidth(text)), 0);
}

/** The progress of all downloads, with those that ended since there was none. */
export type Together = Omit<Progress, "name"> & {
  readonly count: number;
  readonly over: number;
};

/**
 * The lines of all downloads: one each, or one for all if there are more than
 * {@linkcode MAX_LINES}. `waiting` is the number of downloads that have not begun.
 */
export function progressLines(
  running: readonly Progress[],
  { waiting, together, ...options }: {
    waiting: number;
    together: Together;
    columns: number;
    symbols: boolean;
  },
): string[] {
  if (running.length + waiting > MAX_LINES) {
    return [progressLine(sumOf(together), options)];
  }
  if (running.length === 0) return waitingLines(waiting, options.columns);
  const lines = alignedLines(running, options);
  if (waiting > 0) lines.push(clip(`and ${waiting} more`, options.columns));
  return lines;
}

function waitingLines(waiting: number, columns: number): string[] {
  if (waiting === 0) return [];
  const what = waiting === 1 ? "download" : "downloads";
  return [clip(`${waiting} ${what} waiting`, columns)];
}

/** One sentence about all downloads, for the log of a script. */
export function progressNote(together: Together): string {
  const { arrived, size, speed } = together;
  const { name } = sumOf(together);
  const parts = [
    `Downloading ${name}: ${formatBytes(arrived)} of ${formatBytes(size)}`,
    speedText(speed),
    timeLeft(together),
  ];
  return parts.filter((part) => part !== "").join(", ");
}

/** The progress of a download in the list of `/downloads`. */
export type Listed = Pick<Progress, "name" | "arrived" | "size"> & {
  readonly isArriving: boolean;
};

/** The list of `/downloads`: the downloads that run or wait, a line each. */
export function downloadLines(downloads: readonly Listed[]): string[] {
  const { length } = downloads;
  if (length === 0) return ["No downloads in progress"];
  const shown = downloads.slice(0, MAX_LISTED);
  const lines = shown.map(({ name, arrived, size, isArriving }) => {
    const far = `${percent(arrived, size)}%, ` +
      `${formatBytes(arrived)} of ${formatBytes(size)}`;
    return `  ${display(name)}  ${isArriving ? far : "waiting"}`;
  });
  const rest = length - shown.length;
  return [
    `${length} ${length === 1 ? "download" : "downloads"} in progress:`,
    ...lines,
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ];
}

function sumOf({ count, over, ...sizes }: Together): Progress {
  const name = count === 1 ? "1 file" : `${over} of ${count} files`;
  return { name, ...sizes };
}

function speedText(speed: number | undefined): string {
  return speed === undefined || !Number.isFinite(speed)
    ? ""
    : `${formatBytes(Math.round(speed))}/s`;
}

/** From 0 to 100, and 100 only when every byte has arrived. */
function percent(arrived: number, size: number): number {
  return size > 0 ? Math.floor(Math.min(1, arrived / size) * 100) : 100;
}

/** A bar that is full only when every byte has arrived. */
function barOf(share: number, width: number, symbols: boolean): string {
  const [full, empty, left, right] = symbols
    ? ["█", "░", "", ""]
    : ["#", "-", "[", "]"];
  const inside = width - left!.length - right!.length;
  const done = Math.floor(share * inside);
  return left + full!.repeat(done) + empty!.repeat(inside - done) + right;
}
