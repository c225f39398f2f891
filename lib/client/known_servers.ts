import { type Address, formatAddress } from "../address.ts";
import type { FoundServer } from "../net/discovery.ts";
import type { KnownServer } from "../store/profile_data.ts";
import type { ListedServer } from "./server_list.ts";

/** Most servers in the list that did not answer: the last ones, and not a page of them. */
const MAX_SILENT = 3;

/**
 * Returns the list to choose from: the server that the user joined last, then the
 * others of `found`, which keep their order, then servers of `known` that did not
 * answer the search. `known` has the last one first.
 */
export function offeredServers(
  found: readonly FoundServer[],
  known: readonly KnownServer[],
): readonly ListedServer[] {
  const [last] = known;
  const first = found.find((server) => isThat(server, last));
  const silent = known
    .filter((server) => !found.some((other) => isAt(other, server)))
    .slice(0, MAX_SILENT)
    .map(({ name, hostname, port }) => ({
      ...{ name: name ?? hostname, hostname, port, isSilent: true },
    }));
  const answering = [
    ...(first === undefined ? [] : [{ ...first, isLast: true }]),
    ...found.filter((server) => server !== first),
  ];
  // Without any answer, the server that the user joined last is the likely one.
  return answering.length > 0
    ? [...answering, ...silent]
    : silent.map((server, index) => ({ ...server, isLast: index === 0 }));
}

/** Returns the server that the user joins now; `place` is its name, or its address. */
export function joinedServer(
  { hostname, port }: Address,
  { place }: { readonly place: string },
): KnownServer {
  const isNamed = place !== formatAddress({ hostname, port });
  const name = isNamed ? { name: place } : {};
  return { hostname, port, ...name, last: Date.now() };
}

/** Whether a server is the known one: at an address, there may be another one now. */
function isThat(server: FoundServer, known: KnownServer | undefined): boolean {
  return known !== undefined && isAt(server, known) &&
    (known.name === undefined || known.name === server.name);
}

function isAt(
  server: FoundServer,
  { hostname, port }: Pick<KnownServer, "hostname" | "port">,
): boolean {
  return server.hostname === hostname && server.port === port;
}
