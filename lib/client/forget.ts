import { display } from "../display.ts";
import { StartError } from "../program.ts";
import type { Machine } from "./machine.ts";
import { readAddress } from "./typed_address.ts";

/**
 * Deletes what is remembered: of the server at the address in `words`, or everything.
 * Returns what has happened, as a sentence. Throws `StartError` and `UsageError`.
 */
export async function forget(
  words: readonly string[],
  machine: Pick<Machine, "forgetProfile" | "openProfile">,
): Promise<string> {
  if (words.length === 0) return await machine.forgetProfile();
  const { hostname, port } = readAddress(words.join(" "));
  const profile = await machine.openProfile({
    ...{ keepsPerson: true, keepsServers: true },
  });
  const host = { hostname, ...(port !== undefined && { port }) };
  const count = profile.forgetServer(host);
  let news: string | undefined;
  profile.onNews((text) => news ??= text);
  await profile.close();
  if (news !== undefined) throw new StartError(news);
  const shown = display(words.join(" "));
  return count === 0
    ? `No server is remembered at ${shown}`
    : `Forgot the server at ${shown}. The next visit shows its fingerprint: ` +
      "compare it with the server's window";
}
