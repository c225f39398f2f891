import { homedir } from "node:os";
import { asAllowed } from "../profile_folder.ts";

/** The variables that can name the folder; the programs may read no others for it. */
const VARIABLES = ["LOCALAPPDATA", "XDG_STATE_HOME"] as const;

type Variable = typeof VARIABLES[number];

/** What decides about the folder. */
export type Surroundings = {
  readonly os: typeof Deno.build.os;
  /** The user's home folder; `undefined` if there is none. */
  readonly home: string | undefined;
  readonly variables: Readonly<Partial<Record<Variable, string>>>;
};

/** What this computer says. Never throws. */
export function surroundings(): Surroundings {
  const variables = VARIABLES.map((name) =>
    [name, attempt(() => Deno.env.get(name))] as const
  ).filter(([, value]) => value !== undefined);
  return {
    os: Deno.build.os,
    home: attempt(homedir),
    variables: Object.fromEntries(variables),
  };
}

/**
 * Returns the folder in which this system keeps what a program remembers of its user,
 * with slashes; `undefined` if the user has none. A variable that is no absolute path
 * does not count, as the XDG specification says.
 */
export function profilePlace(
  { os, home, variables }: Surroundings,
): string | undefined {
  const own = home !== undefined && isFolder(home, os) ? slashed(home) : "";
  const { LOCALAPPDATA: local, XDG_STATE_HOME: state } = variables;
  if (os === "windows") {
    if (local !== undefined && isFolder(local, os)) {
      return asAllowed(`${slashed(local)}/Messenger`);
    }
    return own && asAllowed(`${own}/AppData/Local/Messenger`) || undefined;
  }
  if (os === "darwin") {
    return own && `${own}/Library/Application Support/Messenger` || undefined;
  }
  if (state !== undefined && isFolder(state, os)) {
    return `${slashed(state)}/messenger`;
  }
  return own && `${own}/.local/state/messenger` || undefined;
}

/**
 * Returns every folder that the task in deno.json allows, on any system: the program
 * keeps one and gives back the others.
 */
export function allowedPlaces(
  { home = "", variables }: Surroundings,
): readonly string[] {
  const { LOCALAPPDATA: local = "", XDG_STATE_HOME: state = "" } = variables;
  return [...new Set([home, ""])].flatMap((home) => [
    `${home}/.local/state/messenger`,
    `${home}/Library/Application Support/Messenger`,
  ]).concat(
    `${slashed(state)}/messenger`,
    // In the same spelling as the place, which must not be given back.
    asAllowed(`${slashed(local)}/Messenger`),
  );
}

/** Whether a path is absolute, and not the root of a disk. */
function isFolder(path: string, os: Surroundings["os"]): boolean {
  if (path.includes("\0")) return false;
  return os === "windows"
    ? /^(?:[A-Za-z]:[\\/]+[^\\/]|[\\/]{2}[^\\/])/.test(path)
    : /^\/+[^/]/.test(path);
}

/** The path with slashes, as in all paths that the programs show, and none at its end. */
function slashed(path: string): string {
  const plain = Deno.build.os === "windows" || /^[A-Za-z]:|^\\\\/.test(path)
    ? path.replaceAll("\\", "/")
    : path;
  return plain.replace(/\/+$/, "");
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined; // There is no permission, or no home folder.
  }
}
