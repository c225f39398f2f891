/**
 * Names the lines that the user typed and that reach nobody, because the user leaves:
 * the client drops nothing silently.
 *
 * @module
 */

import { firstWord } from "../terminal/command_line.ts";
import { typedName } from "./addressee.ts";
import type { Binding } from "./binding.ts";
import type { TypedCommand } from "./command.ts";
import type { Speech } from "./membership.ts";
import type { Memory } from "./memory.ts";
import type { TakenLine } from "./chat_screen.ts";
import { readLine } from "./line_reading.ts";
import { type Line, problem, recipientOfSpeech } from "./view.ts";

/** Says that the server has not confirmed `speech`. */
export function unconfirmedLine(speech: Speech): Line {
  return problem(
    `May not have been sent to ${recipientOfSpeech(speech)}: ${speech.text}`,
  );
}

/** Says which lines the client will not carry out, in their order. */
export function undoneLines(
  lines: readonly TakenLine[],
  memory: Pick<Memory, "mode" | "presence" | "lastTeller">,
): Line[] {
  // The lines before a blindly typed line decide who gets it.
  let mode = memory.mode.to;
  const texts = lines.map(({ text, problem, binding }) => {
    if (problem !== undefined) return problem;
    const bound = binding as Binding | undefined;
    const to = bound === undefined ? mode : bound.to?.name;
    const typed = readLine(text, memory);
    if (typed.kind === "nothing") return undefined;
    if (typed.kind === "speech") return notSent(to, typed.text);
    if (typed.kind !== "command") return `Not sent: ${text}`;
    const head = bound?.head?.person?.name;
    const sent = recipientOfCommand(typed, { head, to, memory });
    if (typed.command.name === "all") mode = undefined;
    if (typed.command.name === "to") mode = sent?.to ?? mode;
    if (sent === undefined) {
      return typed.command.isLocal ? undefined : `Not done: ${text}`;
    }
    return sent.text === "" ? undefined : notSent(sent.to, sent.text);
  });
  return texts.filter((text) => text !== undefined).map(problem);
}

/** The text and the recipient of a command; `undefined` if the command sends nothing. */
function recipientOfCommand(
  { command, argument }: TypedCommand,
  { head, to, memory }: {
    readonly head: string | undefined;
    readonly to: string | undefined;
    readonly memory: Pick<Memory, "lastTeller">;
  },
): { to: string | undefined; text: string } | undefined {
  const [name, text] = firstWord(argument);
  switch (command.name) {
    case "all":
      return { to: undefined, text: argument };
    case "to":
    case "msg":
      return { to: head ?? typedName(name), text };
    case "reply":
      return {
        to: head ?? memory.lastTeller?.name ?? "anybody",
        text: argument,
      };
    case "me":
      return { to, text: argument };
    default:
      return undefined;
  }
}

function notSent(to: string | undefined, text: string): string {
  return `Not sent to ${to ?? "everyone"}: ${text}`;
}
