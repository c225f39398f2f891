import { createHash, type Hash } from "node:crypto";

/** Hashes that are remembered; each takes some 200 bytes. */
export const MAX_HASHES = 10_000;

/**
 * A file changed less than so many milliseconds ago may be changed again within
 * the same tick of the disk's clock (2 s on FAT), and then looks unchanged: its
 * hash is worth nothing to anybody else.
 */
export const SETTLED_AGE = 2_000;

/**
 * The SHA-256 of one version of one file, computed once by whoever reads it
 * first. Several transfers may feed it side by side: what one of them has fed,
 * the others pass over.
 */
export class FileHash {
  readonly #size: number;
  readonly #hash: Hash = createHash("sha256");
  #at = 0;
  #sha256: string | undefined;

  /** `size` is that of the whole file, in bytes. */
  constructor(size: number) {
    this.#size = size;
  }

  /** How much of the file it has seen, from the beginning, in bytes. */
  get at(): number {
    return this.#at;
  }

  /**
   * Takes the bytes that stand in the file from `position` on. Throws
   * `RangeError` if there is a gap between them and {@linkcode at}.
   */
  update(position: number, bytes: Uint8Array): void {
    if (position > this.#at) {
      throw new RangeError(
        `Cannot hash from ${position}: the hash has seen ${this.#at} bytes`,
      );
    }
    const news = bytes.subarray(this.#at - position);
    if (news.length === 0) return;
    this.#hash.update(news);
    this.#at += news.length;
  }

  /** The hash in hexadecimal digits. Throws `RangeError` before it has seen the whole file. */
  digest(): string {
    if (this.#at !== this.#size) {
      throw new RangeError(`The hash has seen ${this.#at} of ${this.#size}`);
    }
    return this.#sha256 ??= this.#hash.digest("hex");
  }
}

/**
 * The hashes of the files of a folder, each by the tag of its version, so that
 * the hundredth download of a file costs no hundredth hash.
 *
 * A remembered hash can be wrong only if a file changes and neither its size nor
 * any of its times tells. Even then nobody is fooled: the receiver hashes what
 * really arrives, finds that it differs, and keeps nothing.
 */
export class FileHashes {
  readonly #hashes = new Map<string, FileHash>();

  /**
   * The hash for this version of a file, shared unless the file has changed too
   * lately. `modified` and `now` are in milliseconds since 1970.
   */
  of(
    version: { tag: string; size: number; modified: number | undefined },
    now: number,
  ): FileHash {
    const { tag, size, modified } = version;
    const settled = modified !== undefined && now - modified > SETTLED_AGE;
    const known = settled ? this.#hashes.get(tag) : undefined;
    // Taken out and put back: what was asked for last goes last.
    this.#hashes.delete(tag);
    const hash = known ?? new FileHash(size);
    if (settled) this.#hashes.set(tag, hash);
    if (this.#hashes.size > MAX_HASHES) {
      const [oldest] = this.#hashes.keys();
      this.#hashes.delete(oldest!);
    }
    return hash;
  }
}
