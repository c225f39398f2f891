import type { Seat } from "./seat.ts";

export type GracesOptions = {
  /** How long a grace period lasts, in milliseconds; 0: there is none. */
  readonly length: number;
  /** Calls `run` after `delay` milliseconds. Returns a function that cancels it. */
  readonly later: (run: () => void, delay: number) => () => void;
};

/**
 * The seats of members who lost their connection but still count as present: within the
 * grace period, the room announces neither the loss nor the return.
 */
export class Graces {
  readonly #options: GracesOptions;
  /** The functions that cancel the end of each grace period. */
  readonly #cancels = new Map<Seat, () => void>();

  constructor(options: GracesOptions) {
    this.#options = options;
  }

  /** Returns whether seats have a grace period. */
  get areGiven(): boolean {
    return this.#options.length > 0;
  }

  /**
   * Calls `run` after the grace period of `seat`, unless {@linkcode end} comes first.
   */
  begin(seat: Seat, run: () => void): void {
    const { later, length } = this.#options;
    const cancel = later(() => {
      this.#cancels.delete(seat);
      run();
    }, length);
    this.#cancels.set(seat, cancel);
  }

  /** Ends the grace period of `seat`, if it has one: the member is back. */
  end(seat: Seat): void {
    this.#cancels.get(seat)?.();
    this.#cancels.delete(seat);
  }

  /** Ends all grace periods and announces nothing: the room closes. */
  close(): void {
    for (const seat of this.#cancels.keys()) this.end(seat);
  }
}
