import { assertEquals } from "@std/assert";
import type { CommandRow } from "../../lib/terminal/command.ts";
import { suggestedWord } from "../../lib/terminal/suggestion.ts";

/** Commands of these names, with one policy. */
function rows(
  words: string,
  suggested?: CommandRow["suggested"],
): CommandRow[] {
  return words.split(" ").map((name) => ({
    name,
    usage: `/${name}`,
    summary: "",
    details: [],
    ...(suggested && { suggested }),
  }));
}

Deno.test({
  name: "suggestedWord() is the only command that begins with the word",
  permissions: "none",
  fn() {
    const commands = rows("all to help users");
    assertEquals(suggestedWord("he", commands), "help");
    assertEquals(suggestedWord("uesrs", commands), "users");
    assertEquals(suggestedWord("he", rows("help hear")), undefined);
    assertEquals(suggestedWord("hel", rows("help held")), "help", "a slip");
  },
});

Deno.test({
  name:
    "suggestedWord() is one slip away, two for words of six or more letters",
  permissions: "none",
  fn() {
    const commands = rows("all to users files cancel reply quiet");
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
      assertEquals(suggestedWord(wanted, commands), expected, wanted);
    }
  },
});

Deno.test({
  name: "suggestedWord() is never a command that leaves or reaches more people",
  permissions: "none",
  fn() {
    const commands = [
      ...rows("all me quit q leave exit bye logout", "never"),
      ...rows("msg quiet"),
      ...rows("kick ban", "for slips"),
    ];
    const wanted = [
      ...["al", "alll", "a", "qui", "quti", "quitt", "leav", "laeve", "exti"],
      ...["ki", "k", "b", "mee", "log", "q3", "by"],
    ];
    for (const word of wanted) {
      assertEquals(suggestedWord(word, commands), undefined, word);
    }
    assertEquals(suggestedWord("quie", commands), "quiet");
  },
});

Deno.test({
  name: "suggestedWord() suggests a command against a person only for a slip",
  permissions: "none",
  fn() {
    const commands = rows("kick ban", "for slips");
    assertEquals(suggestedWord("kcik", commands), "kick");
    assertEquals(suggestedWord("kic", commands), "kick");
    assertEquals(suggestedWord("ki", commands), undefined);
  },
});

Deno.test({
  name: "suggestedWord() knows the aliases, with the policy of their command",
  permissions: "none",
  fn() {
    const [users, quit] = [
      ...rows("users"),
      ...rows("quit", "never"),
    ] as [CommandRow, CommandRow];
    const commands = [
      { ...users, aliases: ["names"] },
      { ...quit, aliases: ["leave"] },
    ];
    assertEquals(suggestedWord("nmaes", commands), "names");
    assertEquals(suggestedWord("na", commands), "names");
    assertEquals(suggestedWord("laeve", commands), undefined);
    assertEquals(suggestedWord("le", commands), undefined);
  },
});
