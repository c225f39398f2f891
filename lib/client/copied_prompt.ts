/** `[all] > `, `[@Bob] > `, `[reply to Bob] > `, with the states of `formatPrompt`. */
const PROMPT =
  /^[\s\p{C}]*\[(?:all|@(\S+?)|reply to (\S+?))(?:, not here)?(?:, not encrypted)?(?:, offline)?\]\s*>\s*/u;

/** A line that the user copied together with its prompt. */
export type CopiedLine = {
  /** The person whom the prompt names; `undefined` for everyone. */
  readonly name: string | undefined;
  /** The text after the prompt, or after the last of several prompts. */
  readonly rest: string;
};

/** Takes the prompt off a line; `undefined` if the line begins with none. */
export function readCopiedLine(line: string): CopiedLine | undefined {
  let copied: CopiedLine | undefined;
  for (let rest = line;;) {
    const match = PROMPT.exec(rest);
    if (match === null) return copied;
    const [prompt, at, reply] = match;
    rest = rest.slice(prompt.length);
    copied = { name: at ?? reply, rest };
  }
}
