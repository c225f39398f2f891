import { lockFile } from "./file_lock.ts";
import {
  formatSeat,
  isFresh,
  type KeptSeat,
  readSeat,
  type SeatPlace,
} from "./seat_data.ts";
import { makePrivateFolder, readWhole, writeWhole } from "./whole_file.ts";

/** The folder of the seats, in that of the profile. */
export const SEATS_FOLDER = "seats";

/** Most windows of one user that keep their seats; one more starts without. */
const MAX_SLOTS = 32;

/** Free slots that a window tries besides the used ones: another may start now, too. */
const SPARE_SLOTS = 2;

/** Longest file of a seat, in bytes. */
const MAX_SEAT_LENGTH = 16 * 1024;

type Slot = {
  /** The path of the seat. */
  readonly path: string;
  /** Held while the window runs; the system frees it when the window ends. */
  readonly lock: Disposable;
};

/**
 * The seats of one user, so that a client that was killed can take its seat back. Each
 * window has a slot of its own, locked as long as it runs: a seat whose slot is locked
 * belongs to another window.
 *
 * A fault of the disk is never an error: without its seat, the client joins as usual.
 */
export class SeatSlots implements Disposable {
  readonly #folder: string;
  readonly #now: () => number;
  #slot: Slot | undefined;
  #place: SeatPlace | undefined;
  /** Everything that is done, in order. */
  #work: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  /** `folder` is that of the profile; `now` returns milliseconds since 1970. */
  constructor(folder: string, { now = Date.now } = {}) {
    this.#folder = `${folder}/${SEATS_FOLDER}`;
    this.#now = now;
  }

  /**
   * Takes a slot for the seat at `place`. Resolves to the seat that an earlier run left
   * there; `undefined` for none.
   */
  take(place: SeatPlace): Promise<KeptSeat | undefined> {
    return this.#do(async () => {
      await this.#drop();
      this.#place = place;
      await makePrivateFolder(this.#folder);
      return await this.#choose(await this.#freeSlots(), place);
    });
  }

  /** Keeps the seat that the window has now. */
  keep(seat: KeptSeat): void {
    void this.#do(async () => {
      if (this.#slot === undefined || this.#place === undefined) return;
      const text = formatSeat(this.#place, seat, { now: this.#now() });
      await writeWhole(this.#slot.path, text);
    });
  }

  /** Forgets the seat: the user has left it. */
  discard(): void {
    void this.#do(() => this.#drop());
  }

  /** Resolves when everything is done. Never rejects. */
  async settled(): Promise<void> {
    await this.#work;
  }

  /** Frees the slot. The seat stays for the next run, unless it was discarded. */
  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#slot?.lock[Symbol.dispose]();
    this.#slot = undefined;
  }

  #do<T>(work: () => Promise<T>): Promise<T | undefined> {
    const done = this.#work.then(work).catch(() => undefined);
    this.#work = done;
    return done;
  }

  async #drop(): Promise<void> {
    const slot = this.#slot;
    this.#slot = undefined;
    this.#place = undefined;
    if (slot === undefined) return;
    try {
      await Deno.remove(slot.path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    } finally {
      slot.lock[Symbol.dispose]();
    }
  }

  /** Locks every slot that no other window has. */
  async #freeSlots(): Promise<Slot[]> {
    const used = new Set<number>();
    for await (const { name } of Deno.readDir(this.#folder)) {
      const number = Number(/^(\d{1,2})\.(?:lock|json)$/.exec(name)?.[1]);
      if (number >= 1 && number <= MAX_SLOTS) used.add(number);
    }
    const all = Array.from({ length: MAX_SLOTS }, (_, index) => index + 1);
    const spare = all.filter((number) => !used.has(number))
      .slice(0, SPARE_SLOTS);
    const numbers = [...used, ...spare].sort((a, b) => a - b);
    const slots = await Promise.all(numbers.map(async (number) => {
      const path = `${this.#folder}/${number}`;
      const lock = await lockFile(`${path}.lock`, { wait: 0 })
        .catch(() => undefined);
      return lock && { path: `${path}.json`, lock };
    }));
    return slots.filter((slot) => slot !== undefined);
  }

  /** Keeps the slot with the seat, or a free one; removes seats that are too old. */
  async #choose(
    slots: readonly Slot[],
    place: SeatPlace,
  ): Promise<KeptSeat | undefined> {
    const now = this.#now();
    let found: { slot: Slot; seat: KeptSeat } | undefined;
    let free: Slot | undefined;
    for (const slot of slots) {
      const text = await readWhole(slot.path, { maxLength: MAX_SEAT_LENGTH })
        .catch(() => "");
      const seat = text && readSeat(text, place, { now }) || undefined;
      if (seat !== undefined) found ??= { slot, seat };
      else if (!text || !isFresh(text, { now })) {
        free ??= slot;
        if (text !== undefined) await Deno.remove(slot.path).catch(() => {});
      }
    }
    const chosen = found?.slot ?? free;
    for (const slot of slots) {
      if (slot !== chosen || this.#isClosed) slot.lock[Symbol.dispose]();
    }
    if (!this.#isClosed) this.#slot = chosen;
    return found?.seat;
  }
}
