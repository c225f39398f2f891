import { assertEquals } from "@std/assert";
import { TypedHistory } from "../../lib/terminal/typed_history.ts";

Deno.test("TypedHistory goes back and forth through the lines that begin as typed", () => {
  const history = new TypedHistory(["bb", "a2", "b1", "a1"]);
  assertEquals(history.older("a"), "a2");
  assertEquals(history.older("a2"), "a1");
  assertEquals(history.older("a1"), undefined);
  assertEquals(history.newer("a1"), "a2");
  assertEquals(history.newer("a2"), "a");
  assertEquals(history.newer("a"), undefined);
});

Deno.test("TypedHistory keeps each line once, newest first, and not all of them", () => {
  const history = new TypedHistory();
  for (let i = 0; i < 600; i++) history.add(`${i}`);
  history.add("550");
  assertEquals(history.lines.length, 500);
  assertEquals(history.lines.slice(0, 2), ["550", "599"]);
});
