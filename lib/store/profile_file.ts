import { lockFile } from "./file_lock.ts";
import {
  formatProfile,
  NEW_PROFILE,
  parseProfile,
  type ProfileData,
} from "./profile_data.ts";
import {
  BusyError,
  NewerError,
  setAsideText,
  unreadableText,
} from "./profile_fault.ts";
import {
  DamagedError,
  makePrivateFolder,
  readWhole,
  removeLeftovers,
  setAside,
  writeWhole,
} from "./whole_file.ts";

/** The file in the profile's folder. */
export const PROFILE_FILE = "profile.json";

/** The file whose lock a program holds while it changes the profile. */
export const PROFILE_LOCK = "profile.lock";

/**
 * Longest file, in bytes: far above the limits of profile_data.ts, with each character
 * escaped, and short enough to be read at each Enter.
 */
export const MAX_PROFILE_LENGTH = 1024 * 1024;

/** How long to wait for other windows, in milliseconds; each writes for a few. */
const LOCK_WAIT = 2_000;

/** What a run starts with. */
export type LoadedProfile = {
  readonly data: ProfileData;
  /** Whether the file was there. */
  readonly existed: boolean;
  /** Whether the profile may be changed. */
  readonly isUsable: boolean;
  /** What the user should know, as a sentence. */
  readonly news?: string;
};

/** The profile on the disk, which several windows may use at the same time. */
export class ProfileFile {
  readonly #folder: string;
  readonly #path: string;
  #mayHaveLeftovers = true;

  /** `folder` is a path with slashes; the folder need not exist. */
  constructor(folder: string) {
    this.#folder = folder;
    this.#path = `${folder}/${PROFILE_FILE}`;
  }

  get path(): string {
    return this.#path;
  }

  /**
   * Reads the profile. Gives a damaged or newer one another name, and begins a new one.
   * Never rejects.
   */
  async load(): Promise<LoadedProfile> {
    try {
      const found = await this.#read();
      if (found === undefined) {
        return { data: NEW_PROFILE, existed: false, isUsable: true };
      }
      if (found.kind === "profile") {
        return { data: found.data, existed: true, isUsable: true };
      }
    } catch (error) {
      return this.#unreadable(error);
    }
    try {
      using _lock = await this.#lock();
      // Another window may have done it meanwhile.
      const found = await this.#read();
      const data = found?.kind === "profile" ? found.data : NEW_PROFILE;
      const news = found === undefined || found.kind === "profile"
        ? undefined
        : await this.#setAside(found.kind);
      return { data, existed: true, isUsable: true, ...(news && { news }) };
    } catch (error) {
      return this.#unreadable(error);
    }
  }

  /**
   * Changes the profile, with what other windows have written meanwhile. Resolves to
   * what the user should know, as a sentence. Throws the system's error,
   * {@linkcode BusyError} and {@linkcode NewerError}; the file is then the old one.
   */
  async update(
    change: (data: ProfileData) => ProfileData,
  ): Promise<string | undefined> {
    using _lock = await this.#lock();
    const found = await this.#read();
    // The newer program is running now: each would set aside the other's file.
    if (found?.kind === "newer") throw new NewerError("Newer version");
    const news = found?.kind === "damaged"
      ? await this.#setAside("damaged")
      : undefined;
    const before = found?.kind === "profile" ? found.data : NEW_PROFILE;
    const after = formatProfile(change(before));
    const isSame = found?.kind === "profile" && after === formatProfile(before);
    if (!isSame) await writeWhole(this.#path, after);
    return news;
  }

  async #lock(): Promise<Disposable> {
    await makePrivateFolder(this.#folder);
    const lock = await lockFile(`${this.#folder}/${PROFILE_LOCK}`, {
      wait: LOCK_WAIT,
    });
    if (lock === undefined) throw new BusyError("Another window is writing");
    if (this.#mayHaveLeftovers) {
      this.#mayHaveLeftovers = false;
      // A leftover that stays does no harm.
      await removeLeftovers(this.#folder).catch(() => {});
    }
    return lock;
  }

  async #read() {
    try {
      const text = await readWhole(this.#path, {
        maxLength: MAX_PROFILE_LENGTH,
      });
      return text === undefined ? undefined : parseProfile(text);
    } catch (error) {
      if (error instanceof DamagedError) return { kind: "damaged" } as const;
      throw error;
    }
  }

  async #setAside(why: "damaged" | "newer"): Promise<string> {
    const suffix = why === "damaged" ? "broken" : "newer";
    return setAsideText(why, await setAside(this.#path, suffix));
  }

  #unreadable(error: unknown): LoadedProfile {
    // Without the permission or the folder above, nothing was ever kept.
    const isOurs = !(error instanceof Deno.errors.NotCapable) &&
      !(error instanceof Deno.errors.NotADirectory);
    return {
      ...{ data: NEW_PROFILE, existed: false, isUsable: false },
      ...(isOurs && { news: unreadableText(this.#path, error) }),
    };
  }
}
