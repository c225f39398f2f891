import { assertEquals } from "@std/assert";
import { display, quote } from "../lib/display.ts";
import { Random } from "./testing.ts";

Deno.test({
  name: "display() makes visible whatever could act on a screen",
  permissions: "none",
  fn() {
    const cases: [foreign: string, shown: string][] = [
      ["\x1b[2J", "\\x1b[2J"],
      ["\x1b]0;title\x07", "\\x1b]0;title\\x07"],
      ["a\rb", "a\\rb"],
      ["a\nb", "a\\nb"],
      ["a\tb", "a\\tb"],
      ["\0\b\v\f", "\\x00\\x08\\x0b\\x0c"],
      ["\x7f", "\\x7f"],
      ["\x9b31m", "\\x9b31m"],
      ["\x85", "\\x85"],
      ["\u2028\u2029", "\\u{2028}\\u{2029}"],
      ["\u202egnp.exe", "\\u{202e}gnp.exe"],
      ["\u2066\u2069\u200e\u061c", "\\u{2066}\\u{2069}\\u{200e}\\u{61c}"],
      ["a\u200bb\u200cc\ufeff", "a\\u{200b}b\\u{200c}c\\u{feff}"],
      ["a\u200db", "a\\u{200d}b"],
      ["a\u00ad\u2060\u3164", "a\\xad\\u{2060}\\u{3164}"],
      ["\ud800", "\\u{d800}"],
      ["\udc00a", "\\u{dc00}a"],
      ["\u{e0001}", "\\u{e0001}"],
    ];
    for (const [foreign, shown] of cases) assertEquals(display(foreign), shown);
  },
});

Deno.test({
  name: "display() keeps everything else, accents and emoji included",
  permissions: "none",
  fn() {
    const kept = [
      "",
      "plain ~ text!",
      "\\x1b",
      "é e\u0301 ß 你好 こんにちは 한국어 العربية עברית हिन्दी",
      "🦄",
      "👨\u200d👩\u200d👧\u200d👦",
      "👩🏽\u200d🚀",
      "🏳\ufe0f\u200d🌈",
      "❤\ufe0f\u200d🔥",
      "🇩🇪",
      "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
      "1\ufe0f\u20e3",
      "a\u00a0b",
    ];
    for (const text of kept) assertEquals(display(text), text);
  },
});

Deno.test({
  name: "display() shows all of a text hidden in tag characters",
  permissions: "none",
  fn() {
    assertEquals(
      display("a\u{e0068}\u{e0069}\u{e0021}"),
      "a\\u{e0068}\\u{e0069}\\u{e0021}",
    );
    const hidden = "\u{e0061}".repeat(50);
    assertEquals(display(`🏴${hidden}`).match(/\\u\{e0061\}/g)?.length, 50);
  },
});

Deno.test({
  name: "display() leaves nothing that acts, whatever it is given",
  permissions: "none",
  fn() {
    const random = new Random(2);
    const parts =
      "\x1b \r \n \x9b \x07 \u202e \u200d \u200b \ud83e \udd84 🏴 \u{e0041} \u{e007f} 👩 🏽 \ufe0f a"
        .split(" ");
    for (let round = 0; round < 20_000; round++) {
      const text = Array.from({ length: 6 }, () => random.pick(parts)).join("");
      const shown = display(text);
      assertEquals(
        /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\u200b]/u.test(shown),
        false,
      );
      assertEquals(shown.isWellFormed(), true);
      assertEquals(display(shown), shown);
    }
  },
});

Deno.test({
  name: "quote() keeps a text on one line and between its quotation marks",
  permissions: "none",
  fn() {
    assertEquals(quote(""), '""');
    assertEquals(quote('say "hi"'), '"say \\"hi\\""');
    assertEquals(quote("\\"), '"\\\\"');
    assertEquals(quote('a"\r\n2026 #1 forged'), '"a\\"\\r\\n2026 #1 forged"');
    // An escape that was typed does not look like one that was made.
    assertEquals(quote("\\n"), '"\\\\n"');
    assertEquals(quote("\n"), '"\\n"');
  },
});
