import { encodeMessage, type FileEntry, pages } from "../messages.ts";

/** What people are shown of the shared folder. */
export type Listing = {
  readonly files: readonly FileEntry[];
  /** How many there are, when `files` holds only the first of them. */
  readonly total: number;
};

/**
 * A listing as the messages that answer `files`: encoded once, for all who ask.
 * Each part is one whole frame.
 */
export class EncodedListing {
  readonly frames: readonly Uint8Array[];

  constructor({ files, total }: Listing) {
    const isCut = total > files.length;
    this.frames = Array.from(
      pages(files),
      ({ items, more }) =>
        encodeMessage({
          type: "files",
          files: items,
          ...(more && { more }),
          ...(isCut && !more && { total }),
        }),
    );
  }
}
