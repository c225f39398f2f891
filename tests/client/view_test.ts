import { assertEquals } from "@std/assert";
import {
  formatEvent,
  formatFailed,
  formatFiles,
  formatMode,
  formatPrompt,
  formatSaved,
  formatUsers,
} from "../../lib/client/view.ts";

Deno.test({
  name: "formatEvent() makes the lines that scripts rely on",
  permissions: "none",
  fn() {
    const refused = { re: "say", code: "too-long", text: "Too long" };
    const lines = [
      formatEvent({ type: "joined", name: "John" }),
      formatEvent({ type: "left", name: "John", reason: "quit" }),
      formatEvent({ type: "said", from: "John", text: "hi" }),
      formatEvent({ type: "told", from: "John", text: "hi" }),
      formatEvent({ type: "refused", ...refused }),
      formatEvent({ type: "closing", reason: "the lesson is over" }),
    ];
    assertEquals(lines, [
      "John has joined",
      "John has left",
      "John: hi",
      "John (private): hi",
      "Not done: Too long",
      "The server says goodbye: the lesson is over",
    ]);
  },
});

Deno.test({
  name: "formatSaved() names path, size and that it is verified",
  permissions: "none",
  fn() {
    const saved = { path: "John/report.pdf", size: 1_200_000 };
    assertEquals(
      formatSaved(saved),
      "Saved John/report.pdf (1.2 MB, verified)",
    );
    assertEquals(
      formatFailed("report.pdf", "cancelled"),
      "Not saved: report.pdf: cancelled",
    );
  },
});

Deno.test({
  name: "no line of the view lets foreign text act on the screen",
  permissions: "none",
  fn() {
    const bad = "\x1b[2J\r\n\x07\x9b\u202e";
    const shown = "\\x1b[2J\\r\\n\\x07\\x9b\\u{202e}";
    const lines = [
      formatEvent({ type: "joined", name: bad }),
      formatEvent({ type: "left", name: bad, reason: bad }),
      formatEvent({ type: "said", from: bad, text: bad }),
      formatEvent({ type: "told", from: bad, text: bad }),
      formatEvent({ type: "refused", re: bad, code: bad, text: bad }),
      formatEvent({ type: "closing", reason: bad }),
      formatMode({ to: bad }),
      formatPrompt({ to: bad }),
      formatUsers([bad], "Ann")[1]!,
      formatFiles([{ name: bad, size: 1 }])[1]!,
      formatSaved({ path: bad, size: 1 }),
      formatFailed(bad, bad),
    ];
    for (const line of lines) {
      assertEquals(line.includes(shown), true, line);
      // deno-lint-ignore no-control-regex -- control characters are what it looks for
      assertEquals(/[\x00-\x1f\x7f-\x9f\u202e]/.test(line), false, line);
    }
  },
});

Deno.test({
  name: "formatUsers() counts people and marks the user",
  permissions: "none",
  fn() {
    assertEquals(formatUsers(["Ann"], "Ann"), [
      "1 person is here:",
      "  Ann (you)",
    ]);
    assertEquals(formatUsers(["Bob", "Ann"], "Ann"), [
      "2 people are here:",
      "  Bob",
      "  Ann (you)",
    ]);
  },
});

Deno.test({
  name: "formatFiles() shows number, name and size in columns",
  permissions: "none",
  fn() {
    assertEquals(formatFiles([]), ["There are no files on the server"]);
    assertEquals(formatFiles([{ name: "a", size: 0 }]), [
      "1 file on the server:",
      "  1  a  0 B",
    ]);
    const files = Array.from({ length: 10 }, () => ({ name: "a", size: 1 }));
    files[0] = { name: "report.pdf", size: 2_500_000_000 };
    const lines = formatFiles(files);
    assertEquals(lines[0], "10 files on the server:");
    assertEquals(lines[1], "   1  report.pdf  2.5 GB");
    assertEquals(lines[10], "  10  a           1 B");
  },
});

Deno.test({
  name: "formatPrompt() and formatMode() say whom a line goes to",
  permissions: "none",
  fn() {
    assertEquals(formatPrompt({}), "[all] > ");
    assertEquals(formatPrompt({ to: "Ann" }), "[@Ann] > ");
    assertEquals(formatMode({}), "Your lines now go to everyone");
    assertEquals(
      formatMode({ to: "Ann" }),
      "Your lines now go to Ann only (/all for everyone)",
    );
  },
});
