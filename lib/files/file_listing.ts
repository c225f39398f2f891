import type { FileEntry } from "../message_fields.ts";
import { pages } from "../message_text.ts";
import { encodeMessage } from "../messages.ts";

/** The list of the shared folder, as users see it. */
export type Listing = {
  readonly files: readonly FileEntry[];
  /** How many files there are, also when `files` holds only the first of them. */
  readonly total: number;
};

/**
 * A listing as the messages that answer `files`, encoded once for all requests. Each
 * part is one whole frame.
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
