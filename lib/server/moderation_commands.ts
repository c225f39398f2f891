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

/** Commands that remove, keep out and silence people. */
export const MODERATION_COMMANDS: readonly OperatorCommand[] = [
  {
    name: "kick",
    usage: "/kick NAME [reason]",
    summary: "remove somebody from the chat",
    details: [
      "The person reads the reason, and can join again: /ban prevents that.",
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
        words: withReason("The operator removed you", reason),
        code: "kicked",
        final: true,
      });
      const { name } = person;
      context.print(`${name} is removed (/ban ${name} to keep ${name} out)`);
    },
  },
  ...BAN_COMMANDS,
  {
    name: "mute",
    usage: "/mute [NAME]",
    summary: "stop somebody sending messages",
    details: [
      "The person is told, and stays muted after leaving and coming back.",
      "/unmute lifts it, and so does the end of the server.",
      "/mute alone lists the people who are muted.",
    ],
    candidates: namesOf,
    run(context, wanted) {
      const { moderation } = context;
      if (wanted === "") return showMuted(context);
      const person = findPerson(context, wanted);
      if (person === undefined) return;
      const { name } = person;
      if (!moderation.mute(name)) {
        return context.print(
          `${name} is already muted (/unmute ${name} to undo)`,
        );
      }
      context.log("muted", { name, ...BY });
      person.tell("You are muted. You can read but not send");
      context.print(`${name} is muted (/unmute ${name} to undo)`);
    },
  },
  {
    name: "unmute",
    usage: "/unmute NAME",
    summary: "let somebody send messages again",
    details: ["/mute alone lists the people who are muted."],
    candidates: ({ moderation }) => moderation.muted,
    run(context, wanted) {
      const { moderation } = context;
      if (wanted === "") return showMuted(context);
      const name = moderation.unmute(wanted);
      if (name === undefined) {
        const hint = didYouMean(wanted, moderation.muted, "/mute lists who is");
        return context.print(`${wanted} is not muted. ${hint}`);
      }
      context.log("unmuted", { name, ...BY });
      peopleOf(context).find((person) => nameKey(person.name) === nameKey(name))
        ?.tell("You can send messages again");
      context.print(`${name} can send messages again`);
    },
  },
  {
    name: "lock",
    usage: "/lock",
    summary: "stop new people joining",
    details: [
      "Everyone here stays, and can come back after a lost connection.",
    ],
    run: (context) => setLock(context, true),
  },
  {
    name: "unlock",
    usage: "/unlock",
    summary: "let new people join again",
    details: ["The opposite of /lock."],
    run: (context) => setLock(context, false),
  },
];

function setLock(context: OperatorContext, lock: boolean): void {
  const { moderation } = context;
  if (moderation.isLocked === lock) {
    return context.print(
      lock
        ? "Already locked (/unlock to undo)"
        : "Not locked: anyone can join (/lock to stop new people joining)",
    );
  }
  moderation.isLocked = lock;
  context.log(lock ? "locked" : "unlocked", BY);
  context.print(
    lock
      ? "Locked: nobody new can join, everyone here stays (/unlock to undo)"
      : "Unlocked: anyone can join",
  );
}

function showMuted(context: OperatorContext): void {
  const { muted } = context.moderation;
  context.print(
    muted.length === 0
      ? "Nobody is muted (/mute NAME stops somebody sending messages)"
      : `Muted: ${muted.join(", ")} (/unmute NAME to undo)`,
  );
}
