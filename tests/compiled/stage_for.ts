import type { Base } from "../../packaging/bases.ts";
import { isBefore } from "../../packaging/deno_differences.ts";
import { Stage } from "../../packaging/stage.ts";

/** The first Deno in which `node:tls` works over a stream. */
const FIRST_WITH_TLS = "2.7.0";

/**
 * Resolves to what is packed for these bases. With an older Deno, the client speaks
 * plain (`no_tls_client.ts`), and most tests start the server with `--no-encryption`.
 */
export async function stageFor(
  bases: readonly Pick<Base, "version">[],
): Promise<Stage> {
  const lacksTls = bases
    .some(({ version }) => isBefore(version, FIRST_WITH_TLS));
  if (!lacksTls) return await Stage.make();
  const read = (file: string) =>
    Deno.readTextFile(new URL(file, import.meta.url));
  return await Stage.make({
    "lib/net/tls_client.ts": await read("no_tls_client.ts"),
    "lib/net/tls_server.ts": await read("no_tls_server.ts"),
    "lib/client/plain_mark.ts": await read("no_plain_mark.ts"),
  });
}
