import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ChatError } from "../../lib/chat_error.ts";
import { COMMAND_TABLE as CLIENT } from "../../lib/client/commands.ts";
import { COMMAND_TABLE as SERVER } from "../../lib/server/operator/commands.ts";
import type { Command } from "../../lib/terminal/command.ts";
import { CommandTable } from "../../lib/terminal/command_table.ts";

/** The calls that the commands record. */
type Notes = string[];

function command(
  name: string,
  more: Partial<Command<Notes>> = {},
): Command<Notes> {
  return {
    name,
    usage: `/${name}`,
    summary: `does ${name}`,
    details: [],
    run: (notes, argument, word) =>
      void notes.push(`${name}(${argument}) by ${word}`),
    ...more,
  };
}

const table = new CommandTable<Notes, Command<Notes>>([
  command("users", { aliases: ["who", "names"] }),
  command("msg", { needs: (word) => word === "query" ? 1 : 2 }),
  command("say", { needs: 1, aliases: ["shout"] }),
  command("quit", { aliases: ["exit"], suggested: "never" }),
], {
  elsewhere: { names: ["kick", "users"], where: "in the server's window" },
  answers: (word) => word === "nick" ? "Names are chosen" : undefined,
});

Deno.test({
  name: "CommandTable.find() knows names and aliases, in lower case",
  permissions: "none",
  fn() {
    assertEquals(table.find("users")?.name, "users");
    assertEquals(table.find("names")?.name, "users");
    assertEquals(table.find("Users"), undefined);
    assertEquals(table.find(""), undefined);
    assertEquals(table.names, ["users", "msg", "say", "quit"]);
  },
});

Deno.test({
  name: "CommandTable refuses a word shared by two commands",
  permissions: "none",
  fn() {
    for (const aliases of [["users"], ["x", "x"], ["get"]]) {
      assertThrows(
        () => new CommandTable([command("users"), command("get", { aliases })]),
        RangeError,
        "Two commands are called /",
      );
    }
  },
});

Deno.test({
  name: "CommandTable.read() tells commands, texts and unknown words apart",
  permissions: "none",
  fn() {
    assertEquals(table.read(" \u200b"), { kind: "nothing" });
    assertEquals(table.read("hello "), {
      kind: "text",
      text: "hello",
      isSure: false,
    });
    assertEquals(table.read("//users"), {
      kind: "text",
      text: "/users",
      isSure: true,
    });
    const reading = table.read("／NAMES  of  all ");
    assertEquals(reading, {
      kind: "command",
      command: table.rows[0]!,
      argument: "of  all",
      word: "names",
    });
    assertEquals(table.read("/uesrs x"), {
      kind: "unknown",
      word: "uesrs",
      typed: "/uesrs",
      argument: "x",
      why: "There is no command /uesrs. Did you mean /users? Type /help for " +
        "the list",
    });
  },
});

Deno.test({
  name: "CommandTable.run() answers a missing argument with the usage",
  permissions: "none",
  async fn() {
    const cases: [word: string, argument: string, isEnough: boolean][] = [
      ["users", "", true],
      ["msg", "Bob", false],
      ["msg", "Bob hi", true],
      ["query", "", false],
      ["query", "Bob", true],
      ["say", "", false],
      ["say", "x", true],
    ];
    for (const [word, argument, isEnough] of cases) {
      const name = word === "query" ? "msg" : word;
      const notes: Notes = [];
      const notDone = await table.run(
        { command: table.find(name)!, argument, word },
        notes,
      );
      assertEquals(notes.length, isEnough ? 1 : 0, `${word} ${argument}`);
      assertEquals(
        notDone,
        isEnough
          ? undefined
          : { kind: "usage", why: `Usage: /${name} - does ${name}` },
      );
      if (isEnough) assertEquals(notes, [`${name}(${argument}) by ${word}`]);
    }
  },
});

Deno.test({
  name:
    "CommandTable.run() resolves to a refusal, and rejects with any other error",
  permissions: "none",
  async fn() {
    const failing = (error: Error) => ({
      command: command("get", { run: () => Promise.reject(error) }),
      argument: "",
      word: "get",
    });
    const refusal = new ChatError("unreadable", "The folder cannot be read");
    assertEquals(await table.run(failing(refusal), []), {
      kind: "refused",
      why: "The folder cannot be read",
    });
    const fault = failing(new TypeError("a fault"));
    await assertRejects(() => table.run(fault, []), TypeError, "a fault");
  },
});

Deno.test({
  name:
    "CommandTable.answerTo() says where a word works, or what the user may mean",
  permissions: "none",
  fn() {
    const cases: [word: string, answer: string][] = [
      ["", "Type a command name after the slash. Type /help for the list"],
      ["nick", "Names are chosen"],
      ["kick", "/kick works in the server's window only"],
      ["dance", "There is no command /dance. Type /help for the list"],
      ["exti", "There is no command /exti. Type /help for the list"],
      [
        "shuot",
        "There is no command /shuot. Did you mean /shout? Type /help for the list",
      ],
    ];
    for (const [word, answer] of cases) {
      assertEquals(table.answerTo(word), answer);
    }
    const bare = new CommandTable<Notes, Command<Notes>>([command("users")]);
    assertEquals(
      bare.answerTo("kick"),
      "There is no command /kick. Type /help for the list",
    );
  },
});

Deno.test({
  name: "CommandTable.answerTo() shortens a long word and makes it harmless",
  permissions: "none",
  fn() {
    const said = table.answerTo(`\x1b[2J${"x".repeat(50_000)}`);
    assertEquals(said.includes("\x1b"), false);
    assertEquals(said.length < 100, true);
    const shown = (length: number) =>
      /command \/(\S+)\. /.exec(table.answerTo("y".repeat(length)))?.[1];
    assertEquals(shown(30), "y".repeat(30));
    assertEquals(shown(31), `${"y".repeat(29)}…`);
  },
});

Deno.test({
  name:
    "CommandTable.complete() offers names, aliases if no name fits, and arguments",
  permissions: "none",
  fn() {
    const offered = (line: string) =>
      table.complete(
        line,
        ({ name }, argument) => [`${name}:${argument}`, "other"],
      );
    assertEquals(offered("/"), ["/users ", "/msg ", "/say ", "/quit "]);
    assertEquals(offered("/US"), ["/users "]);
    assertEquals(offered("/wh"), ["/who "]);
    assertEquals(offered("/x"), []);
    assertEquals(offered("/NAMES "), ["/NAMES users:", "/NAMES other"]);
    assertEquals(offered("/msg  Bob hi"), [
      "/msg  msg:Bob hi",
      "/msg  other",
    ]);
    for (const line of ["", "users", "//us", "/ us", "/nothing A", " /us"]) {
      assertEquals(offered(line), [], line);
    }
  },
});

Deno.test({
  name:
    "Both roles answer slips, missing arguments and /help in the same words",
  permissions: "none",
  fn() {
    for (
      const word of ["uesrs", "flies", "hlep", "whp", "dance", "", "names1"]
    ) {
      assertEquals(SERVER.answerTo(word), CLIENT.answerTo(word), word);
    }
    for (const roleTable of [CLIENT, SERVER]) {
      for (const { needs, usage } of roleTable.rows) {
        // Words outside brackets are required.
        const [, ...words] = usage.replace(/\[.*\]/g, "").trim().split(" ");
        const isListed = /^\/un(ban|mute) /.test(usage);
        assertEquals(
          needs !== undefined,
          words.length > 0 && !isListed,
          `${usage}: without its argument it is no command`,
        );
      }
    }
  },
});
