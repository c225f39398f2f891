import { assertEquals } from "@std/assert";
import { readLine } from "../../lib/client/typed_line.ts";

/** What a line is, as `kind /command argument`, or its text. */
function read(line: string): string {
  const typed = readLine(line);
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
  },
});
