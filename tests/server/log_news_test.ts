import { assertEquals } from "@std/assert";
import { tellNews } from "../../lib/server/log_news.ts";
import type { LogNews } from "../../lib/server/log_writer.ts";
import { collectingLog } from "../testing.ts";

/** Returns what the operator reads and what the log gets for this news. */
function told(news: LogNews): [shown: string[], logged: string[]] {
  const { log, lines } = collectingLog();
  const shown: string[] = [];
  const print = (line: string) => void shown.push(line);
  tellNews({ file: "server.log", ...news }, { print, log });
  log.flush();
  return [shown, lines];
}

const CAUSE = new Error("ENOSPC: no space left on device, write");

Deno.test({
  name: "tellNews() reports that a log fails, and that it works again",
  permissions: "none",
  fn() {
    assertEquals(told({ kind: "failed", cause: CAUSE }), [
      [
        "Cannot write server.log: no space left on device. The chat goes on, " +
        "and the server tries again every second",
      ],
      ['log failed file="server.log" cause="no space left on device"'],
    ]);
    assertEquals(told({ kind: "resumed", duration: 1_260, late: 3, lost: 0 }), [
      [
        "Writing to server.log again: 3 lines were written late, none is missing",
      ],
      ['log resumed file="server.log" seconds=1.3 late=3 lost=0'],
    ]);
    assertEquals(told({ kind: "resumed", duration: 0, late: 1, lost: 2 })[0], [
      "Writing to server.log again: 1 line was written late, 2 lines were lost",
    ]);
  },
});

Deno.test({
  name: "tellNews() reports what happened to the file",
  permissions: "none",
  fn() {
    assertEquals(told({ kind: "reopened", fate: "emptied" }), [
      ["server.log was emptied: the server writes on into it"],
      ['log reopened file="server.log" cause="emptied"'],
    ]);
    for (const fate of ["moved or removed", "replaced"] as const) {
      assertEquals(told({ kind: "reopened", fate })[0], [
        `server.log was ${fate}: the server has opened it again`,
      ]);
    }
    assertEquals(told({ kind: "not rotated", cause: CAUSE }), [
      [
        "Cannot put server.log aside: no space left on device. Close the " +
        "program that uses it or its old copies; until then it grows",
      ],
      ['log not rotated file="server.log" cause="no space left on device"'],
    ]);
  },
});

Deno.test({
  name:
    "tellNews() reports at the end how many lines are missing, which no log can hold",
  permissions: "none",
  fn() {
    const lost = (lines: number) => told({ kind: "unwritten", lines });
    assertEquals(lost(1), [["1 line of server.log could not be written"], []]);
    assertEquals(lost(2)[0], ["2 lines of server.log could not be written"]);
  },
});

Deno.test({
  name: "tellNews() tells the operator before there is a log",
  permissions: "none",
  fn() {
    const shown: string[] = [];
    tellNews({ file: "a", kind: "failed", cause: CAUSE }, {
      print: (line) => void shown.push(line),
      log: undefined,
    });
    assertEquals(shown.length, 1);
  },
});
