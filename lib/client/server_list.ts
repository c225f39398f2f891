import { display } from "../display.ts";
import { type Address, formatAddress } from "../net/address.ts";
import type { FoundServer } from "../net/discovery.ts";
import { clip, padded, textWidth } from "../terminal/text_layout.ts";

/** Widest name in the list, in columns: number, people and address fit beside it in 80. */
const MAX_NAME_WIDTH = 40;

/** In the order of this user's language, `Lab 2` before `Lab 10`. */
const NAME_ORDER = new Intl.Collator(undefined, { numeric: true });

/** The servers in the order of their names; those with one name, of their addresses. */
export function sortServers(found: readonly FoundServer[]): FoundServer[] {
  return found.toSorted((a, b) =>
    NAME_ORDER.compare(a.name, b.name) ||
    NAME_ORDER.compare(formatAddress(a), formatAddress(b))
  );
}

/**
 * The list with its numbers, in columns: `  1  Lab 3  12 people  192.0.2.2:12000`.
 * Names are foreign: they are made harmless, and clipped.
 */
export function serverLines(found: readonly FoundServer[]): string[] {
  const rows = found.map((server, index) => ({
    number: String(index + 1),
    name: clip(display(server.name), MAX_NAME_WIDTH),
    people: peopleText(server),
    address: formatAddress(server),
  }));
  const width = (texts: string[]) =>
    texts.reduce((widest, text) => Math.max(widest, textWidth(text)), 0);
  const digits = width(rows.map(({ number }) => number));
  const names = width(rows.map(({ name }) => name));
  const people = width(rows.map(({ people }) => people));
  const counts = width(found.map(({ people }) => String(people ?? "")));
  return rows.map(({ number, name, people: text, address }, index) => {
    // Counts end in one column; the word after them begins in one.
    const gap = counts - String(found[index]!.people ?? "").length;
    const count = text === "" ? "" : " ".repeat(gap) + text;
    const column = people === 0 ? "" : `${padded(count, people)}  `;
    return `  ${number.padStart(digits)}  ${
      padded(name, names)
    }  ${column}${address}`;
  });
}

/** The only server with the name that was typed, upper and lower case being one. */
export function namedServer(
  text: string,
  found: readonly FoundServer[],
): Address | undefined {
  const wanted = text.normalize("NFKC").toLowerCase();
  const named = found.filter(({ name }) =>
    name.trim().normalize("NFKC").toLowerCase() === wanted
  );
  return named.length === 1 ? named[0] : undefined;
}

/** `1 person`, `12 people`; nothing where an older server does not say it. */
function peopleText({ people }: FoundServer): string {
  if (people === undefined) return "";
  return `${people} ${people === 1 ? "person" : "people"}`;
}
