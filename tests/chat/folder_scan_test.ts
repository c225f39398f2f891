import { assertEquals } from "@std/assert";
import { entryOf, scanFolder } from "../../lib/chat/folder_scan.ts";
import { offeredNames } from "../../lib/chat/offered_names.ts";
import { sortInTurns } from "../../lib/chat/sort_in_turns.ts";
import { Random, tempFolder } from "../testing.ts";

Deno.test({
  name:
    "entryOf() leaves out a time that makes no sense, and a file whose size does not",
  permissions: "none",
  fn() {
    const look = (size: number, time: number) => ({
      size,
      mtime: new Date(time),
    });
    assertEquals(entryOf("a", look(5, 7)), { name: "a", size: 5, modified: 7 });
    for (const time of [NaN, -1, 1e300]) {
      assertEquals(entryOf("a", look(5, time)), { name: "a", size: 5 });
    }
    for (const size of [-1, NaN, 0.5, 2 ** 60]) {
      assertEquals(entryOf("a", look(size, 7)), undefined);
    }
  },
});

Deno.test({
  name: "offeredNames() leaves out what systems and this program leave behind",
  permissions: "none",
  fn() {
    const names = [
      ".DS_Store",
      "Thumbs.db",
      "Desktop.ini",
      "~$plan.docx",
      "half.part",
      "half.part.json",
    ];
    const good = ["a.txt", "~a", "mine.part", "thumbs.db.txt"];
    assertEquals(offeredNames([...names, ...good]), good);
  },
});

Deno.test({
  name: "sortInTurns() sorts like sort(), and keeps the order of equals",
  permissions: "none",
  async fn() {
    const random = new Random(3);
    for (const length of [0, 1, 127, 128, 129, 5_000]) {
      const items = Array.from({ length }, (_, i) => [random.below(50), i]);
      const compare = (a: number[], b: number[]) => a[0]! - b[0]!;
      assertEquals(await sortInTurns(items, compare), items.toSorted(compare));
    }
  },
});

Deno.test({
  name: "scanFolder() opens no pipe, and says what it has left out",
  ignore: Deno.build.os === "windows", // No pipes and no such names there.
  async fn() {
    await using folder = await tempFolder();
    await Deno.writeTextFile(`${folder.path}/a.txt`, "a");
    const args = ["-c", 'mkfifo pipe; touch "$(printf "bad\\377")"'];
    await new Deno.Command("sh", { args, cwd: folder.path }).output();
    const { files, total, skipped } = await scanFolder(folder.path);
    assertEquals(files.map(({ entry }) => entry.name), ["a.txt"]);
    assertEquals(total, 1);
    assertEquals([...skipped], [["bad\ufffd", "its name is no text"]]);
  },
});
