import { lookKeys, nameKey } from "../names.ts";
import { ChatError } from "../chat_error.ts";
import { freeName } from "./free_name.ts";

/**
 * The taken names and their holders. A name that looks like a taken one counts as
 * taken, too. `Holder` is compared by identity.
 */
export class TakenNames<Holder> {
  /** The holders by look: each name has two or three looks. */
  readonly #holders = new Map<string, { name: string; holder: Holder }>();

  /** Gives `name`, which {@linkcode checkFree} has found free, to `holder`. */
  take(name: string, holder: Holder): void {
    for (const look of lookKeys(name)) {
      this.#holders.set(look, { name, holder });
    }
  }

  /** Frees `name`; does nothing if another holder has it. */
  release(name: string, holder: Holder): void {
    for (const look of lookKeys(name)) {
      if (this.#holders.get(look)?.holder === holder) {
        this.#holders.delete(look);
      }
    }
  }

  /**
   * Throws {@linkcode ChatError} with a suggestion if anyone but `holder` has this name
   * or one that looks like it. `secondsLeft` returns how long a name stays reserved for
   * an absent holder; 0: the holder is here.
   */
  checkFree(
    name: string,
    { holder, secondsLeft = () => 0 }: {
      readonly holder?: Holder | undefined;
      readonly secondsLeft?: (holder: Holder) => number;
    } = {},
  ): void {
    const other = lookKeys(name).map((look) => this.#holders.get(look))
      .find((taken) => taken !== undefined && taken.holder !== holder);
    if (other === undefined) return;
    const isSame = nameKey(other.name) === nameKey(name);
    const seconds = secondsLeft(other.holder);
    const state = seconds === 0
      ? "in use"
      : "reserved for a person who lost the connection";
    const what = seconds === 0
      ? "choose another"
      : `choose another, or try again in ${seconds} ` +
        (seconds === 1 ? "second" : "seconds");
    throw new ChatError(
      "name-taken",
      isSame
        ? `The name ${other.name} is ${state}: ${what}`
        : `The name ${name} looks like ${other.name}, which is ${state}: ${what}`,
      { suggestion: freeName(name, (look) => this.#holders.has(look)) },
    );
  }
}
