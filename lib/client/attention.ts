import { display } from "../display.ts";
import { clip } from "../terminal/text_layout.ts";
import type { Memory } from "./memory.ts";
import type { Screen } from "./screen.ts";

/** A longer title is cut, in columns: no window shows more. */
const MAX_TITLE_WIDTH = 100;

/**
 * Keeps the title of the window and its status line true: who and where, how many
 * people are here, and how many messages for the user came since the last key.
 */
export class Attention {
  readonly #screen: Screen;
  readonly #memory: Memory;
  /** What stands in the way of talking, if anything does. */
  #trouble: string | undefined;
  #title: string | undefined;
  #status: string | undefined;

  constructor(screen: Screen, memory: Memory) {
    this.#screen = screen;
    this.#memory = memory;
    screen.onKey?.(() => this.#seen());
  }

  /** What stands in the way of talking, such as `offline`; `undefined`: nothing. */
  set trouble(trouble: string | undefined) {
    this.#trouble = trouble;
    this.update();
  }

  /** A message that concerns the user came. */
  note(): void {
    this.#memory.unseen++;
    this.update();
  }

  /** Shows what has changed in the memory; what has not is not drawn again. */
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

/** `Ann @ Lab 3`, with a count of unseen messages `(2) Ann @ Lab 3`; acts on no terminal. */
export function titleText(memory: Memory): string {
  const { unseen } = memory;
  const count = unseen === 0 ? "" : `(${unseen}) `;
  return clip(count + whereabouts(memory), MAX_TITLE_WIDTH);
}

/** `Ann @ Lab 3 | 12 people | quiet`, or with `trouble` in the place of the people. */
export function statusText(memory: Memory, trouble?: string): string {
  const { people, quiet } = memory;
  const count = people === 1 ? "1 person" : `${people} people`;
  return [
    whereabouts(memory),
    trouble ?? count,
    ...(quiet ? ["quiet"] : []),
  ].join(" | ");
}

/** Blanks of any kind become one space: a name cannot push the rest out of sight. */
function whereabouts({ name, place }: Memory): string {
  const where = display(place).replace(/\s+/gu, " ").trim();
  return display(name) + (where === "" ? "" : ` @ ${where}`);
}
