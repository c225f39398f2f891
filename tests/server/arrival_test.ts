import { assertEquals } from "@std/assert";
import { Moderation } from "../../lib/chat/moderation.ts";
import { closingFor } from "../../lib/net/end_rules.ts";
import { receive } from "../../lib/server/arrival.ts";

Deno.test({
  name: "receive() logs and shows a connection, and turns away a banned one",
  permissions: "none",
  fn() {
    const moderation = new Moderation();
    moderation.ban({ shown: "10.0.0.2", kind: "address", reason: "rude" });
    const happened: string[] = [];
    for (const address of ["10.0.0.1", "10.0.0.2"]) {
      receive({
        origin: { session: 1, from: `${address}:5000` },
        address,
        log: (event) => void happened.push(event),
        close(reason) {
          happened.push(closingFor(reason).reason);
          return Promise.resolve();
        },
      }, { moderation, print: (line) => void happened.push(line) });
    }
    assertEquals(happened, [
      "connected",
      "Connection from 10.0.0.1:5000",
      "connected",
      "Connection from 10.0.0.2:5000 (banned)",
      "The operator banned this computer: rude",
    ]);
  },
});
