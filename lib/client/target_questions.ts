import type { Address } from "../address.ts";
import { aborted } from "../io/pause.ts";
import type { FoundServer } from "../net/discovery.ts";
import type { Profile } from "../store/profile.ts";
import type { ChatScreen } from "./chat_screen.ts";
import { addressJudge, askLate, nameJudge } from "./late_question.ts";
import { askName, completeTarget, type Target } from "./target.ts";

export type TargetQuestionsOptions = {
  readonly profile: Pick<Profile, "name" | "servers">;
  /** Ends an open question. */
  readonly signal: AbortSignal;
  /** Finds the servers on the local network. */
  readonly search: () => Promise<FoundServer[]>;
};

/** Asks where to go and as whom, and searches the network once in a visit. */
export class TargetQuestions {
  readonly #screen: ChatScreen;
  readonly #options: TargetQuestionsOptions;
  /** The servers that the search of this run found. */
  #found: Promise<FoundServer[]> | undefined;

  constructor(screen: ChatScreen, options: TargetQuestionsOptions) {
    this.#screen = screen;
    this.#options = options;
  }

  /**
   * Asks for what is missing in `given`; `lastAddress` did not answer. Resolves to
   * `undefined` if the user leaves. Throws as `completeTarget` does.
   */
  async ask(
    given: Partial<Target>,
    lastAddress?: Address,
  ): Promise<Target | undefined> {
    const { profile, signal, search } = this.#options;
    const screen = lastAddress === undefined
      ? this.#screen
      : askLate(this.#screen, addressJudge);
    const asking = completeTarget(given, screen, {
      search: () => this.#found ??= search(),
      lastName: profile.name,
      known: profile.servers,
      lastAddress,
    });
    // The signal ends an open question, too.
    return await Promise.race([asking, aborted(signal)]);
  }

  /** Asks for another name. Resolves to `undefined` if the user leaves. */
  async otherName(suggestion: string | undefined): Promise<string | undefined> {
    return await askName(askLate(this.#screen, nameJudge), suggestion);
  }
}
