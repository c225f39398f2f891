import { within } from "../io/within.ts";
import type { SeatPlace } from "../store/seat_data.ts";
import type { SeatSlots } from "../store/seat_slots.ts";
import type { Membership } from "./membership.ts";

/**
 * Time between two notes of the seat, in milliseconds. After a crash, the messages of
 * the last interval are shown once more.
 */
const NOTE_INTERVAL = 60_000;

/** How long joining waits for the disk, in milliseconds; a lost share never answers. */
const RESTORE_WAIT = 2_000;

/**
 * Takes back the seat that a killed run of the client had, and notes the present one.
 * The note ends when the user leaves, so the next person at this computer cannot take
 * the seat.
 */
export class SeatMemory {
  readonly #membership: Membership;
  readonly #seats: SeatSlots | undefined;
  #place: SeatPlace | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Without `seats` it does nothing. */
  constructor(membership: Membership, seats: SeatSlots | undefined) {
    this.#membership = membership;
    this.#seats = seats;
  }

  /** Looks for the user's seat at `place` before the first joining. Never rejects. */
  async restore({ hostname, port, name }: SeatPlace): Promise<void> {
    const place = { hostname, port, name };
    if (this.#seats === undefined || isSame(place, this.#place)) return;
    this.#place = place;
    this.#membership.forgetRestored();
    const seat = await within(this.#seats.take(place), RESTORE_WAIT);
    if (seat !== undefined) this.#membership.restore(seat);
  }

  /** Notes the seat that the server has given, now and from time to time. */
  keep(): void {
    if (this.#seats === undefined) return;
    this.#note();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.keep(), NOTE_INTERVAL);
  }

  /** Ends the notes. Forgets the seat, unless the user `returns` to it in a later run. */
  end({ returns }: { readonly returns: boolean }): void {
    clearTimeout(this.#timer);
    if (returns) this.#note();
    else this.#seats?.discard();
  }

  #note(): void {
    const { kept } = this.#membership;
    if (kept !== undefined) this.#seats?.keep(kept);
  }
}

function isSame(a: SeatPlace, b: SeatPlace | undefined): boolean {
  return a.hostname === b?.hostname && a.port === b.port && a.name === b.name;
}
