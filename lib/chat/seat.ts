import { createHash } from "node:crypto";
import { ReturnLimit } from "./return_limit.ts";
import type { Origin, Person } from "./room_events.ts";

/**
 * Letters of a public id: 72 bits, so that no one finds another secret with the same
 * id.
 */
const ID_LENGTH = 12;

/** The format of `crypto.randomUUID`: 122 random bits, which no one can guess. */
const SECRET =
  /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * A person in the room: a name, and a function that takes bytes for that person.
 * `deliver` must not wait, throw, or call the room.
 */
export type Member = {
  readonly name: string;
  /** Where the member's connection comes from, for the logs. */
  readonly origin?: Origin;
  deliver(bytes: Uint8Array): void;
  /**
   * Resolves when fewer private messages wait for this member; `undefined` if few
   * already do.
   */
  whenRoom?(): Promise<void> | undefined;
  /**
   * Called when the same person joins again over another connection: this member loses
   * the seat.
   */
  replaced?(): void;
};

export type SeatOptions = {
  /** The number of the seat, different from all others: from 1 to 2^32 - 2. */
  readonly number: number;
  /**
   * The position in the gather buffer that the member has reached: see
   * {@linkcode Seat.taken}.
   */
  readonly taken: number;
  /** The number of broadcasts so far. */
  readonly said: number;
  /** The secret that the person had before the server restarted; default: a new one. */
  readonly secret?: string | undefined;
};

/**
 * A place in the room, given by `Room.join`. It outlives a lost connection if its owner
 * wants that: with the token, the owner takes it back and gets the missed messages.
 */
export class Seat {
  /**
   * The public id: tells others whether this is the same person. A hash of the secret.
   */
  readonly id: string;
  /** Identifies the seat in the history. */
  readonly number: number;
  /** The secret of the owner, and of no one else. */
  readonly #secret: string;
  /** Created at the first return. */
  #returns: ReturnLimit | undefined;
  /** Whether the owner has asked for the secret. */
  #isReturnable = false;
  member: Member;
  /**
   * The position in the gather buffer up to which the member has received the messages
   * or is not meant to.
   */
  taken: number;
  /**
   * The encoded start of everything that the member says; made at the first plain
   * message.
   */
  head: Uint8Array | undefined;
  /** The member as events describe it; made when the member first speaks. */
  #person: Person | undefined;
  /** The number of `say` and `tell` messages of the member that are handled. */
  handled = 0;
  /**
   * The number of broadcasts that were not for the member: those before the join, and
   * its own.
   */
  #unheard: number;
  /** The number of chat messages for the member alone. */
  #private = 0;

  constructor(
    member: Member,
    { number, taken, said, secret = crypto.randomUUID() }: SeatOptions,
  ) {
    this.member = member;
    this.number = number;
    this.taken = taken;
    this.#unheard = said;
    this.#secret = secret;
    this.id = seatId(this.#secret);
  }

  /** Returns the secret of the owner; `undefined` if the owner did not ask for it. */
  get token(): string | undefined {
    return this.#isReturnable ? this.#secret : undefined;
  }

  /** Makes the seat returnable, and returns the secret for that. */
  demandToken(): string {
    this.#isReturnable = true;
    return this.#secret;
  }

  /** Gives the seat to `member`, who gets the gathered messages from `taken` on. */
  sit(member: Member, taken: number): void {
    this.member = member;
    this.taken = taken;
    this.head = undefined;
    this.#person = undefined;
  }

  /**
   * Returns the member as events describe it: the same object until another member sits
   * here.
   */
  get person(): Person {
    return this.#person ??= this.describe();
  }

  /**
   * Returns a new description of the member and does not keep it: most members never
   * speak.
   */
  describe(): Person {
    const { name, origin } = this.member;
    return { id: this.id, name, origin };
  }

  /**
   * Replaces the member with one that has only the name. The seat may be kept for long,
   * and must not keep the connection with its buffers.
   */
  vacate(): void {
    this.member = { name: this.member.name, deliver() {} };
  }

  /**
   * Counts a return of the owner at the time `now`, in milliseconds. Throws `ChatError`
   * if it comes too soon.
   */
  countReturn(now: number): void {
    this.#returns ??= new ReturnLimit(now);
    this.#returns.spend(now);
  }

  /** Counts `length` bytes that a return makes the server replay. */
  countReplayed(length: number): void {
    this.#returns?.spendBytes(length);
  }

  /** Counts one more broadcast from this seat. */
  countOwn(): void {
    this.#unheard++;
  }

  /** Counts one more chat message for the member alone. */
  countPrivate(): void {
    this.#private++;
  }

  /**
   * Returns the number of chat messages for the member: of `said` broadcasts, and its
   * private ones.
   */
  countAll(said: number): number {
    return said - this.#unheard + this.#private;
  }
}

/** Returns the public id of the seat with this secret. */
export function seatId(secret: string): string {
  const hash = createHash("sha256").update(secret).digest("base64url");
  return hash.slice(0, ID_LENGTH);
}

/**
 * Returns whether `token` has the format of a secret that this or an earlier server
 * made.
 */
export function isSecret(token: string): boolean {
  return SECRET.test(token);
}
