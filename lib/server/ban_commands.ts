import { type Ban, banText, withReason } from "../chat/moderation.ts";
import { nameKey, normalizeName, userNameProblem } from "../names.ts";
import { addressKey, hostOf } from "../net/address.ts";
import { firstWord } from "../terminal/command_line.ts";
import { padded, textWidth } from "../terminal/text_layout.ts";
import {
  BY,
  type Client,
  count,
  didYouMean,
  namesOf,
  type OperatorCommand,
  type OperatorContext,
  peopleOf,
  reasonFrom,
} from "./operator_context.ts";

/** Commands that keep people out and let them in again. */
export const BAN_COMMANDS: readonly OperatorCommand[] = [
  {
    name: "ban",
    usage: "/ban [NAME-or-ADDRESS [reason]]",
    summary: "keep somebody out; alone: list the bans",
    details: [
      "A name: nobody can join with it, in capitals or not. The person who has",
      "it now is removed, but can come back with another name.",
      "An address, such as 192.168.1.7: nobody at that computer can connect.",
      "/users shows the addresses. /unban lifts a ban, and so does the end of",
      "the server.",
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
    summary: "lift a ban",
    details: ["/ban alone lists the bans."],
    candidates: ({ moderation }) => moderation.bans.map(({ shown }) => shown),
    run(context, wanted) {
      const { moderation } = context;
      if (wanted === "") return showBans(context);
      const banned = moderation.bans.map(({ shown }) => shown);
      const ban = moderation.unban(addressFrom(wanted) ?? wanted);
      if (ban === undefined) {
        const hint = didYouMean(wanted, banned, "/ban lists the bans");
        return context.print(`${wanted} is not banned. ${hint}`);
      }
      context.log("unbanned", { [ban.kind]: ban.shown, ...BY });
      context.print(
        ban.kind === "name"
          ? `${ban.shown} can join again`
          : `People at ${ban.shown} can join again`,
      );
    },
  },
];

function banName(context: OperatorContext, ban: Ban): void {
  if (userNameProblem(ban.shown) !== undefined) {
    return context.print(
      `Nobody was banned: ${ban.shown} is neither an address nor a name that ` +
        "somebody can have. /users shows both",
    );
  }
  const people = peopleOf(context);
  const key = nameKey(ban.shown);
  const person = people.find(({ name }) => nameKey(name) === key);
  if (person === undefined) {
    putBan(context, ban, []);
    const hint = didYouMean(ban.shown, namesOf(context), "");
    context.print(`Nobody called ${ban.shown} is here now. ${hint}`.trimEnd());
    return;
  }
  const { name: shown, address } = person;
  putBan(context, { ...ban, shown }, [person]);
  const others = people
    .filter((other) => other.address === address && other !== person)
    .map(({ name }) => name);
  const also = others.length === 0 ? "" : ` and remove ${others.join(", ")}`;
  context.print(`/ban ${address} would keep out that computer${also}`);
}

function banAddress(context: OperatorContext, ban: Ban): void {
  const there = context.clients()
    .filter(({ address }) => addressKey(address) === ban.shown);
  putBan(context, ban, there);
}

/** Notes the ban, and removes `clients`. */
function putBan(
  context: OperatorContext,
  ban: Ban,
  clients: readonly Client[],
): void {
  const { shown, kind, reason } = ban;
  context.moderation.ban(ban);
  context.log("banned", { [kind]: shown, reason: reason || undefined, ...BY });
  context.print(`${shown} is banned (/unban ${shown} to undo)`);
  for (const client of clients) {
    void client.close(withReason("banned", reason), {
      words: kind === "name"
        ? withReason("The operator banned you", reason)
        : banText(ban),
      code: "banned",
      final: true,
    });
  }
}

function showBans(context: OperatorContext): void {
  const { bans } = context.moderation;
  if (bans.length === 0) {
    return context.print(
      "Nobody is banned (/ban NAME-or-ADDRESS keeps somebody out)",
    );
  }
  context.print(`${count(bans.length, "ban", "bans")}:`);
  const width = Math.max(...bans.map(({ shown }) => textWidth(shown)));
  for (const { shown, kind, reason } of bans) {
    const row = `  ${padded(shown, width)}  ${padded(kind, 7)}  ${reason}`;
    context.print(row.trimEnd());
  }
}

/** The address in `text`, also as `10.0.0.5:5000`, which is how the window shows it. */
function addressFrom(text: string): string | undefined {
  return addressKey(text) ??
    (/:\d+$/.test(text) ? addressKey(hostOf(text)) : undefined);
}

function addressesOf(context: OperatorContext): string[] {
  return [...new Set(context.clients().map(({ address }) => address))];
}
