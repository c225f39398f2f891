import { display } from "../display.ts";
import { clip } from "../terminal/text_layout.ts";
import type { Memory } from "./memory.ts";
import type { ChatScreen } from "./chat_screen.ts";

/** Longest title, in columns: no window shows more. */
const MAX_TITLE_WIDTH = 100;

/**
 * Keeps title and status line of the window up to date: the user's name, the server,
 * the number of people, and the number of messages for the user since the last key.
 */
export class Attention {
  readonly #screen: ChatScreen;
  readonly #memory: Memory;
  /** Why the user cannot talk, if so. */
  #trouble: string | undefined;
  #title: string | undefined;
  #status: string | undefined;

  constructor(screen: ChatScreen, memory: Memory) {
    this.#screen = screen;
    this.#memory = memory;
    screen.onKey?.(() => this.#seen());
  }

  /** Why the user cannot talk, such as `offline`; `undefined` if the user can. */
  set trouble(trouble: string | undefined) {
    this.#trouble = trouble;
    this.update();
  }

  /** Counts a message that concerns the user. */
  note(): void {
    this.#memory.unseen++;
    this.update();
  }

  /** Draws title and status line again if the memory has changed them. */
  update(): void {
    const title = titleText(this.#memory);
    if (title !== this.#title) this.#screen.setTitle?.(title);
    this.#title = title;
    const status = statusText(this.#memory, this.#trouble);
    if (status !== this.#status) this.#screen.setStatus?.(status);
    this.#status = status;
  }

  #seen(): void {
    if (this.#memory.unseen === 0) return;
    this.#memory.unseen = 0;
    this.update();
  }
}

/** `Ann @ Lab 3`, or `(2) Ann @ Lab 3` with two unseen messages; harmless for a terminal. */
export function titleText(memory: Memory): string {
  const { unseen } = memory;
  const count = unseen === 0 ? "" : `(${unseen}) `;
  return clip(count + whereabouts(memory), MAX_TITLE_WIDTH);
}

/** `Ann @ Lab 3 | 12 people | quiet`, with `trouble` instead of the people if there is any. */
export function statusText(memory: Memory, trouble?: string): string {
  const { people, quiet } = memory;
  const count = people === 1 ? "1 person" : `${people} people`;
  return [
    whereabouts(memory),
    trouble ?? count,
    ...(quiet ? ["quiet"] : []),
  ].join(" | ");
}

/** Name and place. Blanks become one space, so that no name pushes the rest out of sight. */
function whereabouts({ name, place }: Memory): string {
  const where = display(place).replace(/\s+/gu, " ").trim();
  return display(name) + (where === "" ? "" : ` @ ${where}`);
}
