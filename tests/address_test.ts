import { assertEquals } from "@std/assert";
import {
  addressKey,
  formatAddress,
  hostOf,
  isIPv4,
  isLoopback,
} from "../lib/address.ts";

Deno.test({
  name: "formatAddress() shows host and port as users type them",
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
  name: "hostOf() removes the port",
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

Deno.test({
  name: "isIPv4() takes four whole numbers up to 255, and nothing else",
  permissions: "none",
  fn() {
    const addresses = [
      "0.0.0.0",
      "127.0.0.1",
      "99.100.199.200",
      "249.250.255.9",
    ];
    for (const text of addresses) assertEquals(isIPv4(text), true, text);
    const others = ["256.0.0.1", "1.2.3.260", "1.2.3", "1.2.3.4.5", "01.2.3.4"];
    for (const text of [...others, "1.2.3.4 ", " 1.2.3.4", "a.b.c.d", "::1"]) {
      assertEquals(isIPv4(text), false, text);
    }
  },
});

Deno.test({
  name: "isLoopback() is true for every address of this computer itself",
  permissions: "none",
  fn() {
    for (const host of ["::1", "127.0.0.1", "127.0.1.1", "127.255.255.254"]) {
      assertEquals(isLoopback(host), true, host);
    }
    const others = ["::2", "::", "0.0.0.0", "128.0.0.1", "192.168.127.1"];
    for (
      const host of [...others, "127.0.0.1.example", "127.0.0", "10.127.0.0.1"]
    ) {
      assertEquals(isLoopback(host), false, host);
    }
  },
});
