import { assertEquals } from "@std/assert";
import { readTypedLine } from "../../lib/terminal/typed_line.ts";

Deno.test({
  name: "readTypedLine() tells commands from text",
  permissions: "none",
  fn() {
    assertEquals(readTypedLine("/Kick  Bob  too  loud "), {
      command: "kick",
      argument: "Bob  too  loud",
    });
    assertEquals(readTypedLine("  hello there "), { text: "  hello there" });
    assertEquals(readTypedLine("//slash"), { text: "/slash" });
    assertEquals(readTypedLine(" ///x"), { text: "//x" });
    assertEquals(readTypedLine("1/2"), { text: "1/2" });
    assertEquals(readTypedLine("/"), { command: "", argument: "" });
    assertEquals(readTypedLine("/say a\n/b"), {
      command: "say",
      argument: "a\n/b",
    });
  },
});

Deno.test({
  name: "readTypedLine() knows slashes of other keyboards, and unseen letters",
  permissions: "none",
  fn() {
    const starts = [
      ...["／", "∕", "⁄", "⧸", "⟋", "╱", "、", "､", "/"],
      ...["\u200b/", "\ufeff／", "\u00a0 /", "\u2060\u3000、", "\u202e/"],
      ...["\u115f/", "\u3164/", "\uffa0/", "\u2800/", "\u00ad/", "\t/"],
    ];
    for (const start of starts) {
      assertEquals(
        readTypedLine(`${start}msg Bob psst`),
        { command: "msg", argument: "Bob psst" },
        JSON.stringify(start),
      );
    }
    assertEquals(readTypedLine("/\u200bmsg\u2060 Bob"), {
      command: "msg",
      argument: "Bob",
    });
    for (const unseen of ["", " ", "\u200b", "\u3164 \u2800", "\n"]) {
      assertEquals(readTypedLine(unseen), undefined, JSON.stringify(unseen));
    }
  },
});
