import { assertEquals } from "@std/assert";
import { endSentence } from "../../lib/client/end_words.ts";

Deno.test({
  name: "endSentence() makes one sentence, of older servers' reasons too",
  permissions: "none",
  fn() {
    assertEquals(
      endSentence("the network is gone", undefined),
      "Connection lost: the network is gone",
    );
    const ends: [reason: string, code: string | undefined, read: string][] = [
      ["The operator removed you: X", "kicked", "The operator removed you: X"],
      ["The operator banned you", "banned", "The operator banned you"],
      [
        "the server has shut down: X",
        "shutdown",
        "Disconnected: the server has shut down: X",
      ],
      ["new words", "a newer code", "Disconnected: new words"],
      [
        "the server is closing",
        undefined,
        "Disconnected: the server is closing",
      ],
      [
        "You were removed by the operator: X",
        undefined,
        "Disconnected: You were removed by the operator: X",
      ],
    ];
    for (const [reason, code, read] of ends) {
      const closing = {
        type: "closing",
        reason,
        ...(code !== undefined && { code }),
      } as const;
      assertEquals(endSentence(reason, closing), read);
    }
  },
});
