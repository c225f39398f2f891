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

/** The speed shown is that of about so many milliseconds. */
const SMOOTHING_TIME = 3_000;

/** Nothing is said of the time left before so many milliseconds have been seen. */
const MIN_SEEN_TIME = 500;

/** A download that takes longer than this is standing still, in milliseconds. */
const MAX_TIME_LEFT = 100 * 60 * 60 * 1000;

/** Downloads that have a line of their own; the others share one. */
export const MAX_LINES = 4;

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

/** `3m 20s`, `12s`, `1h 5m`; `` if nobody can tell. */
export function timeLeft(
  { arrived, size, speed }: Omit<Progress, "name">,
): string {
  if (speed === undefined || !(speed > 0)) return "";
  const left = Math.max(0, size - arrived) / speed * 1000;
  if (left > MAX_TIME_LEFT) return "";
  // Seconds are of no interest when it takes hours.
  const unit = left > 3_600_000 ? 60_000 : 1_000;
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
    `${Math.floor(share * 100)}%`.padStart(4),
    `${formatBytes(arrived)} of ${formatBytes(size)}`,
    speed === undefined || !Number.isFinite(speed)
      ? ""
      : `${formatBytes(Math.round(speed))}/s`,
    timeLeft(progress),
  ].filter((detail) => detail !== "");
  while (details.length > 1 && widthOf(name, details) > columns) details.pop();
  const room = columns - widthOf(name, details) - 2;
  const width = Math.min(BAR_WIDTH.max, room);
  const bar = width < BAR_WIDTH.min ? [] : [barOf(share, width, symbols)];
  return clip([name, ...bar, ...details].join("  "), columns);
}

/** The lines of several downloads; `waiting` is how many have not begun. */
export function progressLines(
  running: readonly Progress[],
  { waiting, ...options }: {
    waiting: number;
    columns: number;
    symbols: boolean;
  },
): string[] {
  const shown = running.slice(0, MAX_LINES);
  const names = shown.map(({ name }) => textWidth(display(name)));
  const width = Math.min(
    names.reduce((a, b) => Math.max(a, b), 0),
    Math.floor(options.columns * NAME_SHARE),
  );
  const lines = shown.map((progress) =>
    progressLine(
      { ...progress, name: padded(clip(progress.name, width), width) },
      options,
    )
  );
  const others = running.length - shown.length + waiting;
  if (others > 0) lines.push(clip(`and ${others} more`, options.columns));
  return lines;
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
