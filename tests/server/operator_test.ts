import { assertEquals } from "@std/assert";
import {
  completeOperatorLine,
  runOperatorLine,
} from "../../lib/server/operator.ts";
import { statusLine } from "../../lib/server/status.ts";

/** What the window shows when these lines are typed in it. */
function typed(names: string[], ...lines: string[]): string[] {
  const shown: string[] = [];
  const context = {
    names: () => names,
    print: (line: string) => void shown.push(line),
    quit: () => void shown.push("(quit)"),
  };
  for (const line of lines) runOperatorLine(context, line);
  return shown;
}

Deno.test({
  name: "runOperatorLine() carries out commands, and nothing else",
  permissions: "none",
  fn() {
    assertEquals(typed(["Ann", "Bob"], "/users"), [
      "2 people are here:",
      "  Ann",
      "  Bob",
    ]);
    assertEquals(typed([], "/users", " /USERS "), [
      "0 people are here",
      "0 people are here",
    ]);
    assertEquals(typed([], "/quit"), ["(quit)"]);
    assertEquals(typed([], "", "  "), []);
    assertEquals(typed([], "hello"), [
      "Commands begin with a slash: /help shows them all",
    ]);
    assertEquals(typed([], "/uesrs"), [
      "There is no command /uesrs. Did you mean /users? /help shows them all",
    ]);
    assertEquals(typed([], "/help").length, 3);
  },
});

Deno.test({
  name: "completeOperatorLine() offers commands",
  permissions: "none",
  fn() {
    assertEquals(completeOperatorLine("/u"), ["/users"]);
    assertEquals(completeOperatorLine("/").length, 3);
    assertEquals(completeOperatorLine("/x"), []);
  },
});

Deno.test({
  name: "statusLine() tells address, people, messages and time",
  permissions: "none",
  fn() {
    const status = { address: "192.0.2.5 12000", clients: 1, messages: 1 };
    assertEquals(
      statusLine({ ...status, uptime: 59_999 }),
      "192.0.2.5 12000 | 1 person | 1 message | up 0 min",
    );
    assertEquals(
      statusLine({ ...status, clients: 2, messages: 0, uptime: 4_320_000 }),
      "192.0.2.5 12000 | 2 people | 0 messages | up 1 h 12 min",
    );
  },
});
