import { assertEquals } from "@std/assert";
import { COMMANDS } from "../../lib/client/commands.ts";
import { typed } from "./fake_context.ts";

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
  name: "/quit, /leave and /exit leave",
  permissions: "none",
  async fn() {
    const { sent } = await typed("/quit", "/leave", "/exit");
    assertEquals(sent, ["leave", "leave", "leave"]);
  },
});

Deno.test({
  name: "/quiet turns bells and joins off and on again",
  permissions: "none",
  async fn() {
    const { context, run, shown } = await typed("/quiet");
    assertEquals(context.quiet, true);
    await run("/quiet");
    assertEquals(context.quiet, false);
    assertEquals(shown, [
      "Quiet mode on: no bell, no join/leave notices",
      "Quiet mode off: the bell and join/leave notices are on",
    ]);
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
  name: "COMMANDS need the words that their usage has outside brackets",
  permissions: "none",
  fn() {
    for (const { name, usage, needs = 0 } of COMMANDS) {
      if (name === "msg") continue; // It needs fewer words under its other names.
      const words = usage.replace(/\[.*\]|\.\.\./g, "").trim().split(" ");
      assertEquals(needs, words.length - 1, usage);
    }
  },
});
