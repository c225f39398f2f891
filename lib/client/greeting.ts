import type { ChatEvent } from "./chat_client.ts";
import { answer, dividerLine, eventLine, type Line } from "./view.ts";

/** For people who join for the first time. */
const HINTS = [
  "Type a line and press Enter: everyone sees it. /to NAME talks to one person.",
  "/files lists the files, /get 1 downloads the first file.",
  "/help lists the commands, /quit leaves.",
];

/** The welcome waits this long at most for messages that the server promised, in milliseconds. */
const MAX_WAIT = 2_000;

type Welcome = Extract<ChatEvent, { type: "welcome" }>;

/**
 * The order at joining on a terminal: a divider and the messages of the past, then
 * the welcome and the hints, so that these stand above the prompt. A server that
 * does not say how many messages follow is greeted at once.
 */
export class Greeting implements Disposable {
  readonly #print: (line: Line) => void;
  readonly #hints: boolean;
  #welcome: Welcome | undefined;
  /** How many messages of the past are still to come. */
  #left = 0;
  #isDivided = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(print: (line: Line) => void, { hints = false } = {}) {
    this.#print = print;
    this.#hints = hints;
  }

  /** The server has said welcome. */
  begin(welcome: Welcome): void {
    this.#welcome = welcome;
    this.#left = welcome.follows ?? 0;
    if (this.#left === 0) return this.#finish();
    this.#timer = setTimeout(() => this.#finish(), MAX_WAIT);
  }

  /** Shows what must stand above `event`, which comes after the welcome. */
  before(event: ChatEvent): void {
    // What the client says of itself comes between the welcome and what follows it.
    if (event.type === "unsure") return;
    if (!isPast(event)) return this.#finish();
    if (!this.#isDivided) this.#print(dividerLine(isLate(event)));
    this.#isDivided = true;
  }

  /** Shows what must stand below `event`, which was shown. */
  after(event: ChatEvent): void {
    if (this.#welcome === undefined || !isPast(event)) return;
    if (--this.#left <= 0) this.#finish();
  }

  [Symbol.dispose](): void {
    this.#finish();
  }

  #finish(): void {
    clearTimeout(this.#timer);
    const welcome = this.#welcome;
    if (welcome === undefined) return;
    this.#welcome = undefined;
    this.#print(eventLine(welcome));
    if (this.#hints) HINTS.forEach((hint) => this.#print(answer(hint)));
  }
}

/** Whether the message is of before the user joined, or was away. */
function isPast(event: ChatEvent): boolean {
  return isLate(event) || event.type === "said" && event.earlier === true;
}

function isLate(event: ChatEvent): boolean {
  return "late" in event && event.late === true;
}
