import { pause } from "../io/pause.ts";

/** Time between two attempts, in milliseconds: others hold a lock for a few. */
const RETRY_TIME = 20;

/**
 * Takes the lock of a file, which it creates, readable by its owner only. Waits up to
 * `wait` milliseconds; resolves to `undefined` if another program still has the lock.
 * The system frees the lock when this program ends, however it ends. Throws the
 * system's error, and `Error` for anything that is not a regular file.
 */
export async function lockFile(
  path: string,
  { wait }: { readonly wait: number },
): Promise<Disposable | undefined> {
  await checkRegular(path);
  const file = await Deno.open(path, {
    ...{ read: true, write: true, create: true, mode: 0o600 },
  });
  try {
    if (await isLocked(file, wait)) return file;
  } catch (error) {
    file.close();
    throw error;
  }
  return undefined;
}

/** Opening a pipe in the place of the file would wait for another program. */
async function checkRegular(path: string): Promise<void> {
  const found = await Deno.lstat(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  });
  if (found !== undefined && !found.isFile) {
    throw new Error(`${path} is not a regular file`);
  }
}

/** Closes the file if the lock cannot be taken. */
async function isLocked(file: Deno.FsFile, wait: number): Promise<boolean> {
  // Deno 2.6 can only wait for a lock.
  if (typeof file.tryLock !== "function") return await waitedFor(file, wait);
  for (let left = wait;; left -= RETRY_TIME) {
    const taken = await onAnyDisk(file.tryLock(true));
    if (taken) return true;
    if (left <= 0) {
      file.close();
      return false;
    }
    await pause(Math.min(left, RETRY_TIME));
  }
}

/** Time that an uncontended lock takes on a busy machine, in milliseconds. */
const LOCK_TIME = 1_000;

async function waitedFor(file: Deno.FsFile, wait: number): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(() => late.resolve(false), wait + LOCK_TIME);
  const locked = onAnyDisk(file.lock(true).then(() => true));
  const isMine = await Promise.race([locked, late.promise]);
  clearTimeout(timer);
  // The lock that comes too late must not stay with this program.
  if (!isMine) void locked.then(() => file.close(), () => {});
  return isMine;
}

/** Succeeds on a disk without locks: files are still written whole there. */
function onAnyDisk(taken: Promise<boolean>): Promise<boolean> {
  return taken.catch(() => true);
}
