import { assertEquals } from "@std/assert";
import {
  nearest,
  slipsBetween,
  unknownCommand,
} from "../../lib/terminal/command_line.ts";

Deno.test({
  name: "nearest() finds what was meant, and nothing where nothing is near",
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
  name:
    "unknownCommand() suggests what is one slip away, two from six letters on",
  permissions: "none",
  fn() {
    const names = ["all", "to", "users", "files", "cancel", "reply", "quiet"];
    const suggested = (wanted: string) =>
      /mean \/(\w+)/.exec(unknownCommand(wanted, names))?.[1];
    const cases: [wanted: string, suggested: string | undefined][] = [
      ["uesrs", "users"],
      ["user", "users"],
      ["ot", "to"],
      ["us", "users"],
      ["rly", undefined],
      ["usrrs", "users"],
      ["usrr", undefined],
      ["canecll", "cancel"],
      ["clear", undefined],
      ["history", undefined],
      ["download", undefined],
      ["x", undefined],
    ];
    for (const [wanted, expected] of cases) {
      assertEquals(suggested(wanted), expected, wanted);
    }
  },
});

Deno.test({
  name: "unknownCommand() never suggests what leaves or reaches more people",
  permissions: "none",
  fn() {
    const names = [
      ...["all", "me", "msg", "quiet", "quit", "q", "leave", "exit", "bye"],
      ...["kick", "ban", "logout"],
    ];
    const wanted = [
      ...["al", "alll", "a", "qui", "quti", "quitt", "leav", "laeve", "exti"],
      ...["ki", "k", "b", "mee", "log", "q3", "by"],
    ];
    for (const word of wanted) {
      const said = unknownCommand(word, names);
      assertEquals(/mean/.test(said), false, said);
    }
    // These hit a person, and only after a slip.
    assertEquals(
      unknownCommand("kcik", names),
      "There is no command /kcik. Did you mean /kick? Type /help for the list",
    );
  },
});

Deno.test({
  name: "unknownCommand() cuts a long word and makes it harmless",
  permissions: "none",
  fn() {
    const said = unknownCommand(`\x1b[2J${"x".repeat(50_000)}`, ["users"]);
    assertEquals(said.includes("\x1b"), false);
    assertEquals(said.length < 100, true);
    assertEquals(
      unknownCommand("", ["users"]),
      "Type a command name after the slash. Type /help for the list",
    );
  },
});
