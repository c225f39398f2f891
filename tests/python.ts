/**
 * Python, for the second client: many systems have it, and it shares no code with ours.
 *
 * @module
 */

import { TextLineStream } from "@std/streams/text-line-stream";

/** Resolves to the name of a Python that can run tests/second_client.py, if there is one. */
export async function findPython(): Promise<string | undefined> {
  for (const name of ["python3", "python"]) {
    try {
      const args = ["-c", "import sys; sys.exit(sys.version_info < (3, 8))"];
      const { success } = await new Deno.Command(name, { args }).output();
      if (success) return name;
    } catch {
      // The program does not exist or may not be run.
    }
  }
  return undefined;
}

/** Returns the name and the `ignore` of a test that needs Python. */
export function needsPython(python: string | undefined, name: string) {
  return python === undefined
    ? { name: `${name}: not tried, there is no python3`, ignore: true }
    : { name, ignore: false };
}

/**
 * Evaluates each line of input, and prints the value as JSON: bytes as hexadecimal
 * digits, an error as the name of its class (`ValueError` for its subclasses). A line that begins with "!" is carried out.
 */
const DRIVER = `
import json, sys
sys.path.insert(0, sys.argv[1])
sys.stdin.reconfigure(encoding="utf-8")
exec(f"from {sys.argv[2]} import *")
h = bytes.fromhex
def number(text): return int.from_bytes(h(text), "little")
for line in sys.stdin:
    try:
        value = exec(line[1:]) if line[0] == "!" else eval(line)
        print(json.dumps(value, default=bytes.hex), flush=True)
    except Exception as error:
        kind = ValueError if isinstance(error, ValueError) else type(error)
        print(json.dumps(kind.__name__), flush=True)
`;

/** A running Python with all names of one of the modules in this folder. */
export class Python implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: ReadableStreamDefaultReader<string>;

  constructor(program: string, module: string) {
    this.#child = new Deno.Command(program, {
      // -B: leave no __pycache__ here.
      args: ["-B", "-c", DRIVER, import.meta.dirname!, module],
      env: { PYTHONIOENCODING: "utf-8" },
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#lines = this.#child.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream()).getReader();
  }

  /** Resolves to the value of an expression in one line. */
  async value(expression: string): Promise<unknown> {
    await this.#input.write(new TextEncoder().encode(`${expression}\n`));
    const { value } = await this.#lines.read();
    if (value === undefined) throw new Error("Python has ended");
    return JSON.parse(value);
  }

  /** Carries out a statement in one line. */
  async run(statement: string): Promise<void> {
    const error = await this.value(`!${statement}`);
    if (error !== null) throw new Error(`Python: ${error} in ${statement}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close();
    await this.#lines.read(); // The end, which closes the stream.
    await this.#child.status;
  }
}
