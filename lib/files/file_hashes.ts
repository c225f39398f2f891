import { createHash, type Hash } from "node:crypto";

/** Most hashes remembered; each takes about 200 bytes. */
export const MAX_HASHES = 10_000;

/**
 * Milliseconds since its last change after which a file counts as settled. A younger
 * file may change again within one tick of the disk's clock (2 s on FAT) and still look
 * unchanged: its hash must not be shared.
 */
export const SETTLED_AGE = 2_000;

/**
 * The SHA-256 of one version of one file, computed once. Several transfers may feed it
 * side by side: each skips the bytes that another one has fed.
 */
export class FileHash {
  readonly #size: number;
  readonly #hash: Hash = createHash("sha256");
  #at = 0;
  #sha256: string | undefined;
  #feeding: Promise<void> | undefined;

  /** `size` is the size of the whole file, in bytes. */
  constructor(size: number) {
    this.#size = size;
  }

  /** How many bytes it has hashed, from the beginning of the file. */
  get at(): number {
    return this.#at;
  }

  /**
   * Hashes the bytes of the file from `position` on. Throws `RangeError` if that leaves
   * a gap after {@linkcode at}.
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

  /**
   * Hashes the next piece with `feed`, or waits for the download that is already
   * hashing it, so that a hundred downloads of one file read it once. Rejects as `feed`
   * does; a failure of another download is not passed on.
   */
  async feedOnce(feed: () => Promise<void>): Promise<void> {
    if (this.#feeding !== undefined) return await this.#feeding;
    const feeding = feed();
    const done = () => void (this.#feeding = undefined);
    this.#feeding = feeding.then(done, done);
    await feeding;
  }

  /**
   * Returns the hash in hexadecimal. Throws `RangeError` if part of the file is
   * missing.
   */
  digest(): string {
    if (this.#at !== this.#size) {
      throw new RangeError(`The hash has seen ${this.#at} of ${this.#size}`);
    }
    return this.#sha256 ??= this.#hash.digest("hex");
  }
}

/**
 * The hashes of the files of a folder, by the tag of their version: only the first
 * download of a file computes its hash.
 *
 * A remembered hash can be wrong only if a file changes and neither its size nor any of
 * its times shows it. Even then no wrong file is saved: the receiver hashes the bytes
 * that arrive, finds that they differ, and discards them.
 */
export class FileHashes {
  readonly #hashes = new Map<string, FileHash>();

  /**
   * Returns the hash for this version of a file, shared unless the file changed too
   * recently. `modified` and `now` are in milliseconds since 1970.
   */
  of(
    version: { tag: string; size: number; modified: number | undefined },
    now: number,
  ): FileHash {
    const { tag, size, modified } = version;
    const settled = modified !== undefined && now - modified > SETTLED_AGE;
    const known = settled ? this.#hashes.get(tag) : undefined;
    // Deleting and inserting again keeps the most recently used hash last.
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
