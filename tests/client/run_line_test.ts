import { assertEquals, assertMatch } from "@std/assert";
import { fakeContext, typed } from "./fake_context.ts";

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
    const { sent } = await typed("/MSG Zoë  hi  there ", "  /Quit", "/all\thi");
    assertEquals(sent, ["tell Zoë hi  there", "leave", "say hi"]);
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
      const { screen, sent, shown, run } = fakeContext();
      if (reply !== undefined) screen.answers.push(reply);
      await run("quit");
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
    const { screen, sent, shown, run } = fakeContext();
    await run("/to Zoë");
    screen.answers.push("no");
    await run("help");
    assertMatch(screen.questions[0]!, /send "help" to Zoë\) $/);
    assertEquals(sent, ["tell Zoë help"]);
    // Both ways are the same then.
    screen.answers.push("");
    await run("msg Zoë x");
    assertEquals(
      shown.at(-1),
      '! Not sent: "msg Zoë x". Type /msg Zoë and the text to send it to Zoë',
    );
    screen.questions.pop();
    // What is said with a command is meant so.
    await run("/all help");
    assertEquals(sent[1], "say help");
    assertEquals(screen.questions.length, 1);
  },
});

Deno.test({
  name: "runLine() asks about a command in the text of another command",
  permissions: "none",
  async fn() {
    const lines = [
      ["/me /msg Zoë x", "everyone", "say * Ann /msg Zoë x"],
      ["/all /msg Zoë x", "everyone", "say /msg Zoë x"],
      ["/msg Zoë /msg Zoë x", "Zoë", "tell Zoë /msg Zoë x"],
      ["/to Zoë /msg Zoë x", "Zoë", "tell Zoë /msg Zoë x"],
    ] as const;
    for (const [line, receiver, sentAsText] of lines) {
      for (const reply of ["yes", "no", ""]) {
        const { screen, sent, shown, run } = fakeContext();
        screen.answers.push(reply);
        await run(line);
        assertEquals(screen.questions, [
          "Did you mean the command /msg Zoë? (yes = /msg Zoë, no = send " +
          `"/msg Zoë x" to ${receiver}) `,
        ]);
        const expected = { yes: ["tell Zoë x"], no: [sentAsText] }[reply];
        assertEquals(sent, expected ?? [], `${line}: ${reply}`);
        if (expected !== undefined) continue;
        assertEquals(screen.givenBack, [line]);
        assertEquals(
          shown.at(-1),
          '! Not sent: "/msg Zoë x". Type /msg Zoë at the start of a line',
        );
      }
    }
  },
});

Deno.test({
  name: "runLine() asks about each command inside a command",
  permissions: "none",
  async fn() {
    for (const line of ["/all /me /msg Zoë x", "[all] > /me /msg Zoë x"]) {
      const { screen, sent, run } = fakeContext();
      screen.answers.push("yes", "yes");
      await run(line);
      assertEquals(screen.questions.length, 2, line);
      assertEquals(sent, ["tell Zoë x"]);
    }
  },
});

Deno.test({
  name: "runLine() asks about a misspelt command for one person in a text",
  permissions: "none",
  async fn() {
    for (const reply of ["yes", "no"]) {
      const { screen, sent, shown, run } = fakeContext();
      screen.answers.push(reply);
      await run("/all /mgs Zoë x");
      assertEquals(screen.questions, [
        '"/mgs Zoë x" may be for one person. Send it to everyone? (yes/no) ',
      ]);
      assertEquals(sent, reply === "yes" ? ["say /mgs Zoë x"] : []);
      assertEquals(
        shown.at(-1),
        reply === "yes"
          ? "(Ann to all) /mgs Zoë x"
          : '! Not sent: "/mgs Zoë x" may be for one person',
      );
    }
  },
});

Deno.test({
  name: "runLine() asks about commands below the first line of a text",
  permissions: "none",
  async fn() {
    for (const reply of ["yes", "no"]) {
      const { screen, sent, run } = fakeContext();
      screen.answers.push(reply);
      await run("hi\n/files\n/get 1");
      assertEquals(screen.questions, [
        'Line 2 may be a command: "/files". Send all 3 lines to everyone? ' +
        "(yes/no) ",
      ]);
      assertEquals(sent, reply === "yes" ? ["say hi\n/files\n/get 1"] : []);
    }
    // A yes settles what all lines are.
    const bare = fakeContext();
    bare.screen.answers.push("yes");
    await bare.run("msg Zoë a\n/msg Zoë b");
    assertEquals(bare.sent, ["say msg Zoë a\n/msg Zoë b"]);
    assertEquals(bare.screen.questions.length, 1);
    const { screen, sent, shown, run } = fakeContext();
    await run("/files\n/get 1");
    assertEquals([screen.questions, sent], [[], []]);
    assertEquals(screen.givenBack, ["/files\n/get 1"]);
    assertEquals(shown, [
      "! Not carried out: line 2 may be a command. Type one command at a time",
    ]);
  },
});

Deno.test({
  name: "runLine() refuses in a script what may be a reply",
  permissions: "none",
  async fn() {
    const { context, sent, shown, run } = fakeContext();
    Object.assign(context, { isInteractive: false });
    for (const line of ["r secret", "r you there", "/me /msg Zoë x"]) {
      await run(line);
    }
    assertEquals(sent, []);
    assertEquals(shown.map((line) => line.slice(0, 11)), [
      ...["! Not sent:", "! Not sent:", "! Not sent:"],
    ]);
  },
});
