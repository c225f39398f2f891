import { assertEquals } from "@std/assert";
import { ownAddresses } from "../../lib/server/own_addresses.ts";

/** Runs `test` on a computer that reports these network cards. */
function withCards(
  networkInterfaces: typeof Deno.networkInterfaces,
  test: () => void,
): void {
  const real = Deno.networkInterfaces;
  Deno.networkInterfaces = networkInterfaces;
  try {
    test();
  } finally {
    Deno.networkInterfaces = real;
  }
}

const fail = () => {
  throw new Error("no cards");
};

Deno.test("ownAddresses() returns the given host, whatever the cards are", () => {
  withCards(fail, () => assertEquals(ownAddresses("10.0.0.1"), [["10.0.0.1"]]));
});

Deno.test("ownAddresses() returns the addresses that others can type", () => {
  const card = { family: "IPv4", address: "192.168.1.7" };
  withCards(() => [card] as Deno.NetworkInterfaceInfo[], () => {
    assertEquals(ownAddresses(undefined), [["192.168.1.7"]]);
  });
});

Deno.test("ownAddresses() says what to do if the system does not report them", () => {
  withCards(fail, () => {
    assertEquals(ownAddresses(undefined), [
      ["127.0.0.1"],
      "Cannot read the network cards: no cards. Look up this computer's " +
      "address in its network settings",
    ]);
  });
});
