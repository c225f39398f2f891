import { assertEquals } from "@std/assert";
import { formatAddress } from "../../lib/net/address.ts";

Deno.test({
  name: "formatAddress() shows host and port as people type them",
  permissions: "none",
  fn() {
    const cases: [hostname: string, shown: string][] = [
      ["127.0.0.1", "127.0.0.1:80"],
      ["server.local", "server.local:80"],
      ["::1", "[::1]:80"],
      ["fe80::1%eth0", "[fe80::1%eth0]:80"],
      ["::ffff:192.168.1.2", "192.168.1.2:80"],
      ["::FFFF:192.168.1.2", "192.168.1.2:80"],
      ["::ffff:1", "[::ffff:1]:80"],
    ];
    for (const [hostname, shown] of cases) {
      assertEquals(formatAddress({ hostname, port: 80 }), shown);
    }
  },
});
