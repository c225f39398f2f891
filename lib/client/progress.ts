/**
 * How far downloads are, as lines for a terminal. Pure: no terminal, no clock.
 *
 * No bar library is used: those that are well kept (cli-progress, the std's own
 * `ProgressBar`) write and erase rows of the terminal themselves, and here the
 * rows belong to the line editor, which draws around what is being typed.
 *
 * @module
 */

import { format as formatBytes } from "@std/fmt/bytes";
import { format as formatDuration } from "@std/fmt/duration";
import { display } from "../display.ts";
import { clip, padded, textWidth } from "../terminal/text_layout.ts";

/** The time over which the speed is averaged, in milliseconds. */
const SMOOTHING_TIME = 5_000;

/** How long a download runs before the time left is shown, in milliseconds. */
const MIN_SEEN_TIME = 500;

/** A download that takes longer than this is standing still, in milliseconds. */
const MAX_TIME_LEFT = 100 * 60 * 60 * 1000;

/** From which time left on, and in which steps, it is shown: milliseconds. */
const TIME_UNITS: readonly (readonly [from: number, unit: number])[] = [
  [3_600_000, 60_000],
  [600_000, 30_000],
  [60_000, 5_000],
  [-1, 1_000],
];

/** Downloads that have a line of their own; more share one. */
export const MAX_LINES = 3;

/** Rows of `/downloads`: what fits a window. */
const MAX_LISTED = 18;

/** The bar shrinks before anything else does, and below this it goes, in columns. */
const BAR_WIDTH = { min: 6, max: 24 };

/** Share of the window for names. */
const NAME_SHARE = 1 / 3;

/** How far one download is; sizes in bytes. */
export type Progress = {
  readonly name: string;
  readonly arrived: number;
  readonly size: number;
  /** Bytes a second; `undefined` while nobody can tell. */
  readonly speed: number | undefined;
};

/** The speed of one download, smoothed: what came lately counts most. */
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

  /** Takes a look; returns the speed in bytes a second, if it can be told. */
  update(arrived: number, now: number): number | undefined {
    const time = now - this.#at;
    if (time > 0) {
      const latest = Math.max(0, arrived - this.#arrived) / time * 1000;
      this.#seenTime += time;
      // At first the mean of all there is, later a mean that forgets.
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

/** `3m 20s`, `12s`, `1h 5m`; `` if nobody can tell. Coarser the longer it takes. */
export function timeLeft(
  { arrived, size, speed }: Omit<Progress, "name">,
): string {
  if (speed === undefined || !(speed > 0)) return "";
  const left = Math.max(0, size - arrived) / speed * 1000;
  if (!(left <= MAX_TIME_LEFT)) return "";
  // A last digit that jumps says nothing.
  const [, unit] = TIME_UNITS.find(([from]) => left > from)!;
  const rounded = Math.max(1, Math.ceil(left / unit)) * unit;
  return `${formatDuration(rounded, { ignoreZero: true })} left`;
}

/**
 * One line of at most `columns` columns: name, bar, percent, bytes, speed, time
 * left. What does not fit goes: the bar first, then from the right.
 */
export function progressLine(
  progress: Progress,
  { columns, symbols }: { columns: number; symbols: boolean },
): string {
  const { arrived, size, speed } = progress;
  const share = size > 0 ? Math.min(1, arrived / size) : 1;
  const name = clip(display(progress.name), Math.floor(columns * NAME_SHARE));
  const details = [
    `${percent(arrived, size)}%`.padStart(4),
    `${formatBytes(arrived)} of ${formatBytes(size)}`,
    speedText(speed),
    timeLeft(progress),
  ].filter((detail) => detail !== "");
  while (details.length > 1 && widthOf(name, details) > columns) details.pop();
  const room = columns - widthOf(name, details) - 2;
  const width = Math.min(BAR_WIDTH.max, room);
  const bar = width < BAR_WIDTH.min ? [] : [barOf(share, width, symbols)];
  return clip([name, ...bar, ...details].join("  "), columns);
}

/** All downloads together: those that are over since there was none, too. */
export type Together = Omit<Progress, "name"> & {
  readonly count: number;
  readonly over: number;
};

/**
 * The lines of all downloads: one each, or, of more than {@linkcode MAX_LINES}, one
 * for all; `waiting` is how many have not begun.
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
  const names = running.map(({ name }) => textWidth(display(name)));
  const width = Math.min(
    names.reduce((a, b) => Math.max(a, b), 0),
    Math.floor(options.columns * NAME_SHARE),
  );
  const lines = running.map((progress) =>
    progressLine(
      { ...progress, name: padded(clip(progress.name, width), width) },
      options,
    )
  );
  if (waiting > 0) lines.push(clip(`and ${waiting} more`, options.columns));
  return lines;
}

/** One sentence about all downloads, for a log that nobody watches. */
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

/** How far a download is that `/downloads` shows. */
export type Listed = Pick<Progress, "name" | "arrived" | "size"> & {
  readonly isArriving: boolean;
};

/** What `/downloads` shows: the downloads that are not over, a line each. */
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

/** From 0 to 100; 100 when all is there, and not before. */
function percent(arrived: number, size: number): number {
  return size > 0 ? Math.floor(Math.min(1, arrived / size) * 100) : 100;
}

function widthOf(name: string, details: readonly string[]): number {
  return textWidth([name, ...details].join("  "));
}

/** Full when all of it is there, and not before. */
function barOf(share: number, width: number, symbols: boolean): string {
  const [full, empty, left, right] = symbols
    ? ["█", "░", "", ""]
    : ["#", "-", "[", "]"];
  const inside = width - left!.length - right!.length;
  const done = Math.floor(share * inside);
  return left + full!.repeat(done) + empty!.repeat(inside - done) + right;
}
