import { assertEquals } from "@std/assert";
import { readCopiedLine } from "../../lib/client/copied_prompt.ts";
import { PLAIN_MARK } from "../../lib/client/plain_mark.ts";
import { formatPrompt } from "../../lib/client/view.ts";

Deno.test({
  name: "PLAIN_MARK is in the prompt, and goes with a prompt that was copied",
  permissions: "none",
  fn() {
    const prompt = formatPrompt({}, { isPlain: true });
    assertEquals(prompt, `[all${PLAIN_MARK}] > `);
    assertEquals(readCopiedLine(`${prompt}hello`)?.rest, "hello");
  },
});
