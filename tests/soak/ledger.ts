/**
 * Who owes whom which message. Nothing here knows the server. A message is owed to
 * every account that was welcomed before it was said and asks for a last answer
 * after the server has confirmed it (a `pong` behind it).
 *
 * @module
 */

/** More than these are not kept: they would say the same. */
const MAX_PROBLEMS = 20;

/** A private message. */
type Tell = {
  readonly to: Account;
  isConfirmed: boolean;
  isDelivered: boolean;
  isRefused: boolean;
};

export class Ledger {
  readonly accounts = new Map<string, Account>();
  readonly tells = new Map<string, Tell>();
  readonly problems: string[] = [];
  readonly totals = {
    said: 0,
    heard: 0,
    owed: 0,
    told: 0,
    toldHeard: 0,
    refused: 0,
    downloads: 0,
    sessions: 0,
    rude: 0,
  };

  /** Somebody has been welcomed under a name that is used once. */
  open(name: string): Account {
    const account = new Account(this, name);
    this.accounts.set(name, account);
    return account;
  }

  /** The accounts that are connected. */
  get openAccounts(): Account[] {
    return [...this.accounts.values()].filter((account) => account.isOpen);
  }

  problem(text: string): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push(text);
  }

  /** Private messages of which nobody knows what became of them: their receivers vanished. */
  get vanished(): number {
    let count = 0;
    for (const { isDelivered, isRefused } of this.tells.values()) {
      if (!isDelivered && !isRefused) count++;
    }
    return count;
  }
}

/** One connection, from its welcome to its end. */
export class Account {
  readonly name: string;
  readonly #ledger: Ledger;
  readonly #number: number;
  /** By earlier account, how much it had said at the welcome of this one. */
  readonly #base = new Map<Account, number>();
  /** The next number from each. */
  readonly #next = new Map<Account, number>();
  isOpen = true;
  sent = 0;
  confirmed = 0;
  #lastTell: Tell | undefined;
  /** What must have arrived when the last answer comes. */
  #owed: { from: Account; count: number }[] = [];
  #owedTells: [string, Tell][] = [];

  constructor(ledger: Ledger, name: string) {
    this.#ledger = ledger;
    this.name = name;
    this.#number = ledger.totals.sessions++;
    for (const other of ledger.openAccounts) this.#base.set(other, other.sent);
  }

  /** The text of the next broadcast. */
  say(): string {
    this.#ledger.totals.said++;
    return `${this.sent++}`;
  }

  /** The text of a private message. */
  tell(to: Account): string {
    const id = `${this.name}-${this.#ledger.totals.told++}`;
    this.#lastTell = {
      to,
      isConfirmed: false,
      isDelivered: false,
      isRefused: false,
    };
    this.#ledger.tells.set(id, this.#lastTell);
    return id;
  }

  /** The last private message has gone to no one. */
  refuse(): void {
    this.#ledger.totals.refused++;
    const tell = this.#lastTell!;
    tell.isRefused = true;
    if (tell.isDelivered) {
      this.#ledger.problem(`${this.name}: refused and delivered`);
    }
  }

  /** The server has handled all of this. */
  confirm(): void {
    this.confirmed = this.sent;
    if (this.#lastTell !== undefined) this.#lastTell.isConfirmed = true;
    this.#lastTell = undefined;
  }

  /** A broadcast has arrived. */
  hear(from: string, text: string): void {
    this.#ledger.totals.heard++;
    const sender = this.#ledger.accounts.get(from);
    if (sender === undefined) {
      return this.#ledger.problem(`${this.name}: heard of ${from} too early`);
    }
    const number = Number(text);
    const expected = this.#next.get(sender);
    this.#next.set(sender, number + 1);
    // The first may have been on its way during the welcome; later ones are all owed.
    const isRight = expected === undefined
      ? number <= this.#baseOf(sender)
      : number === expected;
    if (!isRight) {
      this.#ledger.problem(
        `${this.name}: ${from} ${number}, not ${
          expected ?? this.#baseOf(sender)
        }`,
      );
    }
  }

  /** A private message has arrived. */
  hearPrivate(id: string): void {
    this.#ledger.totals.toldHeard++;
    const tell = this.#ledger.tells.get(id);
    if (tell?.to !== this) {
      return this.#ledger.problem(`${this.name}: not for me: ${id}`);
    }
    if (tell.isDelivered || tell.isRefused) {
      this.#ledger.problem(`${this.name}: ${id} doubled`);
    }
    tell.isDelivered = true;
  }

  /** Notes what is owed now, before the last question. */
  beginToClose(): void {
    const { accounts, tells } = this.#ledger;
    for (const from of accounts.values()) {
      if (from === this || from.confirmed <= this.#baseOf(from)) continue;
      this.#owed.push({ from, count: from.confirmed });
    }
    for (const [id, tell] of tells) {
      if (tell.to === this && tell.isConfirmed && !tell.isRefused) {
        this.#owedTells.push([id, tell]);
      }
    }
  }

  /** The last answer has come: all that was owed must be here. */
  settle(): void {
    const { totals } = this.#ledger;
    for (const { from, count } of this.#owed) {
      totals.owed++;
      const next = this.#next.get(from) ?? 0;
      if (next >= count) continue;
      this.#ledger.problem(
        `${this.name}: only ${next} of ${count} from ${from.name}`,
      );
    }
    for (const [id, { isDelivered }] of this.#owedTells) {
      if (!isDelivered) this.#ledger.problem(`${this.name}: ${id} lost`);
    }
    this.isOpen = false;
  }

  /** Went without settling. */
  abandon(): void {
    this.#ledger.totals.rude++;
    this.isOpen = false;
  }

  /** Messages of `sender` before this account's welcome; an account that had left owes nothing. */
  #baseOf(sender: Account): number {
    return this.#base.get(sender) ??
      (sender.#number > this.#number ? 0 : Infinity);
  }
}
