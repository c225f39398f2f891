import { Folder } from "./programs.ts";

/**
 * Makes the folder read-only, even for the superuser; `undefined` where that is
 * impossible.
 */
export function readOnly({ path }: Folder): Disposable | undefined {
  if (Deno.build.os === "windows") return undefined;
  if (Deno.uid() !== 0) {
    Deno.chmodSync(path, 0o555);
    return { [Symbol.dispose]: () => Deno.chmodSync(path, 0o755) };
  }
  const run = (command: string, ...args: string[]) =>
    new Deno.Command(command, { args, stderr: "null" }).outputSync().success;
  if (Deno.build.os !== "linux") return undefined;
  if (!run("mount", "--bind", path, path)) return undefined;
  run("mount", "-o", "remount,bind,ro", path);
  return { [Symbol.dispose]: () => void run("umount", path) };
}

/** Returns whether {@linkcode readOnly} works on this machine. */
export function canBeReadOnly(): boolean {
  using folder = new Folder();
  using mounted = readOnly(folder);
  return mounted !== undefined;
}
