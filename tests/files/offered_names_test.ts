import { assertEquals } from "@std/assert";
import { offeredNames } from "../../lib/files/offered_names.ts";

Deno.test({
  name: "offeredNames() omits files that systems and this program leave behind",
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
  name: "offeredNames() omits a half only if it has a description",
  permissions: "none",
  fn() {
    assertEquals(offeredNames(["a.part", "b.part.json"]), ["a.part"]);
    assertEquals(offeredNames(["a.part", "a.part.json"]), []);
    assertEquals(offeredNames(["a.part.json.txt"]), ["a.part.json.txt"]);
  },
});
