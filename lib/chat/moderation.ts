import { addressKey } from "../net/address.ts";
import { nameKey } from "../names.ts";
import { ChatError } from "./chat_error.ts";

/** A name or an address that must stay out; `shown` is how it was first written. */
export type Ban = {
  readonly shown: string;
  readonly kind: "name" | "address";
  readonly reason: string;
};

/** Who wants to come in. */
export type Entrant = {
  readonly name: string;
  /** IP address without a port, in any spelling. */
  readonly address: string;
  /** Whether the place was taken before, and only the connection was lost. */
  readonly resumes?: boolean;
};

/**
 * Who may come in and who may speak, as the operator has said. Lives as long as
 * the server: nothing is kept on the disk, so that a forgotten ban of last week
 * never stands in the way of a lesson.
 */
export class Moderation {
  /** Whether nobody new may join. */
  isLocked = false;
  readonly #names = new Map<string, Ban>();
  readonly #addresses = new Map<string, Ban>();
  /** As they were written, by their keys. */
  readonly #muted = new Map<string, string>();

  /** Who may not come in, in the order of the banning. */
  get bans(): Ban[] {
    return [...this.#names.values(), ...this.#addresses.values()];
  }

  /** The names of those who may not speak. */
  get muted(): string[] {
    return [...this.#muted.values()];
  }

  /** Throws {@linkcode ChatError} with a sentence for who may not come in. */
  checkEntry({ name, address, resumes = false }: Entrant): void {
    const ban = this.banOfAddress(address) ?? this.#names.get(nameKey(name));
    if (ban !== undefined) throw new ChatError("banned", banText(ban));
    if (this.isLocked && !resumes) {
      throw new ChatError(
        "locked",
        "The operator has locked this server: nobody new can join now",
      );
    }
  }

  /** Why whoever is at `address` may not even connect, if that is so. */
  banOfAddress(address: string): Ban | undefined {
    if (this.#addresses.size === 0) return undefined;
    return this.#addresses.get(addressKey(address) ?? address);
  }

  /** Whether the one called `name` may not speak. Cheap: asked for each message. */
  silences(name: string): boolean {
    return this.#muted.size > 0 && this.#muted.has(nameKey(name));
  }

  /** Throws {@linkcode ChatError} if the one called `name` may not speak. */
  checkSpeech(name: string): void {
    if (!this.silences(name)) return;
    throw new ChatError(
      "muted",
      "The operator has muted you: the message was not sent",
    );
  }

  /** Keeps a name or an address out; again gives it another reason. */
  ban(ban: Ban): void {
    if (ban.kind === "name") this.#names.set(nameKey(ban.shown), ban);
    else this.#addresses.set(addressKey(ban.shown) ?? ban.shown, ban);
  }

  /** Lets a name or an address in again; `undefined` if it was not banned. */
  unban(wanted: string): Ban | undefined {
    const address = addressKey(wanted);
    const [bans, key] = address === undefined
      ? [this.#names, nameKey(wanted)]
      : [this.#addresses, address];
    const ban = bans.get(key);
    bans.delete(key);
    return ban;
  }

  /** Silences a name, also when somebody comes back with it. Returns whether that is new. */
  mute(name: string): boolean {
    const isNew = !this.#muted.has(nameKey(name));
    this.#muted.set(nameKey(name), name);
    return isNew;
  }

  /** Lets a name speak again; returns it as it was written, or `undefined` if it was not muted. */
  unmute(wanted: string): string | undefined {
    const name = this.#muted.get(nameKey(wanted));
    this.#muted.delete(nameKey(wanted));
    return name;
  }
}

/** What a banned one reads. */
export function banText({ shown, kind, reason }: Ban): string {
  const who = kind === "name"
    ? `The name ${shown} is banned from this server`
    : "Your computer is banned from this server";
  return withReason(who, reason);
}

/** `what: reason`, or `what` alone. */
export function withReason(what: string, reason: string): string {
  return reason === "" ? what : `${what}: ${reason}`;
}
