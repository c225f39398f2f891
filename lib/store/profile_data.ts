/**
 * What the profile holds, and all checks of a profile that comes from the disk: it may
 * be damaged, edited by hand, or written by another version.
 *
 * @module
 */

import { normalizeName, userNameProblem } from "../names.ts";
import {
  isHostname,
  isListOf,
  isServerName,
  isText,
  isTime,
  isWhole,
  parseObject,
} from "./kept_values.ts";
import {
  isRememberedServer,
  MAX_REMEMBERED,
  rememberedOf,
  type RememberedServer,
} from "./remembered_servers.ts";

/** The version of the format. A program sets aside a file of a newer one. */
export const PROFILE_VERSION = 1;

/** Most lines that are kept: as many as Up can restore. */
export const MAX_KEPT_LINES = 500;

/**
 * Most text that is kept, in UTF-16 units: each Enter writes the whole file, and a few
 * pasted files must not make that slow.
 */
export const MAX_KEPT_TEXT = 128 * 1024;

/** Most servers that are kept: more than one person uses, and less than a window of rows. */
export const MAX_KEPT_SERVERS = 20;

/** A server that the user has joined. */
export type KnownServer = {
  readonly hostname: string;
  readonly port: number;
  /** The name that the server gave itself: foreign text. */
  readonly name?: string;
  /** When the user last joined, in milliseconds since 1970. */
  readonly last: number;
};

/** What the client remembers of one user. */
export type ProfileData = {
  /** The name that the user had last. */
  readonly name?: string;
  /** Whether the client has shown the hints for newcomers. */
  readonly welcomed: boolean;
  /** The typed lines, the newest first. */
  readonly history: readonly string[];
  /** The servers, the one used last first. */
  readonly servers: readonly KnownServer[];
  /** The servers whose certificate the client knows, the one seen last first. */
  readonly remembered: readonly RememberedServer[];
};

/** The profile of a new user. */
export const NEW_PROFILE: ProfileData = {
  welcomed: false,
  history: [],
  servers: [],
  remembered: [],
};

/** What a file holds; `newer` is a file of a later version of the program. */
export type ReadProfile =
  | { readonly kind: "profile"; readonly data: ProfileData }
  | { readonly kind: "damaged" | "newer" };

/** Reads the text of a profile. Never throws. */
export function parseProfile(text: string): ReadProfile {
  const value = parseObject(text);
  if (value === undefined) return { kind: "damaged" };
  const { version } = value;
  if (!isWhole(version, 1, Infinity)) return { kind: "damaged" };
  if (version > PROFILE_VERSION) return { kind: "newer" };
  const { name, welcomed, history, servers } = value;
  // Earlier versions remembered no certificates.
  const { remembered = [] } = value;
  const isRight = (name === undefined || typeof name === "string") &&
    typeof welcomed === "boolean" && isListOf(history, isText) &&
    isListOf(servers, isServer) && isListOf(remembered, isRememberedServer);
  if (!isRight) return { kind: "damaged" };
  const usable = usableName(name);
  return {
    kind: "profile",
    data: {
      ...(usable !== undefined && { name: usable }),
      welcomed,
      history: boundedLines(history),
      servers: servers.slice(0, MAX_KEPT_SERVERS).map(serverOf),
      remembered: remembered.slice(0, MAX_REMEMBERED).map(rememberedOf),
    },
  };
}

/** Returns the text of a profile, which {@linkcode parseProfile} reads. */
export function formatProfile(data: ProfileData): string {
  const { name, welcomed, history, servers, remembered } = data;
  const kept = {
    ...{ version: PROFILE_VERSION, name, welcomed, history, servers },
    ...{ remembered },
  };
  return `${JSON.stringify(kept, null, 1)}\n`;
}

/** Returns the history after a window has added and removed lines; the newest first. */
export function withLines(
  history: readonly string[],
  { added, removed }: {
    readonly added: readonly string[];
    readonly removed: readonly string[];
  },
): readonly string[] {
  const moved = new Set([...added, ...removed]);
  return boundedLines([
    ...added,
    ...history.filter((line) => !moved.has(line)),
  ]);
}

/** Returns the servers after the user has joined `server`, which becomes the first. */
export function withServer(
  servers: readonly KnownServer[],
  server: KnownServer,
): readonly KnownServer[] {
  const others = servers.filter(({ hostname, port }) =>
    hostname !== server.hostname || port !== server.port
  );
  const checked = isServer(server) ? [server] : [];
  return [...checked, ...others].slice(0, MAX_KEPT_SERVERS);
}

/** The newest lines that fit into both limits; a line that alone is too long is left out. */
function boundedLines(lines: readonly string[]): readonly string[] {
  let length = 0;
  return lines.filter((line) => {
    const fits = length + line.length <= MAX_KEPT_TEXT;
    if (fits) length += line.length;
    return fits;
  }).slice(0, MAX_KEPT_LINES);
}

/** The name if it is still valid; the rules may have changed. */
function usableName(name: string | undefined): string | undefined {
  if (name === undefined) return undefined;
  const normal = normalizeName(name);
  return userNameProblem(normal) === undefined ? normal : undefined;
}

/** The known fields of a server. */
function serverOf({ hostname, port, name, last }: KnownServer): KnownServer {
  return { hostname, port, ...(name !== undefined && { name }), last };
}

function isServer(value: unknown): value is KnownServer {
  if (typeof value !== "object" || value === null) return false;
  const { hostname, port, name, last } = value as Record<string, unknown>;
  return isHostname(hostname) && isWhole(port, 1, 65535) && isTime(last) &&
    (name === undefined || isServerName(name));
}
