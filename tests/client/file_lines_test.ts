import { assertEquals } from "@std/assert";
import {
  againLine,
  alreadyLine,
  changedSinceLine,
  failedLine,
  fileLines,
  inGroups,
  interruptedLine,
  newestFirst,
  savedLine,
  summaryLine,
} from "../../lib/client/file_lines.ts";
import { renderPlain } from "../../lib/client/render.ts";

const textOf = renderPlain;

Deno.test({
  name: "fileLines() cuts a name that is longer than any file system allows",
  permissions: "none",
  fn() {
    const lines = fileLines([
      { name: "x".repeat(255), size: 1 },
      { name: "\u0301".repeat(1_024), size: 1 },
    ]).map((line) => "text" in line ? line.text : "");
    assertEquals(lines[1]?.includes("x".repeat(255)), true);
    assertEquals(lines[2]?.includes("…"), true);
    assertEquals(lines.every(({ length }) => length < 280), true);
  },
});

Deno.test({
  name: "savedLine() names path, size and that it is verified",
  permissions: "none",
  fn() {
    const saved = { path: "John/report.pdf", size: 1_200_000 };
    assertEquals(
      textOf(savedLine(saved)),
      "Saved John/report.pdf (1.2 MB, verified)",
    );
    assertEquals(
      textOf(savedLine({ ...saved, before: true })),
      "You already have John/report.pdf",
    );
    assertEquals(
      textOf(failedLine("report.pdf", "cancelled")),
      "Not saved: report.pdf: cancelled",
    );
    assertEquals(
      textOf(failedLine("past.txt", "past.txt changed while it was sent")),
      "Not saved: past.txt changed while it was sent",
    );
    assertEquals(
      textOf(interruptedLine("report.pdf", 1_200_000)),
      "report.pdf interrupted: it resumes when the server is back (1.2 MB kept)",
    );
  },
});

Deno.test({
  name: "summaryLine() says what became of several",
  permissions: "none",
  fn() {
    const sum = { saved: 12, size: 34_000_000, before: 0, failed: 0 };
    assertEquals(textOf(summaryLine(sum)), "Saved 12 files (34 MB)");
    assertEquals(
      textOf(summaryLine({ ...sum, failed: 1 })),
      "Saved 12 files (34 MB), 1 failed",
    );
    assertEquals(
      textOf(summaryLine({ saved: 1, size: 5, before: 2, failed: 1_000 })),
      "Saved 1 file (5 B), 2 already here, 1,000 failed",
    );
    const none = { saved: 0, size: 0, before: 0, failed: 0 };
    for (
      const [change, text] of [
        [{ before: 2 }, "You already have both files"],
        [{ before: 1 }, "You already have this file"],
        [{ before: 1_200 }, "You already have all 1,200 files"],
        [
          { before: 1, interrupted: 2 },
          "Nothing saved, 1 already here, 2 interrupted",
        ],
        [{ failed: 3 }, "Nothing saved, 3 failed"],
      ] as const
    ) {
      assertEquals(textOf(summaryLine({ ...none, ...change })), text);
    }
  },
});

Deno.test({
  name:
    "fileLines() shows number, name and size in columns, the sizes to the right",
  permissions: "none",
  fn() {
    assertEquals(fileLines([]).map(textOf), [
      "There are no files on the server",
    ]);
    assertEquals(fileLines([{ name: "a", size: 0 }]).map(textOf), [
      "1 file on the server:",
      "  1  a  0 B",
    ]);
    const files = Array.from({ length: 10 }, () => ({ name: "a", size: 1 }));
    files[0] = { name: "report.pdf", size: 2_500_000_000 };
    const lines = fileLines(files).map(textOf);
    assertEquals(lines[0], "10 files on the server:");
    assertEquals(lines[1], "   1  report.pdf  2.5 GB");
    assertEquals(lines[10], "  10  a              1 B");
  },
});

Deno.test({
  name: "fileLines() shows folders as groups, and what is still being copied",
  permissions: "none",
  fn() {
    const files = inGroups([
      { name: "a.txt", size: 1 },
      { name: "photos/1.jpg", size: 20 },
      { name: "photos/2.jpg", size: 3, changing: true },
      { name: "z.txt", size: 4 },
    ]);
    assertEquals(fileLines(files).map(textOf), [
      "4 files on the server:",
      "  1  a.txt     1 B",
      "  2  z.txt     4 B",
      "  photos/",
      "    3  1.jpg  20 B",
      "    4  2.jpg   3 B  still being copied",
    ]);
  },
});

Deno.test({
  name: "fileLines() says how many are shown, and when nothing matches",
  permissions: "none",
  fn() {
    const files = Array.from(
      { length: 10_000 },
      (_, i) => ({ name: `${i}`, size: 1 }),
    );
    assertEquals(
      textOf(fileLines(files, { total: 10_500 })[0]!),
      "10,500 files on the server (10,000 of 10,500 shown):",
    );
    const wanted = ({ name }: { name: string }) => name === "77";
    assertEquals(fileLines(files, { wanted, pattern: "77" }).map(textOf), [
      "1 of 10,000 files on the server:",
      "     78  77  1 B",
    ]);
    assertEquals(
      fileLines(files, { wanted: () => false, pattern: "*.xyz" }).map(textOf),
      ["No file matches *.xyz"],
    );
  },
});

Deno.test({
  name: "newestFirst() puts what has no time last",
  permissions: "none",
  fn() {
    const files = [
      { name: "none", size: 1 },
      { name: "old", size: 1, modified: 5 },
      { name: "new", size: 1, modified: 9 },
    ];
    assertEquals(newestFirst(files).map(({ name }) => name), [
      "new",
      "old",
      "none",
    ]);
  },
});

Deno.test({
  name: "the lines about a download that goes on name the file and the reason",
  permissions: "none",
  fn() {
    assertEquals(textOf(alreadyLine("a.txt")), "Already downloading a.txt");
    assertEquals(
      textOf(changedSinceLine("a.txt")),
      "a.txt has changed since the list was shown",
    );
    assertEquals(
      textOf(againLine("a.txt")),
      "Starting again: a.txt has changed on the server",
    );
    assertEquals(textOf(againLine("a.txt", "why")), "Starting again: why");
  },
});
