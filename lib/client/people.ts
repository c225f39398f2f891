/**
 * Lists of the people here, and lines about people who join and leave.
 *
 * @module
 */

import { display } from "../display.ts";
import { padded, textWidth } from "../terminal/text_layout.ts";
import type { CommandContext } from "./command_context.ts";
import { answer, type Line } from "./view.ts";

/** Most names in a line about people who have joined or left, which counts the others. */
const MAX_NAMES = 10;

/** The gap between two columns of names, in columns. */
const GAP = 2;

/** Shows who is here. */
export async function showPeople(context: CommandContext): Promise<void> {
  const people = await context.client.users();
  const names = people.map(({ name }) => name);
  const { name, columns } = context;
  userLines(names, { own: name, columns }).forEach(context.print);
}

/**
 * The sorted names of the people here, and their number. The names stand in as many
 * columns as a window of this width has room for; in a pipe, one name a line.
 */
export function userLines(
  names: readonly string[],
  { own, columns }: {
    readonly own: string;
    readonly columns?: number | undefined;
  },
): Line[] {
  const order = new Intl.Collator(undefined, {
    sensitivity: "base",
    numeric: true,
  });
  const shown = names.toSorted(order.compare)
    .map((name) => display(name) + (name === own ? " (you)" : ""));
  const rows = columns === undefined ? shown : inColumns(shown, columns);
  return [
    ...rows.map((row) => answer(" ".repeat(GAP) + row)),
    answer(`${countPeople(names.length)} here`),
  ];
}

/** `1 person is`, `12 people are`. */
function countPeople(count: number): string {
  return count === 1 ? "1 person is" : `${count} people are`;
}

/** Words in columns that read downwards, in rows that fit a window `columns` wide. */
function inColumns(words: readonly string[], columns: number): string[] {
  const widths = words.map(textWidth);
  const width = GAP + widths.reduce((a, b) => Math.max(a, b), 0);
  const across = Math.max(1, Math.floor((columns - 1) / width));
  const height = Math.ceil(words.length / across);
  return Array.from({ length: height }, (_, row) => {
    const cells: string[] = [];
    for (let at = row; at < words.length; at += height) {
      const isLast = at + height >= words.length;
      cells.push(isLast ? words[at]! : padded(words[at]!, width));
    }
    return cells.join("");
  });
}

/** `John has joined`, or `12 people have joined: Ann, Bob, ...`; `did` follows `has`. */
export function comingsLine(names: readonly string[], did: string): Line {
  if (names.length === 1) {
    return { kind: "event", text: `${names[0]} has ${did}` };
  }
  const named = names.slice(0, MAX_NAMES).join(", ");
  const more = names.length - MAX_NAMES;
  const others = more > 0 ? ` and ${more} more` : "";
  return {
    kind: "event",
    text: `${names.length} people have ${did}: ${named}${others}`,
  };
}
