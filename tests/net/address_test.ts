import { assertEquals } from "@std/assert";
import { addressKey, formatAddress, hostOf } from "../../lib/net/address.ts";

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

Deno.test({
  name: "hostOf() takes the port off again",
  permissions: "none",
  fn() {
    for (const hostname of ["127.0.0.1", "::1", "fe80::1", "server.local"]) {
      assertEquals(hostOf(formatAddress({ hostname, port: 5000 })), hostname);
    }
  },
});

Deno.test({
  name: "addressKey() is the same for all spellings of an address",
  permissions: "none",
  fn() {
    const cases: [text: string, key: string | undefined][] = [
      ["192.168.1.7", "192.168.1.7"],
      ["::ffff:192.168.1.7", "192.168.1.7"],
      ["::FFFF:c0a8:107", "192.168.1.7"],
      ["0:0:0:0:0:ffff:192.168.1.7", "192.168.1.7"],
      ["::1", "::1"],
      ["[::1]", "::1"],
      ["0:0::0:1", "::1"],
      ["FE80:0::0001%eth0", "fe80::1"],
      ["192.168.1.256", undefined],
      ["192.168.1", undefined],
      ["192.168.1.07", undefined],
      ["192.168.1.7:80", undefined],
      ["1:2", undefined],
      ["::1]:80/[", undefined],
      ["Bob", undefined],
      ["", undefined],
    ];
    for (const [text, key] of cases) assertEquals(addressKey(text), key, text);
  },
});
