import { Draft } from "./draft.ts";
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

/** What Enter takes: a line, or the answer to a question. */
export type Taken = BoundLine & { readonly question?: string | undefined };

/** What a question puts away if no line is being typed. */
const NOTHING_KEPT: Kept = { text: "", cursor: 0, isGivenBack: false };

/**
 * Everything typed, without a screen: the draft, earlier lines, questions in between,
 * and each line's binding, which was decided when the user began it. A line keeps its
 * binding through questions, the arrow keys, Ctrl+Y and undo.
 */
export class Typing {
  readonly draft = new Draft<DraftBinding>();
  readonly #history: TypedHistory;
  readonly #bind: BindDraft;
  readonly #onLeftBehind: (note: string) => void;
  readonly #questions = new Questions({
    isIdle: () => this.draft.isEmpty,
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
    { history, bind = () => undefined, onLeftBehind = () => {} }: {
      readonly history?: readonly string[] | undefined;
      readonly bind?: BindDraft | undefined;
      /** Called with a sentence about a text that only Up restores now. */
      readonly onLeftBehind?: (note: string) => void;
    } = {},
  ) {
    this.#history = new TypedHistory(history);
    this.#bind = bind;
    this.#onLeftBehind = onLeftBehind;
  }

  /** The binding of the line being typed. */
  get #binding(): DraftBinding | undefined {
    return this.draft.tag;
  }

  set #binding(binding: DraftBinding | undefined) {
    this.draft.tag = binding;
  }

  /** The question being answered. */
  get question(): string | undefined {
    return this.#questions.current;
  }

  /** The answer that Ctrl+C gives to the question; `undefined` if Ctrl+C leaves. */
  get cancelAnswer(): string | undefined {
    return this.#questions.cancelAnswer;
  }

  /** Whether the text being typed answers a question. */
  get isAnswering(): boolean {
    return this.question !== undefined && !this.#isAside;
  }

  /** Whether the text answers a question that the user cannot have read yet. */
  get isHasty(): boolean {
    return this.isAnswering && this.#questions.isUnread;
  }

  /**
   * The text before the line; `undefined` for the usual prompt. A question gives way to
   * the prompt as soon as the text is no answer, so the user sees who gets the text.
   */
  get prompt(): string | undefined {
    return this.isAnswering ? this.question : this.#binding?.prompt;
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
      this.#leaveBehind({ text: this.draft.text, binding: this.#binding });
      this.draft.clear();
      this.#binding = undefined;
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
    this.#follow(lasting(this.draft.broughtBack) ?? this.#binding);
  }

  /**
   * Takes the line, or the answer to a question. Remembers a line that is not blank. A
   * line that is no answer ends the question.
   */
  take(): Taken {
    const { text } = this.draft;
    const { question, isAnswering } = this;
    const binding = this.#binding;
    this.draft.clear();
    this.#binding = undefined;
    this.#isAside = false;
    if (isAnswering) {
      this.#questions.answer(text);
      return { text, question };
    }
    if (text.trim() === "") this.#history.leave();
    else this.#history.add({ text, binding });
    if (question === undefined) return { text, binding };
    // The user has gone on: an older line must not get in front of the next keys.
    this.#rememberKept();
    this.#questions.answer(text);
    return { text, binding, atQuestion: true };
  }

  /** Called when the line taken has been handled: a patient question may appear. */
  rest(): void {
    this.#questions.showPatient();
  }

  /** Replaces the line with the next older or newer one. */
  recall(where: "older" | "newer"): void {
    if (this.#questions.takesAll) return;
    const typed = { text: this.draft.text, binding: this.#binding };
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
    return this.#questions.ask(text, options);
  }

  /** Ends all questions without an answer. */
  end(): void {
    this.#questions.end();
  }

  #put({ text }: BoundLine, binding: DraftBinding | undefined): void {
    this.draft.set(text, text.length);
    // The binding of the replaced line must not affect this one.
    this.#binding = undefined;
    this.#follow(binding);
  }

  /** Decides about the draft again. The answer to a question has no binding. */
  #follow(before = this.#binding): void {
    const { text } = this.draft;
    const isAnswer = this.question !== undefined && this.#questions.takes(text);
    this.#isAside = this.question !== undefined && !isAnswer;
    if (isAnswer) {
      this.#binding = undefined;
      return;
    }
    this.#binding = text === "" ? undefined : this.#bind(text, before);
    if (text === "") this.#questions.showPatient();
  }

  #putAway(): void {
    const { text, cursor } = this.draft;
    const isGivenBack = this.#isGivenBack;
    this.#kept = { text, cursor, binding: this.#binding, isGivenBack };
    this.#binding = undefined;
    this.#isAside = this.#hasStepped = false;
    this.draft.clear();
  }

  /** Clears what was typed at a question that is withdrawn; Up restores a line. */
  #dropAnswer(): void {
    const line = { text: this.draft.text, binding: this.#binding };
    if (this.#isAside) this.#leaveBehind(line);
    this.#binding = undefined;
    this.#isAside = this.#hasStepped = false;
    this.draft.clear();
  }

  /** Keeps the interrupted line where Up restores it. */
  #rememberKept(): void {
    const { text, binding } = this.#kept;
    this.#kept = NOTHING_KEPT;
    if (text !== "") this.#leaveBehind({ text, binding });
  }

  #leaveBehind(line: BoundLine): void {
    this.#history.add(line, { isUnsent: true });
    this.#onLeftBehind(upNote(line.text));
  }

  #takeBack(): void {
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
    this.#binding = undefined;
    this.#follow(binding);
  }
}
