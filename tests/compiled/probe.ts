// deno-lint-ignore-file no-console -- the test reads what it prints

/**
 * Packed with the permissions of a program in place of the program: attempts what it is
 * told on standard input, a JSON array, and prints the outcomes as one.
 *
 * @module
 */

import { exec } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import process from "node:process";
import { promisify } from "node:util";

/** What to attempt, and with what. */
export type Attempt = readonly [keyof typeof ATTEMPTS, ...string[]];

/** `"done"`, or the error's name and message. */
export type Outcome = string;

const ATTEMPTS = {
  read: (path: string) => Deno.readTextFile(path),
  readAsNode: (path: string) => readFileSync(path),
  list: (path: string) => Array.fromAsync(Deno.readDir(path)),
  look: (path: string) => Deno.lstat(path),
  write: (path: string) => Deno.writeTextFile(path, "written by the probe"),
  writeAsNode: (path: string) => writeFileSync(path, "written by the probe"),
  makeFolder: (path: string) => Deno.mkdir(path),
  remove: (path: string) => Deno.remove(path),
  rename: (from: string, to: string) => Deno.rename(from, to),
  link: (target: string, path: string) => Deno.symlink(target, path),
  watch: (path: string) => Deno.watchFs(path).close(),
  goTo: (path: string) => Deno.chdir(path),
  env: (name: string) => Deno.env.get(name),
  envAsNode: (name: string) => process.env[name],
  setEnv: (name: string) => Deno.env.set(name, "of the probe"),
  wholeEnv: () => Deno.env.toObject(),
  run: (command: string) => new Deno.Command(command).output(),
  runAsNode: (command: string) => promisify(exec)(command),
  signal: (pid: string) => Deno.kill(Number(pid), "SIGTERM"),
  ffi: (path: string) => Deno.dlopen(path, {}),
  import: (url: string) => import(url),
  listen: (hostname: string) => Deno.listen({ hostname, port: 0 }).close(),
  ask: (name: string) => mustBeGranted({ name } as Deno.PermissionDescriptor),
  hostname: () => Deno.hostname(),
  networkInterfaces: () => Deno.networkInterfaces(),
  systemMemoryInfo: () => Deno.systemMemoryInfo(),
  osRelease: () => Deno.osRelease(),
  osUptime: () => Deno.osUptime(),
  loadavg: () => Deno.loadavg(),
  uid: () => Deno.uid(),
  gid: () => Deno.gid(),
  homedir: () => os.homedir(),
  cpus: () => os.cpus(),
  userInfo: () => os.userInfo(),
} satisfies Record<string, (...words: string[]) => unknown>;

/** Asks for a permission, as a program may at any time. */
async function mustBeGranted(descriptor: Deno.PermissionDescriptor) {
  const { state } = await Deno.permissions.request(descriptor);
  if (state !== "granted") throw new Deno.errors.NotCapable(`It is ${state}`);
}

async function outcomeOf([name, ...words]: Attempt): Promise<Outcome> {
  const attempt: (...words: string[]) => unknown = ATTEMPTS[name];
  try {
    await attempt(...words);
    return "done";
  } catch (error) {
    return error instanceof Error
      ? `${error.name}: ${error.message}`
      : "thrown";
  }
}

if (import.meta.main) {
  const attempts: Attempt[] = JSON.parse(
    await new Response(Deno.stdin.readable).text(),
  );
  const outcomes: Outcome[] = [];
  for (const attempt of attempts) outcomes.push(await outcomeOf(attempt));
  console.log(JSON.stringify(outcomes));
}
