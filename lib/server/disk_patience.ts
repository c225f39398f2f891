import { within } from "../io/within.ts";

/** How long a client's messages wait for the disk, in milliseconds. */
const DISK_PATIENCE = 2_000;

/**
 * Waits for a request to the disk, but not longer than two seconds: a network folder
 * that does not answer must not hold up the chat. Rejects like `work` within this time;
 * `onLate` gets the error of work that fails later.
 */
export async function waitForDisk(
  work: Promise<void>,
  onLate: (error: unknown) => void,
): Promise<void> {
  let isLate = false;
  const done = work.then(() => true, (error) => {
    if (!isLate) throw error;
    onLate(error);
  });
  isLate = await within(done, DISK_PATIENCE) === undefined;
}
