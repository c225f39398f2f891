import { type Address, formatAddress } from "../address.ts";
import { DownloadFolder } from "../files/download_folder.ts";
import type { FoundServer } from "../net/discovery.ts";
import { aborted } from "../io/pause.ts";
import { WatchedStream } from "../net/stranger.ts";
import { messageOf } from "../program.ts";
import { converse } from "./conversation.ts";
import type { RoomKey } from "../secure/room_key.ts";
import type { KeyExchangeOptions } from "../secure/key_exchange.ts";
import type { ChatError } from "../chat_error.ts";
import { Introductions } from "./introductions.ts";
import { askKey, isKeyError, type KeyChoice } from "./key_question.ts";
import type { Network } from "./reach_server.ts";
import { addressJudge, askLate, nameJudge } from "./late_question.ts";
import { type Memory, newMemory } from "./memory.ts";
import { joinedServer } from "./known_servers.ts";
import { failedLine } from "./file_lines.ts";
import { ownFolderOf } from "./own_folder.ts";
import type { Profile } from "../store/profile.ts";
import { SeatMemory } from "./seat_memory.ts";
import { Reconnect } from "./reconnect.ts";
import type { ChatScreen } from "./chat_screen.ts";
import {
  explained,
  mayReconnect,
  needsOtherAddress,
  needsOtherName,
} from "./setback.ts";
import { askName, completeTarget, type Target } from "./target.ts";
import { unconfirmedLine, undoneLines } from "./undone.ts";
import { answer, problem } from "./view.ts";

export type VisitOptions = {
  /** The parts of the target that the command line gives. */
  readonly given: Partial<Target>;
  readonly profile: Profile;
  /** Ends the visit at once when it aborts. */
  readonly signal: AbortSignal;
  /** Whether the client reconnects by itself after a lost connection. */
  readonly reconnects: boolean;
  /** The folder whose sub-folders take downloads if the current folder is read-only. */
  readonly fallbackFolder: string | undefined;
  /**
   * Gives back the rights to all folders but this one; returns the folders with
   * unfinished downloads that the client may still use. By default it keeps all rights.
   */
  readonly keepFolder?: (folder: string) => readonly string[];
  /** Called when the client will open no other connection. */
  readonly onLastConnection?: () => void;
  /** Finds the servers on the local network. */
  readonly search: () => Promise<FoundServer[]>;
  readonly network: Network;
  /** The room key of the command line, if there is one. */
  readonly key?: RoomKey | undefined;
  /** Resolves when the screen has room for more lines; by default it always has. */
  readonly room?: (() => Promise<void>) | undefined;
};

/**
 * Finds out where to go and as whom, joins, talks, and reconnects after a lost
 * connection. On a terminal it asks again for a name or an address that fails.
 *
 * Resolves to whether everything that the user wanted was done. Throws what ends the
 * visit: `ConnectError`, `ChatError`, `ConnectionLost`, `IdentityError` or `UsageError`;
 * nothing if the user ends it.
 */
export async function visit(
  screen: ChatScreen,
  options: VisitOptions,
): Promise<boolean> {
  const visit = new Visit(screen, options);
  try {
    const isDone = await visit.run();
    visit.leave();
    return visit.account() && isDone;
  } catch (error) {
    visit.leave(options.signal.aborted ? undefined : error);
    const isDone = visit.account();
    // The user ended it: that is no failure.
    if (options.signal.aborted) return isDone;
    throw error;
  }
}

class Visit {
  readonly #screen: ChatScreen;
  readonly #options: VisitOptions;
  readonly #memory: Memory = newMemory();
  readonly #seat: SeatMemory;
  #joined = false;
  /** The folder for downloads: one in each run, because the client gives back the rights to others. */
  #folder: string | undefined;
  #otherFolders: readonly string[] | undefined;
  #reconnect: Reconnect<WatchedStream> | undefined;
  readonly #introductions: Introductions;
  #key: RoomKey | undefined;
  /** The servers that the search of this run found. */
  #found: Promise<FoundServer[]> | undefined;

  constructor(screen: ChatScreen, options: VisitOptions) {
    this.#screen = screen;
    this.#options = options;
    this.#key = options.key;
    this.#introductions = new Introductions(screen, options);
    const { seats } = options.profile;
    this.#seat = new SeatMemory(this.#memory.membership, seats);
  }

  /** Ends the visit: because the user leaves, or because of an error. */
  leave(error?: unknown): void {
    const isUnwilling = error !== undefined &&
      mayReconnect(error, this.#memory.membership);
    this.#seat.end({ returns: this.#joined && isUnwilling });
  }

  async run(): Promise<boolean> {
    let target = await this.#ask(this.#options.given);
    let stream: WatchedStream | undefined;
    // The target is missing when the user leaves at a question.
    while (target !== undefined) {
      try {
        stream ??= await this.#reach(target);
        return await this.#converse(target, stream);
      } catch (error) {
        if (this.#options.signal.aborted) throw error;
        if (isKeyError(error)) {
          const key = await this.#askKey(error);
          if (key === undefined) return this.#giveUp();
          this.#key = key.key;
          stream = undefined;
        } else if (this.#mayComeBack(error)) {
          this.#screen.print(problem(messageOf(error)));
          stream = await this.#reconnect!.run();
          if (stream === undefined) return this.#giveUp();
        } else {
          if (this.#joined) this.#giveUp();
          const cause = this.#joined
            ? error
            : explained(error, { address: target, stream });
          target = await this.#again(target, cause);
          stream = undefined;
        }
      }
    }
    return true;
  }

  /**
   * Names what the user typed and nobody got, or may not have got, at the end of the
   * visit. Returns whether everything that the user wanted was done.
   */
  account(): boolean {
    const { membership } = this.#memory;
    const lines = [
      ...membership.takeUnconfirmed().map(unconfirmedLine),
      ...undoneLines(this.#screen.takeRest(), this.#memory),
    ];
    for (const line of lines) {
      this.#memory.somethingFailed = true;
      this.#screen.print(line);
    }
    return !this.#memory.somethingFailed;
  }

  /**
   * Names the downloads that were waiting for the next conversation, of which there
   * is none. Returns whether everything that the user wanted was done.
   */
  #giveUp(): boolean {
    const { unfinished } = this.#memory;
    for (const { name } of unfinished.splice(0)) {
      this.#memory.somethingFailed = true;
      this.#screen.print(failedLine(name, "the connection was lost"));
    }
    return !this.#memory.somethingFailed;
  }

  async #ask(
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

  async #reach({ hostname, port }: Address): Promise<WatchedStream> {
    if (this.#screen.interactive && !this.#joined) {
      const shown = formatAddress({ hostname, port });
      this.#screen.print(answer(`Connecting to ${shown} ...`));
    }
    const { stream, security } = await this.#introductions.reach(
      { hostname, port },
      { mustEncrypt: this.#key !== undefined },
    );
    this.#memory.security = security;
    return new WatchedStream(stream, this.#options.room);
  }

  /**
   * Asks for the room key, or for another one. Resolves to `undefined` if the user
   * leaves. Throws `error` if nobody can be asked.
   */
  async #askKey(error: ChatError): Promise<KeyChoice | undefined> {
    const { signal } = this.#options;
    const asking = askKey(this.#screen, error, {
      hasKey: this.#key !== undefined,
      isKnown: this.#introductions.isProven,
    });
    return await Promise.race([asking, aborted(signal)]);
  }

  async #converse(target: Target, stream: WatchedStream): Promise<boolean> {
    const { profile, signal, reconnects, fallbackFolder } = this.#options;
    const screen = this.#screen;
    this.#reconnect ??= new Reconnect<WatchedStream>(screen, {
      connect: () => this.#reach(target),
      memory: this.#memory,
      signal,
    });
    const { name } = target;
    const folder = this.#folder ?? ownFolderOf(name);
    if (!this.#joined) await this.#seat.restore(target);
    // A script has one name. A person may have to choose another one when joining.
    if (!screen.interactive) this.#keepFolder(folder);
    return await converse(stream, screen, {
      ...{ name, signal, memory: this.#memory, key: this.#keyOptions() },
      folder: new DownloadFolder(folder, {
        fallback: fallbackFolder && `${fallbackFolder}/${folder}`,
        others: () => this.#otherFolders,
      }),
      place: formatAddress(target),
      hint: screen.interactive && !this.#joined && !profile.welcomed,
      returns: reconnects,
      onJoined: () => {
        this.#joined = true;
        this.#noteSecurity();
        this.#keepFolder(folder);
        if (!reconnects) this.#options.onLastConnection?.();
        this.#reconnect?.succeeded();
        const server = joinedServer(target, this.#memory);
        profile.joined(name, server);
        this.#introductions.remember(server, this.#memory.security);
        this.#seat.keep();
      },
    });
  }

  #keyOptions(): KeyExchangeOptions | undefined {
    const { security } = this.#memory;
    if (this.#key === undefined || security?.kind !== "encrypted") return;
    return { key: this.#key, fingerprint: security.fingerprint };
  }

  #noteSecurity(): void {
    const { security } = this.#memory;
    if (security?.kind !== "encrypted") return;
    const hasKey = this.#key !== undefined;
    this.#memory.security = { ...security, hasKey };
  }

  #keepFolder(folder: string): void {
    if (this.#folder !== undefined) return;
    this.#folder = folder;
    this.#otherFolders = this.#options.keepFolder?.(folder);
  }

  /** Whether the client reconnects by itself after `error`. */
  #mayComeBack(error: unknown): boolean {
    return this.#joined && this.#options.reconnects &&
      mayReconnect(error, this.#memory.membership);
  }

  /** Asks for another name or another address. Throws `error` if neither would help. */
  async #again(target: Target, error: unknown): Promise<Target | undefined> {
    if (!this.#screen.interactive) throw error;
    const { name, hostname, port } = target;
    if (needsOtherName(error)) {
      this.#screen.print(problem(error.message));
      const screen = askLate(this.#screen, nameJudge);
      const other = await askName(screen, error.suggestion);
      return other === undefined ? undefined : { ...target, name: other };
    }
    if (this.#joined || !needsOtherAddress(error)) throw error;
    this.#screen.print(problem(error.message));
    this.#reconnect = undefined;
    return await this.#ask({ name }, { hostname, port });
  }
}
