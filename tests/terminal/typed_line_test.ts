import { assertEquals } from "@std/assert";
import {
  commandWord,
  laterCommands,
  readAtName,
  readTypedLine,
  slashlessCommands,
  withoutUnseen,
} from "../../lib/terminal/typed_line.ts";

Deno.test({
  name: "readTypedLine() tells commands from text",
  permissions: "none",
  fn() {
    assertEquals(readTypedLine("/Kick  Bob  too  loud "), {
      command: "kick",
      argument: "Bob  too  loud",
    });
    const text = (text: string, isSure: boolean) => ({ text, isSure });
    assertEquals(
      readTypedLine("  hello there "),
      text("  hello there", false),
    );
    assertEquals(readTypedLine("//slash"), text("/slash", true));
    assertEquals(readTypedLine(" ///x"), text("//x", true));
    assertEquals(readTypedLine("1/2"), text("1/2", false));
    assertEquals(readTypedLine("/"), { command: "", argument: "" });
    assertEquals(readTypedLine("/say a\n/b"), {
      command: "say",
      argument: "a\n/b",
    });
  },
});

Deno.test({
  name:
    "readTypedLine() knows slashes of other keyboards, and invisible characters",
  permissions: "none",
  fn() {
    const starts = [
      ...["／", "∕", "⁄", "⧸", "⟋", "╱", "、", "､", "/"],
      ...["\u200b/", "\ufeff／", "\u00a0 /", "\u2060\u3000、", "\u202e/"],
      ...["\u115f/", "\u3164/", "\uffa0/", "\u2800/", "\u00ad/", "\t/"],
    ];
    for (const start of starts) {
      assertEquals(
        readTypedLine(`${start}msg Bob psst`),
        { command: "msg", argument: "Bob psst" },
        JSON.stringify(start),
      );
    }
    assertEquals(readTypedLine("/\u200bmsg\u2060 Bob"), {
      command: "msg",
      argument: "Bob",
    });
    for (const unseen of ["", " ", "\u200b", "\u3164 \u2800", "\n"]) {
      assertEquals(readTypedLine(unseen), undefined, JSON.stringify(unseen));
    }
  },
});

Deno.test({
  name:
    "slashlessCommands() reads a word without its slash, or with another sign",
  permissions: "none",
  fn() {
    const cases: [text: string, words: string[]][] = [
      ["Users now", ["users|now"]],
      ["ｕｓｅｒｓ", ["users|"]],
      ["users/", ["users/|", "users|*"]],
      ["!kick Bob", ["!kick|Bob", "kick|Bob*"]],
      ["!!kick Bob", ["!!kick|Bob", "kick|Bob*"]],
      ["!!!kick Bob", ["!!!kick|Bob"]],
      ["7msg Bob", ["7msg|Bob", "msg|Bob*"]],
      ["77msg Bob", ["77msg|Bob"]],
      ["q/msg Bob", ["q/msg|Bob", "msg|Bob*"]],
      ["qq/msg Bob", ["qq/msg|Bob", "msg|Bob*"]],
      ["qqq/msg Bob", ["qqq/msg|Bob"]],
      ["гыукы", ["гыукы|", "ыукы|*", "users|*", "sers|*"]],
      ["й", ["й|"]],
      ["//users", []],
      [" \u200b", []],
    ];
    for (const [text, expected] of cases) {
      const words = slashlessCommands(text).map((reading) =>
        `${reading.command}|${reading.argument}${reading.hasSign ? "*" : ""}`
      );
      assertEquals(words, expected, text);
    }
  },
});

Deno.test({
  name: "laterCommands() reads after the first 64 slashes before a word",
  permissions: "none",
  fn() {
    assertEquals(laterCommands("he said /W Bob /to Ann"), [
      { command: "w", argument: "Bob /to Ann" },
      { command: "to", argument: "Ann" },
    ]);
    assertEquals(laterCommands("yes/msg Bob hi"), [
      { command: "msg", argument: "Bob hi" },
    ]);
    for (const text of ["1/2", "a//b", "a / b", "/ 2"]) {
      assertEquals(laterCommands(text), [], text);
    }
    assertEquals(laterCommands(" /x".repeat(64)).length, 64);
    assertEquals(laterCommands(" /x".repeat(65)).length, 64);
  },
});

Deno.test({
  name: "commandWord() is the word of a command, with or without its slash",
  permissions: "none",
  fn() {
    for (const text of ["get", "/GET", " //get a.txt", "、get", "g\u200bet"]) {
      assertEquals(commandWord(text), "get", text);
    }
    for (const text of ["", " ", "/", "//"]) {
      assertEquals(commandWord(text), "");
    }
  },
});

Deno.test({
  name: "readAtName() reads a name and a text after an at sign",
  permissions: "none",
  fn() {
    assertEquals(readAtName(" ＠Bob: hello  you "), {
      name: "Bob:",
      rest: "hello  you",
    });
    assertEquals(readAtName("@Bob a\nb"), { name: "Bob", rest: "a\nb" });
    for (const text of ["@Bob", "@Bob ", "@ Bob hi", "hi @Bob you", ""]) {
      assertEquals(readAtName(text), undefined, text);
    }
  },
});

Deno.test({
  name: "withoutUnseen() removes blanks and invisible characters from a name",
  permissions: "none",
  fn() {
    assertEquals(withoutUnseen(" \u200bB\u00ado b\u3164"), "Bob");
    assertEquals(withoutUnseen("Zoë你"), "Zoë你");
  },
});
