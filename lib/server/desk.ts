import { messageOf, programCommand, StartError } from "../program.ts";
import { weakness } from "../secure/key_weakness.ts";
import type { RoomKey } from "../secure/room_key.ts";
import type { Machine } from "./machine.ts";
import type { OperatorContext } from "./operator/context.ts";
import { completeOperatorLine, runOperatorLine } from "./operator/operator.ts";
import { OperatorWindow } from "./operator/operator_window.ts";
import { readTypedLines } from "./operator/typed_lines.ts";
import { PipeScreen } from "./pipe_screen.ts";

export type DeskOptions = {
  /** Returns the text of the status line. */
  readonly status: () => string;
  /**
   * Returns the context of the operator's commands; called only after a line is typed.
   */
  readonly operator: () => OperatorContext;
  /** Called on Ctrl+C in the window, or at the end of its input. */
  readonly onEnd: (interrupted: boolean) => void;
  /** Called once when nothing can be shown any more, with the cause. */
  readonly onLost: (cause: unknown) => void;
};

/**
 * The operator's input and output: a window on a terminal, otherwise lines on pipes.
 */
export class Desk {
  /** The window on a terminal; `undefined` if there is no terminal. */
  readonly window: OperatorWindow | undefined;
  readonly #output: OperatorWindow | PipeScreen;
  readonly #input: Machine["input"];
  readonly #options: DeskOptions;

  /** Creates the desk. Throws {@linkcode StartError} if the terminal cannot be used. */
  constructor(
    { style, input, output }: Pick<Machine, "style" | "input" | "output">,
    options: DeskOptions,
  ) {
    const { status, operator, onEnd, onLost } = options;
    this.#input = input;
    this.#options = options;
    this.window = style && onTerminal(() =>
      new OperatorWindow({
        ...{ style, status, onEnd },
        complete: (line) => completeOperatorLine(operator(), line),
        onLine: (line) => runOperatorLine(operator(), line),
      })
    );
    this.#output = this.window ?? new PipeScreen(output, onLost);
  }

  /** Shows one event. */
  print(line: string): void {
    this.#output.print(line);
  }

  /** Shows the answer to a typed line. */
  answer(text: string): void {
    this.#output.answer(text);
  }

  /** Shows where the server listens, and how people reach it. */
  showStart(
    { host, port, addresses }: {
      /** `undefined`: all addresses of the computer. */
      readonly host: string | undefined;
      readonly port: number;
      /** The addresses that people can type. */
      readonly addresses: readonly string[];
    },
  ): void {
    const where = host === undefined ? "" : ` of ${host}`;
    this.print(`Listening on port ${port}${where}`);
    this.print("People join by typing:");
    for (const address of addresses) {
      this.print(`  ${programCommand("client")} NAME ${address} ${port}`);
    }
  }

  /** Shows whether the server encrypts, its fingerprint, and whether there is a key. */
  showSecurity({ shownFingerprint, key }: {
    /** The certificate's fingerprint; `undefined`: the server does not encrypt. */
    readonly shownFingerprint: string | undefined;
    readonly key: RoomKey | undefined;
  }): void {
    if (shownFingerprint === undefined) {
      this.print("Not encrypted: anyone on the network can read along");
      return;
    }
    this.print(`Encrypted. Fingerprint: ${shownFingerprint}`);
    if (key === undefined) return;
    this.print("Room key: set. Only people who know it can join");
    const weak = weakness(key);
    if (weak !== undefined) this.print(weak);
  }

  /**
   * Starts to take lines, and says so. Throws {@linkcode StartError} if the terminal
   * cannot be used.
   */
  open(): void {
    const { window } = this;
    this.print(
      window === undefined
        ? "Press Ctrl+C to stop"
        : "/help shows what you can type here",
    );
    if (window !== undefined) onTerminal(() => window.open());
    const input = this.#input();
    if (input === undefined) return;
    const operator = this.#options.operator();
    void readTypedLines(
      input,
      (line) => runOperatorLine(operator, line),
      { onProblem: operator.print },
    );
  }

  /** Waits a moment for the last lines to appear. */
  close(): Promise<void> {
    return this.#output.close();
  }
}

/**
 * Calls `use`. Throws {@linkcode StartError} if the terminal cannot be set to read
 * single keys.
 */
function onTerminal<T>(use: () => T): T {
  try {
    return use();
  } catch (cause) {
    throw new StartError(
      `Cannot read keys from this terminal: ${messageOf(cause)}. ` +
        "Start the server in another window",
      { cause },
    );
  }
}
