import { assertEquals } from "@std/assert";
import { nearest } from "../../lib/terminal/command_line.ts";

Deno.test({
  name: "nearest() finds what was meant, and nothing where nothing is near",
  permissions: "none",
  fn() {
    const names = ["Ann", "Bob", "Robert", "Roberta"];
    const cases: [wanted: string, found: string | undefined][] = [
      ["Bbo", "Bob"],
      ["bob", "Bob"],
      ["Rob", "Robert"],
      ["Robret", "Robert"],
      ["Robeta", "Roberta"],
      ["Zoe", undefined],
      ["Anne", "Ann"],
      ["Roland", undefined],
    ];
    for (const [wanted, found] of cases) {
      assertEquals(nearest(wanted, names), found, wanted);
    }
    assertEquals(nearest("Ann", []), undefined);
  },
});
