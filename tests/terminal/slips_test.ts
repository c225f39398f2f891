import { assertEquals } from "@std/assert";
import {
  MAX_SLIPS,
  nearest,
  slipFor,
  slipsAllowed,
  slipsBetween,
} from "../../lib/terminal/slips.ts";

Deno.test({
  name: "nearest() finds the intended word, and nothing if no word is near",
  permissions: "none",
  fn() {
    const names = ["Ann", "Bob", "Robert", "Roberta"];
    const cases: [wanted: string, found: string | undefined][] = [
      ["Bbo", "Bob"],
      ["bob", "Bob"],
      ["Rob", "Robert"],
      ["Robret", "Robert"],
      ["Robeta", "Roberta"],
      ["Zoe", undefined],
      ["Anne", "Ann"],
      ["Roland", undefined],
    ];
    for (const [wanted, found] of cases) {
      assertEquals(nearest(wanted, names), found, wanted);
    }
    assertEquals(nearest("Ann", []), undefined);
  },
});

Deno.test({
  name: "slipsBetween() counts letters added, dropped, replaced and swapped",
  permissions: "none",
  fn() {
    const cases: [typed: string, name: string, slips: number][] = [
      ["users", "users", 0],
      ["useers", "users", 1],
      ["uers", "users", 1],
      ["usars", "users", 1],
      ["uesrs", "users", 1],
      ["", "to", 2],
      ["clear", "leave", 3],
      ["a\u{1f984}b", "ab", 1],
    ];
    for (const [typed, name, slips] of cases) {
      assertEquals(slipsBetween(typed, name, 9), slips, typed);
    }
    assertEquals(slipsBetween("x".repeat(100_000), "users", 2), 3);
  },
});

Deno.test({
  name: "slipsBetween() counts up to the requested maximum",
  permissions: "none",
  fn() {
    const counted = [0, 1, 2, 3, 4].map((most) =>
      slipsBetween("abcd", "wxyz", most) > most
    );
    assertEquals(counted, [true, true, true, true, false]);
    assertEquals(slipsBetween("abc", "abcde", 1), 2, "by length alone");
    assertEquals(slipsBetween("abc", "abcde", 2), 2);
  },
});

Deno.test({
  name: "slipsAllowed() is one in five letters, and two in six",
  permissions: "none",
  fn() {
    const allowed = ["a", "users", "cancel", "downloads"].map(slipsAllowed);
    assertEquals(allowed, [1, 1, 2, 2]);
    assertEquals(MAX_SLIPS, 2);
  },
});

Deno.test({
  name:
    "slipFor() considers words of two or more letters, and takes the first of equals",
  permissions: "none",
  fn() {
    const cases: [typed: string, names: string[], found?: string][] = [
      ["o", ["to"]],
      ["ot", ["to"], "to"],
      ["to", ["o"]],
      ["bat", ["ban", "bad"], "ban"],
      ["bat", ["bad", "ban"], "bad"],
      ["usesr", ["usurp", "users"], "users"],
      ["usxxs", ["users"]],
      ["canxxl", ["cancel"], "cancel"],
      ["caxxxl", ["cancel"]],
      ["bob", ["BOB"], "BOB"],
    ];
    for (const [typed, names, found] of cases) {
      assertEquals(slipFor(typed, names), found, `${typed} ${names}`);
    }
  },
});
