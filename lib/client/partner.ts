import { nameKey } from "../names.ts";
import { isYes, isYesOrNo } from "../terminal/question.ts";
import type { Binder } from "./binder.ts";
import type { Memory } from "./memory.ts";
import { type Person, wireId } from "./presence.ts";
import type { ChatScreen } from "./chat_screen.ts";
import type { Situation } from "./situation.ts";
import {
  answer,
  holdLine,
  type Line,
  type Mode,
  modeLine,
  resumeLine,
} from "./view.ts";

/**
 * The person whom the mode names, known by seat, not by name. While the person is
 * away, the client holds the lines, and nobody else gets them unless the user agrees.
 */
export class Partner {
  readonly #screen: ChatScreen;
  readonly #memory: Memory;
  readonly #binder: Binder;
  readonly #situation: Situation;
  /** Withdraws the open question, if any. */
  #withdraw: ((change: string) => void) | undefined;

  constructor(
    screen: ChatScreen,
    { memory, binder, situation }: {
      readonly memory: Memory;
      readonly binder: Binder;
      readonly situation: Situation;
    },
  ) {
    this.#screen = screen;
    this.#memory = memory;
    this.#binder = binder;
    this.#situation = situation;
  }

  get mode(): Mode {
    return this.#memory.mode;
  }

  set mode(mode: Mode) {
    const { to, id } = this.#memory.mode;
    const isOther = to !== mode.to || id !== mode.id;
    this.#memory.mode = mode;
    this.#binder.showPrompt();
    if (isOther) {
      this.#situation.changed("you are talking to somebody else now");
    }
  }

  /** Whether the person of the mode has this name, in any spelling. */
  isNamed(name: string): boolean {
    const { to } = this.mode;
    return to !== undefined && nameKey(to) === nameKey(name);
  }

  /** Compares the mode with who is here, after joining and after a whole list. */
  check(): Line | undefined {
    const { presence } = this.#memory;
    const { to, gone = false } = this.mode;
    if (to === undefined) return undefined;
    const partner = this.#person(to);
    if (presence.whereabouts(partner) === "unknown") return undefined;
    const here = presence.seated(partner);
    if (here !== undefined) return this.#resume(here);
    if (!gone) this.mode = { ...this.mode, gone: true };
    const other = presence.named(to);
    if (other !== undefined) this.#ask(other);
    return gone || other !== undefined ? undefined : holdLine(to);
  }

  /** Takes a person who has joined; returns the line about the mode, if it changes. */
  joined(person: Person): Line | undefined {
    this.#situation.changed(`${person.name} is back`, person.id);
    const { id, gone = false } = this.mode;
    if (!gone) return undefined;
    if (id !== undefined && id === person.id) return this.#resume(person);
    if (this.isNamed(person.name)) this.#ask(person);
    return undefined;
  }

  /** Takes a person who has left; returns the line about the mode, if it changes. */
  left(person: Person): Line | undefined {
    this.#situation.changed(`${person.name} has left`, person.id);
    const { to, id, gone = false } = this.mode;
    if (to === undefined || gone || id !== person.id) return undefined;
    this.mode = { ...this.mode, gone: true };
    return holdLine(to);
  }

  #person(name: string): Person {
    const { id } = this.mode;
    return { name, ...(id !== undefined && { id }) };
  }

  #resume(person: Person): Line | undefined {
    const { to, gone = false } = this.mode;
    const { name, id } = person;
    this.mode = { to: name, ...(id !== undefined && { id }) };
    if (!gone && to === name) return undefined;
    return resumeLine(name, to);
  }

  #ask(other: Person): void {
    const { name } = other;
    if (!this.#screen.interactive) {
      this.#memory.acquaintances.know(other);
      this.#screen.print(answer(
        `${this.#notice(other)}. Your messages are on hold (/to ${name} to ` +
          "talk to them)",
      ));
      return;
    }
    void this.#askUser(other);
  }

  /** Without ids from the server, the client does not know whether it is the same person. */
  #notice(other: Person): string {
    return wireId(other) === undefined
      ? `${other.name} has joined, and may be a different person`
      : `A different ${other.name} has joined`;
  }

  async #askUser(other: Person): Promise<void> {
    // A server may name any number of people; only the latest can be here.
    this.#withdraw?.(`another ${other.name} has joined`);
    const { id } = this.mode;
    using watch = this.#situation.watch([id, other.id]);
    const { withdraw } = watch;
    this.#withdraw = withdraw;
    const reply = await this.#screen.ask(
      `${this.#notice(other)}. Talk to them? (yes/no) `,
      {
        signal: watch.signal,
        isPatient: true,
        cancelAnswer: "no",
        isAnswer: isYesOrNo,
      },
    );
    if (this.#withdraw === withdraw) this.#withdraw = undefined;
    // Another line, such as /all, may have changed the mode.
    const isLine = reply !== undefined && !isYesOrNo(reply);
    if (isLine && (this.mode.gone !== true || this.mode.id !== id)) return;
    if (watch.change !== undefined) {
      this.#screen.print(answer(`Question withdrawn: ${watch.change}`));
      return;
    }
    if (reply === undefined) return;
    this.#memory.acquaintances.know(other);
    if (isYes(reply)) return this.#accept(other);
    this.#screen.print(answer(
      `Your messages are on hold (/to ${other.name} to talk to this ` +
        `${other.name}, /all to talk to everyone)`,
    ));
  }

  #accept({ name, id }: Person): void {
    const { accepted, mode } = this.#memory;
    if (mode.id !== undefined && id !== undefined) {
      accepted.set(mode.id, { name, id });
      // Only the latest decision counts, so that no chain of them leads back.
      accepted.delete(id);
    }
    this.mode = { to: name, ...(id !== undefined && { id }) };
    this.#screen.rebind?.();
    this.#screen.print(modeLine(this.mode));
  }
}
