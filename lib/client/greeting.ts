import type { ChatEvent } from "./chat_event.ts";
import { answer, dividerLine, eventLine, type Line } from "./view.ts";

/** The first steps, for people who join for the first time. */
const HINTS = [
  "Type a line and press Enter: everyone sees it. /to NAME talks to one person.",
  "/files lists the files, /get 1 downloads the first file.",
  "/help lists the commands, /quit leaves.",
];

/** How long the welcome waits for promised messages of the past, in milliseconds. */
const MAX_WAIT = 2_000;

type Welcome = Extract<ChatEvent, { type: "welcome" }>;

/**
 * Orders what a terminal shows at joining: a divider and the messages of the past,
 * then the welcome and the hints, which stand right above the prompt. The welcome
 * comes first if the server does not say how many messages follow.
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

  /** Takes the welcome, and shows it when the messages of the past are there. */
  begin(welcome: Welcome): void {
    this.#welcome = welcome;
    this.#left = welcome.follows ?? 0;
    if (this.#left === 0) return this.#finish();
    this.#timer = setTimeout(() => this.#finish(), MAX_WAIT);
  }

  /** Shows what must stand above `event`, which comes after the welcome. */
  before(event: ChatEvent): void {
    // The client itself makes these events, between the welcome and the past.
    if (event.type === "unsure" || event.type === "gap") return;
    if (!isPast(event)) return this.#finish();
    if (!this.#isDivided) this.#print(dividerLine(isLate(event)));
    this.#isDivided = true;
  }

  /** Shows what must stand below `event`, which the screen shows already. */
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

/** Whether the message is older than the user's joining or reconnecting. */
function isPast(event: ChatEvent): boolean {
  return isLate(event) || event.type === "said" && event.earlier === true;
}

function isLate(event: ChatEvent): boolean {
  return "late" in event && event.late === true;
}
