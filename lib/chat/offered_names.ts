/** What systems leave in folders, in lower case: nobody wants to download it. */
const SYSTEM_FILES = new Set(["thumbs.db", "ehthumbs.db", "desktop.ini"]);

/** The lock file that an office program puts beside an open document. */
const OFFICE_LOCK = /^~\$/;

/** A half download of version 0.1.0, and what describes it. */
const HALF = ".part";
const HALF_DESCRIPTION = ".part.json";

/**
 * Those of the names in one folder that people may see: without hidden ones,
 * files of the system, and downloads of this program that are not complete.
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
