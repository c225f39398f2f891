/**
 * Files, in lower case, that systems leave in folders: no user wants to download them.
 */
const SYSTEM_FILES = new Set(["thumbs.db", "ehthumbs.db", "desktop.ini"]);

/** The lock file that an office program puts beside an open document. */
const OFFICE_LOCK = /^~\$/;

/** A partial download of version 0.1.0, and its description. */
const HALF = ".part";
const HALF_DESCRIPTION = ".part.json";

/**
 * Returns the names in one folder that users may see: no hidden files, no system files,
 * and no incomplete downloads of this program.
 */
export function offeredNames(names: readonly string[]): string[] {
  const descriptions = new Set(
    names.filter((name) => name.endsWith(HALF_DESCRIPTION)),
  );
  return names.filter((name) =>
    !name.startsWith(".") && !OFFICE_LOCK.test(name) &&
    !SYSTEM_FILES.has(name.toLowerCase()) && !descriptions.has(name) &&
    !(name.endsWith(HALF) && descriptions.has(`${name}.json`))
  );
}
