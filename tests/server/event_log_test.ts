import { assert, assertEquals, assertMatch } from "@std/assert";
import { EventLog, formatTime } from "../../lib/server/event_log.ts";
import { collectingLog } from "../testing.ts";

Deno.test({
  name:
    "EventLog.write() makes one line of an event, with its origin and details",
  permissions: "none",
  fn() {
    const { log, lines } = collectingLog();
    log.write("started", { port: 12000, host: undefined });
    log.write("said", { from: "Ann", text: "hi" }, {
      session: 3,
      from: "127.0.0.1:53122",
    });
    log.write("stopped");
    log.flush();
    assertEquals(lines, [
      "started port=12000",
      '#3 127.0.0.1:53122 said from="Ann" text="hi"',
      "stopped",
    ]);
  },
});

Deno.test({
  name: "EventLog.write() lets no text forge a line or act on a screen",
  permissions: "none",
  fn() {
    const { log, lines } = collectingLog();
    const forged = [
      'hi"\r\n2026-11-23 06:35:58.123 +00:00 #1 left name="Bob',
      "\n\n",
      "\x1b[2J\x9b\x07\x00\x7f",
      "\u2028\u2029\u202e",
      '\\" from="server',
      "é 你 🦄",
    ];
    for (const text of forged) log.write("said", { text });
    log.flush();
    assertEquals(lines, [
      'said text="hi\\"\\r\\n2026-11-23 06:35:58.123 +00:00 #1 left name=\\"Bob"',
      'said text="\\n\\n"',
      'said text="\\x1b[2J\\x9b\\x07\\x00\\x7f"',
      'said text="\\u{2028}\\u{2029}\\u{202e}"',
      'said text="\\\\\\" from=\\"server"',
      'said text="é 你 🦄"',
    ]);
  },
});

Deno.test({
  name: "EventLog hands on the lines of one turn together",
  permissions: "none",
  async fn() {
    const texts: string[] = [];
    const log = new EventLog((lines) => texts.push(lines));
    log.write("one");
    log.write("two");
    assertEquals(texts, []);
    await Promise.resolve();
    assertEquals(texts.length, 1);
    assertMatch(texts[0]!, /^[-\d]+ [:.\d]+ [-+:\d]+ one\n[^\n]* two\n$/);
    log.write("three");
    log.flush();
    log.flush();
    await Promise.resolve();
    assertEquals(texts.length, 2);
  },
});

Deno.test({
  name: "formatTime() writes the local time with its zone",
  permissions: "none",
  fn() {
    const at = (minutes: number) => {
      const date = new Date(2026, 0, 2, 3, 4, 5, 6);
      date.getTimezoneOffset = () => -minutes;
      return formatTime(date);
    };
    assertEquals(at(0), "2026-01-02 03:04:05.006 +00:00");
    assertEquals(at(60), "2026-01-02 03:04:05.006 +01:00");
    assertEquals(at(-210), "2026-01-02 03:04:05.006 -03:30");
    assertEquals(at(345), "2026-01-02 03:04:05.006 +05:45");
  },
});

Deno.test("EventLog.writePrivate() keeps the text, or its length only", () => {
  for (const keepsPrivate of [true, false]) {
    let written = "";
    const log = new EventLog((lines) => written += lines, { keepsPrivate });
    log.writePrivate("told", { from: "Ann", to: "Bob", text: "secret 🦄" });
    log.flush();
    const text = keepsPrivate ? "secret 🦄" : "private message (8 characters)";
    assert(
      written.endsWith(`told from="Ann" to="Bob" text="${text}"\n`),
      written,
    );
  }
});
