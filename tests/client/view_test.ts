import { assertEquals } from "@std/assert";
import {
  eventLine,
  formatPrompt,
  mentions,
  modeLine,
  userLines,
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
      eventLine({ type: "closing", reason: "the lesson is over" }),
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
      "The server says goodbye: the lesson is over",
      "John (late): hi",
      "John (private, late): hi",
      "John (earlier): hi",
      "! Slowly",
      "! Perhaps not sent, the connection broke at that moment: hi",
      "Welcome!",
      "Connected again",
      "Connected again; 1 message is missing, which the server does not keep " +
      "any more",
    ]);
  },
});

Deno.test({
  name: "userLines() counts people and marks the user",
  permissions: "none",
  fn() {
    assertEquals(userLines(["Ann"], "Ann").map(shownLine), [
      "1 person is here:",
      "  Ann (you)",
    ]);
    assertEquals(userLines(["Bob", "Ann"], "Ann").map(shownLine), [
      "2 people are here:",
      "  Bob",
      "  Ann (you)",
    ]);
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
    assertEquals(shownLine(modeLine({})), "Your lines now go to everyone");
    assertEquals(
      shownLine(modeLine({ to: "Ann" })),
      "Your lines now go to Ann only (/all for everyone)",
    );
  },
});

Deno.test({
  name: "mentions() finds a name as a word of its own, whatever its case",
  permissions: "none",
  fn() {
    for (const text of ["Ann", "hi ann!", "@ANN?", "(Ann)", "xann ann"]) {
      assertEquals(mentions(text, "Ann"), true, text);
    }
    for (const text of ["", "Annette", "Joann", "ann_b", "annö", "a n n"]) {
      assertEquals(mentions(text, "Ann"), false, text);
    }
  },
});
