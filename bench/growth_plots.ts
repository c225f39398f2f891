/**
 * How cost grows: what each plot of docs/performance/ shows, and how the numbers of a run
 * become a plot.
 *
 * @module
 */

import type { Limit, Plot, Series } from "./svg_plot.ts";

/** What a run has measured for one plot: the JSON file beside the SVG. */
export type Measured = {
  /** The machine and the date, in one line. */
  readonly machine: string;
  readonly command: string;
  readonly series: readonly Series[];
  readonly limits: readonly Limit[];
  /** What was not measured, and why. */
  readonly problems: readonly string[];
};

export const RECEIVERS = [10, 30, 100, 300, 1_000, 3_000, 5_000];
export const MEMBERS = [100, 300, 1_000, 3_000, 10_000];
export const FILE_LENGTHS = [0, 1, 2, 3, 4, 5].map((n) => 1024 * 16 ** n);
export const PAYLOADS = [16, 64, 256, 1_024, 4_096, 16_384, 32_768];

type Frame = Pick<Plot, "title" | "description" | "x" | "y">;

/** The plots by their names, which are the names of their files. */
export const PLOTS = {
  members: {
    title: "Deliveries by number of receivers",
    description:
      "One member sends texts of 64 bytes as fast as the server takes them. The limit is a relay that copies the same bytes to the same sockets and does nothing else.",
    x: { label: "receivers", scale: "log", ticks: RECEIVERS },
    y: { label: "million deliveries a second", scale: "linear" },
  },
  memory: {
    title: "Server memory by number of members",
    description:
      "All have joined and heard of each other, and then nobody writes. What the process has grown since its start, divided by the members. The limit is a program in the same runtime that only waits for bytes from as many sockets.",
    x: { label: "members", scale: "log", ticks: MEMBERS },
    y: { label: "KiB for each member", scale: "log" },
  },
  files: {
    title: "Verified download by size of the file",
    description:
      "From the command /get of the real client until the file is on the disk and its SHA-256 is the one that the server has computed. The limits are one step alone: sending over loopback, SHA-256 of bytes in memory, writing to the disk with a flush at the end.",
    x: {
      label: "size of the file",
      scale: "log",
      ticks: FILE_LENGTHS,
      format: formatBytes,
    },
    y: { label: "MB a second", scale: "log" },
  },
  texts: {
    title: "Deliveries by size of the text",
    description:
      "One member sends texts to 100 receivers as fast as the server takes them. The limit is a relay that copies the same bytes to the same sockets and does nothing else.",
    x: {
      label: "size of the text",
      scale: "log",
      ticks: PAYLOADS,
      format: formatBytes,
    },
    y: { label: "million deliveries a second", scale: "log" },
  },
} as const satisfies Record<string, Frame>;

export type PlotName = keyof typeof PLOTS;

/** Returns the plot of what was measured. */
export function plotOf(name: PlotName, measured: Measured): Plot {
  const { machine, command, series, limits, problems } = measured;
  return {
    id: name,
    ...PLOTS[name],
    series,
    limits: limits.map(({ name, y }) => ({
      name: `${name}: ${Math.round(y).toLocaleString("en")}`,
      y,
    })),
    caption: [machine, `$ ${command}`, ...problems],
  };
}

/** Returns `16 KiB`: whole numbers of the largest unit that fits. */
export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB"];
  let rest = bytes;
  let unit = 0;
  while (rest >= 1024 && unit < units.length - 1) {
    rest /= 1024;
    unit++;
  }
  return `${Number(rest.toPrecision(3))} ${units[unit]}`;
}
