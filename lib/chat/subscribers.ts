import type { EndReason } from "../net/end_reason.ts";
import type { PlainText } from "../plain_say.ts";
import type { Person, RoomEvent, RoomEvents } from "./room_events.ts";

/** A handler for any event; the event's type selects the right one. */
type Handler = (event: RoomEvent) => unknown;

export type SubscribersOptions = {
  /** Schedules a call of {@linkcode Subscribers.tell} at the end of the turn. */
  readonly tellSoon: () => void;
  /** Called with the first error of each subscriber; default: an uncaught error. */
  readonly onFault?: ((error: unknown) => void) | undefined;
};

/** Tells a room's subscribers what happened, once the members know. */
export class Subscribers {
  readonly #all: readonly RoomEvents[];
  readonly #tellSoon: () => void;
  readonly #onFault: (error: unknown) => void;
  /** Subscribers that have failed: each is reported once. */
  readonly #failed = new Set<RoomEvents>();
  /** The events since the last call of `tell`. */
  #events: RoomEvent[] = [];
  /** The time of the waiting events: all events of a turn have the same. */
  #time = 0;

  constructor(
    all: readonly RoomEvents[],
    { tellSoon, onFault = reportError }: SubscribersOptions,
  ) {
    this.#all = all;
    this.#tellSoon = tellSoon;
    this.#onFault = onFault;
  }

  said(from: Person | undefined, text: string | PlainText): void {
    this.#note({ type: "said", from, text, at: this.#now });
  }

  told(from: Person, to: Person, text: string): void {
    this.#note({ type: "told", from, to, text, at: this.#now });
  }

  joined(who: Person): void {
    this.#note({ type: "joined", who, at: this.#now });
  }

  left(who: Person, reason: EndReason): void {
    this.#note({ type: "left", who, reason, at: this.#now });
  }

  /**
   * Tells all subscribers what has happened, in order. Events that arise meanwhile wait
   * for the next call.
   */
  tell(): void {
    if (this.#events.length === 0) return;
    const events = this.#events;
    this.#events = [];
    for (const event of events) {
      for (const subscriber of this.#all) this.#call(subscriber, event);
    }
  }

  get #now(): number {
    if (this.#events.length === 0) this.#time = Date.now();
    return this.#time;
  }

  #note(event: RoomEvent): void {
    this.#events.push(event);
    this.#tellSoon();
  }

  #call(subscriber: RoomEvents, event: RoomEvent): void {
    try {
      const handler = subscriber[event.type] as Handler | undefined;
      const done = handler?.call(subscriber, event);
      // A handler may be async: nothing waits for it, but its rejection is caught.
      if (done instanceof Promise) {
        done.catch((error) => this.#report(subscriber, error));
      }
    } catch (error) {
      this.#report(subscriber, error);
    }
  }

  #report(subscriber: RoomEvents, error: unknown): void {
    if (this.#failed.has(subscriber)) return;
    this.#failed.add(subscriber);
    try {
      this.#onFault(error);
    } catch {
      // The log that reports may itself be the failed subscriber.
    }
  }
}
