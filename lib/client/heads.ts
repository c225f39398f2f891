import { nameKey } from "../names.ts";
import { firstWord } from "../terminal/command_line.ts";
import { personTyped, typedName } from "./addressee.ts";
import type { Head, LinePast } from "./binding.ts";
import { readLine } from "./line_reading.ts";
import type { Memory } from "./memory.ts";
import type { Recipient } from "./presence.ts";

/**
 * Decides whom the command at the head of a line names. A line keeps its people however
 * it is changed, until it is empty: its past says whom it has named.
 */
export class Heads {
  readonly #memory: Pick<Memory, "lastTeller" | "presence">;

  constructor(memory: Pick<Memory, "lastTeller" | "presence">) {
    this.#memory = memory;
  }

  /** Returns the past of a line that begins now. */
  begin(): LinePast {
    return { teller: this.#memory.lastTeller, people: new Map() };
  }

  /**
   * Returns the head of `text`, if it has one; `before` is the head of the line before
   * its last change.
   */
  decide(
    text: string,
    { before, past }: {
      readonly before?: Head | undefined;
      readonly past: LinePast;
    },
  ): Head | undefined {
    const reading = readLine(text);
    if (reading.kind !== "command") return undefined;
    const { command, argument, word } = reading;
    const isBegun = argument !== "" || /\s$/u.test(text);
    if (!isBegun) return undefined;
    if (before?.key === command.name) return before;
    if (command.name === "all") {
      return { key: command.name, isReply: false, person: undefined };
    }
    if (command.name === "reply") {
      const wasOther = argument !== "";
      return past.reply ??= this.#reply(wasOther ? past.teller : undefined);
    }
    if (command.name !== "msg" && command.name !== "to") return undefined;
    const [name, rest] = firstWord(argument);
    if (name === "" || rest === "" && !/\s$/u.test(text)) return undefined;
    const key = `${command.name} ${word} ${nameKey(name)}`;
    if (before?.key === key) return before;
    return { key, isReply: false, person: this.#named(name, past) };
  }

  #named(typed: string, { people }: LinePast): NonNullable<Recipient> {
    const key = nameKey(typed);
    const person = people.get(key) ??
      personTyped(this.#memory.presence, typed);
    if (person === undefined) return { name: typedName(typed) };
    people.set(key, person);
    return person;
  }

  /**
   * The sender of the last private message. Unclear if the line was another one when the
   * user began it, and `meant` had written last.
   */
  #reply(meant: Recipient): Head {
    const { lastTeller } = this.#memory;
    const head = { key: "reply", isReply: true };
    const isClear = meant === undefined || lastTeller === undefined ||
      meant.id === lastTeller.id;
    return isClear
      ? { ...head, person: lastTeller }
      : { ...head, person: undefined, rivals: [meant, lastTeller] };
  }
}
