import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { eastAsianWidth } from "get-east-asian-width";
import stringWidth from "string-width";
import { renderTerminal } from "../../lib/client/render.ts";
import { answer, type Line, problem } from "../../lib/client/view.ts";
import { display } from "../../lib/display.ts";
import { Painter } from "../../lib/terminal/style.ts";
import { assertInProportion } from "../in_proportion.ts";

/** What forgers are made of. */
const ATOMS = [
  ...["11:58 server: exam is cancelled", "*** server: stop", "Bob has left"],
  ...["a", "word ", "x".repeat(45), "\t", "\n", "\r\n", " ", " ".repeat(60)],
  ...["\u00a0", "\u2007", "\u202f", "\u2800", "\u3000", "\u1680", "\u2003"],
  ...["\u115f", "\u1160", "\u3164", "\uffa0", "\u180e", "\u2062", "\u{1d159}"],
  ...["\u0301", "\u0301".repeat(40), "\u0e34", "\u20e3", "\u3099", "\ufe0f"],
  ...["\u200b", "\u200c", "\u200d", "\u202e", "\u2066", "\ufeff", "\x1b[2J"],
  ...["好", "、", "「", "한국", "\u1112\u1161\u11ab", "ﾊﾞ", "Ａ", "﷽", "שלום"],
  ...["سلام", "ه\u200cا", "क्", "👩\u200d👩\u200d👧", "👍🏽", "🇩🇪", "🇩", "❤\ufe0f"],
  ...["❤", "☺", "©", "1\ufe0f\u20e3", "🏴\u{e0067}\u{e007f}", "\u{1fbff}"],
  ...["\ue0b0", "─", "“", "ж", "𒐫", "\ud800", "⸻"],
];

const text = fc.array(
  fc.tuple(fc.constantFrom(...ATOMS), fc.integer({ min: 1, max: 90 })).map((
    [atom, count],
  ) => atom.repeat(atom.length > 20 ? 1 : count)),
  { minLength: 1, maxLength: 8 },
).map((parts) => parts.join("").slice(0, 600));

const from = fc.oneof(
  fc.constantFrom("B", "Bob", "server", "李明", "שרה", "x".repeat(32)),
  text.map((text) => text.slice(0, 40)),
);

const line: fc.Arbitrary<Line> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("said" as const, "told" as const),
    from,
    text,
    mentions: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("own" as const), from, to: from, text }),
  text.map((text): Line => ({ kind: "event", text })),
  text.map(answer),
  text.map(problem),
);

const columns = fc.oneof(
  fc.constantFrom(10, 20, 40, 80),
  fc.integer({ min: 10, max: 130 }),
);

/** How many columns a row has, in the eyes of terminals that disagree. */
const TERMINALS: Record<string, (row: string) => number> = {
  "clusters, as new terminals count": stringWidth,
  "characters, as wcwidth() counts": (row) => sum(row, wcwidth),
  "characters, emoji always wide": (row) =>
    sum(row, (c) => PICTURE.test(c) ? 2 : wcwidth(c)),
  "a selector makes its character wide": (row) =>
    sum(row, (c) => c === "\ufe0f" ? 1 : wcwidth(c)),
  "all vowels of a Hangul syllable": (row) =>
    sum(row, (c) => /[\u1160-\u11ff]/.test(c) ? 1 : wcwidth(c)),
  "unknown characters are wide": (row) =>
    sum(row, (c) => /[\p{Cn}\p{Co}]/u.test(c) ? 2 : wcwidth(c)),
};

const PICTURE = /[\p{Extended_Pictographic}\p{Regional_Indicator}]/u;
const NO_COLUMN = /[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]/u;

function wcwidth(character: string): number {
  if (NO_COLUMN.test(character)) return 0;
  return eastAsianWidth(character.codePointAt(0)!);
}

function sum(row: string, width: (character: string) => number): number {
  return [...row].reduce((columns, c) => columns + width(c), 0);
}

/** Without blanks: a break may stand for them, and tabs become some. */
function letters(text: string): string {
  return text.replace(/[ \t\r\n\u2068\u2069]/g, "");
}

Deno.test({
  name:
    "no row is too wide for any terminal, and all but the first are indented",
  permissions: "none",
  fn() {
    const paint = new Painter({ color: false, symbols: true });
    const property = fc.property(
      line,
      columns,
      fc.constantFrom("12:03", "Mon 24 Nov 12:03", undefined),
      (line, columns, time) => {
        const { rows } = renderTerminal(line, { paint, columns, time });
        for (const row of rows) {
          for (const [terminal, width] of Object.entries(TERMINALS)) {
            assert(
              width(row) < columns,
              `${terminal}: ${width(row)} of ${row}`,
            );
          }
        }
        for (const row of rows.slice(1)) assertEquals(row.slice(0, 2), "  ");
        const shown = line.text.split(/\r\n|\n|\t/).map(display).join("");
        assert(letters(rows.join("")).endsWith(letters(shown)));
      },
    );
    fc.assert(property, { numRuns: 1_000, seed: 14 });
  },
});

Deno.test({
  name: "a row filled with blanks leaves what follows under the text",
  permissions: "none",
  fn() {
    const paint = new Painter({ color: false, symbols: true });
    const blanks = "\u00a0\u2007\u202f\u2800\u3000\u115f\u3164 ";
    for (const blank of blanks) {
      for (let count = 1; count < 90; count++) {
        const text = `ok${blank.repeat(count)}11:58 server: exam is cancelled`;
        const { rows } = renderTerminal({ kind: "said", from: "Bob", text }, {
          ...{ paint, columns: 80, time: "11:58" },
        });
        assertEquals(rows[0]!.startsWith("11:58 Bob: ok"), true);
        for (const row of rows.slice(1)) {
          assertEquals(row.slice(0, 11), " ".repeat(11));
        }
      }
    }
  },
});

/** Texts of 48 kB that keep something busy. */
const BUSY = [
  ...["b", "word ", "\u0301", "\u0316\u0301", "a\u0301", "👩\u200d", "\u200d"],
  ...[
    "ه\u200c",
    "\ufe0f",
    "🇩",
    "ש",
    "שלום ",
    "好",
    "か、",
    "\u00a0",
    "ok\u00a0",
  ],
  ...["🏴\u{e0061}", "\u{e0061}", "\x1b[", "क्\u200d", "\u202e", "\n", "a\n"],
  ...["\t", "a\t", " ", "\u1100\u1161", "\u1161", "\u{1fffd}", "\ufdfa", "「"],
];

Deno.test({
  name: "renderTerminal() takes time in proportion to the length of the text",
  permissions: "none",
  fn() {
    const paint = new Painter({ color: true, symbols: true });
    for (const part of BUSY) {
      assertInProportion(part, 48_000, {
        run: (text) =>
          renderTerminal({ kind: "said", from: "Bob", text }, {
            ...{ paint, columns: 80, time: "12:03" },
          }),
      });
    }
  },
});
