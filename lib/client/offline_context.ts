import type { Attention } from "./attention.ts";
import type { LocalContext } from "./command_context.ts";
import type { Folded } from "./folded.ts";
import type { Memory } from "./memory.ts";
import type { Missed } from "./missed.ts";
import type { Screen } from "./screen.ts";
import { type Line, problem } from "./view.ts";

/** What commands may use while there is no server. */
export class OfflineContext implements LocalContext {
  isLeaving = false;
  readonly #screen: Screen;
  readonly #memory: Memory;
  readonly #attention: Attention;

  constructor(
    screen: Screen,
    { memory, attention }: {
      readonly memory: Memory;
      readonly attention: Attention;
    },
  ) {
    this.#screen = screen;
    this.#memory = memory;
    this.#attention = attention;
  }

  get folded(): Folded | undefined {
    return this.#screen.folded;
  }

  get showMissed(): (() => Missed) | undefined {
    return this.#screen.showMissed?.bind(this.#screen);
  }

  get columns(): number | undefined {
    return this.#screen.columns;
  }

  get quiet(): boolean {
    return this.#memory.quiet;
  }

  set quiet(quiet: boolean) {
    this.#memory.quiet = quiet;
    this.#attention.update();
  }

  print = (line: Line): void => this.#screen.print(line);

  fail(why: string | Line): void {
    this.#memory.somethingFailed = true;
    this.#screen.print(typeof why === "string" ? problem(why) : why);
  }

  clear(): void {
    this.#screen.clear?.();
  }

  leave(): void {
    this.isLeaving = true;
  }
}
