import { assert, assertEquals, assertMatch } from "@std/assert";
import { EventLog } from "../../lib/server/event_log.ts";
import { formatTime } from "../../lib/server/log_line.ts";
import { Repeats } from "../../lib/server/repeats.ts";
import { collectingLog } from "../testing.ts";

Deno.test({
  name:
    "EventLog.write() writes one line per event, with its origin and details",
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
  name:
    "EventLog.write() escapes texts that forge a line or control a terminal",
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
  name: "EventLog passes on the lines of one turn together",
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

Deno.test("EventLog.writePrivate() keeps the text, or only its length", () => {
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

const ORIGIN = { session: 3, from: "127.0.0.1:53122" };

/** A log with a test clock, and the lines of both files without their times. */
function twoLogs() {
  const clock = { now: 0 };
  const lines: string[] = [];
  const security: string[] = [];
  const into = (list: string[]) => (text: string) =>
    void list.push(
      ...text.trimEnd().split("\n").map((line) =>
        line.replace(/^\S+ \S+ \S+ /, "")
      ),
    );
  const log = new EventLog(into(lines), {
    security: into(security),
    repeats: new Repeats(() => clock.now),
  });
  return { clock, log, lines, security };
}

Deno.test({
  name: "EventLog.write() counts a flood in one line, at the end of a window",
  permissions: "none",
  fn() {
    const { clock, log, lines } = twoLogs();
    const details = { re: "get", code: "no-such-file", text: "No such file" };
    for (let i = 0; i < 5_000; i++) log.write("refused", details, ORIGIN);
    log.write("said", { from: "Bob", text: "hi" }, { ...ORIGIN, session: 4 });
    log.sweep();
    clock.now = 10_000;
    log.sweep();
    log.flush();
    assertEquals(lines, [
      '#3 127.0.0.1:53122 refused re="get" code="no-such-file" text="No such file"',
      '#4 127.0.0.1:53122 said from="Bob" text="hi"',
      '#3 127.0.0.1:53122 refused re="get" code="no-such-file" times=4999 seconds=10',
    ]);
  },
});

Deno.test({
  name: "EventLog.write() writes the counts of a session before its end",
  permissions: "none",
  fn() {
    const { clock, log, lines } = twoLogs();
    for (let i = 0; i < 3; i++) log.write("users asked", {}, ORIGIN);
    clock.now = 1_500;
    log.write("left", { name: "Ann", reason: { kind: "quit" } }, ORIGIN);
    log.write("users asked", {}, { ...ORIGIN, session: 4 });
    log.write("users asked", {}, { ...ORIGIN, session: 4 });
    log.settle();
    log.flush();
    assertEquals(lines, [
      "#3 127.0.0.1:53122 users asked",
      "#3 127.0.0.1:53122 users asked times=2 seconds=1.5",
      '#3 127.0.0.1:53122 left name="Ann" reason="quit"',
      "#4 127.0.0.1:53122 users asked",
      "#4 127.0.0.1:53122 users asked times=1 seconds=0",
    ]);
  },
});

Deno.test({
  name: "EventLog writes events about security into both logs, and no others",
  permissions: "none",
  fn() {
    const { log, lines, security } = twoLogs();
    log.write("joined", { name: "Ann" }, ORIGIN);
    log.write("said", { from: "Ann", text: "hi" }, ORIGIN);
    log.write("violation", { reason: "x" }, ORIGIN);
    log.write("violation", { reason: "y" }, ORIGIN);
    log.write("kicked", { name: "Ann", by: "operator" });
    log.write(
      "left",
      { name: "Ann", reason: { kind: "kicked", words: "" } },
      ORIGIN,
    );
    log.flush();
    assertEquals(lines.length, 6);
    assertEquals(security, [
      '#3 127.0.0.1:53122 violation reason="x"',
      'kicked name="Ann" by="operator"',
      "#3 127.0.0.1:53122 violation times=1 seconds=0",
      '#3 127.0.0.1:53122 left name="Ann" reason="kicked"',
    ]);
  },
});

Deno.test({
  name: "EventLog.say() keeps all plain texts of a turn, in order",
  permissions: "none",
  fn() {
    const { log, lines } = collectingLog();
    const ann = { name: "Ann", id: "a", origin: ORIGIN };
    const long = "0123456789".repeat(6_000);
    const bytes = new TextEncoder().encode(long);
    const ends = Array.from({ length: 100 }, (_, at) => 600 * at);
    for (const end of ends) log.say(ann, { bytes, start: 0, end });
    log.flush();
    const head = '#3 127.0.0.1:53122 said from="Ann" to="all"';
    assertEquals(
      lines,
      ends.map((end) => `${head} text="${long.slice(0, end)}"`),
    );
  },
});

Deno.test({
  name: "EventLog.say() decodes the plain texts of a turn together",
  permissions: "none",
  fn() {
    const { log, lines } = collectingLog();
    const ann = { name: "Ann", id: "a", origin: ORIGIN };
    const bytes = new TextEncoder().encode("hi");
    const { decode } = TextDecoder.prototype;
    let decoded = 0;
    TextDecoder.prototype.decode = function (...args) {
      decoded++;
      return decode.apply(this, args);
    };
    try {
      for (let i = 0; i < 50; i++) log.say(ann, { bytes, start: 0, end: 2 });
      log.flush();
    } finally {
      TextDecoder.prototype.decode = decode;
    }
    assertEquals([lines.length, decoded], [50, 1]);
  },
});

Deno.test({
  name: "EventLog.write() shortens details that clients choose, but no message",
  permissions: "none",
  fn() {
    const { log, lines } = twoLogs();
    const text = "x".repeat(60_000);
    log.write("refused", { re: text, code: "unknown-type" }, ORIGIN);
    log.write("said", { text }, ORIGIN);
    log.flush();
    assert(lines[0]!.includes('xxx... (60000 characters)" code='), lines[0]);
    assert(lines[0]!.length < 700);
    assert(lines[1]!.includes(text));
  },
});

Deno.test({
  name: "EventLog keeps events written while it passes its lines on",
  permissions: "none",
  fn() {
    const { lines, log } = (() => {
      const lines: string[] = [];
      const log: EventLog = new EventLog((text) => {
        lines.push(text.trimEnd().replace(/^.* /, ""));
        if (lines.length === 1) log.write("second");
      });
      return { lines, log };
    })();
    log.write("first");
    log.flush();
    log.flush();
    assertEquals(lines, ["first", "second"]);
  },
});
