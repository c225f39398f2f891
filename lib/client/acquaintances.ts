import { nameKey } from "../names.ts";
import { bounded, type Person, type Recipient } from "./presence.ts";

/**
 * The people with whom the user has exchanged private messages, by name. Somebody else
 * under such a name is a stranger until the user has been told.
 */
export class Acquaintances {
  readonly #known = new Map<string, Person>();

  /** Notes a private message from `person`; somebody known by this name stays known. */
  heard(person: Person): void {
    if (!this.#known.has(nameKey(person.name))) this.know(person);
  }

  /**
   * Notes that the user writes to `person`, or has been told that this is another
   * person. Does nothing for nobody, and for a person without a seat.
   */
  know(person: Recipient): void {
    if (person?.id === undefined) return;
    const key = nameKey(person.name);
    this.#known.delete(key);
    bounded(this.#known.set(key, person));
  }

  /** Returns whether the user knows somebody else under the name of `person`. */
  isStranger({ name, id }: Person): boolean {
    const known = this.#known.get(nameKey(name));
    return known !== undefined && known.id !== id;
  }
}
