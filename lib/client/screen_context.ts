import type { ChatScreen } from "./chat_screen.ts";
import type { Folded } from "./folded.ts";
import type { Memory } from "./memory.ts";
import type { Missed } from "./missed.ts";
import type { ServerSecurity } from "./server_security.ts";

/** What every command may do at a screen, with a connection and without one. */
export abstract class ScreenContext {
  readonly #screen: ChatScreen;
  readonly #memory: Pick<Memory, "security">;
  #isLeaving = false;

  constructor(screen: ChatScreen, memory: Pick<Memory, "security">) {
    this.#screen = screen;
    this.#memory = memory;
  }

  get security(): ServerSecurity | undefined {
    return this.#memory.security;
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
