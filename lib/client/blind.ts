import type { Person, Recipient } from "./presence.ts";

/**
 * What the client knows about a line that it did not see being typed: whom the user
 * may have meant by a name, and by `/reply`.
 */
export type Blind = {
  /** The sender of the last private message when the user may have begun the line. */
  readonly teller: Recipient;
  /** Another person who has written privately since then. */
  readonly rival: Recipient;
  /** By the key of a name: the person who had it before another one took it. */
  readonly replaced: ReadonlyMap<string, Person>;
};

/** The people who have written privately since the last Enter. */
export class Tellers {
  #first: Recipient;
  #rival: Recipient;

  /** The first of them, and the latest other person. */
  get heard(): Pick<Blind, "teller" | "rival"> {
    return { teller: this.#first, rival: this.#rival };
  }

  /** Notes a private message of `person`. */
  tell(person: Person): void {
    const first = this.#first ??= person;
    const isSame = first.id === person.id &&
      (person.id !== undefined || first.name === person.name);
    if (!isSame) this.#rival = person;
  }

  /** Starts again at Enter; `last` has written last. */
  enter(last: Recipient): void {
    this.#first = last;
    this.#rival = undefined;
  }
}
