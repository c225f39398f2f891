import { assertEquals } from "@std/assert";
import { usageLine } from "../../lib/terminal/command.ts";

Deno.test({
  name: "usageLine() says how to type a command, and what it does",
  permissions: "none",
  fn() {
    assertEquals(
      usageLine({
        name: "kick",
        usage: "/kick NAME [reason]",
        summary: "remove somebody",
        details: ["More."],
      }),
      "Usage: /kick NAME [reason] - remove somebody",
    );
  },
});
