/**
 * Draws one plot as the text of an SVG file, without a DOM: the same plot always gives
 * the same text. It can be read in a light and in a dark page.
 *
 * @module
 */

import { type Axis, type Scale, scaleOf } from "./plot_scale.ts";

const WIDTH = 720;
const HEIGHT = 420;
const MARGIN = 16;

/** The top of the plot's area, below the title and the label of the y axis. */
const TOP = 74;

/** Height of the ticks and the label of the x axis. */
const AXIS_HEIGHT = 44;

/** Distance of two lines of the caption, and of two labels at the right. */
const LINE_HEIGHT = 15;

/** Estimated width of a letter of 12 px, in px: an SVG text cannot be measured here. */
const LETTER_WIDTH = 6.4;

/** The same for the bold names beside the lines. */
const BOLD_WIDTH = 7.3;

/** Letters in a line of the caption, which is smaller. */
const CAPTION_LETTERS = 112;

/** Longest label beside the plot, in letters; a longer one is shortened. */
const LABEL_LETTERS = 28;

/** Colours that people with any colour vision tell apart (Okabe and Ito). */
const COLOURS = [
  { light: "#0069b0", dark: "#62b5f0" },
  { light: "#c04f00", dark: "#ff9c52" },
  { light: "#00755a", dark: "#45c9a2" },
  { light: "#8b4a9c", dark: "#d49be4" },
] as const;

/** The outline of each marker around 0 0; not only the colour tells series apart. */
const MARKERS = [
  "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
  "M-3.6-3.6h7.2v7.2h-7.2z",
  "M0-4.8L4.6 3.6H-4.6z",
  "M0-5L5 0L0 5L-5 0z",
] as const;

export type Point = { readonly x: number; readonly y: number };

export type Series = {
  readonly name: string;
  /** From left to right. */
  readonly points: readonly Point[];
  /** Whether it is a limit that depends on `x`: a dashed grey line. */
  readonly isLimit?: boolean;
};

/** A limit that does not depend on `x`. */
export type Limit = { readonly name: string; readonly y: number };

export type Plot = {
  /** Names the parts of the file; letters, digits and `-`. */
  readonly id: string;
  readonly title: string;
  /** What the plot shows, for people who hear it. The numbers follow by themselves. */
  readonly description: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  readonly limits: readonly Limit[];
  /** Machine, date and command, a line for each; long ones are broken. */
  readonly caption: readonly string[];
};

/** Returns the SVG. A series without points is listed as `not measured`. */
export function drawPlot(plot: Plot): string {
  const points = plot.series.flatMap((series) => series.points);
  const x = scaleOf(plot.x, points.map((point) => point.x));
  const y = scaleOf(plot.y, [
    ...points.map((point) => point.y),
    ...plot.limits.map((limit) => limit.y),
  ]);
  const caption = plot.caption.flatMap((line) => wrap(line, CAPTION_LETTERS));
  const names = [...plot.series.map(labelOf), ...plot.limits.map(labelOf)];
  const area: Area = {
    left: MARGIN + 8 + widest(y.ticks.map(({ text }) => text)),
    right: WIDTH - MARGIN - 12 - widest(names, BOLD_WIDTH),
    top: TOP,
    bottom: HEIGHT - MARGIN - AXIS_HEIGHT - caption.length * LINE_HEIGHT,
    x,
    y,
  };
  const series = plot.series.map((one, index) =>
    draw(one, { area, index, plot })
  );
  const limits = plot.limits.filter((limit) => y.shows(limit.y)).map(
    (limit) => {
      const at = yOf(area, limit.y);
      return {
        svg: `<path class="limit" d="M${area.left} ${at}H${area.right}"/>`,
        label: { name: labelOf(limit), style: "quiet", x: area.right, y: at },
      };
    },
  );
  const id = escapeXml(plot.id);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="${id}-title ${id}-desc">`,
    `<title id="${id}-title">${escapeXml(plot.title)}</title>`,
    `<desc id="${id}-desc">${escapeXml(inWords(plot, area))}</desc>`,
    `<style>${style()}</style>`,
    `<rect class="page" width="${WIDTH}" height="${HEIGHT}"/>`,
    text(plot.title, { x: MARGIN, y: 30, style: "title" }),
    text(named(plot.y), { x: MARGIN, y: 54, style: "quiet" }),
    ...axes(plot, area),
    ...limits.map(({ svg }) => svg),
    ...series.map(({ svg }) => svg),
    ...labels([...series, ...limits].map(({ label }) => label), area),
    ...caption.map((line, index) =>
      text(line, {
        x: MARGIN,
        y: HEIGHT - 12 - (caption.length - 1 - index) * LINE_HEIGHT,
        style: "small",
      })
    ),
    "</svg>",
    "",
  ].join("\n");
}

/** Returns foreign text as the text of an element or an attribute. */
export function escapeXml(foreign: string): string {
  return foreign.toWellFormed()
    // XML has no way to write these at all.
    // deno-lint-ignore no-control-regex -- they are what it looks for
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** The rectangle between the axes, in px. */
type Area = {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: Scale;
  readonly y: Scale;
};

/** A name at the right, and the point that it belongs to. */
type Label = {
  readonly name: string;
  readonly style: string;
  readonly x: number;
  readonly y: number;
};

function xOf({ left, right, x }: Area, value: number): number {
  return pixel(left + x.at(value) * (right - left));
}

function yOf({ top, bottom, y }: Area, value: number): number {
  return pixel(bottom - y.at(value) * (bottom - top));
}

/** Tenths of a px are enough, and keep the file small. */
function pixel(value: number): number {
  return Math.round(value * 10) / 10;
}

function axes({ x }: Plot, area: Area): string[] {
  const { left, right, top, bottom } = area;
  const svg: string[] = [];
  for (const { value, text: words } of area.y.ticks) {
    const at = yOf(area, value);
    svg.push(`<path class="grid" d="M${left} ${at}H${right}"/>`);
    svg.push(text(words, { x: left - 8, y: at + 4, style: "tick end" }));
  }
  // Texts of ticks that would touch the one before are left out; the tick stays.
  let free = -Infinity;
  for (const { value, text: words } of area.x.ticks) {
    const at = xOf(area, value);
    const half = words.length * LETTER_WIDTH / 2;
    svg.push(`<path class="axis" d="M${at} ${bottom}v5"/>`);
    if (at - half < free) continue;
    free = at + half + LETTER_WIDTH;
    svg.push(text(words, { x: at, y: bottom + 19, style: "tick middle" }));
  }
  svg.push(`<path class="axis" d="M${left} ${top}V${bottom}H${right}"/>`);
  const middle = pixel((left + right) / 2);
  svg.push(
    text(named(x), { x: middle, y: bottom + 37, style: "quiet middle" }),
  );
  return svg;
}

function draw(
  series: Series,
  { area, index, plot }: { area: Area; index: number; plot: Plot },
): { svg: string; label: Label } {
  const shown = series.points.filter((point) =>
    area.x.shows(point.x) && area.y.shows(point.y)
  );
  const places = shown.map((point) => ({
    ...point,
    left: xOf(area, point.x),
    top: yOf(area, point.y),
  }));
  const style = series.isLimit ? "quiet" : `s${index % COLOURS.length}`;
  const marker = MARKERS[index % MARKERS.length]!;
  const line = places.map(({ left, top }) => `${left} ${top}`).join("L");
  const svg = places.length === 0 ? "" : [
    `<path class="${
      series.isLimit ? "limit" : `line ${style}`
    }" d="M${line}"/>`,
    ...(series.isLimit ? [] : places.map(({ x, y, left, top }) => {
      const words = `${series.name}: ${written(plot, { x, y })}`;
      return `<path class="mark ${style}" d="${marker}" transform="translate(${left} ${top})"><title>${
        escapeXml(words)
      }</title></path>`;
    })),
  ].join("\n");
  const last = places.at(-1);
  const label = {
    name: labelOf(last === undefined ? { ...series, points: [] } : series),
    style,
    x: last?.left ?? area.right,
    y: last?.top ?? area.bottom,
  };
  return { svg, label };
}

/** Puts the names beside the ends of their lines, apart from each other. */
function labels(all: readonly Label[], area: Area): string[] {
  const sorted = [...all].sort((a, b) => a.y - b.y);
  const tops = apart(sorted.map(({ y }) => y), area);
  return sorted.map(({ name, style, x, y }, i) => {
    const top = tops[i]!;
    const start = area.right + 12;
    const leader = x < area.right - 1 || Math.abs(top - y) > 3
      ? `<path class="leader" d="M${x} ${y}L${start - 3} ${top}"/>\n`
      : "";
    return leader +
      text(name, { x: start, y: pixel(top + 4), style: `name ${style}` });
  });
}

/**
 * Returns places at least a line apart, as near as possible to the wished ones, which are
 * in order: names that would touch form a group around their middle.
 */
function apart(wished: readonly number[], { top, bottom }: Area): number[] {
  const groups: { sum: number; count: number }[] = [];
  wished.forEach((y, i) => {
    let group = { sum: y - i * LINE_HEIGHT, count: 1 };
    for (let last = groups.at(-1); last !== undefined; last = groups.at(-1)) {
      if (last.sum / last.count < group.sum / group.count) break;
      groups.pop();
      group = { sum: last.sum + group.sum, count: last.count + group.count };
    }
    groups.push(group);
  });
  const room = bottom - (wished.length - 1) * LINE_HEIGHT;
  return groups.flatMap(({ sum, count }) => Array(count).fill(sum / count))
    .map((y, i) => pixel(Math.max(top, Math.min(room, y)) + i * LINE_HEIGHT));
}

function labelOf(one: Series | Limit): string {
  const name = "points" in one && one.points.length === 0
    ? `${one.name}: not measured`
    : one.name;
  return name.length > LABEL_LETTERS
    ? `${name.slice(0, LABEL_LETTERS - 1)}…`
    : name;
}

function text(
  words: string,
  { x, y, style }: { x: number; y: number; style: string },
): string {
  return `<text class="${style}" x="${pixel(x)}" y="${pixel(y)}">${
    escapeXml(words)
  }</text>`;
}

function widest(texts: readonly string[], letter = LETTER_WIDTH): number {
  const letters = Math.max(0, ...texts.map(({ length }) => length));
  return Math.ceil(letters * letter);
}

function written({ x, y }: Plot, point: Point): string {
  return `${valueOn(x, point.x)}, ${valueOn(y, point.y)}`;
}

function named({ label, scale }: Axis): string {
  return scale === "log" ? `${label} (logarithmic)` : label;
}

function valueOn({ format }: Axis, value: number): string {
  return format?.(value) ??
    value.toLocaleString("en", { maximumSignificantDigits: 3 });
}

/** Returns the plot as text: what it shows, then each series with its numbers. */
function inWords(plot: Plot, { x, y }: Area): string {
  const series = plot.series.map(({ name, points }) => {
    const pairs = points.filter((point) => x.shows(point.x) && y.shows(point.y))
      .map((point) => written(plot, point));
    return `${name}: ${pairs.join("; ") || "not measured"}.`;
  });
  const limits = plot.limits.map((limit) =>
    `${limit.name}: ${valueOn(plot.y, limit.y)}.`
  );
  const axes = `Across: ${plot.x.label}. Up: ${plot.y.label}.`;
  return [plot.description, axes, ...series, ...limits].join(" ");
}

function wrap(line: string, letters: number): string[] {
  const lines: string[] = [];
  for (const word of line.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > letters) {
      lines.push(word);
    } else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

function style(): string {
  const paint = (
    mode: "light" | "dark",
    { page, ink, quiet, grid }: Record<
      "page" | "ink" | "quiet" | "grid",
      string
    >,
  ) =>
    [
      `.page{fill:${page}}text{fill:${ink}}`,
      `text.tick,text.quiet,text.small{fill:${quiet}}`,
      `.grid{stroke:${grid}}.axis{stroke:${quiet}}`,
      `.limit,.leader{stroke:${quiet}}.mark{stroke:${page}}`,
      ...COLOURS.map((colour, i) =>
        `.line.s${i}{stroke:${colour[mode]}}.mark.s${i},text.s${i}{fill:${
          colour[mode]
        }}`
      ),
    ].join("");
  return [
    "text{font:12px system-ui,sans-serif}",
    "text.title{font-size:16px;font-weight:600}text.small{font-size:11px}",
    "text.name{font-weight:600}text.name.quiet{font-weight:400}",
    ".middle{text-anchor:middle}.end{text-anchor:end}",
    "path{fill:none}.line{stroke-width:2;stroke-linejoin:round}",
    ".limit{stroke-width:1.5;stroke-dasharray:6 4}.leader{stroke-width:1;stroke-dasharray:1 3}",
    paint("light", {
      ...{ page: "#fff", ink: "#1a1a1a" },
      ...{ quiet: "#5c5c5c", grid: "#e6e6e6" },
    }),
    "@media(prefers-color-scheme:dark){",
    paint("dark", {
      ...{ page: "#0d1117", ink: "#e8e8e8" },
      ...{ quiet: "#a0a0a0", grid: "#2a3038" },
    }),
    "}",
  ].join("");
}
