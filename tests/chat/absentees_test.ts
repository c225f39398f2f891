import { assertEquals } from "@std/assert";
import { Absentees } from "../../lib/chat/absentees.ts";
import { Seat } from "../../lib/chat/seat.ts";

const seat = () =>
  new Seat({ name: "Ann", deliver() {} }, { number: 1, taken: 0, said: 0 });

Deno.test({
  name: "Absentees keeps a seat for an hour",
  permissions: "none",
  fn() {
    let now = 0;
    const absentees = new Absentees(() => now);
    const ann = seat();
    absentees.add("a", ann);
    now = 3_600_000;
    assertEquals(absentees.find("a"), ann);
    assertEquals(absentees.find("b"), undefined);
    now++;
    assertEquals(absentees.find("a"), undefined);
    absentees.add("a", ann);
    absentees.delete("a");
    assertEquals(absentees.find("a"), undefined);
  },
});

Deno.test({
  name: "Absentees keeps a thousand seats, and drops the longest absent first",
  permissions: "none",
  fn() {
    const absentees = new Absentees(() => 0);
    for (let i = 0; i <= 1_000; i++) absentees.add(`${i}`, seat());
    assertEquals(absentees.find("0"), undefined);
    for (const token of ["1", "500", "1000"]) {
      assertEquals(absentees.find(token)?.member.name, "Ann");
    }
  },
});
