import { assert, assertEquals, assertMatch } from "@std/assert";
import type { ChatClient } from "../../lib/client/chat_client.ts";
import type { CommandContext } from "../../lib/client/command_context.ts";
import { COMMANDS, findCommand } from "../../lib/client/commands.ts";
import type { Download, Saved } from "../../lib/client/download.ts";
import { runLine } from "../../lib/client/run_line.ts";
import { problem } from "../../lib/client/view.ts";
import { CLIENT_COMMANDS } from "../../lib/terminal/command_line.ts";
import { FakeScreen } from "./fake_screen.ts";

const FILES = [{ name: "a.txt", size: 1 }, { name: "my report.pdf", size: 2 }];

/** A context that notes what is sent and what is shown. */
function fakeContext({
  lastTeller = undefined as string | undefined,
  columns = undefined as number | undefined,
  people = ["Ann", "Zoë"],
} = {}) {
  const sent: string[] = [];
  const screen = new FakeScreen(true);
  const saved = Promise.withResolvers<Saved>();
  let asked = 0;
  const client: Partial<ChatClient> = {
    say: (text) => void sent.push(`say ${text}`),
    tell: (to, text) => void sent.push(`tell ${to} ${text}`),
    users: () => Promise.resolve(people),
    downloads: [],
    downloadOf: () => undefined,
    files: () => Promise.resolve(++asked === 1 ? FILES : []),
    cancel: () => Promise.resolve(sent.push("cancel") - 1),
    get(name) {
      sent.push(`get ${name}`);
      const started = Promise.resolve();
      return { started, saved: saved.promise } as unknown as Download;
    },
  };
  const context: CommandContext = {
    client: client as ChatClient,
    name: "Ann",
    mode: {},
    quiet: false,
    columns,
    lastTeller,
    listing: undefined,
    shown: undefined,
    print: (line) => screen.print(line),
    fail: (why) => screen.print(typeof why === "string" ? problem(why) : why),
    ask: (question) => screen.ask(question),
    postpone: () => false,
    giveBack: (text) => screen.giveBack(text),
    clear: () => screen.clear(),
    leave: () => void sent.push("leave"),
  };
  return { context, sent, shown: screen.shown, screen, saved };
}

/** What is sent and shown when these lines are typed. */
async function typed(...lines: string[]) {
  const fake = fakeContext();
  for (const line of lines) await runLine(fake.context, line);
  return fake;
}

Deno.test({
  name: "runLine() says a line without a slash to all, spaces inside kept",
  permissions: "none",
  async fn() {
    const { sent, shown } = await typed(
      "hi",
      "  two  words  ",
      "",
      "   ",
      "a /b",
    );
    assertEquals(sent, ["say hi", "say   two  words", "say a /b"]);
    assertEquals(shown, [
      "(Ann to all) hi",
      "(Ann to all)   two  words",
      "(Ann to all) a /b",
    ]);
  },
});

Deno.test({
  name: "runLine() sends // at the start as one slash",
  permissions: "none",
  async fn() {
    const { sent } = await typed("//help", "  //quit ", "//", "///x");
    assertEquals(sent, ["say /help", "say /quit", "say /", "say //x"]);
  },
});

Deno.test({
  name:
    "runLine() answers what is misspelt with the nearest command, and sends nothing",
  permissions: "none",
  async fn() {
    const cases: [line: string, nearest: string][] = [
      ["/uesrs", "users"],
      ["/flies", "files"],
      ["/mgs Bob my secret", "msg"],
      ["/us", "users"],
      ["/hel", "help"],
      ["/whsiper Bob my secret", "whisper"],
      ["/canecll", "cancel"],
    ];
    for (const [line, nearest] of cases) {
      const { sent, shown } = await typed(line);
      assertEquals(sent, []);
      assertEquals(shown.length, 1);
      assertMatch(
        shown[0]!,
        new RegExp(`^! There is no .* mean /${nearest}\\?`),
      );
    }
    for (
      const line of [
        "/",
        "/ secret",
        "/\x1b[2J",
        "/toString",
        `/${"x".repeat(9999)}`,
      ]
    ) {
      const { sent, shown } = await typed(line);
      assertEquals([sent.length, shown.length], [0, 1]);
      assertEquals(shown[0]!.includes("\x1b"), false);
    }
  },
});

Deno.test({
  name: "runLine() takes commands in any case, with spaces around them",
  permissions: "none",
  async fn() {
    const { sent } = await typed("/MSG Bob  hi  there ", "  /Quit", "/all\thi");
    assertEquals(sent, ["tell Bob hi  there", "leave", "say hi"]);
  },
});

Deno.test({
  name: "/to and /all switch the mode, and send a text if there is one",
  permissions: "none",
  async fn() {
    const { sent, shown, context } = await typed(
      "/to zoe\u0308 psst",
      "private",
      "/to ZOË",
      "/all",
      "public",
      "/all hello",
    );
    assertEquals(sent, [
      "tell Zoë psst",
      "tell Zoë private",
      "say public",
      "say hello",
    ]);
    assertEquals(shown, [
      "You are now talking to Zoë only (/all to talk to everyone)",
      "(Ann to Zoë) psst",
      "(Ann to Zoë) private",
      "You are now talking to Zoë only (/all to talk to everyone)",
      "You are now talking to everyone",
      "(Ann to all) public",
      "You are now talking to everyone",
      "(Ann to all) hello",
    ]);
    assertEquals(context.mode, {});
  },
});

Deno.test({
  name:
    "/to keeps the mode when there is nobody with that name, or it is the user",
  permissions: "none",
  async fn() {
    const { sent, shown, context } = await typed(
      "/to Zoë",
      "/to Bob secret",
      "/to ann secret",
      "/to",
      "still private",
    );
    assertEquals(context.mode, { to: "Zoë" });
    assertEquals(sent, ["tell Zoë still private"]);
    assertEquals(shown.slice(1, -1), [
      "! There is nobody called Bob. Type /users for the list",
      "! That is your own name. Choose somebody else",
      "! Usage: /to NAME [text] - talk to one person; with a text, send it now",
    ]);
  },
});

Deno.test({
  name: "/msg sends once and leaves the mode alone",
  permissions: "none",
  async fn() {
    const { sent, shown, context } = await typed(
      "/msg Bob hi",
      "/msg Bob",
      "/msg",
    );
    assertEquals(sent, ["tell Bob hi"]);
    assertEquals(context.mode, {});
    assertEquals(shown.shift(), "(Ann to Bob) hi");
    assertEquals(shown.length, 2);
    assert(shown.every((line) => line.startsWith("! Usage: /msg NAME text")));
  },
});

Deno.test({
  name: "/reply answers the last one who wrote privately",
  permissions: "none",
  async fn() {
    const { sent, shown } = await typed("/reply hi", "/reply");
    assertEquals(sent, []);
    assertEquals(shown[0], "! Nobody has sent you a private message yet");
    assertMatch(shown[1]!, /^! Usage: \/reply/);
    const told = fakeContext({ lastTeller: "Bob" });
    await runLine(told.context, "/reply  hi there");
    assertEquals(told.sent, ["tell Bob hi there"]);
  },
});

Deno.test({
  name: "/users and /files show lists",
  permissions: "none",
  async fn() {
    const { shown } = await typed("/users", "/files");
    assertEquals(shown, [
      "  Ann (you)",
      "  Zoë",
      "2 people are here",
      "2 files on the server:",
      "  1  a.txt          1 B",
      "  2  my report.pdf  2 B",
    ]);
  },
});

Deno.test({
  name: "/get takes a name, with or without quotation marks, or a number",
  permissions: "none",
  async fn() {
    const { sent, shown } = await typed(
      "/get a.txt",
      "/get my report.pdf",
      '/get "my report.pdf"',
      '/get "half',
      "/get 2",
      "/get 3",
      "/get 0",
      "/get 2024.txt",
      "/get",
      '/get ""',
    );
    assertEquals(sent, [
      "get a.txt",
      "get my report.pdf",
      "get my report.pdf",
      'get "half',
      "get my report.pdf",
      "get 2024.txt",
    ]);
    assertEquals(shown.map((line) => line.slice(0, 25)), [
      "! There is no file number",
      "! There is no file number",
      "! Usage: /get NAME-or-NUM",
      "! Usage: /get NAME-or-NUM",
    ]);
  },
});

Deno.test({
  name: "/get counts in the list that the user has seen",
  permissions: "none",
  async fn() {
    // The fake server has no files any more when it is asked again.
    const { sent } = await typed("/files", "/get 1");
    assertEquals(sent, ["get a.txt"]);
  },
});

Deno.test({
  name:
    "/get takes a file whose name is a number, if no place in the list has it",
  permissions: "none",
  async fn() {
    const { context, sent } = fakeContext();
    context.shown = [{ name: "2026", size: 1 }];
    await runLine(context, "/get 2026");
    assertEquals(sent, ["get 2026"]);
  },
});

Deno.test({
  name: "/get says how the download ended",
  permissions: "none",
  async fn() {
    const good = await typed("/get a.txt");
    good.saved.resolve({ path: "Ann/a.txt", size: 5 });
    const bad = await typed("/get a.txt");
    bad.saved.reject(new Error("no space left"));
    await bad.saved.promise.catch(() => {});
    await Promise.resolve();
    assertEquals(good.shown, ["Saved Ann/a.txt (5 B, verified)"]);
    assertEquals(bad.shown, ["! Not saved: a.txt: no space left"]);
  },
});

Deno.test({
  name: "/cancel says when there is nothing to stop",
  permissions: "none",
  async fn() {
    const { sent, shown } = await typed("/cancel", "/cancel");
    assertEquals(sent, ["cancel", "cancel"]);
    assertEquals(shown, ["No downloads in progress"]);
  },
});

Deno.test({
  name: "/help shows every command of the table",
  permissions: "none",
  async fn() {
    const { shown, sent } = await typed("/help");
    for (const { usage, summary } of COMMANDS) {
      assert(
        shown.some((line) => line.includes(usage) && line.includes(summary)),
      );
    }
    assertEquals(shown.length, COMMANDS.length + 3);
    // One screen of the classic terminal, with room for the prompt.
    assert(shown.length <= 22 && shown.every((line) => line.length < 80));
    assertEquals(sent, []);
  },
});

Deno.test({
  name: "/quit, /leave and /exit leave",
  permissions: "none",
  async fn() {
    const { sent } = await typed("/quit", "/leave", "/exit");
    assertEquals(sent, ["leave", "leave", "leave"]);
  },
});

Deno.test({
  name: "runLine() sends nothing of a text that is too long",
  permissions: "none",
  async fn() {
    const text = "é".repeat(24 * 1024 + 1);
    const { sent, shown, screen } = await typed(
      text,
      `/msg Bob ${text}`,
      `/all ${text}`,
    );
    assertEquals(sent, []);
    assertEquals(
      shown.filter((line) => line.startsWith("! Not sent")).length,
      3,
    );
    assertEquals(screen.givenBack, [text, text, text]);
  },
});

Deno.test({
  name:
    "runLine() asks before it sends many lines, and gives back what is not sent",
  permissions: "none",
  async fn() {
    const page = (lines: number) => Array(lines).fill("line").join("\n");
    const few = await typed(page(20));
    assertEquals([few.sent.length, few.screen.questions.length], [1, 0]);
    for (const [answer, sent] of [["yes", 1], ["y", 1], ["", 0], ["no", 0]]) {
      const many = fakeContext();
      many.screen.answers.push(String(answer));
      await runLine(many.context, page(21));
      assertEquals(many.screen.questions, [
        "Send 21 lines to everyone? (yes/no) ",
      ]);
      assertEquals(many.sent.length, sent);
      assertEquals(many.screen.givenBack.length, 1 - Number(sent));
    }
  },
});

Deno.test({
  name: "runLine() holds back what was meant for somebody who has left",
  permissions: "none",
  async fn() {
    for (const line of ["secret", "/msg ZOË secret"]) {
      const { context, screen, sent } = fakeContext();
      context.mode = { to: "Zoë", gone: true };
      screen.answers.push("");
      await runLine(context, line);
      assertEquals(sent, []);
      assertEquals(screen.questions.length, 1);
      assertEquals(screen.givenBack, ["secret"]);
    }
    const { context, screen, sent } = fakeContext();
    context.mode = { to: "Zoë", gone: true };
    screen.answers.push("yes");
    await runLine(context, "for all to know");
    assertEquals(sent, ["say for all to know"]);
  },
});

Deno.test({
  name: "/help NAME shows all there is to know of one command",
  permissions: "none",
  async fn() {
    const { shown } = await typed("/help get", "/help /QUIT", "/help dance");
    assertEquals(
      shown[0],
      "/get NAME-or-NUMBER ... - download files to your folder",
    );
    assert(shown.some((line) => line.startsWith("/quit - leave")));
    assertEquals(
      shown.at(-1),
      "! There is no command /dance. Type /help for the list",
    );
    for (const { details } of COMMANDS) {
      assert(details.length > 0 && details.every((line) => line.length < 78));
    }
  },
});

Deno.test({
  name: "/quiet turns bells and joins off and on again",
  permissions: "none",
  async fn() {
    const { context } = await typed("/quiet");
    assertEquals(context.quiet, true);
    await runLine(context, "/quiet");
    assertEquals(context.quiet, false);
  },
});

Deno.test({
  name:
    "CLIENT_COMMANDS are the commands of the table, and no alias stands twice",
  permissions: "none",
  fn() {
    assertEquals(CLIENT_COMMANDS, COMMANDS.map(({ name }) => name));
    const all = COMMANDS.flatMap((
      { name, aliases = [] },
    ) => [name, ...aliases]);
    assertEquals(new Set(all).size, all.length);
    for (const word of all) {
      const { name, aliases = [] } = findCommand(word)!;
      assert(name === word || aliases.includes(word));
    }
  },
});

Deno.test({
  name: "runLine() finds Bob behind the marks that people put around a name",
  permissions: "none",
  async fn() {
    const people = ["Ann", "Bob"];
    for (const typed of ["@Bob", "Bob:", '"Bob"', "Bob,", "“Bob”", "<bob>"]) {
      const { context, sent } = fakeContext({ people });
      await runLine(context, `/msg ${typed} hi`);
      await runLine(context, `/to ${typed} psst`);
      assertEquals(sent[1], "tell Bob psst", typed);
      assertEquals(sent[0]!.toLowerCase(), "tell bob hi", typed);
    }
    // Another server may allow such a name.
    const literal = fakeContext({ people: ["Ann", "Bob", "@Bob"] });
    await runLine(literal.context, "/msg @Bob hi");
    assertEquals(literal.sent, ["tell @Bob hi"]);
    const nobody = fakeContext({ people });
    await runLine(nobody.context, "/to @Zoe secret");
    assertEquals([nobody.sent, nobody.shown], [[], [
      "! There is nobody called Zoe. Type /users for the list",
    ]]);
  },
});

Deno.test({
  name: "/query NAME is /to NAME, and with a text it is /msg",
  permissions: "none",
  async fn() {
    const { context, sent } = await typed("/query Zoë hi", "all", "/query zoë");
    assertEquals(context.mode, { to: "Zoë" });
    assertEquals(sent, ["tell Zoë hi", "say all"]);
    const { shown } = await typed("/query");
    assertMatch(shown[0]!, /^! Usage: \/msg/);
  },
});

Deno.test({
  name: "/me says what the user does to whoever the prompt names",
  permissions: "none",
  async fn() {
    const { sent, shown } = await typed(
      "/me waves",
      "/to Zoë",
      "/me",
      "/me nods",
    );
    assertEquals(sent, ["say * Ann waves", "tell Zoë * Ann nods"]);
    assertMatch(shown[2]!, /^! Usage: \/me text/);
  },
});

Deno.test({
  name: "/clear clears the window",
  permissions: "none",
  async fn() {
    const { screen, sent } = await typed("/clear", "/cls");
    assertEquals([screen.cleared, sent], [2, []]);
  },
});

Deno.test({
  name:
    "runLine() asks what a bare word means, and sends nothing before the answer",
  permissions: "none",
  async fn() {
    const question =
      "Did you mean the command /quit? (yes = /quit, no = send " +
      '"quit" to everyone) ';
    const cases: [reply: string | undefined, sent: string[]][] = [
      ["yes", ["leave"]],
      ["Y", ["leave"]],
      ["no", ["say quit"]],
      ["", []],
      ["maybe", []],
      [undefined, []],
    ];
    for (const [reply, expected] of cases) {
      const { context, screen, sent, shown } = fakeContext();
      if (reply !== undefined) screen.answers.push(reply);
      await runLine(context, "quit");
      assertEquals(screen.questions, [question]);
      assertEquals(sent, expected, reply);
      const isUndecided = expected.length === 0;
      assertEquals(screen.givenBack, isUndecided ? ["quit"] : []);
      if (isUndecided) {
        assertEquals(shown, [
          '! Not sent: "quit". Type /quit for the command, or /all and the ' +
          "text to send it to everyone",
        ]);
      }
    }
  },
});

Deno.test({
  name: "runLine() names the one person who would get a bare word",
  permissions: "none",
  async fn() {
    const { context, screen, sent } = fakeContext();
    context.mode = { to: "Zoë" };
    screen.answers.push("no");
    await runLine(context, "help");
    assertMatch(screen.questions[0]!, /send "help" to Zoë\) $/);
    assertEquals(sent, ["tell Zoë help"]);
    // What is said with a command is meant so.
    await runLine(context, "/all help");
    assertEquals(sent[1], "say help");
    assertEquals(screen.questions.length, 1);
  },
});

Deno.test({
  name: "/help says where the commands of the server's window work",
  permissions: "none",
  async fn() {
    const where = "! /kick works in the server's window only";
    assertEquals((await typed("/help kick", "/kick Bob")).shown, [
      where,
      where,
    ]);
    const nick = await typed("/help nick", "/nick Zoe");
    assertEquals(nick.shown[0], nick.shown[1]);
    assertMatch(nick.shown[0]!, /^! Names are chosen when joining: /);
  },
});

Deno.test({
  name: "/help fits a small window, whatever its width",
  permissions: "none",
  async fn() {
    for (const [columns, rows] of [[40, 19], [60, 22], [80, 22], [120, 22]]) {
      const { context, shown } = fakeContext({ columns: columns! });
      await runLine(context, "/help");
      assert(shown.length <= rows!, `${shown.length} rows of ${columns}`);
      for (const line of shown) assert(line.length < columns!, line);
      for (const { name } of COMMANDS) {
        assert(shown.some((line) => line.trim().startsWith(`/${name} `)), name);
      }
      for (const { name } of COMMANDS) await runLine(context, `/help ${name}`);
      for (const line of shown) {
        assert(line.length < columns! || !line.startsWith("  "), line);
      }
    }
  },
});
