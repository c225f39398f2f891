import { assertEquals } from "@std/assert";
import {
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
      "Saved 1 file (5 B), you already had 2, 1,000 failed",
    );
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
