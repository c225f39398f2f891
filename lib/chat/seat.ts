/**
 * Somebody in the room: a name, and where bytes for that one go. `deliver` must
 * not wait, throw, or call the room.
 */
export type Member = {
  readonly name: string;
  deliver(bytes: Uint8Array): void;
  /** The same person has joined again: this one has no place any more. */
  replaced?(): void;
};

/**
 * A place in the room, given by `Room.join`. It outlives a lost connection if its
 * owner wants that: who knows its token takes it back, and gets what was missed.
 */
export class Seat {
  /** Secret, for the one who sits here and has asked for it. */
  #token: string | undefined;
  member: Member;
  /** Up to here the member has what was gathered, or is not meant to have it. */
  taken: number;
  /** How everything begins that the member says; made when it first says something plain. */
  head: Uint8Array | undefined;
  /** How many `say` and `tell` of this one have been dealt with. */
  handled = 0;
  /** Broadcasts that were not for this one: those before it came, and its own. */
  #unheard: number;
  /** Chat messages for this one alone. */
  #private = 0;

  /** `taken` as above; `said` is how many broadcasts there have been. */
  constructor(member: Member, taken: number, said: number) {
    this.member = member;
    this.taken = taken;
    this.#unheard = said;
  }

  /** Secret, for the one who sits here; `undefined` if that one has not asked for it. */
  get token(): string | undefined {
    return this.#token;
  }

  /** The one who sits here wants to be able to take this place back. */
  demandToken(): string {
    return this.#token ??= crypto.randomUUID();
  }

  /** `member` has it now, and gets what is gathered from `taken` on. */
  sit(member: Member, taken: number): void {
    this.member = member;
    this.taken = taken;
    this.head = undefined;
  }

  /**
   * The member has gone; only the name stays. The history and the absent keep the
   * place for long, and must not keep the connection with its buffers.
   */
  vacate(): void {
    this.member = { name: this.member.name, deliver() {} };
  }

  /** One more broadcast comes from here. */
  countOwn(): void {
    this.#unheard++;
  }

  /** One more chat message is for this one alone. */
  countPrivate(): void {
    this.#private++;
  }

  /** How many chat messages were for this one, of `said` broadcasts and its private ones. */
  countAll(said: number): number {
    return said - this.#unheard + this.#private;
  }
}
