import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ChatError } from "../../lib/chat_error.ts";
import { TakenNames } from "../../lib/chat/taken_names.ts";
import {
  lookKeys,
  MAX_NAME_LENGTH,
  nameKey,
  normalizeName,
  userNameProblem,
} from "../../lib/names.ts";

/** Letters that look like others, and characters that make trouble beside them. */
const LETTERS = Array.from(
  "abBoO0lI1imrnMTНВТоаеіӏѕАВЕО.'-_é́̇٠١۱০২กุ่张ーロ口ʼ’ß",
);

const NAME = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...LETTERS) },
    fc.constantFrom("COM", "LPT", "me", "Bob", "2", "\u200c", "\u200d"),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
  ),
  { minLength: 1, maxLength: 12 },
).map((letters) => normalizeName(letters.join("")))
  .filter((name) => userNameProblem(name) === undefined);

/** Returns the refusal that `holder` gets for a name, if any. */
function refusal(names: TakenNames<number>, name: string, holder?: number) {
  try {
    names.checkFree(name, { holder });
  } catch (error) {
    if (!(error instanceof ChatError)) throw error;
    return { words: error.message, suggestion: error.suggestion };
  }
}

Deno.test({
  name: "TakenNames.checkFree() refuses a name that looks like a taken one",
  permissions: "none",
  fn() {
    const names = new TakenNames<number>();
    const cases: [taken: string, alike: string[], free: string[]][] = [
      ["Mike", ["Mi\u0307ke", "MIKE", "mıke", "Ｍike"], ["Miko", "Míke"]],
      ["Alice", ["AIice", "ALlCE", "A1ice", "Аӏісе"], ["Alicia", "Alicé"]],
      ["Bob", ["B0b", "BOB", "Вов", "ВОВ"], ["Bobo", "Rob"]],
      ["Lan", ["LAN", "lan"], ["Ian", "IAN"]],
      ["Ali", ["ALI", "aIi"], ["All", "ALL", "AII"]],
      ["Nell", ["NeII", "NELL"], ["Neil", "NEIL"]],
      ["Tom", ["Том", "T0m", "Torn", "TOM"], ["Toni"]],
      ["O'Brien", ["O’Brien", "OʼBrien", "o‘brien"], ["OBrien"]],
      ["نیک‌نام", ["نیکنام"], ["نام"]],
      ["สมชาย", [], ["สมชา"]],
      ["Ünal", ["ÜnaI"], ["Unal"]],
    ];
    for (const [at, [taken, alike, free]] of cases.entries()) {
      names.checkFree(taken);
      names.take(taken, at);
      for (const name of alike) {
        const words = refusal(names, normalizeName(name))?.words ?? "";
        assert(/is in use: choose another$/.test(words), `${name}: ${words}`);
        assertEquals(refusal(names, normalizeName(name), at), undefined);
      }
      for (const name of free) assertEquals(refusal(names, name), undefined);
    }
    assertEquals(refusal(names, "BOB"), {
      words: "The name Bob is in use: choose another",
      suggestion: "BOB2",
    });
    assertEquals(refusal(names, "B0b"), {
      words: "The name B0b looks like Bob, which is in use: choose another",
      suggestion: "B0b2",
    });
  },
});

Deno.test({
  name: "TakenNames.release() frees all looks of a name, and nobody else's",
  permissions: "none",
  fn() {
    const names = new TakenNames<number>();
    names.take("AIice", 1);
    names.release("AIice", 2);
    assert(refusal(names, "Alice") !== undefined);
    names.release("AIice", 1);
    for (const name of ["AIice", "Alice", "aiice"]) names.checkFree(name);
  },
});

Deno.test({
  name: "TakenNames never holds two names that look alike",
  permissions: "none",
  fn() {
    fc.assert(
      fc.property(fc.array(NAME, { maxLength: 30 }), (wanted) => {
        const names = new TakenNames<number>();
        const here: string[] = [];
        for (const name of wanted) {
          const refused = refusal(names, name);
          const alike = here.some((other) =>
            lookKeys(other).some((look) => lookKeys(name).includes(look))
          );
          assertEquals(refused !== undefined, alike, name);
          if (refused === undefined) {
            names.take(name, here.length);
            here.push(name);
            continue;
          }
          // The suggested name is free, and is taken at once.
          const suggestion = refused.suggestion as string;
          assertEquals(userNameProblem(suggestion), undefined, suggestion);
          names.checkFree(suggestion);
          names.take(suggestion, here.length);
          here.push(suggestion);
        }
        assertEquals(new Set(here.map(nameKey)).size, here.length);
      }),
      { numRuns: 500, seed: 17 },
    );
  },
});

Deno.test({
  name:
    "lookKeys() does little work for a name, and none for a long hostile text",
  permissions: "none",
  fn() {
    // Each letter becomes at most 18, and a longer text is not processed.
    for (const letter of ["ﷺ", "㎯", "m", "\u0301", "\u{1d15e}", "ΐ", "가"]) {
      const name = normalizeName(letter.repeat(MAX_NAME_LENGTH * 2));
      for (const look of lookKeys(name)) {
        assert(look.length <= 18 * 2 * name.length, letter);
      }
      const long = letter.repeat(4_000);
      assertEquals(normalizeName(long), long);
      assertEquals(lookKeys(long).length, 1);
    }
  },
});
