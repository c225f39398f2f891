import { pause } from "../io/pause.ts";
import type { EndReason } from "../net/end_reason.ts";
import type { Measure } from "./message_rate.ts";
import { Pace } from "./pace.ts";

/** The actions against a client that floods. */
export type FloodActions = {
  /** Warns the client, once per flood. */
  warn(text: string): void;
  /** Ends the connection. */
  cut(reason: EndReason): void;
  /**
   * Called after a pause in which the server did not read, so that the client does not
   * count as silent.
   */
  heard(): void;
};

/** Slows down a client that makes the server work too much, and cuts it in the end. */
export class FloodGuard {
  readonly #maxRate: number;
  readonly #actions: FloodActions;
  readonly #pace: Pace;

  /** Creates a guard. `maxRate` is in units of work per second; 0: no limit. */
  constructor(maxRate: number, actions: FloodActions) {
    this.#maxRate = maxRate;
    this.#actions = actions;
    this.#pace = new Pace(maxRate);
  }

  /** Counts `units` of work, of which `length` bytes are a text for others. */
  spend(units: number, length = 0): void {
    this.#pace.spend(units, length);
  }

  /** Refunds a file that was sent whole: see `MessageRate.refund`. */
  served(): void {
    this.#pace.served();
  }

  /**
   * Returns whether the client has sent much text in a short time. Starts a new count.
   */
  takeFlood(options: { readonly isTight: boolean }): boolean {
    return this.#pace.takeFlood(options);
  }

  /**
   * Resolves when the client may send more; returns `undefined` if it may at once.
   * Nothing that it has sent is lost.
   */
  check(): Promise<void> | undefined {
    const measure = this.#pace.measure();
    return measure === undefined ? undefined : this.#act(measure);
  }

  async #act(measure: Measure): Promise<void> {
    if (measure === "cut") {
      return this.#actions.cut({ kind: "flooding", maxRate: this.#maxRate });
    }
    if (measure.isFirst) {
      this.#actions.warn(
        `You are sending more than ${this.#maxRate} messages a second, so ` +
          "the server passes them on more slowly. Send more slowly, or the " +
          "server will disconnect you",
      );
    }
    await pause(measure.pause);
    this.#actions.heard();
  }
}
