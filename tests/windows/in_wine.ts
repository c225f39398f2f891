import { fileURLToPath } from "node:url";

/** Returns the path of a project file as Windows programs in Wine see it. */
export function inWine(file: string): string {
  return winePath(fileURLToPath(new URL(`../../${file}`, import.meta.url)));
}

/** Returns an absolute path of this system as Windows programs in Wine see it. */
export function winePath(path: string): string {
  return `Z:\\host${path.replaceAll("/", "\\")}`;
}

/**
 * Returns the words of a command that starts a Windows program from Linux as a Windows
 * program starts it; the word `deno` is the Windows build of Deno.
 */
export function asWindowsArguments(command: readonly string[]): string[] {
  const [starter, ...words] = command;
  return starter!.endsWith("/windeno") ? ["deno", ...words] : words.slice(1);
}
