import { type Address, formatAddress } from "../address.ts";
import { DownloadFolder } from "../files/download_folder.ts";
import type { FoundServer } from "../net/discovery.ts";
import { WatchedStream } from "../net/stranger.ts";
import { messageOf } from "../program.ts";
import { converse } from "./conversation.ts";
import type { RoomKey } from "../secure/room_key.ts";
import { Introductions } from "./introductions.ts";
import { isKeyError, RoomKeys } from "./room_keys.ts";
import type { Network } from "./reach_server.ts";
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
import type { Target } from "./target.ts";
import { TargetQuestions } from "./target_questions.ts";
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
  /** The address to which the screen last said that the client connects. */
  #shown: string | undefined;
  readonly #introductions: Introductions;
  readonly #keys: RoomKeys;
  readonly #questions: TargetQuestions;

  constructor(screen: ChatScreen, options: VisitOptions) {
    this.#screen = screen;
    this.#options = options;
    const { key, signal, profile } = options;
    this.#questions = new TargetQuestions(screen, options);
    this.#keys = new RoomKeys({ key, screen, signal });
    this.#introductions = new Introductions(screen, options);
    this.#seat = new SeatMemory(this.#memory.membership, profile.seats);
  }

  /** Ends the visit: because the user leaves, or because of an error. */
  leave(error?: unknown): void {
    const isUnwilling = error !== undefined &&
      mayReconnect(error, this.#memory.membership);
    this.#seat.end({ returns: this.#joined && isUnwilling });
  }

  async run(): Promise<boolean> {
    let target = await this.#questions.ask(this.#options.given);
    let stream: WatchedStream | undefined;
    // The target is missing when the user leaves at a question.
    while (target !== undefined) {
      try {
        stream ??= await this.#reach(target);
        return await this.#converse(target, stream);
      } catch (error) {
        if (this.#options.signal.aborted) throw error;
        if (isKeyError(error)) {
          const goesOn = await this.#keys.change(error, this.#introductions);
          if (!goesOn) return true;
          stream = undefined;
        } else if (this.#mayComeBack(error)) {
          this.#screen.print(problem(messageOf(error)));
          this.#keys.note(error);
          stream = await this.#reconnect!.run();
          if (stream === undefined) return true;
        } else {
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
   * Names, at the end of the visit, the downloads that waited for another conversation
   * and what the user typed and nobody got, or may not have got. Returns whether
   * everything that the user wanted was done.
   */
  account(): boolean {
    const { membership, unfinished } = this.#memory;
    const lines = [
      ...unfinished.splice(0).map(({ name }) =>
        failedLine(name, "the connection was lost")
      ),
      ...membership.takeUnconfirmed().map(unconfirmedLine),
      ...undoneLines(this.#screen.takeRest(), this.#memory),
    ];
    for (const line of lines) {
      this.#memory.somethingFailed = true;
      this.#screen.print(line);
    }
    return !this.#memory.somethingFailed;
  }

  async #reach({ hostname, port }: Address): Promise<WatchedStream> {
    const shown = formatAddress({ hostname, port });
    if (this.#screen.interactive && !this.#joined && shown !== this.#shown) {
      this.#screen.print(answer(`Connecting to ${shown} ...`));
      this.#shown = shown;
    }
    const { stream, security } = await this.#introductions.reach(
      { hostname, port },
      { mustEncrypt: this.#keys.isGiven },
    );
    this.#memory.security = this.#keys.isGiven && security.kind === "encrypted"
      ? { ...security, hasKey: true }
      : security;
    return new WatchedStream(stream, this.#options.room);
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
      ...{ name, signal, memory: this.#memory },
      key: this.#keys.proofFor(this.#memory.security),
      folder: new DownloadFolder(folder, {
        fallback: fallbackFolder && `${fallbackFolder}/${folder}`,
        others: () => this.#otherFolders,
      }),
      place: formatAddress(target),
      hint: screen.interactive && !this.#joined && !profile.welcomed,
      returns: reconnects,
      onJoined: () => {
        this.#joined = true;
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
      const other = await this.#questions.otherName(error.suggestion);
      return other === undefined ? undefined : { ...target, name: other };
    }
    if (this.#joined || !needsOtherAddress(error)) throw error;
    this.#screen.print(problem(error.message));
    this.#reconnect = undefined;
    return await this.#questions.ask({ name }, { hostname, port });
  }
}
