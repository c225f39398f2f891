import type { BoundLine } from "./draft_binding.ts";
import { shownText } from "./text_layout.ts";

/** Most lines that Up can restore. */
const MAX_LINES = 500;

/** Says how to get `text` back, which is no longer on the line. */
export function upNote(text: string): string {
  return `Press Up to bring back ${shownText(text)}`;
}

/** The lines typed so far, newest first, and the user's position among them. */
export class TypedHistory {
  #lines: (BoundLine & { readonly isUnsent?: boolean })[];
  /** -1: at the line being typed. */
  #at = -1;
  #draft: BoundLine = { text: "" };
  readonly #mayKeep: (line: string) => boolean;

  /** `mayKeep` returns whether Up may restore a line; by default each. */
  constructor(
    lines: readonly string[] = [],
    { mayKeep = () => true }: {
      readonly mayKeep?: ((line: string) => boolean) | undefined;
    } = {},
  ) {
    this.#mayKeep = mayKeep;
    this.#lines = lines.filter(mayKeep).slice(0, MAX_LINES)
      .map((text) => ({ text }));
  }

  /** The texts that may be stored when the program ends, newest first. */
  get lasting(): readonly string[] {
    return this.#lines
      .filter(({ binding, isUnsent }) => !isUnsent && !binding?.isPrivate)
      .map(({ text }) => text);
  }

  /**
   * Adds `line` as the newest, and keeps each text once. An unsent line is never
   * stored. Returns whether Up may restore the line.
   */
  add(line: BoundLine, { isUnsent = false } = {}): boolean {
    this.leave();
    if (!this.#mayKeep(line.text)) return false;
    this.#lines = [
      { ...line, isUnsent },
      ...this.#lines.filter(({ text }) => text !== line.text),
    ].slice(0, MAX_LINES);
    return true;
  }

  /**
   * Returns the next older line that begins with the typed text; `undefined` for none.
   */
  older(typed: BoundLine): BoundLine | undefined {
    if (this.#at === -1) this.#draft = typed;
    const at = this.#lines.findIndex(({ text }, index) =>
      index > this.#at && text !== typed.text &&
      text.startsWith(this.#draft.text)
    );
    if (at === -1) return undefined;
    this.#at = at;
    return this.#lines[at];
  }

  /** Returns the next newer such line; after the newest, the line being typed. */
  newer(typed: BoundLine): BoundLine | undefined {
    if (this.#at === -1) return undefined;
    do this.#at--; while (
      this.#at >= 0 && (this.#lines[this.#at]!.text === typed.text ||
        !this.#lines[this.#at]!.text.startsWith(this.#draft.text))
    );
    return this.#at === -1 ? this.#draft : this.#lines[this.#at];
  }

  /** Ends the search: the next key starts a new line. */
  leave(): void {
    this.#at = -1;
    this.#draft = { text: "" };
  }
}
