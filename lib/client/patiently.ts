/** On Windows a virus scanner holds a new file open for a moment: the number of tries, ... */
const BUSY_TRIES = 10;

/** ... and the milliseconds between two. */
const BUSY_PAUSE = 100;

/** Does `step`, again if somebody else holds the file just now. Throws its last error. */
export async function patiently(step: () => Promise<void>): Promise<void> {
  for (let tries = 1;; tries++) {
    try {
      return await step();
    } catch (error) {
      const busy = error instanceof Deno.errors.PermissionDenied ||
        error instanceof Deno.errors.Busy;
      if (!busy || tries === BUSY_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, BUSY_PAUSE));
    }
  }
}

/** Removes a file, if it is there. Throws the system's error. */
export async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
