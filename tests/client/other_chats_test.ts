import { assert, assertEquals } from "@std/assert";
import { COMMANDS } from "../../lib/client/commands.ts";
import { otherChatsAnswer } from "../../lib/client/other_chats.ts";

Deno.test({
  name: "otherChatsAnswer() knows the usual words of other chats",
  permissions: "none",
  fn() {
    for (
      const [word, part] of [
        ["nick", "start again with another name"],
        ["join", "There is one room"],
        ["away", "/quiet"],
        ["part", "/quit"],
        ["ignore", "operator"],
        ["shrug", "/me"],
      ] as const
    ) {
      const answer = otherChatsAnswer(word);
      assert(answer?.includes(part), `${word}: ${answer}`);
    }
  },
});

Deno.test({
  name: "otherChatsAnswer() does not know the client's own commands",
  permissions: "none",
  fn() {
    const words = COMMANDS.flatMap(({ name, aliases = [] }) => [
      name,
      ...aliases,
    ]);
    for (const word of words) {
      assertEquals(otherChatsAnswer(word), undefined, word);
    }
    assertEquals(otherChatsAnswer("uesrs"), undefined);
    assertEquals(otherChatsAnswer(""), undefined);
  },
});
