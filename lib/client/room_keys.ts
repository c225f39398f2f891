import { ChatError } from "../chat_error.ts";
import { aborted } from "../io/pause.ts";
import type { KeyExchangeOptions } from "../secure/key_exchange.ts";
import { RoomKey, RoomKeyError } from "../secure/room_key.ts";
import type { ChatScreen } from "./chat_screen.ts";
import { ConnectionLost } from "./connection_lost.ts";
import { IdentityError } from "./identity_error.ts";
import type { ServerSecurity } from "./server_security.ts";
import { answer, problem } from "./view.ts";

/** Refusals that another room key, or none, can cure. */
const KEY_CODES: readonly string[] = [
  ...["key-needed", "key-wrong", "key-wait", "no-key"],
];

/** Whether the server refuses because of the room key. */
export function isKeyError(error: unknown): error is ChatError {
  return error instanceof ChatError && KEY_CODES.includes(error.code);
}

export type RoomKeysOptions = {
  /** The room key of the command line, if there is one. */
  readonly key: RoomKey | undefined;
  readonly screen: ChatScreen;
  /** Ends an open question. */
  readonly signal: AbortSignal;
};

/** The room key of one visit: from the command line, or typed when the server asks. */
export class RoomKeys {
  readonly #options: RoomKeysOptions;
  #key: RoomKey | undefined;

  constructor(options: RoomKeysOptions) {
    this.#options = options;
    this.#key = options.key;
  }

  /** Whether the user has given a key: then nothing may go out in the clear. */
  get isGiven(): boolean {
    return this.#key !== undefined;
  }

  /** Returns what the proof over an encrypted connection needs; `undefined`: no proof. */
  proofFor(
    security: ServerSecurity | undefined,
  ): KeyExchangeOptions | undefined {
    if (this.#key === undefined || security?.kind !== "encrypted") return;
    return { key: this.#key, fingerprint: security.fingerprint };
  }

  /**
   * Gives the key up if the operator has changed it: a class that comes back with the old
   * one would use up the wrong keys that its address may try. Nobody can be asked for
   * the key of a script, which may be the new one.
   */
  note(error: unknown): void {
    const isOld = error instanceof ConnectionLost &&
      error.code === "key-changed";
    if (isOld && this.#options.screen.interactive) this.#key = undefined;
  }

  /**
   * Finds another key after the server has refused with `error`: asks for it on a
   * terminal, without showing it. Resolves to `false` if the user leaves. Throws what
   * ends the visit where nobody can be asked, or if the server may not be the right one.
   * `isProven` says that the server has proved in this visit that it knows the key.
   */
  async change(
    error: ChatError,
    { isProven }: { readonly isProven: boolean },
  ): Promise<boolean> {
    const { screen, signal } = this.#options;
    if (error.code === "no-key") {
      if (!isProven) throw new IdentityError(NO_KEY);
      this.#key = undefined;
      return true;
    }
    if (!screen.interactive) throw inScript(error);
    const isFirst = !this.isGiven && error.code === "key-needed";
    screen.print((isFirst ? answer : problem)(textOf(error)));
    const key = await Promise.race([this.#ask(), aborted(signal)]);
    if (key === undefined) return false;
    this.#key = key;
    return true;
  }

  async #ask(): Promise<RoomKey | undefined> {
    const { screen } = this.#options;
    for (;;) {
      // A line that the user is typing comes first: nothing of it is a key.
      const text = await screen.ask(QUESTION, {
        isSecret: true,
        isPatient: true,
      });
      if (text === undefined) return undefined;
      try {
        return new RoomKey(text);
      } catch (error) {
        if (!(error instanceof RoomKeyError)) throw error;
        screen.print(problem(`${error.message}. Ctrl+C leaves`));
      }
    }
  }
}

const QUESTION = "Room key: ";

const NO_KEY =
  "The server has no room key, but you gave one: it may be the wrong server. " +
  "Leave out the key if it is the right one";

/** The refusal of the server, and what else it can mean. */
function textOf({ code, message }: ChatError): string {
  return code !== "key-wrong"
    ? message
    : `${message}. If you are sure of it, another computer may pretend to be ` +
      "the server";
}

/** The refusal for a script, which has to give the key when it starts. */
function inScript(error: ChatError): ChatError {
  const { code, message } = error;
  const text = code === "key-needed"
    ? `${message}, then give it with --key-file FILE or --key WORDS`
    : textOf(error);
  return new ChatError(code, text, { cause: error });
}
