import { assert, assertEquals } from "@std/assert";
import {
  downloadLines,
  MAX_LINES,
  progressLine,
  progressLines,
  progressNote,
  Speed,
  timeLeft,
} from "../../lib/client/progress.ts";
import { textWidth } from "../../lib/terminal/text_layout.ts";

const MB = 1_000_000;
const HALF = { name: "report.pdf", arrived: 5 * MB, size: 10 * MB, speed: MB };

Deno.test({
  name: "progressLine() shows name, bar, percent, bytes, speed and time left",
  permissions: "none",
  fn() {
    assertEquals(
      progressLine(HALF, { columns: 79, symbols: true }),
      "report.pdf  ████████████░░░░░░░░░░░░   50%  5 MB of 10 MB  1 MB/s  5s left",
    );
    assertEquals(
      progressLine(HALF, { columns: 79, symbols: false }),
      "report.pdf  [###########-----------]   50%  5 MB of 10 MB  1 MB/s  5s left",
    );
    assertEquals(
      progressLine(HALF, { columns: 39, symbols: true }),
      "report.pdf   50%  5 MB of 10 MB  1 MB/s",
    );
    // The percentage is the last to go.
    for (
      const [columns, line] of [
        [20, "repor…  ███░░░   50%"],
        [19, "repor…   50%"],
        [8, "r…   50%"],
        [7, "r…   5…"],
      ] as const
    ) assertEquals(progressLine(HALF, { columns, symbols: true }), line);
  },
});

Deno.test({
  name: "progressLine() fits every width, and divides by nothing",
  permissions: "none",
  fn() {
    const sizes = [0, 1, 999, MB, 2 ** 53 - 1];
    const speeds = [undefined, 0, 1e-9, 1, 1e12, Infinity];
    const names = ["a", "x".repeat(300), "你好".repeat(40), "\x1b[2J\n"];
    for (let columns = 0; columns < 130; columns += 3) {
      for (const name of names) {
        for (const size of sizes) {
          for (const speed of speeds) {
            for (const arrived of [0, Math.floor(size / 2), size]) {
              const progress = { name, arrived, size, speed };
              const line = progressLine(progress, { columns, symbols: true });
              assert(textWidth(line) <= columns, `${columns}: ${line}`);
              assert(!/NaN|undefined|-\d/.test(line), line);
              // deno-lint-ignore no-control-regex -- that is what it looks for
              assert(!/[\x00-\x1f]/.test(line), line);
            }
          }
        }
      }
    }
  },
});

Deno.test({
  name: "progressLine() says 100% when all is there, and not before",
  permissions: "none",
  fn() {
    const line = (arrived: number, size: number) =>
      progressLine({ name: "a", arrived, size, speed: 1 }, {
        columns: 79,
        symbols: true,
      });
    assert(line(999_999, MB).includes(" 99% "));
    assert(line(999_999, MB).includes("░"));
    assert(line(MB, MB).includes("100%"));
    assert(line(0, 0).includes("100%"));
  },
});

Deno.test({
  name: "timeLeft() is short, rounded up, and silent where nobody can tell",
  permissions: "none",
  fn() {
    const left = (seconds: number) =>
      timeLeft({ arrived: 0, size: seconds * 1000, speed: 1000 });
    assertEquals(left(0), "1s left");
    assertEquals(left(1.2), "2s left");
    assertEquals(left(59.5), "1m left");
    assertEquals(left(200), "3m 20s left");
    assertEquals(left(201), "3m 25s left");
    assertEquals(left(601), "10m 30s left");
    assertEquals(left(3600), "1h left");
    assertEquals(left(12_005), "3h 21m left");
    assertEquals(left(360_000), "4d 4h left");
    assertEquals(left(360_001), "");
    assertEquals(left(400_000), "");
    for (const arrived of [5, 6]) {
      assertEquals(timeLeft({ arrived, size: 5, speed: 0.1 }), "1s left");
    }
    for (const speed of [undefined, 0, NaN]) {
      assertEquals(timeLeft({ arrived: 0, size: 5, speed }), "");
    }
  },
});

Deno.test({
  name: "Speed is smoothed, falls when nothing comes, and needs a moment",
  permissions: "none",
  fn() {
    const speed = new Speed(1000, 0);
    assertEquals(speed.update(1000, 0), undefined);
    assertEquals(speed.update(1200, 200), undefined);
    assertEquals(speed.update(1500, 500), 1000);
    const after = speed.update(101_500, 600)!;
    assert(after > 1000 && after < 200_000, `${after}`);
    let before = after;
    for (let now = 700; now < 40_000; now += 200) {
      const next = speed.update(101_500, now)!;
      assert(next < before);
      before = next;
    }
    assert(before < 100, `${before}`);
    // A clock that stands still, and a file that was begun afresh.
    assertEquals(speed.update(101_500, 0), before);
    assert(speed.update(0, 41_000)! >= 0);
  },
});

const TOGETHER = { count: 5, over: 2, arrived: MB, size: 4 * MB, speed: MB };

Deno.test({
  name: "progressLines() gives a line each to few, and one to many together",
  permissions: "none",
  fn() {
    const options = { columns: 60, symbols: true, together: TOGETHER };
    const few = Array.from({ length: MAX_LINES }, (_, i) => ({
      ...HALF,
      name: `${i}`.repeat(i + 1),
    }));
    const lines = progressLines(few, { ...options, waiting: 0 });
    assertEquals(lines.length, MAX_LINES);
    const uneven = progressLines([
      { ...HALF, name: "a" },
      { name: "b.txt", arrived: 786_000, size: 60 * MB, speed: undefined },
    ], { ...options, columns: 79, waiting: 0 });
    assertEquals(uneven, [
      "a      ████████████░░░░░░░░░░░░   50%    5 MB of 10 MB  1 MB/s  5s left",
      "b.txt  ░░░░░░░░░░░░░░░░░░░░░░░░    1%  786 kB of 60 MB",
    ]);
    // Bars and numbers stand under each other.
    assertEquals(new Set(lines.map((line) => line.indexOf("%"))).size, 1);
    assertEquals(progressLines(few, { ...options, waiting: 1 }), [
      "2 of 5 files  ██░░░░░░░   25%  1 MB of 4 MB  1 MB/s  3s left",
    ]);
    assertEquals(
      progressLines([HALF], { ...options, waiting: 1 }).at(-1),
      "and 1 more",
    );
    assertEquals(progressLines([], { ...options, waiting: 0 }), []);
    assertEquals(progressLines([], { ...options, waiting: 1 }), [
      "1 download waiting",
    ]);
    assertEquals(progressLines([], { ...options, waiting: 2 }), [
      "2 downloads waiting",
    ]);
  },
});

Deno.test({
  name: "progressNote() and downloadLines() never say NaN or less than nothing",
  permissions: "none",
  fn() {
    assertEquals(
      progressNote(TOGETHER),
      "Downloading 2 of 5 files: 1 MB of 4 MB, 1 MB/s, 3s left",
    );
    const empty = { count: 1, over: 0, arrived: 0, size: 0, speed: undefined };
    assertEquals(progressNote(empty), "Downloading 1 file: 0 B of 0 B");
    assertEquals(downloadLines([]), ["No downloads in progress"]);
    const download = { name: "a.bin", arrived: 0, size: 0, isArriving: true };
    assertEquals(
      downloadLines([download, { ...download, isArriving: false }]),
      [
        "2 downloads in progress:",
        "  a.bin  100%, 0 B of 0 B",
        "  a.bin  waiting",
      ],
    );
    const many = Array.from({ length: 10_000 }, () => download);
    assertEquals(downloadLines(many).at(-1), "  and 9982 more");
  },
});
