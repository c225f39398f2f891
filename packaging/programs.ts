/**
 * What is packed: the two programs, with which permissions, for which machines.
 * The permissions stand in one place, the tasks `server` and `client` of deno.json;
 * only the folder for a read-only share is added here, because each system has
 * another.
 *
 * @module
 */

import config from "../deno.json" with { type: "json" };

export const PROGRAMS = ["server", "client"] as const;

export type ProgramName = typeof PROGRAMS[number];

/** The flags of a compiled program: those of the task, and the folder of the profiles. */
export function compiledFlags(name: ProgramName, target: Target): string[] {
  return taskFlags(name).map((flag) =>
    /^--allow-(read|write)=/.test(flag) ? `${flag},${target.profiles}` : flag
  );
}

/** What the task in deno.json hands to `deno run`. Throws `TypeError` if it is no such task. */
export function taskFlags(name: ProgramName): string[] {
  const [deno, run, ...rest] = config.tasks[name].command.split(" ");
  const entry = rest.pop();
  if (deno !== "deno" || run !== "run" || entry !== `${name}.ts`) {
    throw new TypeError(`The task ${name} is not "deno run … ${name}.ts"`);
  }
  return rest;
}

export type Target = {
  /** As in the names of the releases. */
  readonly name: string;
  /** As Deno calls it. */
  readonly triple: string;
  /** The folder with the folders of all users: see lib/profile_folder.ts. */
  readonly profiles: string;
};

/** Everything that Deno can compile for; the first one is what a lab has. */
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
  { name: "linux-x64", triple: "x86_64-unknown-linux-gnu", profiles: "/home" },
  {
    name: "linux-arm64",
    triple: "aarch64-unknown-linux-gnu",
    profiles: "/home",
  },
  { name: "macos-x64", triple: "x86_64-apple-darwin", profiles: "/Users" },
  { name: "macos-arm64", triple: "aarch64-apple-darwin", profiles: "/Users" },
];

export function isWindows({ triple }: Target): boolean {
  return triple.includes("windows");
}

/** `server.exe`, or `server` where programs have no ending. */
export function fileName(program: ProgramName, target: Target): string {
  return isWindows(target) ? `${program}.exe` : program;
}

/**
 * Deno keeps the profile (name, history) under this name, whatever the file is
 * called and wherever it lies.
 */
export function appName(program: ProgramName): string {
  return `lan-messenger-${program}`;
}
