import { assertEquals } from "@std/assert";
import { eventLine, formatPrompt, modeLine } from "../../lib/client/view.ts";
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
    const refused = { re: "say", code: "too-long", text: "Too long" } as const;
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
      "! May not have been sent to everyone: the connection dropped. It was: hi",
      "Welcome!",
      "Connected again",
      "Connected again. 1 message is missing: the server no longer keeps it",
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
    assertEquals(
      formatPrompt({}, { isPlain: true }),
      "[all, not encrypted] > ",
    );
    assertEquals(
      formatPrompt({ to: "Ann", gone: true }, {
        ...{ isPlain: true, isOffline: true, isReply: true },
      }),
      "[reply to Ann, not here, not encrypted, offline] > ",
    );
    assertEquals(formatPrompt({ to: "\x1b[2J" }), "[@\\x1b[2J] > ");
    assertEquals(shownLine(modeLine({})), "You are now talking to everyone");
    assertEquals(
      shownLine(modeLine({ to: "Ann" })),
      "You are now talking to Ann only (/all to talk to everyone)",
    );
  },
});

Deno.test({
  name: "eventLine() says why messages may be missing, and that they may",
  permissions: "none",
  fn() {
    const texts = (["restarted", "forgotten", "unknown"] as const)
      .map((why) => eventLine({ type: "gap", why }));
    const missing = "Messages sent while you were away may be missing";
    assertEquals(texts, [
      { kind: "answer", text: `The server was restarted. ${missing}` },
      {
        kind: "answer",
        text: "You were away too long for the server to keep your place. " +
          missing,
      },
      { kind: "answer", text: missing },
    ]);
  },
});
