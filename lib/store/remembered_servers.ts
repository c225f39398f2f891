/**
 * The servers that the client has met, with the fingerprints of their certificates, as in
 * ssh's known_hosts: at the next visit the client knows whether it is the same server.
 *
 * @module
 */

import { type Address, addressKey } from "../address.ts";
import {
  fingerprintOf,
  formatFingerprint,
  isFingerprint,
} from "../secure/fingerprint.ts";
import {
  isHostname,
  isServerName,
  isText,
  isTime,
  isWhole,
} from "./kept_values.ts";

/**
 * Most servers that are remembered: years of one person's servers, in 90 KB that the
 * client writes with the profile. A further one replaces the one not seen for longest.
 */
export const MAX_REMEMBERED = 100;

const DAY = 86_400_000;

/** Longest certificate, in characters of base64: three times what a server makes. */
const MAX_CERTIFICATE_LENGTH = 2_000;

/** A server at an address, as a client meets it. */
export type MetServer = Address & {
  /** The name that the server gave itself: foreign text. */
  readonly name?: string;
  /**
   * The fingerprint of its certificate, as 64 hexadecimal digits in lower case; without
   * it, the connection was not encrypted.
   */
  readonly fingerprint?: string;
  /**
   * The certificate itself, as base64 of its DER: with it, the client encrypts faster.
   */
  readonly certificate?: string;
};

/** A server that the client has met before. */
export type RememberedServer = MetServer & {
  /** When the client met it first and last, in milliseconds since 1970. */
  readonly first: number;
  readonly last: number;
};

/**
 * What the client knows of a server that it meets:
 *
 * - `new`: nothing. `namesake` is an encrypted server of the same name elsewhere, which
 *   this one may be, or pretend to be.
 * - `same`: it has the certificate that it had before, or still has none.
 * - `moved`: the server with this certificate was at the address of `known`.
 * - `changed`: the server at this address had another certificate. `other` is a server
 *   that has this one at another address: the two may have changed places.
 * - `downgraded`: the server at this address had a certificate, and now has none.
 *
 * Only `changed` and `downgraded` must stop the client.
 */
export type ServerVerdict =
  | { readonly kind: "new"; readonly namesake?: RememberedServer }
  | { readonly kind: "same" | "moved"; readonly known: RememberedServer }
  | { readonly kind: "downgraded"; readonly known: RememberedServer }
  | {
    readonly kind: "changed";
    readonly known: RememberedServer;
    readonly other?: RememberedServer;
  };

/** Compares a server with the remembered ones. A name proves nothing. */
export function judgeServer(
  servers: readonly RememberedServer[],
  met: MetServer,
): ServerVerdict {
  const { fingerprint, name } = met;
  const known = servers.find((server) => isAt(server, met));
  const twin = fingerprint === undefined
    ? undefined
    : servers.find((server) => server.fingerprint === fingerprint);
  if (known?.fingerprint !== undefined && known.fingerprint !== fingerprint) {
    if (fingerprint === undefined) return { kind: "downgraded", known };
    return { kind: "changed", known, ...(twin && { other: twin }) };
  }
  if (known !== undefined && known.fingerprint === fingerprint) {
    return { kind: "same", known };
  }
  if (twin !== undefined) return { kind: "moved", known: twin };
  const namesake = name === undefined
    ? undefined
    : servers.find((server) =>
      server.name === name && server.fingerprint !== undefined
    );
  return { kind: "new", ...(namesake && { namesake }) };
}

/**
 * Returns the servers after the client has met one, which becomes the first; `now` is in
 * milliseconds since 1970. A server that is `changed` or `downgraded` changes nothing:
 * only {@linkcode withoutServer} gives up a fingerprint.
 */
export function withMet(
  servers: readonly RememberedServer[],
  met: MetServer,
  { now }: { readonly now: number },
): readonly RememberedServer[] {
  const { kind } = judgeServer(servers, met);
  if (kind === "changed" || kind === "downgraded") return servers;
  const before = servers.find((server) => isAt(server, met));
  const name = [met.name, before?.name].find(isServerName);
  const { name: _unchecked, ...plain } = met;
  const server = rememberedOf({
    ...plain,
    ...(name !== undefined && { name }),
    first: Math.min(before?.first ?? now, now),
    last: now,
  });
  if (!isRememberedServer(server)) return servers;
  const others = servers.filter((other) => other !== before);
  return [server, ...others].slice(0, MAX_REMEMBERED);
}

/**
 * Whether the client remembers exactly this server and has seen it within the last day:
 * then there is nothing to write.
 */
export function isMetLately(
  servers: readonly RememberedServer[],
  met: MetServer,
  now: number,
): boolean {
  const [known] = servers;
  return known !== undefined && isAt(known, met) &&
    (["name", "fingerprint", "certificate"] as const)
      .every((field) => known[field] === met[field]) &&
    now - known.last < DAY && now >= known.last;
}

/**
 * Returns the servers without those at a host; only the one at `port` if it is given.
 */
export function withoutServer(
  servers: readonly RememberedServer[],
  { hostname, port }: { readonly hostname: string; readonly port?: number },
): readonly RememberedServer[] {
  return servers.filter((server) =>
    hostKey(server.hostname) !== hostKey(hostname) ||
    port !== undefined && server.port !== port
  );
}

/** Whether a value from the disk is a remembered server. */
export function isRememberedServer(value: unknown): value is RememberedServer {
  if (typeof value !== "object" || value === null) return false;
  const { hostname, port, name, fingerprint, certificate, first, last } =
    value as Record<string, unknown>;
  return isHostname(hostname) && isWhole(port, 1, 65535) &&
    (name === undefined || isServerName(name)) &&
    (fingerprint === undefined || isFingerprint(fingerprint)) &&
    (certificate === undefined || isCertificate(certificate)) &&
    isTime(first) && isTime(last) && first <= last;
}

/** Returns the known fields of a remembered server. */
export function rememberedOf(
  { hostname, port, name, fingerprint, certificate, first, last }:
    RememberedServer,
): RememberedServer {
  return {
    ...{ hostname, port },
    ...(name !== undefined && { name }),
    ...(fingerprint !== undefined && { fingerprint }),
    ...(certificate !== undefined && { certificate }),
    ...{ first, last },
  };
}

/**
 * Returns the certificate (DER) that the server at `address` had; `undefined` if the
 * client does not have it.
 */
export function knownCertificate(
  servers: readonly RememberedServer[],
  address: Address,
): Uint8Array | undefined {
  const known = servers.find((server) => isAt(server, address));
  if (known?.certificate === undefined) return undefined;
  const der = Uint8Array.fromBase64(known.certificate);
  // Only the fingerprint counts: somebody may have edited the file.
  const fingerprint = formatFingerprint(fingerprintOf(der));
  return fingerprint === known.fingerprint ? der : undefined;
}

function isCertificate(value: unknown): value is string {
  return isText(value) && value.length <= MAX_CERTIFICATE_LENGTH &&
    value.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(value);
}

function isAt(a: Address, b: Address): boolean {
  return a.port === b.port && hostKey(a.hostname) === hostKey(b.hostname);
}

/** The one form of all spellings of a host. */
function hostKey(hostname: string): string {
  return addressKey(hostname) ?? hostname.toLowerCase().replace(/\.$/, "");
}
