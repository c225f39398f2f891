import { assert, assertEquals, assertMatch } from "@std/assert";
import { COMMANDS } from "../../lib/client/commands.ts";
import { fakeContext, typed } from "./fake_context.ts";

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
      const { shown, run } = fakeContext({ columns: columns! });
      await run("/help");
      assert(shown.length <= rows!, `${shown.length} rows of ${columns}`);
      for (const line of shown) assert(line.length < columns!, line);
      for (const { name } of COMMANDS) {
        assert(shown.some((line) => line.trim().startsWith(`/${name} `)), name);
      }
      for (const { name } of COMMANDS) await run(`/help ${name}`);
      for (const line of shown) {
        assert(line.length < columns! || !line.startsWith("  "), line);
      }
    }
  },
});
