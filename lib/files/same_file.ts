/** The numbers by which a system identifies a file, if it has any. */
export type FileMarks = {
  readonly dev?: number | null;
  readonly ino?: number | null;
};

/** What a system says about one version of a file; sizes in bytes. */
export type FileLook = FileMarks & {
  readonly size: number;
  /** When the content last changed. */
  readonly mtime: Date | null;
  /** When anything about the file last changed; some systems give whole seconds. */
  readonly ctime?: Date | null;
};

/**
 * Returns whether two looks, at a path and at an open file, may be at the same file.
 * Also `true` where the system gives no inode number, as Windows sometimes does.
 */
export function maybeSameFile(a: FileMarks, b: FileMarks): boolean {
  if (!a.ino || !b.ino) return true;
  return a.ino === b.ino && a.dev === b.dev;
}

/**
 * Returns whether a file is unchanged between two looks, as far as the system tells.
 */
export function isUnchanged(a: FileLook, b: FileLook): boolean {
  return maybeSameFile(a, b) && a.size === b.size &&
    a.mtime?.getTime() === b.mtime?.getTime() &&
    a.ctime?.getTime() === b.ctime?.getTime();
}

/**
 * Returns when a file was last touched, in milliseconds since 1970; `undefined` if
 * unknown.
 */
export function lastTouched({ mtime, ctime }: FileLook): number | undefined {
  const times = [mtime, ctime]
    .map((time) => time?.getTime())
    .filter((time) => time !== undefined && Number.isFinite(time)) as number[];
  return times.length === 0 ? undefined : Math.max(...times);
}
