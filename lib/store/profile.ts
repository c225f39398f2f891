import { within } from "../io/within.ts";
import {
  type KnownServer,
  NEW_PROFILE,
  type ProfileData,
  withLines,
  withServer,
} from "./profile_data.ts";
import {
  isMetLately,
  type MetServer,
  type RememberedServer,
  withMet,
  withoutServer,
} from "./remembered_servers.ts";
import { mattersAtFirst, unwritableText } from "./profile_fault.ts";
import type { SeatSlots } from "./seat_slots.ts";

/** Most changes that wait for a disk that takes none: more than one class types. */
const MAX_PENDING = 1_000;

/**
 * How long the end of the program waits for the disk, in milliseconds. Windows closes a
 * window after five seconds, and the farewell to the server takes up to two.
 */
export const CLOSE_WAIT = 1_500;

type Change = (data: ProfileData) => ProfileData;

export type ProfileOptions = {
  /** What is remembered at the start. */
  readonly data?: ProfileData;
  /** Where changes are kept; without it, the profile remembers nothing. */
  readonly store?: {
    /** The path in sentences about a fault. */
    readonly path: string;
    /** Resolves to what the user should know. Rejects if the change is not kept. */
    update(change: Change): Promise<string | undefined>;
  } | undefined;
  /** Whether something was kept before this run: then the user misses it. */
  readonly existed?: boolean;
  /** What the user should know at the start. */
  readonly news?: string | undefined;
  /** Whether a typed line may be kept; by default each may. */
  readonly isPublic?: (line: string) => boolean;
  /**
   * Whether the name, the typed lines and the seat are remembered, too; default: yes. A
   * script remembers servers only.
   */
  readonly keepsPerson?: boolean;
  /** Where the user's seat is kept; without it, the client cannot take it back. */
  readonly seats?: SeatSlots | undefined;
};

/**
 * What one user of this computer did before. Changes are kept in the background; the
 * chat waits for none, and a fault of the disk is only said, once.
 */
export class Profile {
  readonly #options: ProfileOptions;
  readonly #isPublic: (line: string) => boolean;
  #data: ProfileData;
  /** The lines that this window knows to be kept, the newest first. */
  #lines: readonly string[];
  #pending: readonly Change[] = [];
  #writing: Promise<void> | undefined;
  #isKept: boolean;
  #hasFailed = false;
  #news: readonly string[];
  #tell: ((news: string) => void) | undefined;

  constructor(options: ProfileOptions = {}) {
    const { data = NEW_PROFILE, news, existed = false } = options;
    this.#options = options;
    this.#isPublic = options.isPublic ?? (() => true);
    this.#data = data;
    this.#lines = data.history;
    this.#isKept = existed;
    this.#news = news === undefined ? [] : [news];
  }

  /** The lines that the user typed, the newest first, without lines for one person. */
  get history(): readonly string[] {
    return this.#data.history.filter(this.#isPublic);
  }

  /** Keeps `lines`, the newest first: the history, and what this window has added. */
  keepHistory(lines: readonly string[]): void {
    const before = new Set(this.#lines);
    const now = new Set(lines);
    const added = lines.filter((line, index) =>
      this.#isPublic(line) &&
      (!before.has(line) || index === 0 && line !== this.#lines[0])
    );
    const removed = this.#lines.filter((line) => !now.has(line));
    this.#lines = lines;
    if (added.length === 0 && removed.length === 0) return;
    this.#change((data) => ({
      ...data,
      history: withLines(data.history, { added, removed }),
    }));
  }

  /** The name that the user had last. */
  get name(): string | undefined {
    return this.#data.name;
  }

  /** Whether the client has shown the hints for newcomers. */
  get welcomed(): boolean {
    return this.#data.welcomed;
  }

  /** The servers that the user has joined, the last one first. */
  get servers(): readonly KnownServer[] {
    return this.#data.servers;
  }

  /** The user has joined `server` under `name`. */
  joined(name: string, server: KnownServer): void {
    if (this.#options.keepsPerson === false) return;
    this.#change((data) => ({
      ...data,
      name,
      welcomed: true,
      servers: withServer(data.servers, server),
    }));
  }

  /** The servers whose certificate the client knows, the one seen last first. */
  get remembered(): readonly RememberedServer[] {
    return this.#data.remembered;
  }

  /** Remembers a server that the user trusts; see {@linkcode withMet}. */
  met(server: MetServer, { now = Date.now() } = {}): void {
    if (isMetLately(this.#data.remembered, server, now)) return;
    this.#change((data) => ({
      ...data,
      remembered: withMet(data.remembered, server, { now }),
    }));
  }

  /**
   * Forgets the certificates of the servers at a host; only the one at `port` if it is
   * given. Returns how many there were.
   */
  forgetServer(host: { hostname: string; port?: number }): number {
    const before = this.#data.remembered.length;
    this.#change((data) => ({
      ...data,
      remembered: withoutServer(data.remembered, host),
    }));
    return before - this.#data.remembered.length;
  }

  /** Whether a later run will know what this one remembers. */
  get remembers(): boolean {
    return this.#options.store !== undefined;
  }

  /** Where the user's seat is kept. */
  get seats(): SeatSlots | undefined {
    const { keepsPerson = true, seats } = this.#options;
    return keepsPerson ? seats : undefined;
  }

  /** Calls `tell` with each sentence that the user should read, also with earlier ones. */
  onNews(tell: (news: string) => void): void {
    this.#tell = tell;
    for (const news of this.#news) tell(news);
    this.#news = [];
  }

  /** Resolves when everything is kept, or after {@linkcode CLOSE_WAIT}. Never rejects. */
  async close(): Promise<void> {
    await within(this.#finish(), CLOSE_WAIT);
  }

  async #finish(): Promise<void> {
    await this.#writing;
    // Another window may have been writing, or the disk full.
    if (this.#pending.length > 0) await this.#write();
    await this.seats?.settled();
    this.seats?.[Symbol.dispose]();
  }

  #change(change: Change): void {
    this.#data = change(this.#data);
    if (this.#options.store === undefined) return;
    this.#pending = [...this.#pending, change].slice(-MAX_PENDING);
    this.#writing ??= this.#write().finally(() => this.#writing = undefined);
  }

  /** Never rejects. */
  async #write(): Promise<void> {
    const { store } = this.#options;
    while (this.#pending.length > 0) {
      const changes = this.#pending;
      this.#pending = [];
      try {
        const news = await store!.update((data) =>
          changes.reduce((data, change) => change(data), data)
        );
        this.#isKept = true;
        if (news !== undefined) this.#say(news);
      } catch (error) {
        // The next change tries again.
        this.#pending = [...changes, ...this.#pending].slice(-MAX_PENDING);
        return this.#fail(error);
      }
    }
  }

  #fail(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    if (this.#isKept || mattersAtFirst(error)) {
      this.#say(unwritableText(this.#options.store!.path, error));
    }
  }

  #say(news: string): void {
    if (this.#tell === undefined) this.#news = [...this.#news, news];
    else this.#tell(news);
  }
}
