/** A source of typed bytes; `Deno.stdin` fits. */
export type ByteSource = { read(bytes: Uint8Array): Promise<number | null> };

/** Longest line, in UTF-16 units: nobody types more. */
const MAX_LINE_LENGTH = 64 * 1024;

const READ_LENGTH = 4 * 1024;

/** The end of input as DOS wrote it, and as Windows and Wine still do. */
const CTRL_Z = "\x1a";

/**
 * Calls `onLine` for each line of `source`, one after the other, and leaves out a
 * line that is too long. Resolves at the end of input, or at once if there is no
 * input: a closed standard input is no reason to stop serving.
 */
export async function readTypedLines(
  source: ByteSource,
  onLine: (line: string) => void | Promise<void>,
): Promise<void> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(READ_LENGTH);
  let rest = "";
  let isTooLong = false;
  for (;;) {
    const length = await source.read(buffer).catch(() => null);
    rest += length === null
      ? decoder.decode()
      : decoder.decode(buffer.subarray(0, length), { stream: true });
    const end = length === null || rest.includes(CTRL_Z);
    if (end) rest = rest.split(CTRL_Z, 1)[0]!;
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    // The last line is not whole yet, unless the input has ended.
    rest = end ? "" : lines.pop()!;
    for (const line of lines) {
      if (!isTooLong) await onLine(line);
      isTooLong = false;
    }
    if (end) return;
    if (rest.length > MAX_LINE_LENGTH) {
      isTooLong = true;
      rest = "";
    }
  }
}
