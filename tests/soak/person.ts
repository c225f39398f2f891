/**
 * One who uses the chat for as long as the soak lasts: talks, whispers, looks who
 * is there, fetches files, leaves and comes again, now and then without a word.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { withSafetyNet } from "../e2e/programs.ts";
import type { Message } from "../e2e/raw_client.ts";
import { Random } from "../testing.ts";
import type { Account, Ledger } from "./ledger.ts";
import { Link } from "./link.ts";

export type PersonOptions = {
  readonly port: number;
  readonly ledger: Ledger;
  readonly seed: number;
  /** Names of the files that can be fetched, and their SHA-256. */
  readonly files: ReadonlyMap<string, string>;
  /** Between two actions, on average, in milliseconds. */
  readonly pace: number;
  /** Aborts when nobody shall do anything new. */
  readonly ending: AbortSignal;
};

/** Fillers make texts of all lengths; the number comes first. */
const FILLER = "é🦄 said ".repeat(300);

export class Person {
  readonly #options: PersonOptions;
  readonly #number: number;
  readonly #random: Random;
  #sessions = 0;
  #link: Link | undefined;
  #account: Account | undefined;
  #hash = createHash("sha256");
  #pings = 0;
  /** Who waits for an answer of a type. */
  readonly #waiting = new Map<string, (message: Message) => void>();
  #isLeaving = false;

  constructor(number: number, options: PersonOptions) {
    this.#number = number;
    this.#options = options;
    this.#random = new Random(options.seed + number);
  }

  /** Comes, and goes and comes again, until the end; then it is still there. */
  async live(): Promise<void> {
    const { ending } = this.#options;
    await this.#join();
    while (!ending.aborted) {
      await this.#act();
      const delay = this.#random.below(2 * this.#options.pace);
      await pauseUnless(ending, delay);
    }
  }

  /** Leaves in order, when all that is owed has arrived. */
  async leave(): Promise<void> {
    this.#account!.beginToClose();
    await this.#ping();
    this.#account!.settle();
    this.#isLeaving = true;
    this.#link!.send({ type: "bye" });
    await this.#link!.ended;
    await this.#link!.close();
  }

  async #act(): Promise<void> {
    const link = this.#link!;
    const account = this.#account!;
    const choice = this.#random.below(100);
    if (choice < 70) {
      const text = `${account.say()} ${this.#filler()}`;
      link.send({ type: "say", text });
    } else if (choice < 88) {
      const to = this.#random.pick(this.#options.ledger.openAccounts);
      const text = `${account.tell(to)} ${this.#filler()}`;
      link.send({ type: "tell", to: to.name, text });
    } else if (choice < 92) {
      await this.#download();
    } else if (choice < 96) {
      link.send({ type: "users" });
      await this.#answer("users");
    } else if (choice < 98) {
      await this.leave();
      return await this.#join();
    } else {
      await this.#vanish();
      return await this.#join();
    }
    await this.#ping();
    account.confirm();
  }

  async #join(): Promise<void> {
    const { port, ledger } = this.#options;
    this.#isLeaving = false;
    const link = await Link.connect(port, {
      onMessage: (message) => this.#hear(message),
      onChunk: (_, data) => this.#hash.update(data),
    });
    this.#link = link;
    const name = `P${this.#number}.${this.#sessions++}`;
    void link.ended.then(() => {
      if (!this.#isLeaving) ledger.problem(`${name} was thrown out`);
    });
    link.send({ type: "hello", protocol: 1, name });
    await this.#answer("welcome");
  }

  /** Goes without a word, in one of several ways. */
  async #vanish(): Promise<void> {
    const link = this.#link!;
    this.#isLeaving = true;
    this.#account!.abandon();
    switch (this.#random.below(4)) {
      case 0: // In the middle of a frame.
        link.sendBytes(Uint8Array.of(0, 0, 1, 0, 1, 0x7b));
        break;
      case 1: { // In the middle of a download.
        const name = this.#random.pick([...this.#options.files.keys()]);
        link.send({ type: "get", id: 9, name });
        break;
      }
      case 2: // Against the rules.
        link.sendBytes(Uint8Array.of(0, 0, 0, 0));
        break;
      default:
    }
    await link.close();
  }

  async #download(): Promise<void> {
    const { files, ledger } = this.#options;
    const name = this.#random.pick([...files.keys()]);
    this.#hash = createHash("sha256");
    this.#link!.send({ type: "get", id: 1, name });
    const end = await this.#answer("end");
    ledger.totals.downloads++;
    const hash = this.#hash.digest("hex");
    if (hash !== files.get(name) || end["sha256"] !== hash) {
      ledger.problem(`${name} arrived changed`);
    }
  }

  #hear(message: Message): void {
    const { ledger } = this.#options;
    const { type, earlier, late } = message;
    if (type === "said" && !earlier && !late) {
      this.#account!.hear(message["from"], firstWord(message["text"]));
    } else if (type === "told" && !late) {
      this.#account!.hearPrivate(firstWord(message["text"]));
    } else if (type === "ping") {
      this.#link!.send({ type: "pong", n: message["n"] });
    } else if (type === "refused") {
      if (message["code"] === "no-such-user") this.#account!.refuse();
      else ledger.problem(`refused: ${JSON.stringify(message)}`);
    } else if (type === "welcome") {
      this.#account = ledger.open(message["name"]);
    }
    if (type === "users" && message["more"]) return;
    this.#waiting.get(type)?.(message);
  }

  /** Resolves when the server has handled all that came before. */
  async #ping(): Promise<void> {
    const n = ++this.#pings;
    this.#link!.send({ type: "ping", n });
    while ((await this.#answer("pong"))["n"] !== n);
  }

  async #answer(type: string): Promise<Message> {
    const { promise, resolve } = Promise.withResolvers<Message>();
    this.#waiting.set(type, resolve);
    return await withSafetyNet(promise, () => `${type} for ${this.#number}`);
  }

  #filler(): string {
    const length = this.#random.below(8) === 0 ? FILLER.length : 60;
    return FILLER.slice(0, this.#random.below(length));
  }
}

function firstWord(text: string): string {
  return text.slice(0, text.indexOf(" "));
}

/** Resolves after `delay` milliseconds, or when `signal` aborts. */
function pauseUnless(signal: AbortSignal, delay: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, delay);
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}
