/**
 * Lists of people: who is here, who has joined and left.
 *
 * @module
 */

import { display } from "../display.ts";
import { padded, textWidth } from "../terminal/text_layout.ts";
import type { CommandContext } from "./command_context.ts";
import { answer, type Line } from "./view.ts";

/** Names of people who have joined or left in one line; the others are counted. */
const MAX_NAMES = 10;

/** Between two columns of names, in columns. */
const GAP = 2;

/** Shows who is here. */
export async function showPeople(context: CommandContext): Promise<void> {
  const names = await context.client.users();
  const { name, columns } = context;
  userLines(names, { own: name, columns }).forEach(context.print);
}

/**
 * Who is here, sorted, and how many: in as many columns as fit a window that is
 * `columns` wide, or without one a name a line.
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

/** Words in columns, read downwards, in rows that fit a window `columns` wide. */
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

/** `John has joined`, or `12 people have joined: Ann, Bob, ...`; what they did, after `has`. */
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
