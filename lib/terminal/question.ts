/** Lines of a paste, a screenful, above which the program asks before it sends them. */
export const MANY_LINES = 20;

/** Returns how many lines `text` has, at least 1. */
export function lineCount(text: string): number {
  return text.split("\n").length;
}

/** Returns whether the answer to a question is yes; `undefined` is not. */
export function isYes(answer: string | undefined): boolean {
  return /^\s*y(es?)?\s*$/i.test(answer ?? "");
}

/**
 * Returns whether the answer to a question is no; an empty answer is neither yes nor
 * no.
 */
export function isNo(answer: string | undefined): boolean {
  return /^\s*no?\s*$/i.test(answer ?? "");
}

/**
 * Returns whether `text` answers a yes-or-no question: yes, no, or an empty answer. Each
 * beginning of such an answer is one, too. Any other text is not for the question.
 */
export function isYesOrNo(text: string): boolean {
  return text.trim() === "" || isYes(text) || isNo(text);
}
