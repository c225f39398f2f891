import { assertEquals } from "@std/assert";
import { display, displayLines, quote } from "../lib/display.ts";
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
  name:
    "display() keeps a flag of one to six tags, and shows the tags of any other",
  permissions: "none",
  fn() {
    const flag = (tags: string) => `\u{1f3f4}${tags}\u{e007f}`;
    const tag = "\u{e0067}";
    for (const count of [1, 6]) {
      assertEquals(display(flag(tag.repeat(count))), flag(tag.repeat(count)));
    }
    for (const count of [0, 7]) {
      assertEquals(
        display(flag(tag.repeat(count))),
        "\u{1f3f4}" + "\\u{e0067}".repeat(count) + "\\u{e007f}",
      );
    }
  },
});

Deno.test({
  name: "display() keeps invisible characters that a script needs",
  permissions: "none",
  fn() {
    const kept = {
      persian: "می\u200cخواهم خانه\u200cها",
      "persian, with a mark": "مَ\u200cن",
      arabic: "ه\u200dا",
      syriac: "ܒ\u200cܓ",
      nko: "ߒ\u200dߞ",
      mongolian: "ᠮᠣᠩ\u180bᠭᠣᠯ\u180eᠠ",
      hindi: "क्\u200dष क्\u200cष",
      bengali: "র\u200d্য ক্\u200cষ",
      sinhala: "ශ්\u200dරී",
      malayalam: "അവന്\u200d ന്\u200d",
      kannada: "ರ\u200d್ಕ",
      telugu: "క్\u200cష",
      khmer: "ជំរាប\u200bសួរ ប\u200c៊",
      burmese: "မြန်မာ\u200bဘာသာ",
      thai: "สวัสดี\u200bครับ",
      "arabic number sign": "\u0600١",
      emoji: "👩\u200d❤\ufe0f\u200d👨 ❤\ufe0f ☺\ufe0e 1\ufe0f\u20e3 👨🏿\u200d🦰",
      kanji: "葛\u{e0100}",
      mathematics: "∩\ufe00 0\ufe00",
      tibetan: "ཧྐྵྨླྺྼྻྂ",
    };
    for (const [script, text] of Object.entries(kept)) {
      assertEquals(display(text), text, script);
    }
  },
});

Deno.test({
  name: "display() shows invisible characters where no script uses them",
  permissions: "none",
  fn() {
    const cases: [foreign: string, shown: string][] = [
      ["a\u200cb", "a\\u{200c}b"],
      ["\u200d", "\\u{200d}"],
      ["ب\u200c", "ب\\u{200c}"],
      ["ب\u200ca", "ب\\u{200c}a"],
      ["ب\u200c\u200cب", "ب\\u{200c}\\u{200c}ب"],
      ["क\u200dष", "क\\u{200d}ष"],
      ["क्\u200d\u200dष", "क्\u200d\\u{200d}ष"],
      ["👩\u200da", "👩\\u{200d}a"],
      ["👩\u200d\u200d👩", "👩\\u{200d}\\u{200d}👩"],
      ["👩\u200c👩", "👩\\u{200c}👩"],
      ["שׁ\u200dש", "שׁ\\u{200d}ש"],
      ["a\ufe0f", "a\\u{fe0f}"],
      ["❤\ufe0f\ufe0f", "❤\ufe0f\\u{fe0f}"],
      ["a\u{e0100}", "a\\u{e0100}"],
      ["a\u180b", "a\\u{180b}"],
      ["a\u200bb", "a\\u{200b}b"],
      ["ก\u200b\u200bก", "ก\\u{200b}\\u{200b}ก"],
      ["a\u{e0001}", "a\\u{e0001}"],
    ];
    for (const [foreign, shown] of cases) {
      assertEquals(display(foreign), shown);
      assertEquals(display(shown), shown);
    }
  },
});

Deno.test({
  name: "display() shows marks that would cover the rows around",
  permissions: "none",
  fn() {
    const marks = "\u0301".repeat(16);
    assertEquals(display(`a${marks}b`), `a${marks}b`);
    assertEquals(
      display(`a${marks}\u0302\u0303b`),
      `a${marks}\\u{302}\\u{303}b`,
    );
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
  name: "display() returns no control characters for any input",
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
  name: "quote() keeps a text on one line and inside its quotation marks",
  permissions: "none",
  fn() {
    assertEquals(quote(""), '""');
    assertEquals(quote('say "hi"'), '"say \\"hi\\""');
    assertEquals(quote("\\"), '"\\\\"');
    assertEquals(quote('a"\r\n2026 #1 forged'), '"a\\"\\r\\n2026 #1 forged"');
    // A typed escape does not look like a generated one.
    assertEquals(quote("\\n"), '"\\\\n"');
    assertEquals(quote("\n"), '"\\n"');
  },
});

Deno.test({
  name: "displayLines() makes each line harmless",
  permissions: "none",
  fn() {
    assertEquals(displayLines("a\r\n\x1b[2J\n\nb\rc"), [
      ...["a", "\\x1b[2J", "", "b\\rc"],
    ]);
  },
});
