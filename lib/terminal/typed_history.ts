/** Lines that Up brings back. */
const MAX_LINES = 500;

/** What was typed, newest first, and where in it the user is looking. */
export class TypedHistory {
  #lines: string[];
  /** -1: at the line that is being typed. */
  #at = -1;
  #draft = "";

  constructor(lines: readonly string[] = []) {
    this.#lines = lines.slice(0, MAX_LINES);
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Puts `line` first; each line stands in it once. */
  add(line: string): void {
    this.#lines = [line, ...this.#lines.filter((other) => other !== line)]
      .slice(0, MAX_LINES);
    this.leave();
  }

  /** The next older line that begins with what was typed, if there is one. */
  older(typed: string): string | undefined {
    if (this.#at === -1) this.#draft = typed;
    const at = this.#lines.findIndex((line, index) =>
      index > this.#at && line !== typed && line.startsWith(this.#draft)
    );
    if (at === -1) return undefined;
    this.#at = at;
    return this.#lines[at];
  }

  /** The next newer one; at last what was being typed. */
  newer(typed: string): string | undefined {
    if (this.#at === -1) return undefined;
    do this.#at--; while (
      this.#at >= 0 && (this.#lines[this.#at] === typed ||
        !this.#lines[this.#at]!.startsWith(this.#draft))
    );
    return this.#at === -1 ? this.#draft : this.#lines[this.#at];
  }

  /** What is typed next is a line of its own. */
  leave(): void {
    this.#at = -1;
    this.#draft = "";
  }
}
