import type { Attention } from "./attention.ts";
import type { LocalContext } from "./command_context.ts";
import type { Memory } from "./memory.ts";
import type { ChatScreen } from "./chat_screen.ts";
import { ScreenContext } from "./screen_context.ts";
import { type Line, problem } from "./view.ts";

/** What commands may use without a connection. */
export class OfflineContext extends ScreenContext implements LocalContext {
  readonly #screen: ChatScreen;
  readonly #memory: Memory;
  readonly #attention: Attention;

  constructor(
    screen: ChatScreen,
    { memory, attention }: {
      readonly memory: Memory;
      readonly attention: Attention;
    },
  ) {
    super(screen, memory);
    this.#screen = screen;
    this.#memory = memory;
    this.#attention = attention;
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
}
