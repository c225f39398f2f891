import { Folder } from "./programs.ts";

/**
 * Mounts a disk of `size` bytes at the folder; `undefined` where that is impossible.
 */
export function smallDisk(path: string, size: number): Disposable | undefined {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return undefined;
  const run = (command: string, ...args: string[]) =>
    new Deno.Command(command, { args, stderr: "null" }).outputSync().success;
  if (!run("mount", "-t", "tmpfs", "-o", `size=${size}`, "tmpfs", path)) {
    return undefined;
  }
  return { [Symbol.dispose]: () => void run("umount", path) };
}

/** Returns whether {@linkcode smallDisk} works on this machine. */
export function canMount(): boolean {
  using folder = new Folder();
  using disk = smallDisk(folder.path, 4096);
  return disk !== undefined;
}
