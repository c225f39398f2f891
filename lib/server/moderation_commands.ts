import { type Ban, banText, withReason } from "../chat/moderation.ts";
import { nameKey, normalizeName, userNameProblem } from "../names.ts";
import { addressKey, hostOf } from "../net/address.ts";
import { firstWord } from "../terminal/command_line.ts";
import { padded, textWidth } from "../terminal/text_layout.ts";
import {
  type Client,
  count,
  didYouMean,
  findPerson,
  namesOf,
  type OperatorCommand,
  type OperatorContext,
  peopleOf,
  showUsage,
} from "./operator_context.ts";

/** Longest reason, in UTF-16 units: one line of a window, which all others read. */
const MAX_REASON_LENGTH = 200;

/** Who did it, in the log. */
const BY = { by: "operator" };

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
        reason: noted(reason),
        ...BY,
      });
      void person.close(withReason("kicked", reason), {
        words: withReason("You were removed by the operator", reason),
        final: true,
      });
    },
  },
  {
    name: "ban",
    usage: "/ban [NAME-or-ADDRESS [reason]]",
    summary: "keep out; alone: who is banned",
    details: [
      "A name: nobody can join with it, however it is written. Whoever has it",
      "now must leave, and could come back with another one.",
      "An address, such as 192.168.1.7: nobody at that computer can connect.",
      "/users shows the addresses. A ban ends with /unban, or with the server.",
    ],
    candidates: (context) => [...namesOf(context), ...addressesOf(context)],
    run(context, argument) {
      const [wanted, rest] = firstWord(argument);
      if (wanted === "") return showBans(context);
      const shown = addressFrom(wanted);
      const reason = reasonFrom(context, rest);
      if (reason === undefined) return;
      if (shown !== undefined) {
        banAddress(context, { shown, kind: "address", reason });
      } else {
        banName(context, {
          shown: normalizeName(wanted),
          kind: "name",
          reason,
        });
      }
    },
  },
  {
    name: "unban",
    usage: "/unban NAME-or-ADDRESS",
    summary: "let in again",
    details: ["/ban alone shows who is kept out."],
    candidates: ({ moderation }) => moderation.bans.map(({ shown }) => shown),
    run(context, wanted) {
      const { moderation } = context;
      if (wanted === "") return showBans(context);
      const banned = moderation.bans.map(({ shown }) => shown);
      const ban = moderation.unban(addressFrom(wanted) ?? wanted);
      if (ban === undefined) {
        const hint = didYouMean(wanted, banned, "/ban shows who is");
        return context.print(`${wanted} is not banned. ${hint}`);
      }
      context.log("unbanned", { [ban.kind]: ban.shown, ...BY });
      context.print(`${ban.shown} may come in again`);
    },
  },
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

function banName(context: OperatorContext, ban: Ban): void {
  const problem = userNameProblem(ban.shown);
  if (problem !== undefined) {
    return context.print(
      `${ban.shown} is neither a name nor an address: ${problem}`,
    );
  }
  const people = peopleOf(context);
  const key = nameKey(ban.shown);
  const person = people.find(({ name }) => nameKey(name) === key);
  if (person === undefined) {
    putBan(context, ban, []);
    const hint = didYouMean(ban.shown, namesOf(context), "");
    context.print(`Nobody with that name is here now. ${hint}`.trimEnd());
    return;
  }
  const { name: shown, address } = person;
  putBan(context, { ...ban, shown }, [person]);
  const others = people
    .filter((other) => other.address === address && other !== person)
    .map(({ name }) => name);
  const also = others.length === 0 ? "" : ` (${others.join(", ")}, too)`;
  context.print(`/ban ${address} would keep out that computer${also}`);
}

function banAddress(context: OperatorContext, ban: Ban): void {
  const there = context.clients()
    .filter(({ address }) => addressKey(address) === ban.shown);
  putBan(context, ban, there);
}

/** Notes the ban, and makes those leave whom it is about. */
function putBan(
  context: OperatorContext,
  ban: Ban,
  clients: readonly Client[],
): void {
  const { shown, kind, reason } = ban;
  context.moderation.ban(ban);
  context.log("banned", { [kind]: shown, reason: noted(reason), ...BY });
  context.print(`${shown} is banned (/unban ${shown} to undo)`);
  for (const client of clients) {
    void client.close(withReason("banned", reason), {
      words: banText(ban),
      final: true,
    });
  }
}

function showBans(context: OperatorContext): void {
  const { bans } = context.moderation;
  if (bans.length === 0) return context.print("Nobody is banned");
  context.print(`${count(bans.length, "ban", "bans")}:`);
  const width = Math.max(...bans.map(({ shown }) => textWidth(shown)));
  for (const { shown, kind, reason } of bans) {
    const row = `  ${padded(shown, width)}  ${padded(kind, 7)}  ${reason}`;
    context.print(row.trimEnd());
  }
}

function showMuted(context: OperatorContext): void {
  const { muted } = context.moderation;
  context.print(
    muted.length === 0 ? "Nobody is muted" : `Muted: ${muted.join(", ")}`,
  );
}

/** The address meant by `text`, also as `10.0.0.5:5000`: that is what the window shows. */
function addressFrom(text: string): string | undefined {
  return addressKey(text) ??
    (/:\d+$/.test(text) ? addressKey(hostOf(text)) : undefined);
}

/** In one line; `undefined`, and said so, if it is too long. */
function reasonFrom(
  context: OperatorContext,
  text: string,
): string | undefined {
  const reason = text.trim().replace(/\s+/g, " ");
  if (reason.length <= MAX_REASON_LENGTH) return reason;
  context.print(
    `The reason has ${reason.length} characters: ` +
      `at most ${MAX_REASON_LENGTH} are allowed`,
  );
}

/** For the log, which leaves out what is not there. */
function noted(reason: string): string | undefined {
  return reason === "" ? undefined : reason;
}

function addressesOf(context: OperatorContext): string[] {
  return [...new Set(context.clients().map(({ address }) => address))];
}
