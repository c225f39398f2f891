import { assert, assertEquals, assertMatch } from "@std/assert";
import { fakeContext, typed } from "./fake_context.ts";

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
    assertEquals(context.mode.to, "Zoë");
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
      "/msg Zoë hi",
      "/msg Zoë",
      "/msg",
    );
    assertEquals(sent, ["tell Zoë hi"]);
    assertEquals(context.mode, {});
    assertEquals(shown.shift(), "(Ann to Zoë) hi");
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
    const told = fakeContext({ lastTeller: "Zoë" });
    await told.run("/reply  hi there");
    assertEquals(told.sent, ["tell Zoë hi there"]);
  },
});

Deno.test({
  name:
    "/to names a different person who has the name of the one who was meant",
  permissions: "none",
  async fn() {
    const { context, screen, shown, run } = fakeContext();
    const begun = screen.begin("/to Zoë ");
    context.presence.leave({ name: "Zoë" });
    context.presence.join({ name: "Zoë" });
    await run("/to Zoë ", begun);
    assertEquals(shown, [
      "! Zoë has left, and this is a different Zoë. Type /to Zoë again to talk " +
      "to them",
    ]);
    assertEquals(context.mode, {});
    await run("/to Zoë");
    assertEquals(context.mode.to, "Zoë");
  },
});

Deno.test({
  name:
    "/msg, /to and /reply ask before they write to another person of a name",
  permissions: "none",
  async fn() {
    const question = "A different Zoë has joined. Send it to them? (yes/no) ";
    for (
      const lines of [["/msg Zoë secret"], ["/to Zoë", "secret"], [
        "/to Zoë secret",
      ]]
    ) {
      for (const reply of ["yes", "no"]) {
        const { context, screen, sent, shown, run } = fakeContext();
        await run("/msg Zoë old");
        context.presence.leave({ name: "Zoë" });
        context.presence.join({ name: "Zoë" });
        screen.answers.push(reply);
        for (const line of lines) await run(line);
        assertEquals(screen.questions, [question]);
        const isSent = reply === "yes";
        assertEquals(sent.slice(1), isSent ? ["tell Zoë secret"] : []);
        if (!isSent) {
          assertMatch(shown.at(-1)!, /^! Not sent: this is a different Zoë\./);
        }
        // They know each other now.
        await run("/msg Zoë new");
        assertEquals(screen.questions.length, 1);
        assertEquals(sent.at(-1), "tell Zoë new");
      }
    }
  },
});

Deno.test({
  name: "/query NAME is /to NAME, and with a text it is /msg",
  permissions: "none",
  async fn() {
    const { context, sent } = await typed("/query Zoë hi", "all", "/query zoë");
    assertEquals(context.mode.to, "Zoë");
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
