import type { Address } from "../address.ts";
import type { ByteStream } from "../io/byte_stream.ts";
import type { FoundServer } from "../net/discovery.ts";
import type { NetworkCard } from "../net/network_cards.ts";
import type { TlsConnectOptions, TlsOutcome } from "../net/tls_client.ts";
import type { Profile } from "../store/profile.ts";
import type { ChatScreen } from "./chat_screen.ts";
import type { Options } from "./options.ts";
import type { PipeScreenOptions } from "./pipe_screen.ts";
import type { TerminalScreenOptions } from "./terminal_screen.ts";

/** What one run needs of the computer: the entry passes in the real one. */
export type Machine = {
  /** Whether a person sits at a terminal, rather than a script at pipes. */
  readonly interactive: boolean;
  /** Whether the user and the terminal want colours. */
  hasColors(): boolean;
  /** Resolves to whether the window obeys no control codes, not even colours. */
  isDumb(): Promise<boolean>;
  networkCards(): readonly NetworkCard[];
  /** Opens the user's profile, which remembers only what it may. Never rejects. */
  openProfile(
    options: Pick<Options, "keepsPerson" | "keepsServers">,
  ): Promise<Profile>;
  /** Deletes everything that is remembered. Resolves to a sentence; throws `StartError`. */
  forgetProfile(): Promise<string>;
  openTerminal(options: TerminalScreenOptions): ChatScreen;
  openPipe(options: PipeScreenOptions): ChatScreen;
  /**
   * Gives back the rights to all profiles but the user's own folder, which it returns,
   * and, with `keeps`, what the client remembers.
   */
  claimProfileFolder(options: { readonly keeps: boolean }): string | undefined;
  /** As `keepFolder` of a visit, with the folder for read-only places. */
  keepFolder(
    folder: string,
    options: {
      readonly fallback: string | undefined;
      /** Whether the client goes on using the profile. */
      readonly keeps: boolean;
    },
  ): readonly string[];
  giveBackNetwork(): void;
  search(options: {
    readonly cards: readonly NetworkCard[];
    readonly signal: AbortSignal;
  }): Promise<FoundServer[]>;
  /** Connects without encryption. Throws `ConnectError`. */
  connect(
    address: Address,
    options: { readonly signal: AbortSignal },
  ): Promise<ByteStream>;
  /** Connects with TLS: see `connectTls`. */
  connectTls(
    address: Address,
    options: TlsConnectOptions,
  ): Promise<TlsOutcome>;
  /** Calls `stop` when the computer or the user asks the program to end, until disposed. */
  onStopSignal(stop: () => void): Disposable;
  /** Reports every error that nothing has caught, until disposed. */
  onUncaught(report: (error: unknown) => void): Disposable;
  /** Writes to standard output; returns the exit code. */
  show(text: string): number;
  /** Writes to standard error. */
  complain(text: string): void;
  /** Resolves when the user has read the last words of a window that is about to close. */
  waitForEnter(): Promise<void>;
};
