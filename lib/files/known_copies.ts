import type { DownloadFolder } from "./download_folder.ts";

export type DownloadOptions = {
  /**
   * The size of the file in bytes, if known: only files of this size can be the same.
   */
  readonly size?: number;
  /** Whether to download the file even if the user already has it. */
  readonly again?: boolean;
};

/** The user's files that may be the same as the file to download. */
export class KnownCopies {
  readonly #folder: DownloadFolder;
  readonly #options: DownloadOptions;
  /** Paths by SHA-256. */
  #paths: ReadonlyMap<string, string> = new Map();
  #isSame = false;
  /** The name that the last search was for. */
  #name: string | undefined;

  constructor(folder: DownloadFolder, options: DownloadOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  /** Looks for files that the user has saved as `name`, until `signal` aborts. */
  async find(name: string, signal: AbortSignal): Promise<void> {
    const { again = false, size } = this.#options;
    this.#name = name;
    if (again) return;
    this.#paths = await this.#folder.copies(name, { size, signal });
  }

  /** The hashes of the files found, for the server to compare. */
  get hashes(): string[] {
    return [...this.#paths.keys()];
  }

  /** Notes the server's answer: whether the file is the `same` as one of them. */
  begin(same = false): void {
    this.#isSame = same && this.#paths.size > 0;
  }

  /** Whether the server says that the file is one of them. */
  get isSame(): boolean {
    return this.#isSame;
  }

  /** Returns the path of the copy with this hash. */
  path(sha256: string): string | undefined {
    return this.#paths.get(sha256);
  }

  /**
   * Returns the path of the user's copy of an arrived file whose `name` the server
   * spells another way than the user: the search before the request missed it.
   */
  async spelled(
    name: string,
    { sha256, signal }: {
      readonly sha256: string;
      readonly signal: AbortSignal;
    },
  ): Promise<string | undefined> {
    if (name === this.#name) return undefined;
    await this.find(name, signal);
    return this.path(sha256);
  }

  /** Forgets the copies: a retry searches again. */
  forget(): void {
    this.#paths = new Map();
    this.#isSame = false;
  }
}
