import { assertEquals, assertStringIncludes } from "@std/assert";
import { Binder, modeFor } from "../../lib/client/binder.ts";
import { newMemory } from "../../lib/client/memory.ts";
import { Partner } from "../../lib/client/partner.ts";
import { Situation } from "../../lib/client/situation.ts";
import type { Line } from "../../lib/client/view.ts";
import { settle } from "../testing.ts";
import { FakeScreen, shownLine } from "./fake_screen.ts";

const HOLD =
  "Bob has left. Your messages are on hold (/all to talk to everyone)";

/** Ann, who talks to Bob. */
function setUp(interactive = true) {
  const screen = new FakeScreen(interactive);
  const memory = newMemory();
  memory.presence.learn([{ name: "Ann", id: "a" }, { name: "Bob", id: "b" }], {
    isComplete: true,
  });
  const situation = new Situation();
  const binder = new Binder(screen, memory);
  const partner = new Partner(screen, { memory, binder, situation });
  partner.mode = modeFor(memory.presence.named("Bob")!);
  const leave = (id: string) =>
    text(partner.left(memory.presence.leave({ name: "Bob", id })!));
  const join = (id: string, name = "Bob") =>
    text(partner.joined(memory.presence.join({ name, id })));
  return { screen, memory, partner, situation, leave, join };
}

function text(line: Line | undefined): string | undefined {
  return line && shownLine(line);
}

Deno.test({
  name:
    "Partner.left() holds the lines when that person leaves, and nobody else",
  permissions: "none",
  fn() {
    const { partner, leave, screen } = setUp();
    assertEquals(leave("other"), undefined);
    assertEquals(partner.mode.gone, undefined);
    assertEquals(leave("b"), HOLD);
    assertEquals(partner.mode.gone, true);
    assertEquals(screen.prompts.at(-1), "[@Bob, not here] > ");
    assertEquals(leave("b"), undefined, "said once");
  },
});

Deno.test({
  name: "Partner.joined() resumes with the same seat, under any name",
  permissions: "none",
  fn() {
    const { partner, leave, join, screen } = setUp();
    leave("b");
    assertEquals(
      join("b", "Rob"),
      "Bob is back as Rob. You are talking to Rob only (/all to talk to everyone)",
    );
    assertEquals(partner.mode, { to: "Rob", id: "#b" });
    assertEquals(screen.questions, []);
  },
});

Deno.test({
  name: "Partner.joined() asks about another person of that name",
  permissions: "none",
  async fn() {
    for (const [reply, to] of [["yes", "#b2"], ["no", "#b"]] as const) {
      const { partner, leave, join, screen, memory } = setUp();
      screen.answers.push(reply);
      leave("b");
      assertEquals(join("b2"), undefined);
      await settle();
      assertEquals(screen.questions, [
        "A different Bob has joined. Talk to them? (yes/no) ",
      ]);
      assertEquals(partner.mode.id, to);
      assertEquals(
        memory.accepted.get("#b")?.id,
        reply === "yes" ? to : undefined,
      );
      assertEquals(
        screen.shown.at(-1),
        reply === "yes"
          ? "You are now talking to Bob only (/all to talk to everyone)"
          : "Your messages are on hold (/to Bob to talk to this Bob, /all to talk to everyone)",
      );
    }
  },
});

Deno.test({
  name: "Partner keeps holding the lines if the user types another line",
  permissions: "none",
  async fn() {
    const { partner, leave, join, screen } = setUp();
    screen.answers.push("see you at 5");
    leave("b");
    join("b2");
    await settle();
    // The screen takes it as a line.
    assertEquals(screen.givenBack, []);
    assertEquals(partner.mode.gone, true);
    assertStringIncludes(screen.shown.join("\n"), "Your messages are on hold");
  },
});

Deno.test({
  name: "Partner withdraws its question when the situation changes",
  permissions: "none",
  async fn() {
    const { leave, join, screen } = setUp();
    screen.holdsQuestions = true;
    leave("b");
    join("b2");
    await settle();
    leave("b2");
    await settle();
    assertEquals(screen.openQuestions, 0);
    assertEquals(screen.shown, ["Question withdrawn: Bob has left"]);
  },
});

Deno.test({
  name: "Partner tells a script instead of asking",
  permissions: "none",
  async fn() {
    const { leave, join, screen } = setUp(false);
    leave("b");
    join("b2");
    await settle();
    assertEquals([screen.questions, screen.shown], [[], [
      "A different Bob has joined. Your messages are on hold (/to Bob to talk " +
      "to them)",
    ]]);
  },
});

Deno.test({
  name: "Partner.check() compares the mode with a whole list",
  permissions: "none",
  fn() {
    const { partner, memory } = setUp();
    assertEquals(partner.check(), undefined);
    const learn = (names: string[], isComplete: boolean) =>
      memory.presence.learn(names.map((name) => ({ name, id: name })), {
        isComplete,
      });
    learn(["Ann"], false);
    assertEquals(partner.check(), undefined, "Bob may be here");
    learn(["Ann"], true);
    assertEquals(text(partner.check()), HOLD);
    assertEquals(partner.check(), undefined, "said once");
    partner.mode = {};
    assertEquals(partner.check(), undefined);
  },
});

Deno.test({
  name: "Partner.isNamed() compares names as the server does",
  permissions: "none",
  fn() {
    const { partner } = setUp();
    assertEquals([partner.isNamed("bOB"), partner.isNamed("Bo")], [
      true,
      false,
    ]);
    partner.mode = {};
    assertEquals(partner.isNamed("Bob"), false);
  },
});
