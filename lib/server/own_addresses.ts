import { lanAddresses } from "../net/network_cards.ts";
import { messageOf } from "../program.ts";

/**
 * Returns the addresses that people can type, and what is wrong if the system does not
 * report them.
 */
export function ownAddresses(
  host: string | undefined,
): [addresses: readonly string[], fault?: string] {
  if (host !== undefined) return [[host]];
  try {
    return [lanAddresses()];
  } catch (cause) {
    return [
      ["127.0.0.1"],
      `Cannot read the network cards: ${messageOf(cause)}. Look up this ` +
      "computer's address in its network settings",
    ];
  }
}
