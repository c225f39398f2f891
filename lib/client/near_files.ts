import type { FileEntry } from "../messages.ts";
import { nameKey } from "../names.ts";
import { nearest } from "../terminal/command_line.ts";

/** Names that are shown when several fit: as many as anybody compares. */
const MAX_SHOWN = 5;

/** What somebody may have meant: files, or a sentence that says what would work. */
export type Near =
  | { readonly files: readonly FileEntry[] }
  | { readonly hint: string };

/**
 * What `typed`, which no file is called, may mean: all files of a folder, or the
 * only file whose name begins so, or has it in it. Anything else gets a hint.
 */
export function nearFiles(typed: string, files: readonly FileEntry[]): Near {
  const path = nameKey(typed.replaceAll("\\", "/").replace(/^\.\//, ""));
  const wanted = path.replace(/\/$/, "");
  if (wanted === "") return { hint: noSuchFile(typed) };
  const keyed = files.map((file) => ({ file, key: nameKey(file.name) }));
  const inside = keyed.filter(({ key }) => key.startsWith(`${wanted}/`));
  if (inside.length > 0) return { files: inside.map(({ file }) => file) };
  if (path.endsWith("/")) return { hint: noSuchFile(typed) };
  const same = keyed.filter(({ key }) => key === wanted);
  const sameLast = keyed.filter(({ key }) => key.endsWith(`/${wanted}`));
  const begun = keyed.filter(({ key }) => begins(key, wanted));
  const holding = keyed.filter(({ key }) => key.includes(wanted));
  for (const found of [same, sameLast, begun, holding]) {
    if (found.length === 1) return { files: [found[0]!.file] };
    if (found.length > 1) {
      const names = found.slice(0, MAX_SHOWN).map(({ file }) => file.name);
      const more = found.length - names.length;
      const rest = more > 0 ? ` and ${more} more` : "";
      return {
        hint: `Not saved: ${found.length} files fit "${typed}": ` +
          `${names.join(", ")}${rest}. Type more of the name`,
      };
    }
  }
  if (wanted === "all" || wanted === "everything") {
    return { hint: `${noSuchFile(typed)}, or /get * for all files` };
  }
  // A slip is looked for in what is likely: a list of any length takes no time.
  const likely = keyed.filter(({ key }) => key[0] === wanted[0])
    .slice(0, 1_000).map(({ file }) => file.name);
  const near = wanted.length > 100 ? undefined : nearest(typed, likely);
  return {
    hint: near === undefined
      ? noSuchFile(typed)
      : `Not saved: there is no file "${typed}" on the server. ` +
        `Did you mean "${near}"? Type /files for the list`,
  };
}

/** What is said when a file is not there. */
export function noSuchFile(name: string): string {
  return `Not saved: there is no file "${name}" on the server. ` +
    "Type /files for the list";
}

/** Whether the name, or the part of it after the last folder, begins so. */
function begins(key: string, wanted: string): boolean {
  return key.startsWith(wanted) ||
    key.slice(key.lastIndexOf("/") + 1).startsWith(wanted);
}
