/** Most attempts: on Windows a virus scanner holds a new file open for a moment. */
const BUSY_TRIES = 10;

/** Milliseconds between two attempts. */
const BUSY_PAUSE = 100;

/** Runs `step`; retries while another program holds the file. Throws the last error. */
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

/** Removes a file if it exists. Throws the system's error. */
export async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
