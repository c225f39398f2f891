import { pages } from "../message_text.ts";
import { encodeMessage } from "../messages.ts";
import type { Seat } from "./seat.ts";

/**
 * The list of people as messages, encoded once for all requests until somebody comes or
 * goes.
 */
export class UserList {
  readonly #seats: Iterable<Seat>;
  #frames: readonly Uint8Array[] | undefined;

  constructor(seats: Iterable<Seat>) {
    this.#seats = seats;
  }

  /**
   * Returns the answer to `users`: the same array as long as the answer stays the same.
   */
  get frames(): readonly Uint8Array[] {
    return this.#frames ??= Array.from(
      pages(Array.from(this.#seats, ({ member, id }) => [member.name, id])),
      ({ items, more }) =>
        encodeMessage({
          type: "users",
          names: items.map(([name]) => name!),
          ids: items.map(([, id]) => id!),
          ...(more && { more }),
        }),
    );
  }

  /** Drops the encoded list: somebody has come or gone. */
  change(): void {
    this.#frames = undefined;
  }
}
