/** An IPv4 address of this machine, as `Deno.networkInterfaces` reports it. */
export type NetworkCard = {
  readonly address: string;
  readonly netmask: string;
};

/** Returns the IPv4 addresses of this machine, loopback included. */
export function networkCards(): NetworkCard[] {
  return Deno.networkInterfaces().filter(({ family }) => family === "IPv4");
}

/** Returns all cards, or only the card with `address`. */
export function cardsOf(address: string | undefined): NetworkCard[] {
  const cards = networkCards();
  return address === undefined
    ? cards
    : cards.filter((card) => card.address === address);
}

/** Returns the broadcast address of a card's network, such as `192.168.1.255`. */
export function broadcastAddress({ address, netmask }: NetworkCard): string {
  const mask = netmask.split(".").map(Number);
  return address.split(".")
    .map((part, index) => Number(part) | (~mask[index]! & 0xff))
    .join(".");
}

/** Returns whether `address` belongs to the network of a card. */
export function isInNetworkOf(card: NetworkCard, address: string): boolean {
  const { netmask } = card;
  return broadcastAddress({ address, netmask }) === broadcastAddress(card);
}

/**
 * Returns the addresses at which other machines reach this one; `127.0.0.1` if there
 * are none.
 */
export function lanAddresses(): string[] {
  const reachable = Deno.networkInterfaces().filter(({ family, address }) =>
    family === "IPv4"
      ? !address.startsWith("127.") && !address.startsWith("169.254.")
      : address !== "::1" && !address.startsWith("fe80")
  ).sort((a, b) => a.family.localeCompare(b.family));
  const addresses = reachable.map(({ address }) => address);
  return addresses.length > 0 ? addresses : ["127.0.0.1"];
}
