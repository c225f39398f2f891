import type { Member, Seat } from "../chat/seat.ts";
import { display } from "../display.ts";
import { SERVER_NAME } from "../names.ts";
import type { Connection } from "../net/connection.ts";
import type { EndReason } from "../net/end_reason.ts";
import { operatorWords } from "../net/end_rules.ts";
import type { Answers } from "./answers.ts";
import type { Backpressure } from "./backpressure.ts";
import type { Entry } from "./entrance.ts";
import type { Details } from "./event_kinds.ts";
import { Past } from "./past.ts";
import { Requests, type RequestsShared } from "./requests.ts";
import type { Throttle } from "./throttle.ts";

/** The session of a client that has joined. */
export type Guest = Member & {
  readonly connection: Connection;
  readonly answers: Answers;
  readonly throttle: Throttle;
  /** Logs an event of the session. */
  log(event: string, details?: Details): void;
};

export type StayShared = RequestsShared & {
  readonly backpressure: Backpressure;
  /** Shows one line to the operator; must not wait. */
  readonly print: (line: string) => void;
};

/** One client in the room, from joining to leaving. */
export class Stay {
  readonly #client: Guest;
  readonly #shared: StayShared;
  readonly #place: Seat;
  /** True until the client leaves or takes its seat back over another connection. */
  #isHere = true;
  #requests: Requests | undefined;
  /** The past messages that the client gets. */
  #past: Past | undefined;

  constructor(client: Guest, seat: Seat, shared: StayShared) {
    this.#client = client;
    this.#place = seat;
    this.#shared = shared;
  }

  /** Returns the client's seat; `undefined` when it has left. */
  get seat(): Seat | undefined {
    return this.#isHere ? this.#place : undefined;
  }

  /**
   * Returns the client's requests, created at the first one: a quiet client has none.
   */
  get requests(): Requests {
    const { connection, answers, throttle } = this.#client;
    return this.#requests ??= new Requests(this.#shared, {
      seat: this.#place,
      member: this.#client,
      connection,
      log: (event, details) => this.#client.log(event, details),
      refuse: (re, error, id) => answers.refuse(re, error, id),
      onServed: () => throttle.served(),
      spend: (units) => throttle.spend(units),
      patiently: (wait) => throttle.patiently(wait),
      turn: (length) => this.#shared.backpressure.turn(length),
    });
  }

  /** Welcomes the client, then sends the messages it has missed. */
  begin({ back, welcome, past }: Entry): void {
    const { answers, connection, name, throttle } = this.#client;
    answers.send(welcome);
    if (past.count > 0) {
      // The past comes before everything sent from now on.
      this.#past = new Past(past, {
        ...{ seat: this.#place, connection },
        backpressure: this.#shared.backpressure,
        spend: (units) => throttle.spend(units),
      });
      connection.send(this.#past);
    }
    const missed = back && { missed: past.count, lost: back.lost };
    this.#client.log(back ? "came back" : "joined", { name, ...missed });
    this.#shared.print(
      `${display(name)} ${back ? "is here again" : "has joined"}`,
    );
  }

  /** Sends the client a message in the name of the server, in order with the chat. */
  tell(text: string): void {
    if (!this.#isHere) return;
    const told = { type: "told", from: SERVER_NAME, text } as const;
    this.#shared.room.sendKept(this.#place, told);
  }

  /** Ends the stay: the client has taken its seat back over another connection. */
  replaced(): void {
    this.#isHere = false;
    this.#past?.end();
    this.#client.log("replaced", { name: this.#client.name });
  }

  /**
   * Stops the requests in progress. Resolves when the files of its downloads are
   * closed.
   */
  async stop(reason: EndReason): Promise<void> {
    await this.#requests?.stop(reason);
  }

  /** Leaves the room, once. */
  leave(reason: EndReason): void {
    if (!this.#isHere) return;
    const { name } = this.#client;
    this.#shared.room.leave(this.#place, reason, { member: this.#client });
    this.#isHere = false;
    this.#shared.print(`${display(name)} has left (${operatorWords(reason)})`);
    this.#client.log("left", { name, reason });
  }
}
