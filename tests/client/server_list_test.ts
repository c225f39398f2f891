import { assertEquals } from "@std/assert";
import {
  namedServer,
  serverLines,
  sortServers,
} from "../../lib/client/server_list.ts";
import { textWidth } from "../../lib/terminal/text_layout.ts";

const server = (name: string, people?: number, hostname = "192.0.2.2") => ({
  ...{ name, hostname, port: 12000 },
  ...(people !== undefined && { people }),
});

Deno.test({
  name: "sortServers() sorts by name as people do, then by address",
  permissions: "none",
  fn() {
    const found = ["Lab 10", "lab 2", "Änne", "Zoo", "Lab 1"]
      .map((name) => server(name));
    const twins = [
      server("Lab 1", 1, "192.0.2.10"),
      server("Lab 1", 1, "192.0.2.9"),
    ];
    assertEquals(
      sortServers(found).map(({ name }) => name),
      ["Änne", "Lab 1", "lab 2", "Lab 10", "Zoo"],
    );
    assertEquals(
      sortServers(twins).map(({ hostname }) => hostname),
      ["192.0.2.9", "192.0.2.10"],
    );
  },
});

Deno.test({
  name: "serverLines() aligns number, name, people and address",
  permissions: "none",
  fn() {
    assertEquals(
      serverLines([server("Lab 3", 12), server("教室", 1), server("Old")]),
      [
        "  1  Lab 3  12 people  192.0.2.2:12000",
        "  2  教室    1 person  192.0.2.2:12000",
        "  3  Old               192.0.2.2:12000",
      ],
    );
    assertEquals(serverLines([server("Old")]), ["  1  Old  192.0.2.2:12000"]);
    assertEquals(serverLines([]), []);
  },
});

Deno.test({
  name: "serverLines() tells servers of one name apart by their fingerprints",
  permissions: "none",
  fn() {
    const twin = (name: string, fingerprint: string) => ({
      ...server(name),
      fingerprint,
    });
    const rows = [
      twin("Lab 3", "K7M2P-9QX4C"),
      twin("LAB 3", "0TZ8H-W3RDN"),
      server("lab 3"),
      twin("Lab 4", "AAAAA-AAAAA"),
    ];
    assertEquals(serverLines(rows), [
      "  1  Lab 3 (K7M2P-9QX4C)  192.0.2.2:12000",
      "  2  LAB 3 (0TZ8H-W3RDN)  192.0.2.2:12000",
      "  3  lab 3                192.0.2.2:12000",
      "  4  Lab 4                192.0.2.2:12000",
    ]);
    const long = twin("x".repeat(60), "K7M2P-9QX4C");
    for (const line of serverLines([long, long])) {
      assertEquals(textWidth(line), 5 + 40 + 2 + "192.0.2.2:12000".length);
    }
  },
});

Deno.test({
  name: "serverLines() makes foreign names harmless, one row each",
  permissions: "none",
  fn() {
    const names = [
      "\x1b[2J\r\nforged",
      "\u202eevil",
      "宽".repeat(60),
      "x".repeat(60),
      "Lab 3  12 people  192.0.2.9:12000",
      "\u00a0\u3000 blanks",
    ];
    for (const line of serverLines(names.map((name) => server(name, 5)))) {
      assertEquals(/[\p{Cc}\p{Cf}]/u.test(line), false);
      assertEquals(textWidth(line) <= 79, true, line);
      // A number, a name, the people and an address: no name makes a column.
      assertEquals(line.trim().split(/\s{2,}/u).length, 4, line);
    }
  },
});

Deno.test({
  name: "namedServer() takes a name that only one server has",
  permissions: "none",
  fn() {
    const found = [server("Lab 3"), server("Twin"), server("twin")];
    assertEquals(namedServer("lab 3", found), found[0]);
    assertEquals(namedServer("Twin", found), undefined);
    assertEquals(namedServer("Lab", found), undefined);
  },
});
