/**
 * Gives the tests of a round a network of their own with only the loopback card. Rounds
 * side by side need that: the tests use the default port, and a client that searches
 * for servers connects to those of other rounds.
 *
 * @module
 */

/** Brings the card up, and becomes the command that follows. */
const SCRIPT = 'ip link set lo up && exec "$@"';

/** Returns a command in a network of its own. */
export function inOwnNetwork(command: readonly string[]): string[] {
  return ["unshare", "--net", "sh", "-c", SCRIPT, "sh", ...command];
}

/** Resolves to whether this machine can do that: it takes the superuser. */
export async function hasOwnNetworks(): Promise<boolean> {
  const [command, ...args] = inOwnNetwork(["true"]);
  try {
    const { success } = await new Deno.Command(command!, { args }).output();
    return success;
  } catch {
    return false; // There is no such command.
  }
}
