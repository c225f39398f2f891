import { SERVER_NAME } from "../names.ts";
import { Attention } from "./attention.ts";
import { Binder } from "./binder.ts";
import { type ChatEvent, listed, type PeopleEvent } from "./chat_event.ts";
import { Comings } from "./comings.ts";
import { Greeting } from "./greeting.ts";
import type { Memory } from "./memory.ts";
import { mentions } from "./mentions.ts";
import { Partner } from "./partner.ts";
import type { ChatScreen } from "./chat_screen.ts";
import { Situation } from "./situation.ts";
import { eventLine, type Line, type Mode } from "./view.ts";

/** Shows what arrives, and remembers what commands need to know. */
export class Hearing implements Disposable {
  readonly binder: Binder;
  /** Withdraws open questions when their premises change. */
  readonly situation = new Situation();
  readonly #screen: ChatScreen;
  readonly #memory: Memory;
  readonly #attention: Attention;
  readonly #partner: Partner;
  /** Both only on a terminal: a script reads every line. */
  readonly #greeting: Greeting | undefined;
  readonly #comings: Comings | undefined;

  /** With `hints`, explains the first steps. */
  constructor(screen: ChatScreen, memory: Memory, { hints = false } = {}) {
    this.#screen = screen;
    this.#memory = memory;
    this.#attention = new Attention(screen, memory);
    this.binder = new Binder(screen, memory);
    const { binder, situation } = this;
    this.#partner = new Partner(screen, { memory, binder, situation });
    if (!screen.interactive) return;
    const print = (line: Line) => screen.print(line);
    this.#greeting = new Greeting(print, { hints });
    this.#comings = new Comings(print);
  }

  get mode(): Mode {
    return this.#partner.mode;
  }

  set mode(mode: Mode) {
    this.#partner.mode = mode;
  }

  get quiet(): boolean {
    return this.#memory.quiet;
  }

  set quiet(quiet: boolean) {
    this.#comings?.flush();
    this.#memory.quiet = quiet;
    this.#attention.update();
  }

  /** Shows and remembers one event. */
  hear(event: ChatEvent): void {
    if (event.type === "people") return this.#learn(event);
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
        this.#hearTeller({ name: event.from, id: event.id });
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

  /** Shows a line below everything that happened before. */
  print(line: Line): void {
    this.#comings?.flush();
    this.#screen.print(line);
  }

  /** Shows why the user's command failed, and notes the failure. */
  fail(why: Line): void {
    this.#memory.somethingFailed = true;
    this.print(why);
  }

  /** Shows everything that waits, and withdraws open questions. */
  [Symbol.dispose](): void {
    this.situation.changed("the connection was lost");
    this.#greeting?.[Symbol.dispose]();
    this.#comings?.[Symbol.dispose]();
  }

  #hearTeller(sender: { name: string; id?: string | undefined }): void {
    const { name } = sender;
    const person = this.#memory.presence.sender(sender) ?? { name };
    this.#memory.lastTeller = person;
    this.#memory.tellers.tell(person);
    this.#memory.acquaintances.heard(person);
  }

  #learn({ people }: PeopleEvent): void {
    this.#memory.presence.learn(people, { isComplete: true });
    this.#printLine(this.#partner.check());
  }

  #begin(welcome: Extract<ChatEvent, { type: "welcome" }>): void {
    const { users, ids, count = users.length, server = "" } = welcome;
    this.#memory.name = welcome.name;
    this.#memory.people = count;
    this.#memory.isOffline = false;
    if (server.trim() !== "") this.#memory.place = server;
    this.#memory.presence.learn(listed(users, ids), {
      isComplete: users.length >= count,
    });
    this.#attention.update();
    if (this.#greeting === undefined) this.#screen.print(eventLine(welcome));
    else this.#greeting.begin(welcome);
    this.binder.showPrompt();
    this.#printLine(this.#partner.check());
  }

  #come(event: Extract<ChatEvent, { type: "joined" | "left" }>): void {
    const { type, name } = event;
    const isJoin = type === "joined";
    const { presence } = this.#memory;
    const person = isJoin ? presence.join(event) : presence.leave(event);
    this.#memory.people += isJoin ? 1 : -1;
    this.#attention.update();
    if (this.#comings === undefined && !this.quiet) {
      this.#screen.print(eventLine(event));
    }
    const partnerLine = person && this.#partner[type](person);
    if (partnerLine !== undefined) return this.print(partnerLine);
    if (this.quiet) return;
    this.#comings?.add(name, type);
    if (this.#partner.isNamed(name)) this.#comings?.flush();
  }

  #printLine(line: Line | undefined): void {
    if (line !== undefined) this.print(line);
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
