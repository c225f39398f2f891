/** How one attempt ended, and whether a retry makes sense. */
export type Failure = {
  /** Whether the bytes that have arrived are worth keeping. */
  readonly keep?: boolean;
  /** Whether starting again may help. */
  readonly again?: boolean;
  /** Whether the download resumes where it stopped, as often as needed. */
  readonly resumes?: boolean;
  /** The code of the server's `refused`, if the server refused. */
  readonly code?: string | undefined;
};

/** Counts how often one download starts again by itself. */
export class Retries {
  #count = 0;
  #isResuming = false;

  /** Whether the download has not started again yet. */
  get isFirstTry(): boolean {
    return this.#count === 0;
  }

  /**
   * Returns whether the download may start again. A resumed half may be the cause:
   * after `resumedAt` bytes from an earlier download, the whole file gets one more try.
   */
  allows({ resumes = false }: Failure, resumedAt: number): boolean {
    return resumes || this.#count < (resumedAt > 0 ? 2 : 1);
  }

  /** Notes that the download starts again. */
  note({ resumes = false }: Failure): void {
    this.#isResuming = resumes;
    if (!resumes) this.#count++;
  }

  /**
   * Returns whether the download resumes where it stopped; true once for each
   * resumption.
   */
  takeResumption(): boolean {
    const isResuming = this.#isResuming;
    this.#isResuming = false;
    return isResuming;
  }

  /** Allows no further retries, except those that resume. */
  exhaust(): void {
    this.#count = Infinity;
  }
}
