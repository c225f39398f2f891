import { assertEquals } from "@std/assert";
import { TerminalOutput } from "../../lib/terminal/terminal_output.ts";
import { WindowTitle } from "../../lib/terminal/window_title.ts";
import { settle } from "../testing.ts";

/** A title, and its output. */
function open() {
  const decoder = new TextDecoder();
  let written = "";
  const output = new TerminalOutput({
    write(bytes) {
      written += decoder.decode(bytes);
      return Promise.resolve(bytes.length);
    },
  }, { size: () => ({ columns: 80, rows: 24 }) });
  return {
    title: new WindowTitle(output),
    async news() {
      await settle();
      const news = written;
      written = "";
      return news;
    },
  };
}

Deno.test({
  name: "WindowTitle.set() keeps the earlier title, and writes each one once",
  permissions: "none",
  async fn() {
    const { title, news } = open();
    title.restore();
    assertEquals(await news(), "", "there is nothing to put back");
    title.set("Ann");
    assertEquals(await news(), "\x1b[22;0t\x1b]0;Ann\x07");
    title.set("Ann");
    assertEquals(await news(), "");
    title.set("Bob");
    assertEquals(await news(), "\x1b]0;Bob\x07");
    title.restore();
    assertEquals(await news(), "\x1b[23;0t");
    title.restore();
    assertEquals(await news(), "");
  },
});

Deno.test({
  name:
    "WindowTitle.set() removes control characters, and cuts at 120 characters",
  permissions: "none",
  async fn() {
    const { title, news } = open();
    title.set("a\x07\x1b]0;b\u202e\u2028\x9cc");
    assertEquals(await news(), "\x1b[22;0t\x1b]0;a]0;bc\x07");
    title.set("🙂".repeat(120));
    assertEquals(await news(), `\x1b]0;${"🙂".repeat(120)}\x07`);
    title.set(`${"🙂".repeat(120)}x`);
    assertEquals(await news(), "", "that is the same title");
  },
});
