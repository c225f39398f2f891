import { display } from "../display.ts";
import { type Address, formatAddress } from "../address.ts";
import type { FoundServer } from "../net/discovery.ts";
import { clip, padded, textWidth } from "../terminal/text_layout.ts";

/** Widest name, in columns: number, people and address fit beside it in 80 columns. */
const MAX_NAME_WIDTH = 40;

/** A server in the list. */
export type ListedServer = FoundServer & {
  /** Whether the user joined it before, and the search did not find it now. */
  readonly isSilent?: boolean;
  /** Whether it is the server that the user joined last. */
  readonly isLast?: boolean;
};

/** The order of the user's language, with `Lab 2` before `Lab 10`. */
const NAME_ORDER = new Intl.Collator(undefined, { numeric: true });

/** The servers in the order of their names, then of their addresses. */
export function sortServers(found: readonly FoundServer[]): FoundServer[] {
  return found.toSorted((a, b) =>
    NAME_ORDER.compare(a.name, b.name) ||
    NAME_ORDER.compare(formatAddress(a), formatAddress(b))
  );
}

/**
 * The list of servers, in columns: `  1  Lab 3  12 people  192.0.2.2:12000`. The names
 * are foreign, so it makes them harmless and clips them. The beginning of the
 * fingerprint tells servers of one name apart: `Lab 3 (K7M2P-9QX4C)`.
 */
export function serverLines(found: readonly ListedServer[]): string[] {
  const counted = new Map<string, number>();
  for (const { name } of found) {
    const key = foldedName(name);
    counted.set(key, (counted.get(key) ?? 0) + 1);
  }
  const rows = found.map((server, index) => ({
    number: String(index + 1),
    name: counted.get(foldedName(server.name)) === 1
      ? shownName(server.name)
      : twinName(server),
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
    // The counts end in one column, and the words after them begin in one.
    const shown = found[index]!.people;
    const gap = shown === undefined ? 0 : counts - String(shown).length;
    const count = " ".repeat(gap) + text;
    const column = people === 0 ? "" : `${padded(count, people)}  `;
    return `  ${number.padStart(digits)}  ${
      padded(name, names)
    }  ${column}${address}`;
  });
}

/** A server in a sentence, made harmless: `Lab 3  192.0.2.2:12000`. */
export function serverText(server: FoundServer): string {
  return `${shownName(server.name)}  ${formatAddress(server)}`;
}

/** The name, made harmless. Blanks become one space, so that it imitates no column. */
function shownName(name: string, width = MAX_NAME_WIDTH): string {
  const plain = display(name).replace(/\s+/gu, " ").trim();
  return clip(plain, width);
}

/** The name of a server that is not the only one of that name. */
function twinName({ name, fingerprint }: FoundServer): string {
  if (fingerprint === undefined) return shownName(name);
  const mark = ` (${fingerprint})`;
  return shownName(name, MAX_NAME_WIDTH - mark.length) + mark;
}

/** The one form of all spellings of a name. */
function foldedName(name: string): string {
  return name.trim().normalize("NFKC").toLowerCase();
}

/** The only server with the typed name, in any case. */
export function namedServer(
  text: string,
  found: readonly FoundServer[],
): Address | undefined {
  const wanted = text.normalize("NFKC").toLowerCase();
  const named = found.filter(({ name }) => foldedName(name) === wanted);
  return named.length === 1 ? named[0] : undefined;
}

/**
 * `1 person`, `12 people`, `joined before`; empty for an older server, which does not say
 * how many people it has.
 */
function peopleText({ people, isSilent }: ListedServer): string {
  if (isSilent) return "joined before";
  if (people === undefined) return "";
  return `${people} ${people === 1 ? "person" : "people"}`;
}
