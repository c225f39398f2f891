import { nameKey, SERVER_NAME } from "../names.ts";
import { Attention } from "./attention.ts";
import type { ChatEvent } from "./chat_client.ts";
import { Comings } from "./comings.ts";
import { Greeting } from "./greeting.ts";
import type { Memory } from "./memory.ts";
import { mentions } from "./mentions.ts";
import type { Screen } from "./screen.ts";
import {
  eventLine,
  formatPrompt,
  holdLine,
  type Line,
  type Mode,
  resumeLine,
} from "./view.ts";

/** Shows what arrives, and remembers what commands need to know of it. */
export class Hearing implements Disposable {
  /** The people who are here, as far as their names are known: a welcome may hold only some. */
  readonly people = new Set<string>();
  readonly #screen: Screen;
  readonly #memory: Memory;
  readonly #attention: Attention;
  /** Where somebody reads the window, rather than a script every line. */
  readonly #greeting: Greeting | undefined;
  readonly #comings: Comings | undefined;

  /** With `hints`, the first steps are explained. */
  constructor(screen: Screen, memory: Memory, { hints = false } = {}) {
    this.#screen = screen;
    this.#memory = memory;
    this.#attention = new Attention(screen, memory);
    if (!screen.interactive) return;
    const print = (line: Line) => screen.print(line);
    this.#greeting = new Greeting(print, { hints });
    this.#comings = new Comings(print);
  }

  get mode(): Mode {
    return this.#memory.mode;
  }

  set mode(mode: Mode) {
    this.#memory.mode = mode;
    this.#screen.setPrompt(formatPrompt(mode));
  }

  get quiet(): boolean {
    return this.#memory.quiet;
  }

  set quiet(quiet: boolean) {
    this.#comings?.flush();
    this.#memory.quiet = quiet;
    this.#attention.update();
  }

  /** Deals with one event, in its order. */
  hear(event: ChatEvent): void {
    if (event.type !== "welcome") this.#greeting?.before(event);
    switch (event.type) {
      case "welcome":
        this.#begin(event);
        break;
      case "joined":
      case "left":
        this.#come(event);
        break;
      case "refused":
      case "unsure":
        this.fail(eventLine(event));
        break;
      case "told":
        this.#memory.lastTeller = event.from;
        this.#showSpeech(event, { concernsUser: true });
        break;
      case "said": {
        const isNamed = mentions(event.text, this.#memory.name);
        const matters = isNamed || event.from === SERVER_NAME;
        this.#showSpeech(event, {
          concernsUser: matters && !event.earlier,
          isNamed,
        });
        break;
      }
      default:
        this.print(eventLine(event));
    }
    this.#greeting?.after(event);
  }

  /** Shows a line below all that has happened before. */
  print(line: Line): void {
    this.#comings?.flush();
    this.#screen.print(line);
  }

  /** Shows why something that the user wanted was not done, and notes it. */
  fail(why: Line): void {
    this.#memory.somethingFailed = true;
    this.print(why);
  }

  /** Shows what is still to be shown. */
  [Symbol.dispose](): void {
    this.#greeting?.[Symbol.dispose]();
    this.#comings?.[Symbol.dispose]();
  }

  /** The person whom the prompt names may have left meanwhile, or come. */
  #begin(welcome: Extract<ChatEvent, { type: "welcome" }>): void {
    const { users, count = users.length, server = "" } = welcome;
    this.#memory.name = welcome.name;
    this.#memory.people = count;
    if (server.trim() !== "") this.#memory.place = server;
    users.forEach((name) => this.people.add(name));
    this.#attention.update();
    if (this.#greeting === undefined) this.#screen.print(eventLine(welcome));
    else this.#greeting.begin(welcome);
    const { to } = this.mode;
    const isHere = to === undefined || users.length < count ||
      users.some((name) => nameKey(name) === nameKey(to));
    this.mode = isHere
      ? { ...(to !== undefined && { to }) }
      : { to, gone: true };
  }

  #come(event: Extract<ChatEvent, { type: "joined" | "left" }>): void {
    const { type, name } = event;
    if (type === "joined") this.people.add(name);
    else this.people.delete(name);
    this.#memory.people += type === "joined" ? 1 : -1;
    this.#attention.update();
    const partnerLine = this.#partnerLine(event);
    if (this.#comings === undefined) {
      if (!this.quiet) this.#screen.print(eventLine(event));
    } else if (partnerLine === undefined && !this.quiet) {
      this.#comings.add(name, type);
    }
    if (partnerLine !== undefined) this.print(partnerLine);
  }

  /** If it is the person whom the prompt names, holds the next line or not, and says so. */
  #partnerLine(
    { type, name }: Extract<ChatEvent, { type: "joined" | "left" }>,
  ): Line | undefined {
    const { to, gone = false } = this.mode;
    const isHere = type === "joined";
    if (to === undefined || nameKey(to) !== nameKey(name) || gone !== isHere) {
      return undefined;
    }
    this.mode = isHere ? { to: name } : { to, gone: true };
    return isHere ? resumeLine(name) : holdLine(to);
  }

  #showSpeech(
    event: Extract<ChatEvent, { type: "said" | "told" }>,
    { concernsUser, isNamed = false }: {
      readonly concernsUser: boolean;
      readonly isNamed?: boolean;
    },
  ): void {
    this.#comings?.flushFor(event.from);
    this.#screen.print({
      ...eventLine(event),
      ...(concernsUser && !this.quiet && { rings: true }),
      ...(isNamed && { mentions: true }),
    } as Line);
    if (concernsUser) this.#attention.note();
  }
}
