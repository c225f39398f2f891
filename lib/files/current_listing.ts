import { EncodedListing, type Listing } from "./file_listing.ts";
import type { Indexed } from "./folder_index.ts";
import type { Stillness } from "./stillness.ts";

/**
 * Milliseconds between two looks at files that may still be growing: a copy in progress
 * writes more often than this, and a user who asks for the list does not notice the
 * delay.
 */
const SECOND_LOOK = 100;

export type CurrentListingOptions = {
  /** Scans the folder. */
  readonly look: () => Promise<Indexed>;
  /** Tells which files may still be growing. */
  readonly stillness: Stillness;
};

/** The current list of the shared folder, built again only after a change. */
export class CurrentListing {
  readonly #options: CurrentListingOptions;
  #known:
    | {
      readonly index: Indexed;
      readonly listing: Listing;
      /**
       * Whether no file is still being written to: then the listing is valid until a
       * change.
       */
      readonly isSettled: boolean;
    }
    | undefined;
  #encoded:
    | { readonly listing: Listing; readonly encoded: EncodedListing }
    | undefined;

  constructor(options: CurrentListingOptions) {
    this.#options = options;
  }

  /** Returns the files; those still being copied are marked. Throws like `look`. */
  async get(): Promise<Listing> {
    const { look, stillness } = this.#options;
    let index = await look();
    const known = this.#known;
    if (known?.index === index && known.isSettled) return known.listing;
    let isSettled = this.#areStill(index);
    if (!isSettled) {
      // A new file may be complete: only a second look tells whether it grows.
      await new Promise((resolve) => setTimeout(resolve, SECOND_LOOK));
      index = await look();
      isSettled = this.#areStill(index);
    }
    const files = index.files.map(({ entry }) =>
      stillness.hasChanged(entry.name) ? { ...entry, changing: true } : entry
    );
    const listing = { files, total: index.total };
    this.#known = { index, listing, isSettled };
    return listing;
  }

  /** Returns the listing of {@linkcode get} together with its encoded messages. */
  async encoded(): Promise<EncodedListing & Listing> {
    const listing = await this.get();
    if (this.#encoded?.listing !== listing) {
      this.#encoded = { listing, encoded: new EncodedListing(listing) };
    }
    return { ...listing, ...this.#encoded.encoded };
  }

  /**
   * Shows every file to `stillness`; returns whether none is still being written to.
   */
  #areStill(index: Indexed): boolean {
    let areStill = true;
    for (const { entry, look } of index.files) {
      if (!this.#options.stillness.isStill(entry.name, look)) areStill = false;
    }
    return areStill;
  }
}
