import { comingsLine } from "./people.ts";
import type { Line } from "./view.ts";

/** People who join or leave within this time share a line, in milliseconds. */
const GATHER_TIME = 3_000;

/** Most people that wait for a line: a server may name any number. */
const MAX_GATHERED = 1_000;

/** What somebody did. */
export type Coming = "joined" | "left";

/** What somebody did altogether, by their first and their last change. */
const TOLD = {
  joined: { joined: "joined", left: "joined and left" },
  left: { joined: "left and joined again", left: "left" },
} as const;

/**
 * Shows who joins and leaves without filling the window: the first person at once,
 * the people of the next seconds in one line.
 */
export class Comings implements Disposable {
  readonly #print: (line: Line) => void;
  readonly #gathered = new Map<string, { first: Coming; last: Coming }>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(print: (line: Line) => void) {
    this.#print = print;
  }

  /** Takes a person who has joined or left. */
  add(name: string, coming: Coming): void {
    if (this.#timer === undefined) {
      this.#print(comingsLine([name], coming));
      this.#wait();
      return;
    }
    const first = this.#gathered.get(name)?.first ?? coming;
    this.#gathered.set(name, { first, last: coming });
    if (this.#gathered.size >= MAX_GATHERED) this.flush();
  }

  /** Shows everyone who waits, if `name` is among them. */
  flushFor(name: string): void {
    if (this.#gathered.has(name)) this.flush();
  }

  /** Shows everyone who waits. */
  flush(): void {
    const told = new Map<string, string[]>();
    for (const [name, { first, last }] of this.#gathered) {
      const did = TOLD[first][last];
      const names = told.get(did);
      if (names === undefined) told.set(did, [name]);
      else names.push(name);
    }
    this.#gathered.clear();
    for (const [did, names] of told) this.#print(comingsLine(names, did));
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.flush();
  }

  #wait(): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#gathered.size === 0) return;
      this.flush();
      this.#wait();
    }, GATHER_TIME);
  }
}
