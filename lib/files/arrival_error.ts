import { HalfTouched } from "./own_writes.ts";

/** Why one attempt to download a file failed. */
export class ArrivalError extends Error {
  override readonly name = "ArrivalError";
  /** Whether the bytes that have arrived are worth keeping for the next download. */
  readonly keep: boolean;
  /** Whether an immediate retry may succeed. */
  readonly again: boolean;

  constructor(message: string, { keep = false, again = false } = {}) {
    super(message);
    this.keep = keep;
    this.again = again;
  }
}

/**
 * Returns the `ArrivalError` for a disk failure or for a half that another program
 * touched.
 */
export function asArrivalError(error: unknown): ArrivalError {
  if (error instanceof HalfTouched) {
    return new ArrivalError(error.message, { again: true });
  }
  const { code } = error as { code?: unknown };
  const detail = error instanceof Error ? error.message : String(error);
  const isFull = code === "ENOSPC" || code === "EDQUOT";
  return new ArrivalError(
    isFull ? "the disk is full" : `cannot write the file: ${detail}`,
    { keep: true },
  );
}
