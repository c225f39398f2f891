import type { ChatScreen } from "./chat_screen.ts";
import type { Folded } from "./folded.ts";
import type { Missed } from "./missed.ts";

/** What every command may do at a screen, with a connection and without one. */
export abstract class ScreenContext {
  readonly #screen: ChatScreen;
  #isLeaving = false;

  constructor(screen: ChatScreen) {
    this.#screen = screen;
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

  /** Whether the user has asked to leave. */
  get isLeaving(): boolean {
    return this.#isLeaving;
  }

  leave(): void {
    this.#isLeaving = true;
  }

  clear(): void {
    this.#screen.clear?.();
  }
}
