import { assertEquals } from "@std/assert";
import {
  commandRow,
  innerCommand,
  isPrivate,
  type Known,
  readLine,
} from "../../lib/client/line_reading.ts";
import { assertInProportion } from "../in_proportion.ts";

/** Bob is here, and has written. */
const KNOWN: Known = {
  presence: { hasMet: (name) => name.toLowerCase() === "bob" },
  lastTeller: { name: "Bob", id: "#b" },
};

/** What a line is, as `kind /command argument`, or its text. */
function read(line: string, known?: Known): string {
  const typed = readLine(line, known);
  switch (typed.kind) {
    case "nothing":
      return "nothing";
    case "speech":
      return `says ${typed.text}`;
    case "unknown":
      return "unknown";
    default:
      return `${typed.kind} /${typed.command.name} ${typed.argument}`.trim();
  }
}

Deno.test({
  name: "readLine() asks about words that are commands without a slash",
  permissions: "none",
  fn() {
    const cases: [line: string, command: string][] = [
      ...["help", "?", " HELP ", "help!", "commands"]
        .map((line): [string, string] => [line, "/help"]),
      ...["quit", "exit", "bye", "q", ":q", ":q!", ":wq", "Leave", "logout"]
        .map((line): [string, string] => [line, "/quit"]),
      ...["exit()", "quit;"].map((line): [string, string] => [line, "/quit"]),
      ...["users", "who"].map((line): [string, string] => [line, "/users"]),
      ...["files", "ls"].map((line): [string, string] => [line, "/files"]),
      ["help get", "/help get"],
      ["get 1", "/get 1"],
      ["get 1-3 *.png", "/get 1-3 *.png"],
      ["download plan.pdf", "/get plan.pdf"],
      ["msg Bob my secret", "/msg Bob my secret"],
      ["whisper Bob psst", "/msg Bob psst"],
    ];
    for (const [line, command] of cases) {
      assertEquals(read(line), `bare ${command}`, line);
    }
  },
});

Deno.test({
  name: "readLine() asks about a line that begins with a copied prompt",
  permissions: "none",
  fn() {
    const cases: [line: string, command: string][] = [
      ["[@Bob] > a secret", "/msg Bob a secret"],
      [" \u200b[@Bob, not here] > a secret", "/msg Bob a secret"],
      ["[@Zoë, offline] >a secret", "/msg Zoë a secret"],
      ["[@Bob, not here, offline] > x", "/msg Bob x"],
      ["[reply to Bob] > a secret", "/msg Bob a secret"],
      ["[all] > [@Bob] > a secret", "/msg Bob a secret"],
      ["[all, offline] > hello", "/all hello"],
      ["[all] > /to Bob", "/to Bob"],
      ["[@Bob] >", "/to Bob"],
      ["[all] > /msg Zoë a secret", "/msg Zoë a secret"],
      [`${"[all] > ".repeat(8_000)}x`, "/all x"],
    ];
    for (const [line, command] of cases) {
      assertEquals(read(line), `bare ${command}`, line);
    }
    for (const line of ["[all]", "[@Bob]", "[@Bob x] > y", "a [@Bob] > x"]) {
      assertEquals(read(line), `says ${line}`);
    }
    assertEquals(isPrivate("[@Bob] > a secret"), true);
  },
});

Deno.test({
  name: "readLine() takes what people say to each other as it is",
  permissions: "none",
  fn() {
    const lines = [
      ...["me", "all", "to", "hello", "help me", "who wants tea", "who?"],
      ...["get lost", "get a life.", "quit it", "bye all", "files are ready"],
      ...["r", "tell me about it", "msg", "users\nfiles", "!", "ok?"],
    ];
    for (const line of lines) assertEquals(read(line), `says ${line}`, line);
    assertEquals(read("//help"), "says /help");
    assertEquals(read("  "), "nothing");
  },
});

Deno.test({
  name: "readLine() knows the words of other chats",
  permissions: "none",
  fn() {
    const aliases: Record<string, string> = {
      ...{ q: "quit", bye: "quit", exit: "quit", leave: "quit" },
      ...{ w: "msg", whisper: "msg", tell: "msg", pm: "msg", dm: "msg" },
      ...{ query: "msg", who: "users", names: "users", list: "users" },
      ...{ download: "get", dl: "get", ls: "files", clear: "clear" },
      ...{ r: "reply", me: "me", "?": "help", h: "help", commands: "help" },
    };
    for (const [alias, name] of Object.entries(aliases)) {
      assertEquals(read(`/${alias} x`), `command /${name} x`);
    }
    const others = [
      ...["nick", "away", "join", "part", "topic", "whois", "ping", "history"],
      ...["search", "ignore", "invite", "connect", "disconnect", "version"],
      ...["time", "upload", "say", "kick", "ban", "mute", "stats"],
    ];
    for (const word of others) {
      const typed = readLine(`/${word} x`);
      assertEquals(typed.kind, "unknown", word);
      const why = typed.kind === "unknown" ? typed.why : "";
      assertEquals(/^There is no command/.test(why), false, word);
    }
    const sentences = [
      [
        "／／msg Bob x",
        "There is no command ／／msg. To say a text that begins with a slash, " +
        "type //",
      ],
      ["/msg,Bob x", "There is no command /msg,Bob. Did you mean /msg Bob?"],
      [
        "/msgBob x",
        "There is no command /msgBob. Type a space before the name: /msg Bob",
      ],
      [
        "/Hepl",
        "There is no command /Hepl. Did you mean /help? Type /help for " +
        "the list",
      ],
    ] as const;
    for (const [line, why] of sentences) {
      const typed = readLine(line, KNOWN);
      assertEquals(typed.kind === "unknown" && typed.why, why);
    }
  },
});

Deno.test({
  name: "readLine() asks about what may be a line for one person",
  permissions: "none",
  fn() {
    const lines = [
      ...["to Bob hi", "tell bob hi", "w Bob hi", "@Bob secret", "to Bob"],
      ...["@bob: secret", "＠Bob secret", "Msg Bob secret", "r secret"],
      ...["reply hi", "\\msg Bob x", ".msg Bob x", "-msg Bob x", "q/msg Bob x"],
      ...["yes/msg Bob x", "hello/to Bob x", "123/w Bob x", "hi:/msg Bob x"],
      ...["!msg Bob x", "¥msg Bob x", "'/msg Bob x", "> /msg Bob x"],
      ...["7msg Bob x", "ノmsg Bob x", "\u0338msg Bob x", "msg/ Bob x"],
      ...["[all] > /msg Bob x", "[@Ann] > ／to Bob x", "he said /w Bob x"],
      ...[".ьып Bob x", "ьып Bob x", "куздн x", "・・msg Bob x".slice(1)],
    ];
    for (const line of lines) {
      const { kind } = readLine(line, KNOWN);
      assertEquals(
        ["bare", "command"].includes(kind),
        true,
        `${line}: ${kind}`,
      );
      assertEquals(isPrivate(line, KNOWN), true, line);
    }
    // A command that nobody knows may have been a private one.
    assertEquals(isPrivate("/xyzzy Bob S"), true);
    const said = [
      ...["to be honest, no", "tell me about it", "@Cleo hi", "w/o Bob", "1/2"],
      ...["...bye all", "r u there?", "Bob, to the board!", "а мы ушли", "- a"],
      ...["(msg)", "reply", "привет Bob", "2 to Bob", "https://x.y/msg/Bob"],
      ...["and/to-do Bob", "日本msg Bob"],
    ];
    for (const line of said) {
      assertEquals(read(line, KNOWN), `says ${line}`, line);
      assertEquals(isPrivate(line, KNOWN), false, line);
    }
    assertEquals(read("/msgBob x", KNOWN), "unknown");
    assertEquals(read("//msg Bob x", KNOWN), "says /msg Bob x");
  },
});

Deno.test({
  name:
    "commandRow() finds a private command below the first row, or else a command",
  permissions: "none",
  fn() {
    assertEquals(commandRow("a\n/files\n/msg Bob x\nb"), {
      ...{ number: 3, text: "/msg Bob x", isPrivate: true },
    });
    for (
      const row of ["/files", "/get 1", "/quit", "／help", "/to", "/all hi"]
    ) {
      assertEquals(commandRow(`a\n\n${row}\nb`, KNOWN), {
        ...{ number: 3, text: row, isPrivate: false },
      });
    }
    for (const text of ["/msg Bob a\nb", "a\n/tmp/x", "a\n//msg", "a\nquit"]) {
      assertEquals(commandRow(text, KNOWN), undefined, text);
    }
    for (
      const row of [
        ...["/mgs Bob S", "/two Bob", "msg Bob S", "w Bob S", "@Bob S"],
        ...["／msg Bob S", "to Bob S", "[all] > /msg Bob S"],
      ]
    ) {
      const found = commandRow(`hello\n${row}`, KNOWN);
      assertEquals([found?.text, found?.isPrivate], [row, true], row);
    }
  },
});

Deno.test({
  name: "innerCommand() finds the command at the start of a text",
  permissions: "none",
  fn() {
    const named = (text: string) => {
      const inner = innerCommand(text, KNOWN);
      return typeof inner === "object" ? inner.command.name : inner;
    };
    assertEquals(
      ["/msg Bob x", " ／help", "/mgs Bob x"].map(named),
      ["msg", "help", "unknown"],
    );
    for (const text of ["", "msg Bob x", "//msg Bob x", "/tmp/x", "@Bob hi"]) {
      assertEquals(named(text), undefined, text);
    }
  },
});

Deno.test({
  name:
    "readLine() takes r for /reply in every script, and in a window unless it is a verb",
  permissions: "none",
  fn() {
    for (const isInteractive of [true, false]) {
      const known = { ...KNOWN, lastTeller: undefined, isInteractive };
      assertEquals(readLine("r secret", known).kind, "bare");
      const { kind } = readLine("r u there?", known);
      assertEquals(kind, isInteractive ? "speech" : "bare");
    }
  },
});

Deno.test({
  name: "isPrivate() takes time in proportion to the length of the line",
  permissions: "none",
  fn() {
    assertInProportion(".", 80_000, {
      run: (text) => isPrivate(`@${text}a b`, KNOWN),
    });
  },
});
