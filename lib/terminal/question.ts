/** A pasted text with more lines than this is sent only after a question: a screenful. */
export const MANY_LINES = 20;

/** How many lines `text` has, at least 1. */
export function lineCount(text: string): number {
  return text.split("\n").length;
}

/** Whether the answer to a question is yes; no answer is not. */
export function isYes(answer: string | undefined): boolean {
  return /^\s*y(es)?\s*$/i.test(answer ?? "");
}

/** Whether the answer to a question is no; an empty one is neither yes nor no. */
export function isNo(answer: string | undefined): boolean {
  return /^\s*no?\s*$/i.test(answer ?? "");
}
