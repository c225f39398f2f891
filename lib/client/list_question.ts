import type { FileEntry } from "../message_fields.ts";
import { MAX_PEOPLE } from "../names.ts";
import { type Listed, MAX_PEOPLE_LENGTH } from "./presence.ts";
import { TooMuch } from "./too_much.ts";

/**
 * How many items each part of a list counts as, at least, so that a list of empty
 * parts ends, too. The parts of an honest list hold more, however long the items are.
 */
const MIN_PART = 16;

/** Most files in a list: twice as many as an honest server names. */
const MAX_FILES = 20_000;

/** Longest names of all files in a list together, in UTF-16 units: 10,000 long paths. */
const MAX_FILES_LENGTH = 10_000 * 400;

export type ListQuestionOptions<T> = {
  /** Sends the question. */
  readonly send: () => void;
  /** What the list holds, in words: `files`. */
  readonly what: string;
  /** Most items. */
  readonly maxItems: number;
  /** Most text in all items together, in UTF-16 units. */
  readonly maxLength: number;
  /** Length of the text in one item, in UTF-16 units. */
  readonly lengthOf: (item: T) => number;
};

/**
 * A question that the server answers with a list, in one or more parts. While it
 * waits, everyone who asks gets the same answer, and it is sent only once.
 */
export class ListQuestion<T> {
  readonly #options: ListQuestionOptions<T>;
  #answer: PromiseWithResolvers<T[]> | undefined;
  #items: T[] = [];
  #count = 0;
  #length = 0;

  constructor(options: ListQuestionOptions<T>) {
    this.#options = options;
  }

  /** Resolves to the whole list. Rejects with the error of {@linkcode fail}. */
  ask(): Promise<T[]> {
    if (this.#answer === undefined) {
      this.#answer = Promise.withResolvers<T[]>();
      this.#options.send();
    }
    return this.#answer.promise;
  }

  /** Whether the question waits for its answer, or for the rest of it. */
  get isOpen(): boolean {
    return this.#answer !== undefined;
  }

  /**
   * Takes the next part; the last part comes without `more`. Returns the whole list
   * after the last part. Throws {@linkcode TooMuch} for a list beyond its limits.
   */
  add(items: readonly T[], more = false): readonly T[] | undefined {
    if (this.#answer === undefined) return undefined;
    const { what, maxItems, maxLength, lengthOf } = this.#options;
    this.#count += Math.max(items.length, more ? MIN_PART : 0);
    for (const item of items) this.#length += lengthOf(item);
    if (this.#count > maxItems || this.#length > maxLength) {
      throw new TooMuch(`its list of ${what} does not end`);
    }
    // A spread of a long list would overflow the stack.
    for (const item of items) this.#items.push(item);
    if (more) return undefined;
    const list = this.#items;
    this.#close().resolve(list);
    return list;
  }

  /** Rejects the question, if it waits: the server refuses, or the connection has ended. */
  fail(error: Error): void {
    if (this.#answer !== undefined) this.#close().reject(error);
  }

  #close(): PromiseWithResolvers<T[]> {
    const answer = this.#answer!;
    this.#answer = undefined;
    this.#items = [];
    this.#count = this.#length = 0;
    return answer;
  }
}

/** The question who is here; its list is limited to the people whom the client remembers. */
export function peopleQuestion(send: () => void): ListQuestion<Listed> {
  return new ListQuestion({
    ...{ send, what: "people" },
    ...{ maxItems: MAX_PEOPLE, maxLength: MAX_PEOPLE_LENGTH },
    lengthOf: ({ name, id = "" }) => name.length + id.length,
  });
}

/** The question which files the server has. */
export function fileQuestion(send: () => void): ListQuestion<FileEntry> {
  return new ListQuestion({
    ...{ send, what: "files" },
    ...{ maxItems: MAX_FILES, maxLength: MAX_FILES_LENGTH },
    lengthOf: ({ name }) => name.length,
  });
}
