import { assertEquals } from "@std/assert";
import { newMemory } from "../../lib/client/memory.ts";
import { unconfirmedLine, undoneLines } from "../../lib/client/undone.ts";
import { shownLine } from "./fake_screen.ts";

/** What is said about these lines, which were typed blindly. */
function undone(...texts: string[]): string[] {
  const memory = newMemory();
  memory.lastTeller = { name: "Cy", id: "#c" };
  return undoneLines(texts.map((text) => ({ text })), memory).map(shownLine);
}

Deno.test({
  name: "unconfirmedLine() names the recipient and the text",
  permissions: "none",
  fn() {
    assertEquals(
      shownLine(unconfirmedLine({ type: "tell", to: "Bob", text: "x" })),
      "! May not have been sent to Bob: x",
    );
    assertEquals(
      shownLine(unconfirmedLine({ type: "say", text: "x" })),
      "! May not have been sent to everyone: x",
    );
  },
});

Deno.test({
  name: "undoneLines() follows the mode that the lines set",
  permissions: "none",
  fn() {
    assertEquals(
      undone("a", "/to Bob b", "c", "/msg Dan d", "e", "/all", "f"),
      [
        "! Not sent to everyone: a",
        "! Not sent to Bob: b",
        "! Not sent to Bob: c",
        "! Not sent to Dan: d",
        "! Not sent to Bob: e",
        "! Not sent to everyone: f",
      ],
    );
  },
});

Deno.test({
  name: "undoneLines() names replies and actions by their recipient",
  permissions: "none",
  fn() {
    assertEquals(undone("/reply x", "/me waves"), [
      "! Not sent to Cy: x",
      "! Not sent to everyone: waves",
    ]);
  },
});

Deno.test({
  name: "undoneLines() says nothing of lines that would have done nothing",
  permissions: "none",
  fn() {
    assertEquals(undone("", "  ", "/quit", "/help", "/to Bob", "/all"), []);
  },
});

Deno.test({
  name: "undoneLines() names commands, slips and lines that cannot be read",
  permissions: "none",
  fn() {
    assertEquals(undone("/files", "/uesrs", "help"), [
      "! Not done: /files",
      "! Not sent: /uesrs",
      "! Not sent: help",
    ]);
    const lines = undoneLines(
      [{ text: "", problem: "Line 7 is too long" }],
      newMemory(),
    );
    assertEquals(lines.map(shownLine), ["! Line 7 is too long"]);
  },
});
