/**
 * The colours of people, out of a terminal's 256. Each has a contrast of at least 3.9
 * to 1 on black and on white (a test measures it). Neighbours in this table are easy to
 * tell apart.
 */
export const PERSON_COLORS = [
  ...[27, 130, 28, 161, 99, 31],
  ...[163, 64, 131, 62, 29, 133],
] as const;

/** Most people whose colours are remembered, more than a class: bounds the memory. */
const MAX_PEOPLE = 500;

/**
 * The colours of the people in one window. A person keeps a colour; a new person gets
 * the least used one, so that neighbours differ. Beyond 500 people, the palette forgets
 * the person who was seen longest ago.
 */
export class Palette {
  /** By person, most recently seen last. */
  readonly #colors = new Map<string, number>();
  readonly #users = new Map<number, number>(
    PERSON_COLORS.map((color) => [color, 0]),
  );

  /**
   * Returns the colour of the person with this key, as a number from 0 to 255, and
   * marks the person as seen most recently.
   */
  colorOf(key: string): number {
    const known = this.#colors.get(key);
    this.#colors.delete(key);
    if (known === undefined && this.#colors.size === MAX_PEOPLE) this.#forget();
    const color = known ?? this.#leastUsed();
    if (known === undefined) this.#count(color, 1);
    this.#colors.set(key, color);
    return color;
  }

  /** Forgets the person who was seen longest ago. */
  #forget(): void {
    for (const [key, color] of this.#colors) {
      this.#colors.delete(key);
      return this.#count(color, -1);
    }
  }

  /** Returns the least used colour; of several, the first in the table. */
  #leastUsed(): number {
    return PERSON_COLORS.reduce((best, color) =>
      this.#users.get(color)! < this.#users.get(best)! ? color : best
    );
  }

  #count(color: number, more: number): void {
    this.#users.set(color, this.#users.get(color)! + more);
  }
}
