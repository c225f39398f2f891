/**
 * Colours of the 256 for people, readable on black and on white: each has at least
 * 3.9 to 1 of contrast to both (a test measures it). Neighbours in this table
 * are easy to tell apart.
 */
export const PERSON_COLORS = [
  ...[27, 130, 28, 161, 99, 31],
  ...[163, 64, 131, 62, 29, 133],
] as const;

/** People whose colours are remembered: more than a class, and a bound for memory. */
const MAX_PEOPLE = 500;

/**
 * The colours of the people seen in one window. A person keeps a colour; a new
 * person is given the one that the fewest have, so that neighbours differ. Beyond
 * 500 people, the one not seen for longest is forgotten.
 */
export class Palette {
  /** By person, the one seen last at the end. */
  readonly #colors = new Map<string, number>();
  readonly #users = new Map<number, number>(
    PERSON_COLORS.map((color) => [color, 0]),
  );

  /** The colour, one of the 256, of the person with this key. */
  colorOf(key: string): number {
    const known = this.#colors.get(key);
    this.#colors.delete(key);
    if (known === undefined && this.#colors.size === MAX_PEOPLE) this.#forget();
    const color = known ?? this.#leastUsed();
    if (known === undefined) this.#count(color, 1);
    this.#colors.set(key, color);
    return color;
  }

  /** The person not seen for longest. */
  #forget(): void {
    for (const [key, color] of this.#colors) {
      this.#colors.delete(key);
      return this.#count(color, -1);
    }
  }

  /** The first of them in the order of the table. */
  #leastUsed(): number {
    return PERSON_COLORS.reduce((best, color) =>
      this.#users.get(color)! < this.#users.get(best)! ? color : best
    );
  }

  #count(color: number, more: number): void {
    this.#users.set(color, this.#users.get(color)! + more);
  }
}
