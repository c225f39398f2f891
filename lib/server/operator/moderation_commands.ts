import { nameKey } from "../../names.ts";
import { firstWord } from "../../terminal/command_line.ts";
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
} from "./context.ts";

/** The commands that remove, ban, mute and lock out people. */
export const MODERATION_COMMANDS: readonly OperatorCommand[] = [
  {
    name: "kick",
    usage: "/kick NAME [reason]",
    summary: "remove somebody from the chat",
    needs: 1,
    suggested: "for slips",
    details: [
      "The person reads the reason and can join again. /ban prevents that.",
    ],
    candidates: namesOf,
    run(context, argument) {
      const [wanted, rest] = firstWord(argument);
      const person = findPerson(context, wanted);
      const reason = reasonFrom(context, rest);
      if (person === undefined || reason === undefined) return;
      context.log("kicked", {
        name: person.name,
        reason: reason || undefined,
        ...BY,
      });
      void person.close({ kind: "kicked", words: reason });
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
      "The person is told. A muted person stays muted after leaving and coming",
      "back, also with another name after a lost connection. Nobody with a name",
      "that looks the same can send messages, either.",
      "/unmute ends it. So does the end of the server.",
      "/mute alone lists the muted people.",
    ],
    candidates: namesOf,
    run(context, wanted) {
      const { moderation } = context;
      if (wanted === "") return showMuted(context);
      const person = findPerson(context, wanted);
      if (person === undefined) return;
      const { name } = person;
      if (!moderation.mute(name, person.seatId)) {
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
    summary: "let somebody send again",
    details: ["/mute alone lists the muted people."],
    candidates: ({ moderation }) => moderation.muted,
    run(context, wanted) {
      const { moderation } = context;
      if (wanted === "") return showMuted(context);
      const name = moderation.unmute(wanted);
      if (name === undefined) {
        return context.print(notMuted(context, wanted));
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

function notMuted(context: OperatorContext, wanted: string): string {
  const key = nameKey(wanted);
  const person = peopleOf(context).find(({ name }) => nameKey(name) === key);
  if (person !== undefined) {
    return `${person.name} is not muted. Type /mute to list muted people`;
  }
  const { muted } = context.moderation;
  const hint = didYouMean(wanted, muted, "Type /mute to list muted people");
  return `Nobody called ${wanted} is muted. ${hint}`;
}
