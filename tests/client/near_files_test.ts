import { assertEquals } from "@std/assert";
import { nearFiles } from "../../lib/client/near_files.ts";

const FILES = [
  "plan.pdf",
  "Photos/1.jpg",
  "Photos/2.jpg",
  "a b.txt",
  "notes 1.txt",
  "notes 2.txt",
  "Docs/only one.txt",
].map((name) => ({ name, size: 1 }));

Deno.test({
  name: "nearFiles() finds a folder, or the only file that begins so or has it",
  permissions: "none",
  fn() {
    const cases: [typed: string, ...names: string[]][] = [
      ["photos", "Photos/1.jpg", "Photos/2.jpg"],
      ["Photos\\", "Photos/1.jpg", "Photos/2.jpg"],
      ["plan", "plan.pdf"],
      ["PLAN.PDF", "plan.pdf"],
      ["photos\\1.jpg", "Photos/1.jpg"],
      ["2.jpg", "Photos/2.jpg"],
      ["b.t", "a b.txt"],
      ["docs", "Docs/only one.txt"],
      ["docs/", "Docs/only one.txt"],
    ];
    for (const [typed, ...names] of cases) {
      const near = nearFiles(typed, FILES);
      assertEquals(
        "files" in near && near.files.map(({ name }) => name),
        names,
      );
    }
  },
});

Deno.test({
  name: "nearFiles() says what would work when nothing, or too much, is meant",
  permissions: "none",
  fn() {
    const hint = (typed: string) => {
      const near = nearFiles(typed, FILES);
      return "hint" in near ? near.hint : near.files;
    };
    assertEquals(
      hint("notes"),
      'Not saved: 2 files match "notes": notes 1.txt, notes 2.txt. ' +
        "Type more of the name",
    );
    assertEquals(
      hint("zzz"),
      'Not saved: there is no file "zzz" on the server. Type /files for the list',
    );
    assertEquals(
      hint("plam.pdf"),
      'Not saved: there is no file "plam.pdf" on the server. ' +
        'Did you mean "plan.pdf"? Type /files for the list',
    );
    const list = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ name: `log ${i}`, size: 1 }));
    const five = "log 0, log 1, log 2, log 3, log 4";
    for (
      const [count, names] of [[5, five], [6, `${five} and 1 more`]] as const
    ) {
      assertEquals(nearFiles("log", list(count)), {
        hint: `Not saved: ${count} files match "log": ${names}. ` +
          "Type more of the name",
      });
    }
    assertEquals(
      hint('"unclosed'),
      'A quotation mark is missing after "unclosed',
    );
    assertEquals(hint(""), "The file name is empty");
    for (const typed of ["plan.pdf/", "../plan.pdf", "/Photos/1.jpg", ""]) {
      assertEquals(typeof hint(typed), "string", typed);
    }
  },
});
