/** What a system says about a file to tell it from others, if it says anything. */
export type FileMarks = {
  readonly dev?: number | null;
  readonly ino?: number | null;
};

/** What a system says about one version of a file; sizes in bytes. */
export type FileLook = FileMarks & {
  readonly size: number;
  /** When its bytes were last changed. */
  readonly mtime: Date | null;
  /** When anything about it was last changed; some systems tell whole seconds. */
  readonly ctime?: Date | null;
};

/**
 * Whether two looks, at a path and at an open file, may have been at one file.
 * Windows does not always say: then they may.
 */
export function maybeSameFile(a: FileMarks, b: FileMarks): boolean {
  if (!a.ino || !b.ino) return true;
  return a.ino === b.ino && a.dev === b.dev;
}

/** Whether nothing has happened to a file between two looks, as far as the system tells. */
export function isUnchanged(a: FileLook, b: FileLook): boolean {
  return maybeSameFile(a, b) && a.size === b.size &&
    a.mtime?.getTime() === b.mtime?.getTime() &&
    a.ctime?.getTime() === b.ctime?.getTime();
}

/** When a file was last touched, in milliseconds since 1970; `undefined` if nobody can tell. */
export function lastTouched({ mtime, ctime }: FileLook): number | undefined {
  const times = [mtime, ctime]
    .map((time) => time?.getTime())
    .filter((time) => time !== undefined && Number.isFinite(time)) as number[];
  return times.length === 0 ? undefined : Math.max(...times);
}
