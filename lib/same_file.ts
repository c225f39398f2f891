/** What a system says about a file to tell it from others, if it says anything. */
export type FileMarks = {
  readonly dev?: number | null;
  readonly ino?: number | null;
};

/**
 * Whether two looks, at a path and at an open file, may have been at one file.
 * Windows does not always say: then they may.
 */
export function maybeSameFile(a: FileMarks, b: FileMarks): boolean {
  if (!a.ino || !b.ino) return true;
  return a.ino === b.ino && a.dev === b.dev;
}
