import type { FileEntry } from "../message_fields.ts";
import { nameKey } from "../names.ts";
import { nearest } from "../terminal/slips.ts";

/** Most names in a hint: as many as people compare. */
const MAX_SHOWN = 5;

/** What the user may have meant: files, or a hint that says what would work. */
export type Near =
  | { readonly files: readonly FileEntry[] }
  | { readonly hint: string };

/**
 * What the user may mean by `typed`, which is no file's name: all files of a folder,
 * or the only file whose name begins with it or contains it. Otherwise a hint.
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
        hint: `Not saved: ${found.length} files match "${typed}": ` +
          `${names.join(", ")}${rest}. Type more of the name`,
      };
    }
  }
  if (wanted === "all" || wanted === "everything") {
    return { hint: `${noSuchFile(typed)}, or /get * for all files` };
  }
  // Comparing a long list for slips takes too long: only likely names count.
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

/** Says that the server does not have the file, or that `name` cannot be its name. */
export function noSuchFile(name: string): string {
  if (name.trim() === "") return "The file name is empty";
  if (/^"[^"]*$/.test(name)) {
    return `A quotation mark is missing after ${name}`;
  }
  return `Not saved: there is no file "${name}" on the server. ` +
    "Type /files for the list";
}

/** Whether the name, or its part after the last folder, begins with `wanted`. */
function begins(key: string, wanted: string): boolean {
  return key.startsWith(wanted) ||
    key.slice(key.lastIndexOf("/") + 1).startsWith(wanted);
}
