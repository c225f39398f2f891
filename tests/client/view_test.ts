import { assertEquals } from "@std/assert";
import {
  brokenOffLine,
  eventLine,
  failedLine,
  fileLines,
  formatPrompt,
  modeLine,
  savedLine,
} from "../../lib/client/view.ts";
import { shownLine } from "./fake_screen.ts";

const WELCOME = {
  type: "welcome",
  protocol: 1,
  name: "Ann",
  text: "",
  users: ["Ann"],
} as const;

Deno.test({
  name: "eventLine() makes the lines that scripts rely on",
  permissions: "none",
  fn() {
    const refused = { re: "say", code: "too-long", text: "Too long" };
    const lines = [
      eventLine({ type: "joined", name: "John" }),
      eventLine({ type: "left", name: "John", reason: "quit" }),
      eventLine({ type: "said", from: "John", text: "hi" }),
      eventLine({ type: "told", from: "John", text: "hi" }),
      eventLine({ type: "refused", ...refused }),
      eventLine({ type: "said", from: "John", text: "hi", late: true, at: 1 }),
      eventLine({ type: "told", from: "John", text: "hi", late: true, at: 1 }),
      eventLine({
        ...{ type: "said", from: "John", text: "hi" },
        ...{ earlier: true, at: 1 },
      }),
      eventLine({ type: "warning", code: "flooding", text: "Slowly" }),
      eventLine({ type: "unsure", speech: { type: "say", text: "hi" } }),
      eventLine({ ...WELCOME, text: "Welcome!" }),
      eventLine({ ...WELCOME, resumed: true }),
      eventLine({ ...WELCOME, resumed: true, lost: 1 }),
    ];
    assertEquals(lines.map(shownLine), [
      "John has joined",
      "John has left",
      "John: hi",
      "John (private): hi",
      "! Not done: Too long",
      "John (late): hi",
      "John (private, late): hi",
      "John (earlier): hi",
      "! Slowly",
      "! May not have been sent: the connection dropped. It was: hi",
      "Welcome!",
      "Connected again",
      "Connected again; 1 message is missing, which the server no longer keeps",
    ]);
  },
});

Deno.test({
  name: "savedLine() names path, size and that it is verified",
  permissions: "none",
  fn() {
    const saved = { path: "John/report.pdf", size: 1_200_000 };
    assertEquals(
      shownLine(savedLine(saved)),
      "Saved John/report.pdf (1.2 MB, verified)",
    );
    assertEquals(
      shownLine(failedLine("report.pdf", "cancelled")),
      "! Not saved: report.pdf: cancelled",
    );
    assertEquals(
      shownLine(brokenOffLine("report.pdf", 1_200_000)),
      "! report.pdf interrupted: it resumes when the server is back (1.2 MB kept)",
    );
  },
});

Deno.test({
  name: "fileLines() shows number, name and size in columns",
  permissions: "none",
  fn() {
    assertEquals(fileLines([]).map(shownLine), [
      "There are no files on the server",
    ]);
    assertEquals(fileLines([{ name: "a", size: 0 }]).map(shownLine), [
      "1 file on the server:",
      "  1  a  0 B",
    ]);
    const files = Array.from({ length: 10 }, () => ({ name: "a", size: 1 }));
    files[0] = { name: "report.pdf", size: 2_500_000_000 };
    const lines = fileLines(files).map(shownLine);
    assertEquals(lines[0], "10 files on the server:");
    assertEquals(lines[1], "   1  report.pdf  2.5 GB");
    assertEquals(lines[10], "  10  a           1 B");
  },
});

Deno.test({
  name: "formatPrompt() and modeLine() say whom a line goes to",
  permissions: "none",
  fn() {
    assertEquals(formatPrompt({}), "[all] > ");
    assertEquals(formatPrompt({ to: "Ann" }), "[@Ann] > ");
    assertEquals(
      formatPrompt({ to: "Ann", gone: true }),
      "[@Ann, not here] > ",
    );
    assertEquals(formatPrompt({ to: "\x1b[2J" }), "[@\\x1b[2J] > ");
    assertEquals(shownLine(modeLine({})), "You are now talking to everyone");
    assertEquals(
      shownLine(modeLine({ to: "Ann" })),
      "You are now talking to Ann only (/all to talk to everyone)",
    );
  },
});
