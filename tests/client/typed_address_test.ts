import { assertEquals, assertThrows } from "@std/assert";
import {
  looksLikeAddress,
  readAddress,
} from "../../lib/client/typed_address.ts";
import { isWindows, UsageError } from "../../lib/program.ts";

Deno.test({
  name: "readAddress() understands every form that people type and paste",
  permissions: "none",
  fn() {
    const cases: Record<string, [hostname: string, port?: number]> = {
      "192.0.2.2 12000": ["192.0.2.2", 12000],
      "192.0.2.2:12000": ["192.0.2.2", 12000],
      "  192.0.2.2 \t 12000\r": ["192.0.2.2", 12000],
      "192.0.2.2, 12000": ["192.0.2.2", 12000],
      "192.0.2.2 port 12000": ["192.0.2.2", 12000],
      "192.0.2.2:12000 12000": ["192.0.2.2", 12000],
      "192.0.2.2 12000 | 3 people | 0 messages": ["192.0.2.2", 12000],
      '"192.0.2.2:12000"': ["192.0.2.2", 12000],
      "“192.0.2.2” 12000.": ["192.0.2.2", 12000],
      "１９２.0.2.2：１２０００": ["192.0.2.2", 12000],
      "192。0。2。2 12000": ["192.0.2.2", 12000],
      "\u3000192.0.2.2\u00a012000\u200b": ["192.0.2.2", 12000],
      "192.0.2.2": ["192.0.2.2"],
      "[::1]:12000": ["::1", 12000],
      "[::1] 12000": ["::1", 12000],
      "::1 12000": ["::1", 12000],
      "[::1]": ["::1"],
      "::1": ["::1"],
      "fe80::1%eth0 12000": ["fe80::1%eth0", 12000],
      "[fe80::1%25eth0]:12000": ["fe80::1%eth0", 12000],
      "host:12000": ["host", 12000],
      "lab-3.example.org 12000": ["lab-3.example.org", 12000],
      "messenger://192.0.2.2:12000": ["192.0.2.2", 12000],
      "http://host:12000/": ["host", 12000],
      "https://Ann@host:12000/a?b#c": ["host", 12000],
      "http://[::1]:12000/x": ["::1", 12000],
      "http://host/": ["host"],
      "host:12000/": ["host", 12000],
      "server 12000": ["server", 12000],
      "client.exe NAME 192.0.2.2 12000": ["192.0.2.2", 12000],
      "  ./client NAME 192.0.2.2 12000": ["192.0.2.2", 12000],
      "client NAME 192.0.2.2 12000": ["192.0.2.2", 12000],
      "$ ./client NAME 192.0.2.2:12000": ["192.0.2.2", 12000],
      "C:\\Messenger>client.exe NAME ::1 12000 --plain": ["::1", 12000],
      "deno task client NAME 192.0.2.2 12000": ["192.0.2.2", 12000],
      "client.exe 192.0.2.2 12000": ["192.0.2.2", 12000],
      "client.exe 192.0.2.2": ["192.0.2.2"],
    };
    for (const [text, [hostname, port]] of Object.entries(cases)) {
      const expected = port === undefined ? { hostname } : { hostname, port };
      assertEquals({ ...readAddress(text) }, expected, text);
    }
    assertEquals(readAddress("client.exe Ann host 1"), {
      ...{ name: "Ann", hostname: "host", port: 1 },
    });
  },
});

Deno.test({
  name: "readAddress() says what is wrong and what to type",
  permissions: "none",
  fn() {
    const cases: Record<string, string> = {
      "": "There is no address: type what the server shows",
      "client.exe": "There is no address",
      "client.exe Ann": "There is no address",
      "server.exe 12000": "starts a server",
      "./server 12000": "starts a server",
      "deno task server 12000": "starts a server",
      "fe80::1 12000": "add the card",
      "[fe80::1]:12000": "add the card",
      "12000": '"12000" is only a port: type the address, too',
      ":12000": "such as 192.0.2.2 12000",
      "192.0.2": "four numbers from 0 to 255",
      "192.0.2.256 1": "four numbers from 0 to 255",
      "192.168.001.1": "without leading zeros",
      "host:0": "is not a port",
      "host:65536": "is not a port",
      "host:http": "is not a port",
      "host:1 2": "has two ports, 1 and 2",
      "my computer": "is not an address: type what the server shows",
      "a!b": "is not an address",
      ":::1": "is not an address",
      "a b c d": "is not an address",
    };
    for (const [text, message] of Object.entries(cases)) {
      assertThrows(() => readAddress(text), UsageError, message, text);
    }
    assertThrows(
      () => readAddress("fe80::1"),
      UsageError,
      isWindows
        ? "add the card, its number after a %, as in fe80::1%12 (ipconfig"
        : "add the card, its name after a %, as in fe80::1%eth0 (ip link",
    );
    const long = assertThrows(
      () => readAddress("x!".repeat(5_000)),
      UsageError,
    );
    assertEquals(long.message.length < 200, true);
  },
});

Deno.test({
  name: "looksLikeAddress() tells addresses from names",
  permissions: "none",
  fn() {
    for (
      const word of ["192.0.2.2", "::1", "[::1]", "a:1", "http://a", "1.2"]
    ) {
      assertEquals(looksLikeAddress(word), true, word);
    }
    for (const word of ["Ann", "J.R", "Ann-Marie", "你", "007"]) {
      assertEquals(looksLikeAddress(word), false, word);
    }
  },
});
