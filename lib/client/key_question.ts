import { ChatError } from "../chat_error.ts";
import { RoomKey, RoomKeyError } from "../secure/room_key.ts";
import type { ChatScreen } from "./chat_screen.ts";
import { IdentityError } from "./identity_error.ts";
import { problem } from "./view.ts";

/** Refusals that another room key, or none, can cure. */
const KEY_CODES: readonly string[] = [
  ...["key-needed", "key-wrong", "key-wait", "no-key"],
];

/** The key of the next attempt; without `key`, the room has none. */
export type KeyChoice = { readonly key: RoomKey | undefined };

/** Whether the server refuses because of the room key. */
export function isKeyError(error: unknown): error is ChatError {
  return error instanceof ChatError && KEY_CODES.includes(error.code);
}

/**
 * Decides with which key to try again after the server has refused with `error`: asks
 * for it on a terminal, without showing it. Resolves to `undefined` if the user leaves.
 * Throws what ends the visit where nobody can be asked, or if the server may not be the
 * right one.
 */
export async function askKey(
  screen: ChatScreen,
  error: ChatError,
  { hasKey, isKnown }: {
    /** Whether the client has tried a key. */
    readonly hasKey: boolean;
    /** Whether the server has proved in this visit that it knows the key. */
    readonly isKnown: boolean;
  },
): Promise<KeyChoice | undefined> {
  if (error.code === "no-key") {
    if (isKnown) return { key: undefined };
    throw new IdentityError(
      "The server has no room key, but you gave one: it may be the wrong server. " +
        "Leave out the key if it is the right one",
    );
  }
  if (!screen.interactive) throw inScript(error);
  if (hasKey || error.code !== "key-needed") {
    screen.print(problem(error.message));
  }
  for (;;) {
    const text = await screen.ask("Room key (it stays hidden): ", {
      isSecret: true,
      isPatient: true,
    });
    if (text === undefined || text.trim() === "") return undefined;
    try {
      return { key: new RoomKey(text) };
    } catch (error) {
      if (!(error instanceof RoomKeyError)) throw error;
      screen.print(problem(error.message));
    }
  }
}

/** The refusal for a script, which has to give the key when it starts. */
function inScript(error: ChatError): ChatError {
  return error.code !== "key-needed" ? error : new ChatError(
    "key-needed",
    `${error.message}, then give it with --key-file FILE or --key WORDS`,
    { cause: error },
  );
}
