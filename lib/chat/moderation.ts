import { addressKey } from "../address.ts";
import { lookKeys, nameKey } from "../names.ts";
import { withReason } from "../net/end_reason.ts";
import { ChatError } from "../chat_error.ts";

/** A banned name or address; `shown` is how the operator first wrote it. */
export type Ban = {
  readonly shown: string;
  readonly kind: "name" | "address";
  readonly reason: string;
};

/** A person who wants to join. */
export type Entrant = {
  readonly name: string;
  /** IP address without a port, in any spelling. */
  readonly address: string;
  /** Whether this is a return after a lost connection. */
  readonly resumes?: boolean;
  /** For a return: the name that the person had before. */
  readonly before?: string | undefined;
  /** The id of the seat that the token belongs to or belonged to. */
  readonly seat?: string | undefined;
};

/** Most banned seats, and most muted ones; the oldest is forgotten first. */
const MAX_SEATS = 10_000;

/**
 * Most names of one mute. Only one of several names that look the same can be in use,
 * so more than this shows that somebody is trying them all.
 */
const MAX_MUTED_NAMES = 100;

/** A mute, with all names that it applies to, by key. */
type Mute = { name: string; readonly names: Map<string, string> };

/**
 * The operator's bans, mutes and lock. They end with the server: nothing is saved to
 * disk, so that a forgotten ban of last week never disturbs a lesson.
 */
export class Moderation {
  /** Whether the server is locked against new people. */
  isLocked = false;
  /** Bans by seat id: a banned person cannot come back under another name. */
  readonly #seats = new Map<string, Ban>();
  readonly #names = new Map<string, Ban>();
  /** The bans of names, by look. */
  readonly #likeNames = new Map<string, Ban>();
  readonly #addresses = new Map<string, Ban>();
  /** Mutes by the keys of the names that they apply to. */
  readonly #muted = new Map<string, Mute>();
  readonly #mutedSeats = new Map<string, Mute>();
  /** Mutes by the looks of those names. */
  readonly #likeMuted = new Map<string, Mute>();

  /** Returns all bans: names, then addresses, each in the order of banning. */
  get bans(): Ban[] {
    return [...this.#names.values(), ...this.#addresses.values()];
  }

  /** Returns the muted names. */
  get muted(): string[] {
    return Array.from(new Set(this.#muted.values()), ({ name }) => name);
  }

  /**
   * Throws {@linkcode ChatError}, with a sentence for the entrant, if the entrant may
   * not join.
   */
  checkEntry(entrant: Entrant): void {
    const { name, address, resumes = false, before, seat } = entrant;
    const ban = this.banOfAddress(address) ?? this.#banOfName(name) ??
      (before && this.#banOfName(before)) ?? (seat && this.#seats.get(seat));
    if (ban) throw new ChatError("banned", banText(ban));
    if (!this.isLocked) return;
    if (!resumes) {
      throw new ChatError(
        "locked",
        "The operator has locked the server, so nobody new can join. " +
          "Ask the operator, or try again later",
      );
    }
    // Under another name, the others would see a new person.
    if (before !== undefined && nameKey(before) !== nameKey(name)) {
      throw new ChatError(
        "locked",
        "The operator has locked the server, so you can come back only as " +
          before,
      );
    }
  }

  /**
   * Records that a person joined as `name`, and was called `before` if this is a
   * return. A mute follows a person to another name, and applies to names that look the
   * same.
   */
  entered(
    name: string,
    { before, seat }: { before?: string | undefined; seat?: string } = {},
  ): void {
    const mute = (before && this.#muted.get(nameKey(before))) ||
      (seat && this.#mutedSeats.get(seat)) ||
      this.#muted.get(nameKey(name)) || valueLike(name, this.#likeMuted);
    if (mute) this.#hold(mute, name, seat);
  }

  #banOfName(name: string): Ban | undefined {
    return this.#names.get(nameKey(name)) ?? valueLike(name, this.#likeNames);
  }

  #hold(mute: Mute, name: string, seat?: string): void {
    if (seat !== undefined) remember(this.#mutedSeats, seat, mute);
    // The first name is the one that the operator muted.
    const [, oldest] = mute.names.values();
    if (oldest !== undefined && mute.names.size >= MAX_MUTED_NAMES) {
      this.#release(mute, oldest);
    }
    mute.names.set(nameKey(name), name);
    this.#muted.set(nameKey(name), mute);
    for (const look of lookKeys(name)) this.#likeMuted.set(look, mute);
  }

  /**
   * Returns the ban of `address`, if there is one: clients there may not even connect.
   */
  banOfAddress(address: string): Ban | undefined {
    if (this.#addresses.size === 0) return undefined;
    return this.#addresses.get(addressKey(address) ?? address);
  }

  /** Returns whether `name` is muted. Cheap: called for each message. */
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

  /**
   * Bans a name or an address; a second ban replaces the first. The people in `seats`,
   * whom the server removes, cannot come back under another name either.
   */
  ban(ban: Ban, seats: readonly (string | undefined)[] = []): void {
    for (const seat of seats) {
      if (seat !== undefined) remember(this.#seats, seat, ban);
    }
    if (ban.kind === "name") {
      this.#names.set(nameKey(ban.shown), ban);
      for (const look of lookKeys(ban.shown)) this.#likeNames.set(look, ban);
    } else this.#addresses.set(addressKey(ban.shown) ?? ban.shown, ban);
  }

  /**
   * Lifts the ban of a name or an address, and returns it; `undefined` if there was
   * none.
   */
  unban(wanted: string): Ban | undefined {
    const address = addressKey(wanted);
    const [bans, key] = address === undefined
      ? [this.#names, nameKey(wanted)]
      : [this.#addresses, address];
    const ban = bans.get(key);
    bans.delete(key);
    for (const [seat, other] of this.#seats) {
      if (other === ban) this.#seats.delete(seat);
    }
    const looks = ban?.kind === "name" ? lookKeys(ban.shown) : [];
    for (const look of looks) this.#likeNames.delete(look);
    return ban;
  }

  /**
   * Mutes a name, also for later joins, and the person in `seat`. Returns `false` if
   * the name was already muted.
   */
  mute(name: string, seat?: string): boolean {
    const mute = this.#muted.get(nameKey(name));
    if (mute !== undefined) mute.name = name;
    this.#hold(mute ?? { name, names: new Map() }, name, seat);
    return mute === undefined;
  }

  /**
   * Unmutes a person under all names. Returns the muted name; `undefined` if there was
   * none.
   */
  unmute(wanted: string): string | undefined {
    const mute = this.#muted.get(nameKey(wanted));
    for (const name of mute?.names.values() ?? []) this.#release(mute!, name);
    for (const [seat, other] of this.#mutedSeats) {
      if (other === mute) this.#mutedSeats.delete(seat);
    }
    return mute?.name;
  }

  #release(mute: Mute, name: string): void {
    mute.names.delete(nameKey(name));
    this.#muted.delete(nameKey(name));
    for (const look of lookKeys(name)) this.#likeMuted.delete(look);
  }
}

function remember<T>(map: Map<string, T>, seat: string, value: T): void {
  map.set(seat, value);
  const [oldest] = map.keys();
  if (map.size > MAX_SEATS) map.delete(oldest!);
}

/** Returns the value of a name that looks like `name`, if there is one. */
function valueLike<T>(
  name: string,
  byLook: ReadonlyMap<string, T>,
): T | undefined {
  if (byLook.size === 0) return undefined;
  return lookKeys(name).map((look) => byLook.get(look))
    .find((value) => value !== undefined);
}

/** Returns the text that a banned person reads when joining. */
export function banText({ shown, kind, reason }: Ban): string {
  const who = kind === "name"
    ? `The operator banned the name ${shown}`
    : "The operator banned this computer";
  return withReason(who, reason);
}
