import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  MAX_KEY_LENGTH,
  RoomKey,
  RoomKeyError,
} from "../../lib/secure/room_key.ts";

const pure = { permissions: "none" } as const;
const read = (typed: string) =>
  new TextDecoder().decode(new RoomKey(typed).bytes);

Deno.test({
  ...pure,
  name: "RoomKey takes every spelling of a spoken key for the same",
  fn() {
    const spellings = [
      "blue horse",
      "Blue Horse",
      "BLUE  HORSE",
      "\tblue \u3000 horse\r\n",
      "\ufeffblue\u00a0horse",
      "blue\u200b ho\u00adrse",
      "ｂｌｕｅ ｈｏｒｓｅ",
    ];
    for (const typed of spellings) assertEquals(read(typed), "blue horse");
    const same = [
      ["Café", "CAFE\u0301"],
      ["Straße", "STRASSE"],
      ["STRAẞE", "straße"],
      ["ΟΔΟΣ", "οδος"],
      ["ﬁnd", "FIND"],
      ["❤️", "❤"],
    ];
    for (const [one, two] of same) assertEquals(read(one!), read(two!));
  },
});

Deno.test({
  ...pure,
  name: "RoomKey keeps everything else apart",
  fn() {
    const keys = [
      "bluehorse",
      "blue horse",
      "blue-horse",
      "blu horse",
      "blüe horse",
    ];
    assertEquals(new Set(keys.map(read)).size, keys.length);
    assertEquals(read("a_B-c.1!"), "a_b-c.1!");
  },
});

Deno.test({
  ...pure,
  name: "RoomKey refuses what cannot be a key, and says why",
  fn() {
    const refuses = (typed: string, why: string) =>
      assertThrows(() => new RoomKey(typed), RoomKeyError, why);
    for (const empty of ["", "  \n", "\u200b\ufeff"]) {
      refuses(empty, "is empty");
    }
    refuses("x".repeat(MAX_KEY_LENGTH + 1), "too long: at most 200");
    refuses(`x${" ".repeat(2_000)}`, "too long");
    refuses("\ufdfa".repeat(MAX_KEY_LENGTH), "too long");
    refuses("a\u0000b", "control character");
    refuses("a\u001b[2Jb", "control character");
    refuses("a\ud800b", "half a character");
    assertEquals(read("x".repeat(MAX_KEY_LENGTH)).length, MAX_KEY_LENGTH);
    assertEquals(read(`x${" ".repeat(1_999)}`), "x");
  },
});

Deno.test({
  ...pure,
  name: "RoomKey reads its own text as the same key, whatever was typed",
  fn() {
    const typed = fc.string({ unit: "binary", minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(typed, (typed) => {
        let key: string;
        try {
          key = read(typed);
        } catch (error) {
          assert(error instanceof RoomKeyError);
          return;
        }
        assertEquals(read(key), key);
        assertEquals(read(typed.toUpperCase()), key);
        assertEquals(read(typed.normalize("NFD")), key);
        assertEquals(read(` ${typed}\n`), key);
      }),
      { numRuns: 1_000 },
    );
  },
});

Deno.test({
  ...pure,
  name: "RoomKey shows its text in no log",
  fn() {
    const key = new RoomKey("blue horse");
    for (
      const shown of [`${key}`, JSON.stringify({ key }), Deno.inspect({ key })]
    ) {
      assertEquals(/blue|horse|98/.test(shown), false, shown);
    }
  },
});
