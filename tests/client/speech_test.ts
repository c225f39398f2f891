import { assertEquals } from "@std/assert";
import { fakeContext, typed } from "./fake_context.ts";

Deno.test({
  name: "runLine() sends nothing of a text that is too long",
  permissions: "none",
  async fn() {
    const text = "é".repeat(24 * 1024 + 1);
    const { sent, shown, screen } = await typed(
      text,
      `/msg Zoë ${text}`,
      `/all ${text}`,
    );
    assertEquals(sent, []);
    assertEquals(
      shown.filter((line) => line.startsWith("! Not sent")).length,
      3,
    );
    assertEquals(screen.givenBack, [
      text,
      `/msg Zoë ${text}`,
      `/all ${text}`,
    ]);
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
      await many.run(page(21));
      assertEquals(many.screen.questions, [
        `Send these 21 lines to everyone: "${
          "line\\n".repeat(9)
        }lin…"? (yes/no) `,
      ]);
      assertEquals(many.sent.length, sent);
      assertEquals(many.screen.givenBack.length, 1 - Number(sent));
    }
  },
});

Deno.test({
  name:
    "runLine() holds what is meant for a person who has left, without a question",
  permissions: "none",
  async fn() {
    const lines = [
      ...["secret", "/msg ZOË secret", "/reply secret", "/me waves"],
      "/to Zoë secret",
    ];
    for (const line of lines) {
      const { context, screen, sent, shown, run } = fakeContext({
        lastTeller: "Zoë",
      });
      await run("/to Zoë");
      const begun = screen.begin(line);
      context.presence.leave({ name: "Zoë" });
      context.presence.join({ name: "Zoë" });
      screen.answers.push("yes", "everyone");
      await run(line, begun);
      assertEquals(sent, []);
      assertEquals(screen.questions, []);
      assertEquals(screen.givenBack, [line]);
      assertEquals(
        shown.at(-1),
        "! Not sent: Zoë has left, and this is a different Zoë. Type " +
          `${/^.(msg|reply)/.test(line) ? "/msg" : "/to"} Zoë to talk to them`,
      );
    }
  },
});

Deno.test({
  name: "speak() sends a text that fills a message exactly, and nothing longer",
  permissions: "none",
  async fn() {
    for (const [text, fits] of [["x", true], ["xy", false]] as const) {
      const { sent } = await typed(`${"x".repeat(48 * 1024 - 1)}${text}`);
      assertEquals(sent.length, fits ? 1 : 0);
    }
  },
});

Deno.test({
  name: "speak() asks about more than 20 lines, and not about 20",
  permissions: "none",
  async fn() {
    for (const [count, questions] of [[20, 0], [21, 1]] as const) {
      const { sent, screen, run } = fakeContext();
      screen.answers.push("no");
      await run(Array.from({ length: count }, () => "x").join("\n"));
      assertEquals([screen.questions.length, sent.length], [
        questions,
        1 - questions,
      ]);
    }
  },
});

Deno.test({
  name: "speak() gives a doubtful line back, and says how to send it",
  permissions: "none",
  async fn() {
    const why =
      '! Not sent: "secret". The line "/to Bob" failed, so it is not ' +
      "clear who should get this one.";
    for (
      const [isInteractive, remedy] of [
        [true, "Press Enter to send it to whoever the prompt names"],
        [false, "Type /to NAME or /all before it"],
      ] as const
    ) {
      const { context, sent, shown, screen, run } = fakeContext();
      Object.assign(context, { doubt: "/to Bob", isInteractive });
      await run("secret");
      assertEquals([sent, shown], [[], [`${why} ${remedy}`]]);
      assertEquals(screen.givenBack, isInteractive ? ["secret"] : []);
    }
  },
});
