import { assertEquals } from "@std/assert";
import { TypedHistory } from "../../lib/terminal/typed_history.ts";

/** Moves one step through the history from a line with this text. */
function step(
  history: TypedHistory,
  where: "older" | "newer",
  text: string,
): string | undefined {
  return history[where]({ text })?.text;
}

Deno.test("TypedHistory moves both ways through the lines that begin like the typed text", () => {
  const history = new TypedHistory(["bb", "a2", "b1", "a1"]);
  assertEquals(step(history, "older", "a"), "a2");
  assertEquals(step(history, "older", "a2"), "a1");
  assertEquals(step(history, "older", "a1"), undefined);
  assertEquals(step(history, "newer", "a1"), "a2");
  assertEquals(step(history, "newer", "a2"), "a");
  assertEquals(step(history, "newer", "a"), undefined);
});

Deno.test("TypedHistory keeps each line once, newest first, up to a limit", () => {
  const history = new TypedHistory();
  for (let i = 0; i < 600; i++) history.add({ text: `${i}` });
  history.add({ text: "550" });
  assertEquals(history.lasting.length, 500);
  assertEquals(history.lasting.slice(0, 2), ["550", "599"]);
});

Deno.test("TypedHistory restores private lines with their binding, and stores none of them", () => {
  const history = new TypedHistory(["old"]);
  const binding = { prompt: "[@Bob] > ", isPrivate: true };
  history.add({ text: "secret", binding });
  history.add({ text: "hello", binding: { prompt: "", isPrivate: false } });
  assertEquals(history.lasting, ["hello", "old"]);
  assertEquals(history.older({ text: "s" })?.binding, binding);
  // A text sent to everyone later is no longer private, and the reverse.
  history.add({ text: "secret" });
  history.add({ text: "hello", binding });
  assertEquals(history.lasting, ["secret", "old"]);
});

Deno.test("TypedHistory keeps no line that it may not keep", () => {
  const mayKeep = (line: string) => !line.startsWith("/key ");
  const history = new TypedHistory(["/key old", "a"], { mayKeep });
  assertEquals(history.add({ text: "/key blue" }), false);
  assertEquals(history.add({ text: "/key red" }, { isUnsent: true }), false);
  assertEquals(history.add({ text: "b" }), true);
  assertEquals(history.lasting, ["b", "a"]);
  assertEquals(step(history, "older", "/"), undefined);
});
