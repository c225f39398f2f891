import { RoomKey, RoomKeyError } from "../../secure/room_key.ts";
import { weakness } from "../../secure/key_weakness.ts";
import {
  BY,
  count,
  type OperatorCommand,
  type OperatorContext,
  peopleOf,
} from "./context.ts";

/**
 * An option that `/key` does not have, or one beside a key: as a part of the key, it would
 * keep everyone out.
 */
const OPTION = /^--|\s--(?:off|rejoin)$/i;

const UNKNOWN_OPTION =
  "Not done: type /key WORDS, /key --rejoin or /key --off, one at a time";

/** The commands about encryption and the room key. */
export const SECURITY_COMMANDS: readonly OperatorCommand[] = [
  {
    name: "key",
    usage: "/key [WORDS]",
    summary: "set the room key",
    details: [
      "/key alone asks for the key, without showing it.",
      "People who are here stay. /key --rejoin disconnects everyone, and they",
      "need the key to come back. /key --off: anyone may join again.",
      "The key is not kept: the next start needs --key-file or /key again.",
    ],
    async run(context, argument) {
      const { fingerprint } = context.security;
      if (fingerprint === undefined) {
        return context.print(
          "A room key needs encryption: start the server without " +
            "--no-encryption",
        );
      }
      if (/^(?:--)?off$/i.test(argument)) return removeKey(context);
      if (/^--rejoin$/i.test(argument)) return disconnectAll(context);
      if (OPTION.test(argument)) return context.print(UNKNOWN_OPTION);
      if (/^(?:rejoin|-.*)$/i.test(argument)) {
        return context.print(UNKNOWN_OPTION);
      }
      if (argument !== "") return setKey(context, unquoted(argument));
      await askKey(context);
    },
  },
  {
    name: "security",
    usage: "/security",
    summary: "show encryption and key",
    details: ["People see the same fingerprint when they type /security."],
    run(context) {
      for (const line of securityLines(context)) context.print(line);
    },
  },
];

/** Returns the state of encryption and room key, in three lines. */
export function securityLines(
  { security }: Pick<OperatorContext, "security">,
): readonly string[] {
  const { shownFingerprint, encryptedOnly, key } = security;
  if (shownFingerprint === undefined) {
    return [
      "Encryption: off (--no-encryption). Anyone on the network can read along",
      "Fingerprint: none",
      "Room key: none",
    ];
  }
  return [
    encryptedOnly || key !== undefined
      ? "Encryption: on. Connections that are not encrypted are refused"
      : "Encryption: on. Old clients may still join without it " +
        "(--encrypted-only refuses them)",
    `Fingerprint: ${shownFingerprint}`,
    key === undefined
      ? "Room key: none. Anyone on the network can join (/key sets one)"
      : "Room key: set. Only people who know it can join",
  ];
}

async function askKey(context: OperatorContext): Promise<void> {
  const { dialog, security } = context;
  if (dialog === undefined) {
    return context.print(
      security.key === undefined
        ? "The room has no key. /key WORDS sets one"
        : "The room has a key. /key WORDS changes it, /key --off removes it",
    );
  }
  const text = await dialog.askSecret("New room key (Enter changes nothing): ");
  if (text === undefined || text.trim() === "") {
    return context.print("The room key has not changed");
  }
  setKey(context, text);
}

/** Takes off the quotation marks, which a shell would take off. */
function unquoted(text: string): string {
  return /^(["'])(.*)\1$/.exec(text)?.[2] ?? text;
}

function setKey(context: OperatorContext, text: string): void {
  const { security } = context;
  let key: RoomKey;
  try {
    key = new RoomKey(text);
  } catch (error) {
    if (!(error instanceof RoomKeyError)) throw error;
    return context.print(`${error.message}. The room key has not changed`);
  }
  security.key = key;
  context.log("key set", BY);
  context.print("The room key is set: only people who know it can join");
  const weak = weakness(key);
  if (weak !== undefined) context.print(weak);
  const people = peopleOf(context).length;
  if (people > 0) {
    context.print(
      `${count(people, "person stays", "people stay")} here without it ` +
        "(/key --rejoin disconnects everyone)",
    );
  }
}

function removeKey(context: OperatorContext): void {
  const { security } = context;
  if (security.key === undefined) {
    return context.print("The room has no key");
  }
  security.key = undefined;
  context.log("key removed", BY);
  context.print("The room has no key now: anyone on the network can join");
}

function disconnectAll(context: OperatorContext): void {
  if (context.security.key === undefined) {
    return context.print("The room has no key. /key sets one");
  }
  const people = peopleOf(context);
  for (const person of people) void person.close({ kind: "key changed" });
  context.print(
    `${count(people.length, "person has", "people have")} to join again ` +
      "with the key",
  );
}
