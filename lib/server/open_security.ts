import type { EventLog } from "./event_log.ts";
import type { Machine } from "./machine.ts";
import type { Options } from "./options.ts";
import { ownIdentity } from "./own_identity.ts";
import { Security } from "./security.ts";

/**
 * Loads the server's certificate, or makes it, unless the operator wants no encryption.
 * Shows and logs what the operator should know about it. Never rejects.
 */
export async function openSecurity(
  { encrypts, encryptedOnly, key }: Pick<
    Options,
    "encrypts" | "encryptedOnly" | "key"
  >,
  { machine, log, print }: {
    readonly machine: Pick<Machine, "folder" | "ownFolder">;
    readonly log: Pick<EventLog, "write">;
    readonly print: (line: string) => void;
  },
): Promise<Security> {
  if (!encrypts) return new Security();
  const { identity, news } = await ownIdentity(machine);
  for (const text of news) {
    log.write("certificate", { text });
    print(text);
  }
  return new Security({ identity, encryptedOnly, key });
}
