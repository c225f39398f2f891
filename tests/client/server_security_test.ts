import { assertEquals } from "@std/assert";
import { securityLines } from "../../lib/client/server_security.ts";
import { fingerprintOf } from "../../lib/secure/fingerprint.ts";
import { shortFingerprint } from "../../lib/secure/fingerprint.ts";

Deno.test({
  name: "securityLines() says in three lines what protects the connection",
  permissions: "none",
  fn() {
    assertEquals(securityLines(undefined), ["There is no connection yet"]);
    assertEquals(securityLines({ kind: "plain" }), [
      "Not encrypted: anyone on the network can read along and change messages",
      "Fingerprint: none. Nothing proves that this is the right server",
      "Room key: none. Anyone on the network can join",
    ]);
    const certificate = Uint8Array.of(1, 2, 3);
    const fingerprint = fingerprintOf(certificate);
    const short = shortFingerprint(fingerprint);
    for (
      const [hasKey, line] of [
        [false, "Room key: none was needed when you joined"],
        [true, "Room key: yes. The server has proved that it knows it, too"],
      ] as const
    ) {
      const kind = "encrypted";
      assertEquals(securityLines({ kind, certificate, fingerprint, hasKey }), [
        "Encrypted (TLS 1.3): nobody on the network can read along",
        `Fingerprint: ${short}. Compare it with the server's window`,
        line,
      ]);
    }
  },
});
