import { type Ban, banText } from "../../chat/moderation.ts";
import { nameKey, normalizeName, userNameProblem } from "../../names.ts";
import { addressKey, hostOf } from "../../address.ts";
import { withReason } from "../../net/end_reason.ts";
import { firstWord } from "../../terminal/command_line.ts";
import { padded, textWidth } from "../../terminal/text_layout.ts";
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
} from "./context.ts";

/**
 * Short forms of an address, which some programs accept: the operator who types one
 * hardly means a name.
 */
const LIKE_ADDRESS =
  /^(?:localhost|\d{7,}|0x[\da-f]+|(?:(?:0x[\da-f]+|\d+)\.)+(?:0x[\da-f]+|\d+))$/i;

/** The commands that ban people and lift bans. */
export const BAN_COMMANDS: readonly OperatorCommand[] = [
  {
    name: "ban",
    usage: "/ban [NAME-or-ADDRESS [reason]]",
    summary: "keep somebody out; alone: list the bans",
    suggested: "for slips",
    details: [
      "A name: nobody can join with it, or with one that looks the same. The",
      "person who has it now is removed, but can come back with another name.",
      "An address, such as 192.168.1.7: nobody at that computer can connect.",
      "/users shows the addresses. /unban lifts a ban. All bans end with the",
      "server.",
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

/** A network, a range, or a pattern of addresses: `192.0.2.0/24`, `192.0.2.*`. */
const SEVERAL_ADDRESSES = /^[\da-f.:]*[.:\d][\da-f.:]*[/,*-]/i;

function banName(context: OperatorContext, ban: Ban): void {
  if (userNameProblem(ban.shown) !== undefined) {
    return context.print(
      `Nobody was banned: ${ban.shown} is not an address and cannot be a name. ` +
        (SEVERAL_ADDRESSES.test(ban.shown)
          ? "Ban one address at a time. "
          : "") +
        "Type /users for names and addresses",
    );
  }
  const people = peopleOf(context);
  const key = nameKey(ban.shown);
  const person = people.find(({ name }) => nameKey(name) === key);
  if (person === undefined) {
    if (LIKE_ADDRESS.test(ban.shown)) {
      return context.print(
        `Nobody was banned: ${ban.shown} is not a complete address, and nobody ` +
          "has this name. Type /users for names and addresses",
      );
    }
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
  const also = others.length === 0
    ? ""
    : `. This also removes ${others.join(", ")}`;
  context.print(`To ban the same computer, type /ban ${address}${also}`);
}

function banAddress(context: OperatorContext, ban: Ban): void {
  const there = context.clients()
    .filter(({ address }) => addressKey(address) === ban.shown);
  putBan(context, ban, there);
}

/** Sets and logs the ban, and removes `clients`. */
function putBan(
  context: OperatorContext,
  ban: Ban,
  clients: readonly Client[],
): void {
  const { shown, kind, reason } = ban;
  context.moderation.ban(ban, clients.map(({ seatId }) => seatId));
  context.log("banned", { [kind]: shown, reason: reason || undefined, ...BY });
  context.print(`${shown} is banned (/unban ${shown} to undo)`);
  for (const client of clients) {
    void client.close({
      kind: "banned",
      words: reason,
      told: kind === "name"
        ? withReason("The operator banned you", reason)
        : banText(ban),
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

/**
 * Returns the address in `text`, with or without the port that the window shows
 * (`10.0.0.5:5000`); `undefined` if it is not an address.
 */
function addressFrom(text: string): string | undefined {
  return addressKey(text) ??
    (/:\d+$/.test(text) ? addressKey(hostOf(text)) : undefined);
}

function addressesOf(context: OperatorContext): string[] {
  return [...new Set(context.clients().map(({ address }) => address))];
}
