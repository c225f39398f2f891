import { assert, assertEquals } from "@std/assert";
import { COMMAND_TABLE as CLIENT } from "../../lib/client/commands.ts";
import { COMMAND_TABLE as SERVER } from "../../lib/server/operator/commands.ts";
import type { CommandRow } from "../../lib/terminal/command.ts";
import { type Explained, helpFor } from "../../lib/terminal/command_help.ts";

const ROWS: CommandRow[] = [
  {
    name: "ban",
    usage: "/ban [NAME]",
    summary: "keep somebody out; alone: list the bans",
    details: ["Nobody can join with the name.", "/unban lifts the ban."],
  },
  { name: "help", usage: "/help", summary: "list commands", details: [] },
];

const table: Explained = {
  rows: ROWS,
  find: (word) => ROWS.find(({ name }) => name === word),
  answerTo: (word) => `no /${word}`,
};

const help = (argument: string, columns?: number) =>
  helpFor(argument, table, { columns, notes: ["A note.", "Another."] });

Deno.test({
  name: "helpFor() lists the commands in columns, with the notes below",
  permissions: "none",
  fn() {
    const wide = {
      rows: [
        "  /ban [NAME]  keep somebody out; alone: list the bans",
        "  /help        list commands",
        "A note.",
        "Another.",
      ],
    };
    assertEquals(help(""), wide);
    assertEquals(help("  /  "), wide);
    assertEquals(help("", 78), wide);
  },
});

Deno.test({
  name: "helpFor() shortens the list for a window of less than 78 columns",
  permissions: "none",
  fn() {
    assertEquals(help("", 77), {
      rows: [
        "/ban  keep somebody out",
        "/help  list commands",
        "/help NAME explains one command.",
      ],
    });
    assertEquals(help("", 20).rows?.slice(0, 2), [
      "/ban  keep somebody",
      "      out",
    ]);
  },
});

Deno.test({
  name: "helpFor() explains one command, with or without a slash",
  permissions: "none",
  fn() {
    for (const argument of ["ban", "/ban", " //BAN ", "／ban", "ban Bob"]) {
      assertEquals(help(argument), {
        rows: [
          "/ban [NAME] - keep somebody out; alone: list the bans",
          "  Nobody can join with the name.",
          "  /unban lifts the ban.",
        ],
      }, argument);
    }
    assertEquals(help("ban", 24).rows?.slice(1), [
      "  Nobody can join with ",
      "  the name.",
      "  /unban lifts the ban.",
    ]);
  },
});

Deno.test({
  name: "helpFor() answers an unknown word",
  permissions: "none",
  fn() {
    assertEquals(help("/Dance now"), { why: "no /dance" });
  },
});

Deno.test({
  name: "Both roles answer /help uesrs in the same words",
  permissions: "none",
  fn() {
    for (const roleTable of [CLIENT, SERVER]) {
      const { why } = helpFor("uesrs", roleTable, { columns: 80, notes: [] });
      assertEquals(
        why,
        "There is no command /uesrs. Did you mean /users? Type /help for the list",
      );
      assert(helpFor("who", roleTable, { columns: 80, notes: [] }).rows);
    }
  },
});
