import { assertEquals } from "@std/assert";
import { mayChangeRecipients } from "../../lib/client/doubt.ts";

const KNOWN = {
  presence: { hasMet: (name: string) => name === "Bob" },
  lastTeller: undefined,
};

function decides(lines: readonly string[], expected: boolean): void {
  for (const line of lines) {
    assertEquals(mayChangeRecipients(line, KNOWN), expected, line);
  }
}

Deno.test({
  name:
    "mayChangeRecipients() is true for /to, /all and what may stand for them",
  permissions: "none",
  fn() {
    decides(["/to Bob", "/to", "/all", "/all hi", "/query Bob"], true);
    decides(["/ot Bob", "/al hi", "/unheard-of"], true);
    decides(["[@Bob] > hi", "[all] > "], true);
  },
});

Deno.test({
  name: "mayChangeRecipients() is true for a private command without its text",
  permissions: "none",
  fn() {
    decides(["/msg Bob", "/msg", "/reply", "/r"], true);
    decides(["/msg Bob hi", "/reply hi"], false);
  },
});

Deno.test({
  name: "mayChangeRecipients() is false for a text and for every other command",
  permissions: "none",
  fn() {
    decides(["hi", "", "//all", "/files", "/get a.txt", "/me waves"], false);
  },
});

Deno.test({
  name:
    "mayChangeRecipients() is false for a slip that is nearer to another command",
  permissions: "none",
  fn() {
    decides(["/flies", "/uesrs", "/downlods"], false);
  },
});
