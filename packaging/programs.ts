/**
 * What is packed: the two programs, their permissions, and the systems. The permissions
 * are those of the tasks `server` and `client` in deno.json. A task names the folder for
 * what the client remembers by a variable, which a compiled program cannot: here the
 * folder of all profiles, which differs between systems, takes its place.
 *
 * @module
 */

import config from "../deno.json" with { type: "json" };

export const PROGRAMS = ["server", "client"] as const;

export type ProgramName = typeof PROGRAMS[number];

/**
 * Returns the flags of a compiled program: those of the task, and the folder of the
 * profiles. The superuser's profile is elsewhere: of it, only what the client
 * remembers.
 */
export function compiledFlags(name: ProgramName, target: Target): string[] {
  const folders = [
    target.profiles,
    ...(isWindows(target) ? [OTHER_SPELLING] : []),
    ...(name === "client" && target.superuser ? [target.superuser] : []),
  ].join();
  return taskFlags(name).map((flag) =>
    /^--allow-(read|write)=/.test(flag) ? `${flag},${folders}` : flag
  );
}

/**
 * Returns the flags of the task in deno.json, for a user with these variables; paths
 * with another variable are left out. Throws `TypeError` if the task is not a
 * `deno run`.
 */
export function taskFlags(
  name: ProgramName,
  variables: Readonly<Record<string, string>> = {},
): string[] {
  const { command } = config.tasks[name];
  const [deno, run, ...rest] = command.match(/"[^"]*"|\S+/g)!.map((word) =>
    expanded(word.replaceAll('"', ""), variables)
  );
  const entry = rest.pop();
  if (deno !== "deno" || run !== "run" || entry !== `${name}.ts`) {
    throw new TypeError(`The task ${name} is not "deno run … ${name}.ts"`);
  }
  return rest;
}

/** The flag with its variables replaced. */
function expanded(
  flag: string,
  variables: Readonly<Record<string, string>>,
): string {
  return flag.split(",").map((part) =>
    part.replace(/^\$(\w+)/, (found, name) => variables[name] ?? found)
  ).filter((part) => !part.startsWith("$")).join();
}

export type Target = {
  /** The target's name in the file names of a release. */
  readonly name: string;
  /** Deno's name for the system. */
  readonly triple: string;
  /** The folder that holds all user profiles: see lib/profile_folder.ts. */
  readonly profiles: string;
  /** What the client remembers of the superuser, whose profile is not among them. */
  readonly superuser?: string;
};

/** The same folder in Wine, which spells it so; Deno 2.6 tells the two apart. */
const OTHER_SPELLING = "C:/users";

const LINUX = {
  profiles: "/home",
  superuser: "/root/.local/state/messenger",
} as const;

const MACOS = {
  profiles: "/Users",
  superuser: "/var/root/Library/Application Support/Messenger",
} as const;

/** Every system that Deno can compile for; the first is the usual one in a lab. */
export const TARGETS: readonly [Target, ...Target[]] = [
  {
    name: "windows-x64",
    triple: "x86_64-pc-windows-msvc",
    profiles: "C:/Users",
  },
  {
    name: "windows-arm64",
    triple: "aarch64-pc-windows-msvc",
    profiles: "C:/Users",
  },
  { name: "linux-x64", triple: "x86_64-unknown-linux-gnu", ...LINUX },
  { name: "linux-arm64", triple: "aarch64-unknown-linux-gnu", ...LINUX },
  { name: "macos-x64", triple: "x86_64-apple-darwin", ...MACOS },
  { name: "macos-arm64", triple: "aarch64-apple-darwin", ...MACOS },
];

export function isWindows({ triple }: Target): boolean {
  return triple.includes("windows");
}

/** Returns `server.exe`, or `server` where programs have no extension. */
export function fileName(program: ProgramName, target: Target): string {
  return isWindows(target) ? `${program}.exe` : program;
}
