import { assert, assertEquals } from "@std/assert";
import {
  broadcastAddress,
  cardsOf,
  isInNetworkOf,
  lanAddresses,
  networkCards,
} from "../../lib/net/network_cards.ts";

/** Runs `test` on a computer with these addresses. */
function withCards(addresses: readonly string[], test: () => void): void {
  const real = Deno.networkInterfaces;
  const cards = addresses.map((address) => ({
    ...{ name: "eth0", address, netmask: "255.255.255.0", mac: "" },
    ...{ scopeid: null, cidr: "" },
    family: address.includes(":") ? "IPv6" as const : "IPv4" as const,
  }));
  Deno.networkInterfaces = () => cards as Deno.NetworkInterfaceInfo[];
  try {
    test();
  } finally {
    Deno.networkInterfaces = real;
  }
}

Deno.test("networkCards() returns IPv4 addresses, cardsOf() one or all of them", () => {
  withCards(["127.0.0.1", "::1", "192.168.1.7"], () => {
    const addressesOf = (address?: string) =>
      cardsOf(address).map((card) => card.address);
    assertEquals(networkCards().length, 2);
    assertEquals(addressesOf(), ["127.0.0.1", "192.168.1.7"]);
    assertEquals(addressesOf("192.168.1.7"), ["192.168.1.7"]);
    assertEquals(addressesOf("10.0.0.1"), []);
  });
});

Deno.test("lanAddresses() returns addresses that others can type, IPv4 first", () => {
  const all = [
    ...["fe80::1", "2001:db8::7", "::1", "127.0.0.1", "127.0.1.1"],
    ...["169.254.3.4", "192.168.1.7", "10.0.0.7"],
  ];
  withCards(all, () => {
    assertEquals(lanAddresses(), ["192.168.1.7", "10.0.0.7", "2001:db8::7"]);
  });
});

Deno.test("lanAddresses() returns this computer's own address without a network", () => {
  withCards(["127.0.0.1", "::1", "fe80::1"], () => {
    assertEquals(lanAddresses(), ["127.0.0.1"]);
  });
});

Deno.test({
  name: "broadcastAddress() reaches the network of a card",
  permissions: "none",
  fn() {
    const cases: [address: string, netmask: string, broadcast: string][] = [
      ["192.168.1.7", "255.255.255.0", "192.168.1.255"],
      ["10.1.2.3", "255.0.0.0", "10.255.255.255"],
      ["172.16.5.9", "255.255.252.0", "172.16.7.255"],
      ["10.0.0.1", "255.255.255.255", "10.0.0.1"],
    ];
    for (const [address, netmask, broadcast] of cases) {
      assertEquals(broadcastAddress({ address, netmask }), broadcast);
    }
  },
});

Deno.test({
  name: "isInNetworkOf() ends where the network does",
  permissions: "none",
  fn() {
    const card = { address: "172.16.5.9", netmask: "255.255.252.0" };
    for (const address of ["172.16.4.0", "172.16.7.255"]) {
      assert(isInNetworkOf(card, address), address);
    }
    for (const address of ["172.16.3.255", "172.16.8.0"]) {
      assert(!isInNetworkOf(card, address), address);
    }
  },
});
