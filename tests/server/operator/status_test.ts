import { assertEquals } from "@std/assert";
import { statusLine } from "../../../lib/server/operator/status.ts";

Deno.test({
  name: "statusLine() shows address, people, messages and time",
  permissions: "none",
  fn() {
    const status = {
      address: "192.0.2.5 12000",
      clients: 1,
      messages: 1,
      isLocked: false,
    };
    assertEquals(
      statusLine({ ...status, uptime: 59_999 }),
      "192.0.2.5 12000 | 1 person | 1 message | up 0 min",
    );
    assertEquals(
      statusLine({
        ...status,
        clients: 2,
        messages: 0,
        isLocked: true,
        uptime: 4_320_000,
      }),
      "192.0.2.5 12000 | 2 people (locked) | 0 messages | up 1 h 12 min",
    );
  },
});
