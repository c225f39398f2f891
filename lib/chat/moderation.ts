import { addressKey } from "../net/address.ts";
import { nameKey } from "../names.ts";
import { ChatError } from "./chat_error.ts";

/** A name or an address that is kept out; `shown` is how it was first written. */
export type Ban = {
  readonly shown: string;
  readonly kind: "name" | "address";
  readonly reason: string;
};

/** Somebody who wants to join. */
export type Entrant = {
  readonly name: string;
  /** IP address without a port, in any spelling. */
  readonly address: string;
  /** Whether this is a return after a lost connection. */
  readonly resumes?: boolean;
};

/**
 * The operator's bans, mutes and lock. They end with the server: nothing is kept
 * on the disk, so that a forgotten ban of last week never disturbs a lesson.
 */
export class Moderation {
  /** Whether new people are kept from joining. */
  isLocked = false;
  readonly #names = new Map<string, Ban>();
  readonly #addresses = new Map<string, Ban>();
  /** Muted names as they were written, by their keys. */
  readonly #muted = new Map<string, string>();

  /** All bans: names, then addresses, each in the order of banning. */
  get bans(): Ban[] {
    return [...this.#names.values(), ...this.#addresses.values()];
  }

  /** The muted names. */
  get muted(): string[] {
    return [...this.#muted.values()];
  }

  /** Throws {@linkcode ChatError}, with a sentence for the entrant, if they may not join. */
  checkEntry({ name, address, resumes = false }: Entrant): void {
    const ban = this.banOfAddress(address) ?? this.#names.get(nameKey(name));
    if (ban !== undefined) throw new ChatError("banned", banText(ban));
    if (this.isLocked && !resumes) {
      throw new ChatError(
        "locked",
        "The operator has locked the server, so nobody new can join. " +
          "Ask the operator, or try again later",
      );
    }
  }

  /** The ban of `address`, if there is one: clients there may not even connect. */
  banOfAddress(address: string): Ban | undefined {
    if (this.#addresses.size === 0) return undefined;
    return this.#addresses.get(addressKey(address) ?? address);
  }

  /** Whether `name` is muted. Cheap: asked for each message. */
  silences(name: string): boolean {
    return this.#muted.size > 0 && this.#muted.has(nameKey(name));
  }

  /** Throws {@linkcode ChatError} if `name` is muted. */
  checkSpeech(name: string): void {
    if (!this.silences(name)) return;
    throw new ChatError(
      "muted",
      "The operator has muted you, so your message was not sent. " +
        "Ask the operator to unmute you",
    );
  }

  /** Keeps a name or an address out; a second ban of it replaces the first. */
  ban(ban: Ban): void {
    if (ban.kind === "name") this.#names.set(nameKey(ban.shown), ban);
    else this.#addresses.set(addressKey(ban.shown) ?? ban.shown, ban);
  }

  /** Lifts the ban of a name or an address; `undefined` if there was none. */
  unban(wanted: string): Ban | undefined {
    const address = addressKey(wanted);
    const [bans, key] = address === undefined
      ? [this.#names, nameKey(wanted)]
      : [this.#addresses, address];
    const ban = bans.get(key);
    bans.delete(key);
    return ban;
  }

  /** Mutes a name, also for later joins. Returns whether it was not muted before. */
  mute(name: string): boolean {
    const isNew = !this.#muted.has(nameKey(name));
    this.#muted.set(nameKey(name), name);
    return isNew;
  }

  /** Unmutes a name; returns it as it was written, or `undefined` if it was not muted. */
  unmute(wanted: string): string | undefined {
    const name = this.#muted.get(nameKey(wanted));
    this.#muted.delete(nameKey(wanted));
    return name;
  }
}

/** What a banned person reads when joining. */
export function banText({ shown, kind, reason }: Ban): string {
  const who = kind === "name"
    ? `The operator banned the name ${shown}`
    : "The operator banned this computer";
  return withReason(who, reason);
}

/** `what: reason`, or `what` alone. */
export function withReason(what: string, reason: string): string {
  return reason === "" ? what : `${what}: ${reason}`;
}
