import { assertEquals } from "@std/assert";
import {
  columnBound,
  columnBoundOf,
  textBound,
} from "../../lib/terminal/column_bound.ts";

const isWindows = Deno.build.os === "windows";

const bound = (character: string) => columnBound(character.codePointAt(0)!);

Deno.test({
  name: "columnBound() is the most columns of any common terminal",
  permissions: "none",
  fn() {
    type Columns = readonly [usual: number, eastAsian: number, classic: number];
    const cases: [character: string, columns: Columns][] = [
      ...[..."a~\x9f"].map((each): [string, Columns] => [each, [1, 1, 1]]),
      ...[..."éЖжÀʯΑҁ"].map((each): [string, Columns] => [each, [1, 2, 1]]),
      ...[..."\xa0ʰ\u0390҂Ҋא"].map((e): [string, Columns] => [e, [1, 1, 1]]),
      ...[..."±→“🄀"].map((each): [string, Columns] => [
        each,
        [1, 2, each.length],
      ]),
      ...[..."你한あ（"].map((each): [string, Columns] => [each, [2, 2, 2]]),
      ...[..."🙂👍🇩☺©"].map((each): [string, Columns] => [each, [2, 2, 2]]),
      ["\ue000", [2, 2, 2]],
      ["\u0378", [2, 2, 2]],
      ["\ufe0f", [1, 1, 1]],
      ["\u20e3", [1, 1, 1]],
      ["\u0301", [0, 0, 1]],
      ["\u200d", [0, 0, 1]],
      ["\u{e0061}", [0, 0, 2]],
      ["\u1160", [1, 1, 1]],
      ["\u3164", [2, 2, 2]],
      ["𝒜", [1, 1, 2]],
    ];
    const kinds = [
      { isEastAsian: false, isClassicConsole: false },
      { isEastAsian: true, isClassicConsole: false },
      { isEastAsian: false, isClassicConsole: true },
    ].map((kind) => columnBoundOf(kind));
    for (const [character, columns] of cases) {
      const code = character.codePointAt(0)!;
      const found = kinds.map((boundOf) => boundOf(code));
      assertEquals(found, [...columns], `U+${code.toString(16)}`);
    }
  },
});

Deno.test({
  name: "columnBound() knows the console of this system and its language",
  permissions: "none",
  fn() {
    assertEquals(bound("\u0301"), isWindows ? 1 : 0);
    const isEastAsian = ["ja", "ko", "zh"].includes(
      navigator.language.split("-")[0]!,
    );
    assertEquals(bound("é"), isEastAsian ? 2 : 1);
  },
});

Deno.test({
  name: "textBound() adds up the bounds of all characters",
  permissions: "none",
  fn() {
    assertEquals(textBound(""), 0);
    assertEquals(textBound("a你🙂"), 5);
    assertEquals(textBound("e\u0301"), isWindows ? 2 : 1);
  },
});
