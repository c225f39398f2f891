import { assertEquals } from "@std/assert";
import { Tellers } from "../../lib/client/blind.ts";

const ANN = { name: "Ann", id: "#a" };
const BOB = { name: "Bob", id: "#b" };
const CY = { name: "Cy", id: "#c" };

Deno.test({
  name: "Tellers names the first teller and the latest other one",
  permissions: "none",
  fn() {
    const tellers = new Tellers();
    assertEquals(tellers.heard, { teller: undefined, rival: undefined });
    tellers.tell(ANN);
    tellers.tell(ANN);
    assertEquals(tellers.heard, { teller: ANN, rival: undefined });
    tellers.tell(BOB);
    tellers.tell(CY);
    tellers.tell(ANN);
    assertEquals(tellers.heard, { teller: ANN, rival: CY });
  },
});

Deno.test({
  name: "Tellers.enter() starts again with the person who wrote last",
  permissions: "none",
  fn() {
    const tellers = new Tellers();
    tellers.tell(ANN);
    tellers.tell(BOB);
    tellers.enter(BOB);
    assertEquals(tellers.heard, { teller: BOB, rival: undefined });
    tellers.tell(BOB);
    assertEquals(tellers.heard.rival, undefined);
    tellers.tell(ANN);
    assertEquals(tellers.heard.rival, ANN);
  },
});

Deno.test({
  name: "Tellers tells people without ids apart by their names",
  permissions: "none",
  fn() {
    const tellers = new Tellers();
    tellers.tell({ name: "Ann" });
    tellers.tell({ name: "Ann" });
    assertEquals(tellers.heard.rival, undefined);
    tellers.tell({ name: "Bob" });
    assertEquals(tellers.heard.rival, { name: "Bob" });
  },
});

Deno.test({
  name: "Tellers takes two seats with one name for two people",
  permissions: "none",
  fn() {
    const tellers = new Tellers();
    tellers.tell(ANN);
    tellers.tell({ name: "Ann", id: "#other" });
    assertEquals(tellers.heard.rival, { name: "Ann", id: "#other" });
  },
});
