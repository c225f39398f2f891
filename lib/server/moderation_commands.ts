import { withReason } from "../chat/moderation.ts";
import { nameKey } from "../names.ts";
import { firstWord } from "../terminal/command_line.ts";
import { BAN_COMMANDS } from "./ban_commands.ts";
import {
  BY,
  didYouMean,
  findPerson,
  namesOf,
  type OperatorCommand,
  type OperatorContext,
  peopleOf,
  reasonFrom,
  showUsage,
} from "./operator_context.ts";

/** Who must go, who must stay out, who must be silent. */
export const MODERATION_COMMANDS: readonly OperatorCommand[] = [
  {
    name: "kick",
    usage: "/kick NAME [reason]",
    summary: "make somebody leave",
    details: [
      "That one and all others read the reason. Coming back is allowed: see /ban.",
    ],
    candidates: namesOf,
    run(context, argument) {
      const [wanted, rest] = firstWord(argument);
      if (wanted === "") return showUsage(context, this);
      const person = findPerson(context, wanted);
      const reason = reasonFrom(context, rest);
      if (person === undefined || reason === undefined) return;
      context.log("kicked", {
        name: person.name,
        reason: reason || undefined,
        ...BY,
      });
      void person.close(withReason("kicked", reason), {
        words: withReason("You were removed by the operator", reason),
        final: true,
      });
    },
  },
  ...BAN_COMMANDS,
  {
    name: "mute",
    usage: "/mute [NAME]",
    summary: "let somebody only read; alone: who is muted",
    details: [
      "That one is told so, and stays muted after leaving and coming back.",
      "It ends with /unmute, or with the server.",
    ],
    candidates: namesOf,
    run(context, wanted) {
      const { moderation } = context;
      if (wanted === "") return showMuted(context);
      const person = findPerson(context, wanted);
      if (person === undefined) return;
      const { name } = person;
      if (!moderation.mute(name)) {
        return context.print(`${name} is muted already`);
      }
      context.log("muted", { name, ...BY });
      person.tell(
        "You are muted: you can read, but nobody gets what you write",
      );
      context.print(`${name} is muted (/unmute ${name} to undo)`);
    },
  },
  {
    name: "unmute",
    usage: "/unmute NAME",
    summary: "let somebody write again",
    details: ["/mute alone shows who is muted."],
    candidates: ({ moderation }) => moderation.muted,
    run(context, wanted) {
      const { moderation } = context;
      if (wanted === "") return showMuted(context);
      const name = moderation.unmute(wanted);
      if (name === undefined) {
        const hint = didYouMean(wanted, moderation.muted, "/mute shows who is");
        return context.print(`${wanted} is not muted. ${hint}`);
      }
      context.log("unmuted", { name, ...BY });
      peopleOf(context).find((person) => nameKey(person.name) === nameKey(name))
        ?.tell("You can write again");
      context.print(`${name} can write again`);
    },
  },
  {
    name: "lock",
    usage: "/lock",
    summary: "let nobody new in",
    details: [
      "Those who are here stay, and can come back after a lost connection.",
    ],
    run: (context) => setLock(context, true),
  },
  {
    name: "unlock",
    usage: "/unlock",
    summary: "let people in again",
    details: ["The opposite of /lock."],
    run: (context) => setLock(context, false),
  },
];

function setLock(context: OperatorContext, lock: boolean): void {
  const { moderation } = context;
  if (moderation.isLocked === lock) {
    return context.print(lock ? "Locked already" : "Not locked");
  }
  moderation.isLocked = lock;
  context.log(lock ? "locked" : "unlocked", BY);
  context.print(
    lock
      ? "Locked: nobody new can join, those who are here stay (/unlock to undo)"
      : "Unlocked: everybody can join",
  );
}

function showMuted(context: OperatorContext): void {
  const { muted } = context.moderation;
  context.print(
    muted.length === 0 ? "Nobody is muted" : `Muted: ${muted.join(", ")}`,
  );
}
