import { stripAnsiCode } from "@std/fmt/colors";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  type RenderOptions,
  renderPlain,
  renderTerminal,
} from "../../lib/client/render.ts";
import { answer, type Line, problem } from "../../lib/client/view.ts";
import { Painter } from "../../lib/terminal/style.ts";

const PLAIN = { color: false, symbols: false };
const RICH = { color: true, symbols: true };

type Look = Omit<RenderOptions, "paint"> & { readonly style: typeof PLAIN };

/** All rows of a line, with line breaks between them. */
function rendered(line: Line, { style, ...options }: Look): string {
  const paint = new Painter(style);
  return renderTerminal(line, { ...options, paint }).rows.join("\n");
}

const said = (text: string, from = "Bob"): Line => ({
  kind: "said",
  from,
  text,
});

/** One line of every kind, with the same text. */
function everyKind(text: string): Line[] {
  return [
    said(text, text),
    { kind: "told", from: text, text },
    { kind: "own", from: "Ann", to: text, text },
    { kind: "own", from: "Ann", to: undefined, text },
    { kind: "event", text },
    answer(text),
    problem(text),
  ];
}

Deno.test({
  name: "renderTerminal() shows time, name, mark and text",
  permissions: "none",
  fn() {
    const options = { style: PLAIN, columns: 80, time: "12:03" };
    const lines: [Line, string][] = [
      [said("hi"), "12:03 Bob: hi"],
      [{ kind: "told", from: "Bob", text: "hi" }, "12:03 Bob (private): hi"],
      [
        { kind: "own", from: "Ann", to: undefined, text: "hi" },
        "12:03 Ann (you): hi",
      ],
      [
        { kind: "own", from: "Ann", to: "Bob", text: "hi" },
        "12:03 Ann (you) to Bob: hi",
      ],
      [{ kind: "event", text: "Bob has joined" }, "12:03 Bob has joined"],
      [
        { ...said("hi"), past: { mark: "late", at: new Date(0) } } as Line,
        "12:03 Bob (late): hi",
      ],
      [answer("  1  a.txt"), "  1  a.txt"],
      [problem("Not done"), "! Not done"],
      [{ ...said("hi Ann"), mentions: true } as Line, "12:03 >> Bob: hi Ann"],
      [
        said("Ten minutes left", "server"),
        "12:03 *** server: Ten minutes left",
      ],
    ];
    for (const [line, shown] of lines) {
      assertEquals(rendered(line, options), shown);
    }
    assertEquals(
      rendered(said("hi"), { style: PLAIN, columns: 80 }),
      "Bob: hi",
    );
  },
});

Deno.test({
  name: "renderTerminal() wraps under the text, and breaks links itself",
  permissions: "none",
  fn() {
    const link = "https://example.org/a/long/link/that/is/wider/than/all";
    const shown = rendered(
      said(`one two three four five ${link}, six`),
      { style: PLAIN, columns: 36, time: "12:03" },
    );
    assertEquals(shown.split("\n").map((row) => row.trimEnd()), [
      "12:03 Bob: one two three four five",
      "           https://example.org/a/lo",
      "           ng/link/that/is/wider/th",
      "           an/all, six",
    ]);
    const narrow = rendered(
      said("one two three four five six", "Somebody-with-a-long-name"),
      { style: PLAIN, columns: 40, time: "12:03" },
    );
    assertEquals(narrow.split("\n").map((row) => row.trimEnd()), [
      "12:03 Somebody-with-a-long-name: one",
      "    two three four five six",
    ]);
    // Under the text where it gets 24 columns; otherwise a third of the window at most.
    const indents = { 36: 11, 35: 4, 13: 4, 12: 4, 10: 4, 9: 3, 7: 3, 6: 2 };
    for (const [width, indent] of Object.entries(indents)) {
      const columns = Number(width);
      const rows = rendered(said("aa bb cc dd ee ff gg hh ii", "Bob"), {
        ...{ style: PLAIN, columns, time: "12:03" },
      }).split("\n");
      assertEquals(rows.at(-1)!.search(/\S/), indent, `${columns} columns`);
    }
  },
});

Deno.test({
  name:
    "renderTerminal() indents what an answer, a problem or an event goes on with",
  permissions: "none",
  fn() {
    const text = "one two three four five six seven";
    const rows = (line: Line, style = RICH) =>
      stripAnsiCode(rendered(line, { style, columns: 20 })).split("\n")
        .map((row) => row.trimEnd());
    const hanging = ["one two three four", "  five six seven"];
    assertEquals(rows(answer(text)), hanging);
    assertEquals(rows(problem(text)), hanging);
    assertEquals(rows({ kind: "event", text }), hanging);
    assertEquals(rows(problem(text), PLAIN), [
      "! one two three",
      "  four five six",
      "  seven",
    ]);
    assertEquals(rows(answer(`  ${text}`)), [
      "  one two three",
      "    four five six",
      "    seven",
    ]);
  },
});

Deno.test({
  name: "renderTerminal() shows tabs as columns of 8, a pipe and a name as \\t",
  permissions: "none",
  fn() {
    const text = "a\tb\n\tif x:\tdone";
    assertEquals(
      rendered(said(text), { style: PLAIN, columns: 80 }).split("\n"),
      ["Bob: a       b", "             if x:   done"],
    );
    assertEquals(renderPlain(said(text)), "Bob: a\\tb\\n\\tif x:\\tdone");
    assertEquals(
      rendered(said("hi", "a\tb"), { style: PLAIN, columns: 80 }),
      "a\\tb: hi",
    );
  },
});

Deno.test({
  name:
    "renderTerminal() makes at most as many rows as it may, and counts the rest",
  permissions: "none",
  fn() {
    const paint = new Painter(PLAIN);
    const cases: [text: string, columns: number, all: number][] = [
      ["\n".repeat(24_500), 80, 24_501],
      // 74 columns for eight characters each: \\u{202e}
      ["\u202e".repeat(16_000), 80, 16_000 * 8 / 74],
      ["word ".repeat(1000), 80, 67],
      [`${"x".repeat(30)}\n`.repeat(100), 20, 202],
    ];
    for (const [text, columns, all] of cases) {
      const options = { paint, columns, maxRows: 20 };
      const { rows, hidden } = renderTerminal(said(text), options);
      assertEquals(rows.length, 20);
      assertEquals(rows.length + hidden, Math.ceil(all));
      const whole = renderTerminal(said(text), { paint, columns });
      assertEquals(whole.hidden, 0);
      assertEquals(whole.rows.length, Math.ceil(all));
      assertEquals(whole.rows.slice(0, 20), rows);
    }
  },
});

Deno.test({
  name: "renderTerminal() keeps the lines of a text, indented",
  permissions: "none",
  fn() {
    const text = "first\n  second\r\nBob has left";
    const shown = rendered(said(text), { style: PLAIN, columns: 80 });
    assertEquals(shown, "Bob: first\n       second\n     Bob has left");
    assertEquals(
      renderPlain(said(text)),
      "Bob: first\\n  second\\r\\nBob has left",
    );
  },
});

Deno.test({
  name: "no foreign text acts on the screen, whatever the line",
  permissions: "none",
  fn() {
    const bad = "\x1b[2J\r\x07\x9b\u202e\u200b";
    const shown = "\\x1b[2J\\r\\x07\\x9b\\u{202e}\\u{200b}";
    for (const line of everyKind(bad)) {
      for (const style of [PLAIN, RICH]) {
        const options = { style, columns: 80, time: "12:03" };
        const text = stripAnsiCode(rendered(line, options));
        assert(text.includes(shown), text);
        // deno-lint-ignore no-control-regex -- control characters are what it looks for
        assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u200b]/.test(text), text);
      }
      const plain = renderPlain(line);
      assert(plain === undefined || plain.includes(shown), plain);
    }
  },
});

Deno.test({
  name: "renderTerminal() keeps right-to-left text inside its line",
  permissions: "none",
  fn() {
    const options = { columns: 80, time: "12:03" };
    const rich = rendered(said("שלום"), { ...options, style: RICH });
    assert(stripAnsiCode(rich).endsWith(": \u2068שלום\u2069"));
    const plain = rendered(said("שלום", "שרה"), { ...options, style: PLAIN });
    assertEquals(plain, "12:03 \u2068שרה\u2069: \u2068שלום\u2069");
  },
});

Deno.test({
  name:
    "renderTerminal() says nothing by colour alone: without it signs stand there",
  permissions: "none",
  fn() {
    const sign = /(?<=^(?:12:03 )?)(?:>> |! )/;
    const lines = [
      ...everyKind("hello 你好 🙂"),
      { ...said("hello Ann"), mentions: true } as Line,
    ];
    const shown = lines.map((line) => {
      const options = { columns: 80, time: "12:03" };
      const rich = rendered(line, { ...options, style: RICH });
      const plain = rendered(line, { ...options, style: PLAIN });
      assertEquals(stripAnsiCode(rich), plain.replace(sign, ""));
      // The library paints nothing where NO_COLOR is set.
      if (!Deno.noColor) assertNotEquals(rich, plain);
      return plain;
    });
    assertEquals(shown.filter((row) => sign.test(row)).length, 2);
    assertEquals(new Set(shown).size, lines.length);
  },
});

Deno.test({
  name:
    "the operator's line is no member's line, in colours, without them, in a pipe",
  permissions: "none",
  fn() {
    const operator = said("stop", "server");
    const member = said("*** server: stop", "Bob");
    const options = { columns: 80, time: "12:03" };
    for (const style of [PLAIN, RICH]) {
      const row = stripAnsiCode(rendered(operator, { ...options, style }));
      assertEquals(row, "12:03 *** server: stop");
      const other = stripAnsiCode(rendered(member, { ...options, style }));
      assertEquals(other, "12:03 Bob: *** server: stop");
    }
    assertEquals(renderPlain(operator), "server: stop");
  },
});
