import { type ByteSource, readScript } from "../../terminal/script_lines.ts";

/**
 * Calls `onLine` for each line of `source`, one after the other, and `onProblem` with a
 * sentence for a line that is left out. Resolves at the end of the input, after a line
 * that makes the rest unsafe, or at once if there is no input; the server continues to
 * serve.
 */
export async function readTypedLines(
  source: ByteSource,
  onLine: (line: string) => void | Promise<void>,
  { onProblem }: { readonly onProblem: (problem: string) => void },
): Promise<void> {
  for await (const { text, problem } of readScript(source)) {
    if (problem === undefined) await onLine(text);
    else onProblem(problem);
  }
}
