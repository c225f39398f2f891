/**
 * One axis of a plot: which numbers get a tick, and where a number lies between the two
 * ends.
 *
 * @module
 */

/** About how many ticks a linear axis has, so that their texts do not touch. */
const LINEAR_TICKS = 6;

/** A logarithmic axis with more decades than this has ticks at powers of ten only. */
const FINE_DECADES = 2;

/** The most ticks of a logarithmic axis; with more decades, some are left out. */
const MOST_LOG_TICKS = 8;

/** Decimals of a tick's text, at most; as many as {@linkcode tidy} keeps. */
const MOST_DECIMALS = 12;

/** The multiples of a power of ten that are round numbers. */
const ROUND = [1, 2, 5];

export type Axis = {
  /** What the axis shows, with its unit. */
  readonly label: string;
  readonly scale: "linear" | "log";
  /** The numbers that get a tick; default: round numbers. */
  readonly ticks?: readonly number[];
  /** Returns the text of a number; default: digits in groups of three. */
  readonly format?: (value: number) => string;
};

export type Tick = { readonly value: number; readonly text: string };

/** An axis that knows its numbers. */
export type Scale = {
  readonly ticks: readonly Tick[];
  /** Returns where a number lies: 0 is the first end of the axis, 1 the last. */
  at(value: number): number;
  /** Returns whether the axis can show the number at all. */
  shows(value: number): boolean;
};

/**
 * Returns the scale of an axis on which all `values` find room. Numbers that the axis
 * cannot show (not finite, or not positive on a logarithmic axis) are ignored.
 */
export function scaleOf(axis: Axis, values: readonly number[]): Scale {
  const isLog = axis.scale === "log";
  const shows = (value: number) =>
    Number.isFinite(value) && (!isLog || value > 0);
  const wanted = axis.ticks?.filter(shows) ?? [];
  const shown = [...values.filter(shows), ...wanted];
  const numbers = wanted.length > 0
    ? wanted
    : isLog
    ? logTicks(shown)
    : linearTicks(shown);
  const format = axis.format ?? grouped(numbers, isLog ? 0 : undefined);
  const place = isLog ? Math.log10 : (value: number) => value;
  const first = place(Math.min(...numbers, ...shown));
  const last = place(Math.max(...numbers, ...shown));
  return {
    ticks: numbers.map((value) => ({ value, text: format(value) })),
    at: (value) => last === first ? 0 : (place(value) - first) / (last - first),
    shows,
  };
}

/** Returns round numbers from 0, or from below the least number, to above the greatest. */
function linearTicks(values: readonly number[]): number[] {
  const least = Math.min(0, ...values);
  const greatest = Math.max(0, ...values);
  const span = greatest > least ? greatest - least : 1;
  const power = 10 ** Math.floor(Math.log10(span / LINEAR_TICKS));
  const step = [...ROUND, 10].map((round) => round * power)
    .find((round) => span / round <= LINEAR_TICKS) ?? span;
  const first = Math.floor(least / step + 1e-9);
  const last = Math.ceil((least + span) / step - 1e-9);
  return Array.from(
    { length: last - first + 1 },
    (_, i) => tidy((first + i) * step),
  );
}

/** Returns round numbers from at most the least number to at least the greatest. */
function logTicks(values: readonly number[]): number[] {
  const least = Math.min(...values);
  const greatest = Math.max(...values);
  if (!Number.isFinite(least)) return [1, 10];
  const from = Math.floor(Math.log10(least) + 1e-9);
  const to = Math.ceil(Math.log10(greatest) - 1e-9);
  if (to - from > FINE_DECADES) {
    const every = Math.ceil((to - from + 1) / MOST_LOG_TICKS);
    const count = Math.ceil((to - from) / every) + 1;
    return Array.from(
      { length: count },
      (_, i) => tidy(10 ** (from + i * every)),
    );
  }
  const fine: number[] = [];
  for (let power = from; power <= Math.max(to, from + 1); power++) {
    for (const round of ROUND) fine.push(tidy(round * 10 ** power));
  }
  const start = fine.findLastIndex((tick) => tick <= least * (1 + 1e-9));
  const end = fine.findIndex((tick) => tick >= greatest * (1 - 1e-9));
  return fine.slice(start, Math.max(end, start + 1) + 1);
}

/** Removes what a sum of fractions leaves behind: 0.30000000000000004 becomes 0.3. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

/**
 * Returns a format with as many decimals as the finest of the numbers needs, and with at
 * least `least` of them; default: all numbers have the same.
 */
function grouped(
  numbers: readonly number[],
  least?: number,
): (value: number) => string {
  const finest = Math.max(
    0,
    ...numbers.map((value) => /\.(\d+)$/.exec(String(value))?.[1]?.length ?? 0),
  );
  const decimals = Math.min(finest, MOST_DECIMALS);
  return (value) =>
    value.toLocaleString("en", {
      minimumFractionDigits: least ?? decimals,
      maximumFractionDigits: decimals,
    });
}
