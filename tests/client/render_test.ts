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
      [problem("Not done"), "Not done"],
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
  name: "renderTerminal() wraps under the text and keeps links whole",
  permissions: "none",
  fn() {
    const link = "https://example.org/a/long/link/that/is/wider/than/all";
    const shown = rendered(
      said(`one two three four five ${link} six`),
      { style: PLAIN, columns: 36, time: "12:03" },
    );
    assertEquals(shown.split("\n"), [
      "12:03 Bob: one two three four five",
      `           ${link}`,
      "           six",
    ]);
    const narrow = rendered(
      said("one two three four five six", "Somebody-with-a-long-name"),
      { style: PLAIN, columns: 40, time: "12:03" },
    );
    assertEquals(narrow.split("\n"), [
      "12:03 Somebody-with-a-long-name: one",
      "    two three four five six",
    ]);
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
    const plain = rendered(said("שלום"), { ...options, style: PLAIN });
    assertEquals(plain, "12:03 Bob: שלום");
  },
});

Deno.test({
  name: "renderTerminal() says nothing by colour alone",
  permissions: "none",
  fn() {
    for (const line of everyKind("hello 你好 🙂")) {
      const options = { columns: 30, time: "12:03" };
      const rich = rendered(line, { ...options, style: RICH });
      const plain = rendered(line, { ...options, style: PLAIN });
      assertEquals(stripAnsiCode(rich), plain);
      // The library paints nothing where NO_COLOR is set.
      if (line.kind !== "answer" && !Deno.noColor) assertNotEquals(rich, plain);
    }
  },
});
