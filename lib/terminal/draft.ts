/** Most states that undo can restore. */
const MAX_UNDO = 50;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Letters, marks, digits and underscores: the word keys move over runs of them. */
const WORD_CHARACTER = /[\p{L}\p{M}\p{N}_]/u;

/** A text, its cursor, and the tag that the owner gave it. */
type State<Tag> = {
  readonly text: string;
  readonly cursor: number;
  readonly tag: Tag | undefined;
};

/** The part of a draft that may be shown. */
export type ShownDraft = Pick<Draft, "text" | "cursor">;

/** What is shown of a secret answer: a cursor behind the question. */
export const NOTHING_SHOWN: ShownDraft = { text: "", cursor: 0 };

/**
 * The text being typed and its cursor. Positions are UTF-16 offsets that never split a
 * character as the user sees it. Line breaks are `\n`. Does not draw anything. Each
 * step costs time linear in the length of the text.
 */
export class Draft<Tag = unknown> {
  /** The owner's decision about the text; undo and yank keep it with each text. */
  tag: Tag | undefined;
  /** The tag of the text that undo or yank restored. */
  broughtBack: Tag | undefined;
  #text = "";
  #cursor = 0;
  #killed = "";
  #killedTag: Tag | undefined;
  #undo: State<Tag>[] = [];

  get text(): string {
    return this.#text;
  }

  get cursor(): number {
    return this.#cursor;
  }

  get isEmpty(): boolean {
    return this.#text === "";
  }

  /** Replaces the text; puts the cursor at `cursor`, by default at the end. */
  set(text: string, cursor = text.length): void {
    this.#remember();
    this.#text = text;
    this.#cursor = cursor;
  }

  /** Empties the draft and its undo history. */
  clear(): void {
    this.#text = "";
    this.#cursor = 0;
    this.#undo = [];
  }

  insert(text: string): void {
    this.#replace(this.#cursor, this.#cursor, text);
  }

  left(): void {
    this.#cursor = this.#before(this.#cursor);
  }

  right(): void {
    this.#cursor = this.#after(this.#cursor);
  }

  wordLeft(): void {
    this.#cursor = this.#wordStart();
  }

  wordRight(): void {
    this.#cursor = this.#wordEnd();
  }

  home(): void {
    this.#cursor = 0;
  }

  end(): void {
    this.#cursor = this.#text.length;
  }

  deleteLeft(): void {
    this.#replace(this.#before(this.#cursor), this.#cursor);
  }

  deleteRight(): void {
    this.#replace(this.#cursor, this.#after(this.#cursor));
  }

  /** Deletes from the start of the word to the cursor; {@linkcode yank} restores it. */
  killWordLeft(): void {
    this.#kill(this.#wordStart(), this.#cursor);
  }

  killWordRight(): void {
    this.#kill(this.#cursor, this.#wordEnd());
  }

  killToStart(): void {
    this.#kill(0, this.#cursor);
  }

  killToEnd(): void {
    this.#kill(this.#cursor, this.#text.length);
  }

  /** Inserts the last deleted text. */
  yank(): void {
    this.insert(this.#killed);
    this.broughtBack = this.#killedTag;
  }

  /** Swaps the characters on both sides of the cursor; at the end, the last two. */
  transpose(): void {
    const middle = this.#cursor === this.#text.length
      ? this.#before(this.#cursor)
      : this.#cursor;
    const start = this.#before(middle);
    const end = this.#after(middle);
    if (start === middle || end === middle) return;
    const swapped = this.#text.slice(middle, end) +
      this.#text.slice(start, middle);
    this.#replace(start, end, swapped);
  }

  /** Undoes the last change. */
  undo(): void {
    const last = this.#undo.pop();
    if (last === undefined) return;
    this.#text = last.text;
    this.#cursor = last.cursor;
    this.broughtBack = last.tag;
  }

  #kill(start: number, end: number): void {
    if (start < end) {
      this.#killed = this.#text.slice(start, end);
      this.#killedTag = this.tag;
    }
    this.#replace(start, end);
  }

  #replace(start: number, end: number, text = ""): void {
    if (start === end && text === "") return;
    this.#remember();
    this.#text = this.#text.slice(0, start) + text + this.#text.slice(end);
    this.#cursor = start + text.length;
  }

  #remember(): void {
    const { tag } = this;
    this.#undo.push({ text: this.#text, cursor: this.#cursor, tag });
    if (this.#undo.length > MAX_UNDO) this.#undo.shift();
  }

  #before(at: number): number {
    if (at === 0) return 0;
    return graphemes.segment(this.#text).containing(at - 1)!.index;
  }

  #after(at: number): number {
    const here = graphemes.segment(this.#text).containing(at);
    return here === undefined ? at : here.index + here.segment.length;
  }

  #wordStart(): number {
    let at = this.#cursor;
    const isWord = (start: number) => WORD_CHARACTER.test(this.#at(start));
    while (at > 0 && !isWord(this.#pointBefore(at))) at = this.#pointBefore(at);
    while (at > 0 && isWord(this.#pointBefore(at))) at = this.#pointBefore(at);
    return at;
  }

  #wordEnd(): number {
    let at = this.#cursor;
    const { length } = this.#text;
    while (at < length && !WORD_CHARACTER.test(this.#at(at))) {
      at += this.#at(at).length;
    }
    while (at < length && WORD_CHARACTER.test(this.#at(at))) {
      at += this.#at(at).length;
    }
    return at;
  }

  /** Returns the code point that begins at `index`. */
  #at(index: number): string {
    return String.fromCodePoint(this.#text.codePointAt(index)!);
  }

  /** Returns where the code point before `index` begins. */
  #pointBefore(index: number): number {
    const isPair = index > 1 && this.#text.codePointAt(index - 2)! > 0xffff;
    return index - (isPair ? 2 : 1);
  }
}
