import { nameKey } from "../names.ts";
import { firstWord } from "../terminal/command_line.ts";
import type { BoundLine, DraftBinding } from "../terminal/draft_binding.ts";
import type { Binding, Head } from "./binding.ts";
import type { Blind } from "./blind.ts";
import { Heads } from "./heads.ts";
import type { Memory } from "./memory.ts";
import type { Person, Recipient } from "./presence.ts";
import type { ChatScreen, TakenLine } from "./chat_screen.ts";
import { isUnseen } from "./doubt.ts";
import { isPrivate, readLine } from "./line_reading.ts";
import { formatPrompt, type Mode } from "./view.ts";

/**
 * Decides who gets a line when its typing begins, and shows this in the prompt.
 * Nothing that happens while the user types, or while the line waits, changes it.
 */
export class Binder {
  readonly #screen: ChatScreen;
  readonly #memory: Memory;
  readonly #heads: Heads;

  constructor(screen: ChatScreen, memory: Memory) {
    this.#screen = screen;
    this.#memory = memory;
    this.#heads = new Heads(memory);
    screen.setBinder(this);
  }

  /** The mode after all waiting lines have been carried out. */
  get mode(): Mode {
    return this.#memory.pending.at(-1)?.mode ?? this.#memory.mode;
  }

  /** Decides about `text`; `before` is the decision about an earlier state of the line. */
  bind(text: string, before?: DraftBinding): Binding {
    const bound = this.bindSeen(text, before);
    const { doubt } = this.#memory;
    const entered = before === undefined
      ? doubt && isUnseen(doubt) ? doubt.entered : undefined
      : (before as Binding).entered;
    return entered === undefined ? bound : withEntered(bound, entered);
  }

  /** The same for a line whose prompt the user sees before they send it. */
  bindSeen(text: string, before?: DraftBinding): Binding {
    const earlier = before as Binding | undefined;
    const to = earlier === undefined
      ? recipientOf(this.mode)
      : this.#accepted(earlier.to);
    const past = earlier?.past ?? this.#heads.begin();
    const head = this.#heads.decide(text, { before: earlier?.head, past });
    return this.#binding(text, { to, head, past });
  }

  #binding(
    text: string,
    { to, head, past }: Pick<Binding, "to" | "head" | "past">,
  ): Binding {
    const prompt = () => this.#prompt(to, head);
    return {
      to,
      head,
      past,
      isPrivate: to !== undefined || isPrivate(text, this.#memory),
      get prompt() {
        return prompt();
      },
    };
  }

  /** Decides about a line again that named somebody unknown: now it is for `person`. */
  bindFor(
    person: Person,
    { text, binding }: { text: string; binding: Binding },
  ): Binding {
    const { to } = binding;
    const past = this.#heads.begin();
    const head = binding.head && this.#heads.decide(text, { past });
    const recipient = head === undefined ? person : to;
    return this.#binding(text, { to: recipient, head, past });
  }

  /** Decides about a complete line, for good. */
  bindWhole({ text, binding, blind }: TakenLine): Binding {
    if (binding === undefined) {
      return this.#blindly(this.bind(`${text} `), blind);
    }
    const { to, head: before, past, entered } = binding as Binding;
    const head = this.#heads.decide(`${text} `, { before, past });
    const whole = this.#binding(text, { to, head, past });
    return entered === undefined ? whole : withEntered(whole, entered);
  }

  begin(): Blind {
    const { lastTeller } = this.#memory;
    return { teller: lastTeller, rival: undefined, replaced: new Map() };
  }

  enter(): Blind {
    const { lastTeller, tellers, presence } = this.#memory;
    const blind = { ...tellers.heard, replaced: presence.takeReplaced() };
    tellers.enter(lastTeller);
    return blind;
  }

  /**
   * Takes a line at Enter: it waits for its turn, and goes to the people whom the
   * prompt names.
   */
  typed({ text, binding, atQuestion = false }: BoundLine): TakenLine {
    const bound = this.bindWhole({ text, binding });
    const isBlank = text.trim() === "";
    const entered = this.#memory.entered += isBlank ? 0 : 1;
    const blind = this.enter();
    const whole = binding === undefined
      ? { ...this.#blindly(bound, blind), entered }
      : atQuestion
      ? { ...bound, entered }
      : bound;
    const line = { text, binding: whole, number: entered };
    const reading = readLine(text);
    if (reading.kind !== "command") return line;
    const { command, word, argument } = reading;
    const [name, rest] = firstWord(argument);
    const isTo = command.name === "to" || word === "query" && rest === "";
    if (command.name !== "all" && !(isTo && name !== "")) return line;
    const person = whole.head?.person;
    const mode = person === undefined ? {} : modeFor(person);
    this.#memory.pending.push({ line, mode });
    this.showPrompt();
    return line;
  }

  /**
   * Decides about a line that the client did not see being typed (`TERM=dumb`, a
   * pipe). Somebody else may have written meanwhile, or taken a name: the line is
   * not for that person.
   */
  #blindly(bound: Binding, blind: Blind | undefined): Binding {
    const { head } = bound;
    if (head === undefined || blind === undefined) return bound;
    const { teller, rival, replaced } = blind;
    if (!head.isReply) {
      const meant = head.person && replaced.get(nameKey(head.person.name));
      return meant === undefined
        ? bound
        : { ...bound, head: { ...head, person: meant } };
    }
    const isSure = teller === undefined || rival === undefined;
    return {
      ...bound,
      head: isSure
        ? { ...head, person: teller }
        : { ...head, person: undefined, rivals: [teller, rival] },
    };
  }

  /** Forgets a line that was carried out or dropped. */
  done(line: BoundLine): void {
    const { pending } = this.#memory;
    const at = pending.findIndex((other) => other.line === line);
    if (at === -1) return;
    pending.splice(at, 1);
    this.showPrompt();
  }

  showPrompt(): void {
    const { isOffline, isPlain } = this.#memory;
    this.#screen.setPrompt(formatPrompt(this.mode, { isOffline, isPlain }));
  }

  /**
   * The person whom the user has accepted in the place of `person`, who has left; only
   * for the person of the mode, not for the person whom `/reply` or `/msg` names.
   */
  #accepted(person: Recipient): Recipient {
    const { presence, accepted } = this.#memory;
    let current = person;
    while (
      current?.id !== undefined && presence.seated(current) === undefined
    ) {
      const next = accepted.get(current.id);
      if (next === undefined) break;
      current = next;
    }
    return current;
  }

  #prompt(to: Recipient, head: Head | undefined): string {
    const { isOffline, isPlain, presence } = this.#memory;
    const isNobody = head?.isReply && head.person === undefined;
    const person = head === undefined || isNobody ? to : head.person;
    const mode = person === undefined ? {} : modeFor(person, {
      isGone: presence.whereabouts(person) === "gone",
    });
    const isReply = head?.isReply === true && !isNobody;
    return formatPrompt(mode, { isOffline, isReply, isPlain });
  }
}

/** Keeps the prompt, which is computed when it is drawn. */
function withEntered(binding: Binding, entered: number): Binding {
  return Object.defineProperty(binding, "entered", {
    value: entered,
    enumerable: true,
  });
}

/** The mode in which lines go to `person`. */
export function modeFor(
  { name, id }: Person,
  { isGone = id === undefined } = {},
): Mode {
  return {
    to: name,
    ...(id !== undefined && { id }),
    ...(isGone && { gone: true }),
  };
}

/** The recipient of lines in this mode. */
export function recipientOf({ to, id }: Mode): Recipient {
  if (to === undefined) return undefined;
  return { name: to, ...(id !== undefined && { id }) };
}
