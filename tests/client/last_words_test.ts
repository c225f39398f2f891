import { assertEquals } from "@std/assert";
import { ChatError } from "../../lib/chat_error.ts";
import { ConnectionLost } from "../../lib/client/connection_lost.ts";
import { lastWords } from "../../lib/client/last_words.ts";
import { USAGE } from "../../lib/client/options.ts";
import { ConnectError } from "../../lib/net/connect.ts";
import { StartError, UsageError } from "../../lib/program.ts";

Deno.test("lastWords() shows an expected error as it is, with exit code 1", () => {
  for (const kind of [StartError, ConnectError, ConnectionLost]) {
    assertEquals(lastWords(new kind("What happened. What to do")), {
      texts: ["What happened. What to do"],
      code: 1,
    });
  }
});

Deno.test("lastWords() of a wrong command line has the usage, and exit code 2", () => {
  assertEquals(lastWords(new UsageError("There is no option --x")), {
    texts: ["There is no option --x", `\n${USAGE}`],
    code: 2,
  });
});

Deno.test("lastWords() says that the user cannot join, and which name is free", () => {
  const refused = (suggestion?: string) =>
    lastWords(new ChatError("name-taken", "Taken", { suggestion })).texts;
  assertEquals(refused(), ["Cannot join: Taken"]);
  assertEquals(refused("Ann2"), ["Cannot join: Taken (Ann2 is free)"]);
});

Deno.test("lastWords() says that the client has failed, whatever was thrown", () => {
  for (const thrown of [new Error("x"), new TypeError("x"), "x"]) {
    assertEquals(lastWords(thrown), {
      texts: ["The client has failed: x. Start it again"],
      code: 1,
    });
  }
});

Deno.test("lastWords() makes foreign text harmless", () => {
  const [text] = lastWords(new ConnectionLost("a\x1b[2Jb")).texts;
  assertEquals(text!.includes("\x1b"), false);
});
