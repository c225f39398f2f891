import { Draft, NOTHING_SHOWN, type ShownDraft } from "./draft.ts";
import {
  type BindDraft,
  type BoundLine,
  type DraftBinding,
  lasting,
} from "./draft_binding.ts";
import type { Kept } from "./kept_line.ts";
import { type EditorAction, press } from "./key_bindings.ts";
import type { Key } from "./keyboard.ts";
import { type QuestionOptions, Questions } from "./questions.ts";
import { hasSlash } from "./typed_line.ts";
import { TypedHistory, upNote } from "./typed_history.ts";

/**
 * What Enter takes: a line, or the answer to a question. The text of a secret answer is
 * empty: only the question gets it.
 */
export type Taken = BoundLine & { readonly question?: string | undefined };

/** What a question puts away if no line is being typed. */
const NOTHING_KEPT: Kept = { text: "", cursor: 0, isGivenBack: false };

/**
 * Everything typed, without a screen: the draft, earlier lines, questions in between,
 * and each line's binding, which was decided when the user began it. A line keeps its
 * binding through questions, the arrow keys, Ctrl+Y and undo.
 */
export class Typing {
  readonly #line = new Draft<DraftBinding>();
  /**
   * The answer to a secret question: a draft of its own, dropped with the question, so
   * that neither Ctrl+Y nor undo brings the answer back.
   */
  #secret = new Draft<DraftBinding>();
  readonly #history: TypedHistory;
  readonly #bind: BindDraft;
  readonly #onLeftBehind: (note: string) => void;
  /** The questions in between. */
  readonly questions = new Questions({
    isIdle: () => this.#line.isEmpty,
    putDraftAway: () => this.#putAway(),
    dropAnswer: () => this.#dropAnswer(),
    takeDraftBack: () => this.#takeBack(),
  });
  /** The line that was being typed when a question took its place. */
  #kept: Kept = NOTHING_KEPT;
  /** Whether the draft is a line that was given back, and no key has come since. */
  #isGivenBack = false;
  /** Whether the draft is a line for the prompt, typed while a question is open. */
  #isAside = false;
  /** Whether {@linkcode stepAside} has returned the current question. */
  #hasStepped = false;

  constructor(
    { history, mayKeep, bind = () => undefined, onLeftBehind = () => {} }: {
      readonly history?: readonly string[] | undefined;
      /** Returns whether Up may restore a line; by default each. */
      readonly mayKeep?: ((line: string) => boolean) | undefined;
      readonly bind?: BindDraft | undefined;
      /** Called with a sentence about a text that only Up restores now. */
      readonly onLeftBehind?: (note: string) => void;
    } = {},
  ) {
    this.#history = new TypedHistory(history, { mayKeep });
    this.#bind = bind;
    this.#onLeftBehind = onLeftBehind;
  }

  /** The text being typed, a line or an answer, with the line's binding. */
  get draft(): Draft<DraftBinding> {
    return this.isSecret ? this.#secret : this.#line;
  }

  /** What may be shown of {@linkcode draft}. */
  get shown(): ShownDraft {
    return this.isSecret ? NOTHING_SHOWN : this.draft;
  }

  /** Whether the text being typed answers a secret question. */
  get isSecret(): boolean {
    return this.questions.isSecret;
  }

  /** The question being answered. */
  get question(): string | undefined {
    return this.questions.current;
  }

  /** Whether the text being typed answers a question. */
  get isAnswering(): boolean {
    return this.question !== undefined && !this.#isAside;
  }

  /** Whether the text answers a question that the user cannot have read yet. */
  get isHasty(): boolean {
    return this.isAnswering && this.questions.isUnread;
  }

  /**
   * The text before the line; `undefined` for the usual prompt. A question gives way to
   * the prompt as soon as the text is no answer, so the user sees who gets the text.
   */
  get prompt(): string | undefined {
    return this.isAnswering ? this.question : this.draft.tag?.prompt;
  }

  /** Returns the question once, when the text being typed is no answer to it. */
  stepAside(): string | undefined {
    if (!this.#isAside || this.#hasStepped) return undefined;
    this.#hasStepped = true;
    return this.question;
  }

  /** The lines that may be stored when the program ends, newest first. */
  get lasting(): readonly string[] {
    return this.#history.lasting;
  }

  /** Inserts `text` at the cursor. A command begins a new line after one given back. */
  insert(text: string): void {
    this.#history.leave();
    if (this.#isGivenBack && hasSlash(text)) {
      this.#leaveBehind({ text: this.draft.text, binding: this.draft.tag });
      this.draft.clear();
      this.draft.tag = undefined;
    }
    this.#isGivenBack = false;
    this.draft.insert(text);
    this.#follow();
  }

  /** Replaces the line: with Tab's completion, or with an empty one. */
  replace(text: string, cursor = text.length): void {
    this.draft.set(text, cursor);
    this.#follow();
  }

  /** Applies a key to the line; returns the action if the key means more than that. */
  press(key: Key): EditorAction | undefined {
    const { text } = this.draft;
    this.draft.broughtBack = undefined;
    this.#isGivenBack = false;
    const action = press(key, this.draft);
    if (action !== undefined || this.draft.text === text) return action;
    this.#history.leave();
    // A text for one person stays private when a key (undo, yank) restores it.
    this.#follow(lasting(this.draft.broughtBack) ?? this.draft.tag);
  }

  /**
   * Takes the line, or the answer to a question. Remembers a line that is not blank. A
   * line that is no answer ends the question.
   */
  take(): Taken {
    const { text } = this.draft;
    const { question, isAnswering, isSecret } = this;
    const binding = this.draft.tag;
    this.draft.clear();
    this.draft.tag = undefined;
    this.#isAside = false;
    if (isAnswering) {
      this.questions.answer(text);
      return { text: isSecret ? "" : text, question };
    }
    if (text.trim() === "") this.#history.leave();
    else this.#history.add({ text, binding });
    if (question === undefined) return { text, binding };
    // The user has gone on: an older line must not get in front of the next keys.
    this.#rememberKept();
    this.questions.answer(text);
    return { text, binding, atQuestion: true };
  }

  /** Called when the line taken has been handled: a patient question may appear. */
  rest(): void {
    this.questions.showPatient();
  }

  /** Replaces the line with the next older or newer one. */
  recall(where: "older" | "newer"): void {
    if (this.questions.takesAll) return;
    const typed = { text: this.draft.text, binding: this.draft.tag };
    const line = this.#history[where](typed);
    if (line !== undefined) this.#put(line, lasting(line.binding));
  }

  /**
   * Puts a line back into the draft, or, if another line is being typed or the line
   * `isLate`, where Up restores it. Returns whether it stands in the draft, or will when
   * the question is answered.
   */
  giveBack(line: BoundLine, { isLate = false } = {}): boolean {
    const isFree = this.question === undefined
      ? this.draft.isEmpty
      : this.#kept.text === "" && !this.#isAside;
    if (isLate || !isFree) {
      this.#history.add(line, { isUnsent: true });
      return false;
    }
    const cursor = line.text.length;
    this.#isGivenBack = this.question === undefined;
    if (this.#isGivenBack) this.#put(line, line.binding);
    else this.#kept = { ...line, cursor, isGivenBack: true };
    return true;
  }

  /** Decides again about the line being typed. */
  rebind(): void {
    this.#follow();
  }

  /** See {@linkcode Questions.ask}. */
  ask(text: string, options: QuestionOptions): Promise<string | undefined> {
    return this.questions.ask(text, options);
  }

  #put({ text }: BoundLine, binding: DraftBinding | undefined): void {
    this.draft.set(text, text.length);
    // The binding of the replaced line must not affect this one.
    this.draft.tag = undefined;
    this.#follow(binding);
  }

  /** Decides about the draft again. The answer to a question has no binding. */
  #follow(before = this.draft.tag): void {
    const { text } = this.draft;
    const isAnswer = this.question !== undefined && this.questions.takes(text);
    this.#isAside = this.question !== undefined && !isAnswer;
    if (isAnswer) {
      this.draft.tag = undefined;
      return;
    }
    this.draft.tag = text === "" ? undefined : this.#bind(text, before);
    if (text === "") this.questions.showPatient();
  }

  #putAway(): void {
    const { text, cursor } = this.draft;
    const isGivenBack = this.#isGivenBack;
    this.#kept = { text, cursor, binding: this.draft.tag, isGivenBack };
    this.draft.tag = undefined;
    this.#isAside = this.#hasStepped = this.#isGivenBack = false;
    this.draft.clear();
  }

  /** Clears what was typed at a question that is withdrawn; Up restores a line. */
  #dropAnswer(): void {
    // The next question, which may be secret, is the current one already.
    const line = { text: this.#line.text, binding: this.#line.tag };
    if (this.#isAside) this.#leaveBehind(line);
    this.#line.tag = undefined;
    this.#isAside = this.#hasStepped = false;
    this.#line.clear();
    this.#secret = new Draft();
  }

  /** Keeps the interrupted line where Up restores it. */
  #rememberKept(): void {
    const { text, binding } = this.#kept;
    this.#kept = NOTHING_KEPT;
    if (text !== "") this.#leaveBehind({ text, binding });
  }

  #leaveBehind(line: BoundLine): void {
    const isKept = this.#history.add(line, { isUnsent: true });
    if (isKept) this.#onLeftBehind(upNote(line.text));
  }

  #takeBack(): void {
    this.#secret = new Draft();
    if (this.#isAside) {
      // The user is typing a line for the prompt, and goes on with it.
      this.#isAside = false;
      return this.#rememberKept();
    }
    const { text, cursor, binding, isGivenBack } = this.#kept;
    this.#kept = NOTHING_KEPT;
    this.draft.clear();
    // The line that the question interrupted keeps its binding.
    this.draft.set(text, cursor);
    this.#isGivenBack = isGivenBack;
    this.draft.tag = undefined;
    this.#follow(binding);
  }
}
