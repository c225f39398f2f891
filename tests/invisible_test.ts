import { assertEquals } from "@std/assert";
import { joins, selects, separates, shapes } from "../lib/invisible.ts";

const ZWJ = "\u200d";
const ZWNJ = "\u200c";
const ZWSP = "\u200b";

/** A text in which `|` stands for the character in question. */
type Row = readonly [text: string, character: string, expected: boolean];

/** Applies `rule` to the character that `|` stands for. */
function check(
  rule: (text: string, at: number) => boolean,
  rows: readonly Row[],
): void {
  for (const [text, character, expected] of rows) {
    const at = text.indexOf("|");
    const whole = text.replace("|", character);
    const codes = Array.from(whole, (c) => c.codePointAt(0)!.toString(16));
    assertEquals(rule(whole, at), expected, codes.join(" "));
  }
}

Deno.test({
  name: "joins() knows the joiners that scripts and emoji use",
  permissions: "none",
  fn() {
    check(joins, [
      ["\u0645\u06cc|\u062e", ZWNJ, true], // Persian, between letters.
      ["\u0645|a", ZWNJ, false],
      ["\u0645|", ZWNJ, false],
      ["|\u0645", ZWNJ, false],
      [`\u0645${ZWNJ}|\u0645`, ZWNJ, false], // A second one.
      ["\u0915\u094d|\u0937", ZWJ, true], // After a virama.
      ["\u0915\u094d|", ZWJ, true],
      ["\u0915|\u094d", ZWJ, true], // Before one.
      ["\u0915|\u0937", ZWJ, false],
      ["\u{1f469}|\u{1f680}", ZWJ, true], // An astronaut.
      ["\u{1f469}\u{1f3fd}|\u{1f680}", ZWJ, true], // With a skin tone.
      ["\u2764\ufe0f|\u{1f525}", ZWJ, true], // With a selector.
      ["\u{1f469}|\u{1f680}", ZWNJ, false],
      ["\u{1f469}|a", ZWJ, false],
      ["a|\u{1f680}", ZWJ, false],
      ["a\ufe0f|\u{1f680}", ZWJ, false],
      ["a|b", ZWJ, false],
      ["a|b", "x", false],
    ]);
  },
});

Deno.test({
  name: "shapes() knows the joiners that change how a name looks",
  permissions: "none",
  fn() {
    check(shapes, [
      ["\u0645\u06cc|\u062e", ZWNJ, true],
      ["\u0645|\u062e", ZWJ, false], // These letters join anyway.
      ["\u0915\u094d|\u0937", ZWJ, true],
      ["\u0915\u094d|\u0937", ZWNJ, true],
      ["\u0915\u094d|", ZWNJ, false], // Nothing to separate it from.
      ["\u0915\u094d|", ZWJ, true],
      ["\u0915\u094d|\u093f", ZWJ, false], // Before a vowel sign.
      ["\u{1f469}|\u{1f680}", ZWJ, false], // No letters.
      ["a|b", ZWNJ, false],
    ]);
  },
});

Deno.test({
  name: "selects() knows the selectors of the preceding character",
  permissions: "none",
  fn() {
    check(selects, [
      ["\u2764|", "\ufe0f", true],
      ["\u2764|", "\ufe0e", true],
      ["1|", "\ufe0f", true], // A keycap.
      ["a|", "\ufe0f", false],
      ["|", "\ufe0f", false],
      ["\u{1f1e9}|", "\ufe0f", false], // A letter of a flag.
      ["0|", "\ufe00", true], // A slashed zero.
      ["1|", "\ufe00", false],
      ["\u2268|", "\ufe06", true],
      ["\u2268|", "\ufe07", false],
      ["\u845b|", "\u{e0100}", true], // A variant of a Han character.
      ["\u845b|", "\u{e01ef}", true],
      ["\u845b|", "\u{e01f0}", false],
      ["a|", "\u{e0100}", false],
      ["\u1820|", "\u180b", true], // Mongolian.
      ["\u1820|", "\u180f", true],
      ["a|", "\u180b", false],
      ["\u1820|", "\u180a", false],
    ]);
  },
});

Deno.test({
  name: "separates() knows the invisible spaces between words",
  permissions: "none",
  fn() {
    check(separates, [
      ["\u0e01|\u0e02", ZWSP, true], // Thai.
      ["\u1780|\u1780", ZWSP, true], // Khmer.
      ["\u0e01|a", ZWSP, false],
      ["a|\u0e01", ZWSP, false],
      ["\u0e01|", ZWSP, false],
      ["\u0e01|\u0e02", ZWJ, false],
    ]);
  },
});
