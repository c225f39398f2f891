/**
 * Lines typed at a question of the client instead of an answer, over a real room: each
 * is treated as if it had been typed at the prompt.
 *
 * @module
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { FakeTime } from "../testing.ts";
import { type Other, World } from "./private_world.ts";

/** Types each line with its Enter, at human speed; resolves to what the others hear. */
async function typed(
  lines: readonly string[],
  meanwhile: (world: World, bob: Other) => Promise<void> = () =>
    Promise.resolve(),
): Promise<{ bob: string[]; cleo: string[]; shown: string; draft: string }> {
  using time = new FakeTime();
  await using world = new World(time);
  const bob = await world.join("Bobby");
  const cleo = await world.join("Cleo");
  await world.type("");
  await meanwhile(world, bob);
  for (const line of lines) {
    await world.type(line);
    await world.pause();
    await world.type("\r");
  }
  const { bottom, shown } = world;
  const heard = ({ heard }: Other) =>
    heard.map(({ type, text }) => `${type} ${text}`);
  const draft = bottom === undefined || "question" in bottom
    ? "(question)"
    : bottom.draft;
  return { bob: heard(bob), cleo: heard(cleo), shown, draft };
}

Deno.test("a command typed at a question is carried out, and the next text follows it", async () => {
  const { bob, cleo, shown } = await typed(["help", "/to Bobby", "secret"]);
  assertEquals([bob, cleo], [["told secret"], []]);
  assertStringIncludes(shown, 'Not sent: "help"');
  assertStringIncludes(shown, "Press Up to bring it back");
});

Deno.test("a private message typed at a question goes to its person alone", async () => {
  const { bob, cleo } = await typed(["help", "/msg Bobby secret", "hello"]);
  assertEquals(bob, ["told secret", "said hello"]);
  assertEquals(cleo, ["said hello"]);
});

Deno.test("a text typed at a question goes to the person of the mode, and no held text joins it", async () => {
  const { bob, cleo } = await typed(["/to Bobby", "help", "for you", "/all"]);
  assertEquals([bob, cleo], [["told for you"], []]);
});

Deno.test("a text after a line that may have changed the recipients is held", async () => {
  const { bob, cleo, shown, draft } = await typed(["to Bobby", "secret"]);
  assertEquals([bob, cleo], [[], []]);
  assertStringIncludes(shown, 'The line "to Bobby" failed');
  assertStringIncludes(shown, "Press Up, then Enter, to send it");
  assertEquals(draft, "");
});

Deno.test("a text that was typed ahead of a failure is held, and the next one does not join it", async () => {
  for (const pause of [0, 400, 500]) {
    using time = new FakeTime();
    await using world = new World(time);
    const cleo = await world.join("Cleo");
    await world.type("");
    await world.type("/to Bobby\r");
    assertStringIncludes(world.shown, "There is nobody called Bobby");
    await time.pass(pause);
    for (const text of ["secret 1", "secret 2"]) await world.type(`${text}\r`);
    // Half a second later the user has seen the failure, and the prompt.
    const isSeen = pause === 500;
    const heard = cleo.heard.map(({ text }) => text);
    assertEquals(heard, isSeen ? ["secret 1", "secret 2"] : []);
    await time.pass(500);
    await world.type("\x1b[A");
    await world.type("\r");
    assertEquals(cleo.heard.at(-1)?.text, "secret 2");
    assertEquals(cleo.heard.length, isSeen ? 3 : 1);
  }
});

Deno.test("a held text stays whole where Up brings it back", async () => {
  const { bob, draft } = await typed(["help", "/files", "\x1b[A"]);
  assertEquals([bob, draft], [[], "(question)"]);
});

Deno.test("an empty answer brings the held text back to the line", async () => {
  const { bob, draft } = await typed(["help", ""]);
  assertEquals([bob, draft], [[], "help"]);
});

Deno.test("an answer typed before its question can be read is not taken, and said to nobody", async () => {
  await typed([], async (world) => {
    await world.type("msg Bobby secret");
    await world.type("\r");
    await world.type("no");
    await world.type("\r");
    assertStringIncludes(world.shown, "Not taken as the answer");
    assertEquals("question" in world.bottom!, true);
    assertEquals(world.others.flatMap(({ heard }) => heard), []);
    await world.pause();
    await world.type("yes");
    await world.type("\r");
    const [bobby, cleo] = world.others.map(({ heard }) =>
      heard.map(({ type, text }) => `${type} ${text}`)
    );
    assertEquals([bobby, cleo], [["told secret"], []]);
  });
});

Deno.test("an answered question brings its line back, also with another line waiting", async () => {
  // On Windows, lines that arrive at the same moment are one paste.
  if (Deno.build.os === "windows") return;
  await typed([], async (world) => {
    await world.typeAhead("help", "hello");
    assertEquals("question" in world.bottom!, true);
    await world.pause();
    await world.type("\r");
    const { draft } = world.bottom as { draft: string };
    assertEquals(draft, "help");
    assertEquals(world.others[0]!.heard.map(({ text }) => text), ["hello"]);
  });
});

Deno.test("Ctrl+C at a question brings the held text back, and does not leave", async () => {
  const { draft } = await typed(["help"], async (world) => {
    await world.type("help\r");
    await world.type("\x03");
    assertEquals(
      world.bottom,
      {
        to: "all",
        isReply: false,
        isGone: false,
        isOffline: false,
        draft: "help",
      },
    );
    await world.type("\x03");
  });
  assertEquals(draft, "(question)");
});

Deno.test("/all at the question about a different person is carried out", async () => {
  const { cleo } = await typed(["/all", "hello all"], async (world, bob) => {
    await world.type("/to Bobby\r");
    await bob.leave();
    await world.join("Bobby");
    await world.type("");
    assertStringIncludes(world.shown, "A different Bobby has joined");
  });
  assertEquals(cleo, ["said hello all"]);
});

Deno.test("a text at the question about a different person stays with the first one", async () => {
  const { bob, cleo, shown } = await typed(["secret"], async (world, bob) => {
    await world.type("/to Bobby\r");
    await bob.leave();
    await world.join("Bobby");
    await world.type("");
  });
  assertEquals([bob, cleo], [[], []]);
  assertStringIncludes(shown, "Not sent: Bobby has left");
});

Deno.test("the prompt takes the place of a question as soon as a text is no answer", async () => {
  await typed([], async (world) => {
    await world.type("help\r");
    await world.type("n");
    assertEquals("question" in world.bottom!, true);
    await world.type("ow");
    const { to, draft } = world.bottom as { to: string; draft: string };
    assertEquals([to, draft], ["all", "now"]);
    await world.type("\x7f\x7f\x7f");
    assertEquals("question" in world.bottom!, true);
    await world.type("no\r");
  });
});

Deno.test("a text typed at a question that is withdrawn stays on the line", async () => {
  await typed([], async (world, bob) => {
    await world.type("to Bobby\r");
    await world.type("half a li");
    await bob.leave();
    await world.type("");
    assertStringIncludes(world.shown, "Question withdrawn");
    const { draft } = world.bottom as { draft: string };
    assertEquals(draft, "half a li");
  });
});

Deno.test("a reply that nobody can get is held, whatever its text, and asks nothing", async () => {
  const { bob, cleo, shown, draft } = await typed([], async (world, bob) => {
    await world.type("/reply ");
    await bob.say({ type: "tell", to: "Ann", text: "psst" });
    await world.type("/all secret");
    await world.type("\r");
  });
  assertEquals([bob, cleo], [[], []]);
  assertStringIncludes(shown, "Bobby wrote while you were typing");
  assertEquals(draft, "/reply /all secret");
});
