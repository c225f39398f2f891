/**
 * What is kept in the user's profile between runs. Web Storage, because it needs
 * no permission for the disk: Deno keeps it in a folder of its own in the user's
 * profile, that of the program for a compiled one.
 */
export type ProfileStorage = Pick<Storage, "getItem" | "setItem">;

const KEYS = {
  history: "history",
  name: "name",
  welcomed: "welcomed",
} as const;

/** Name, history and the like of one user of this computer. */
export class Profile {
  readonly #storage: ProfileStorage | undefined;

  /** Without storage nothing is remembered. */
  constructor(storage: ProfileStorage | undefined) {
    this.#storage = storage;
  }

  /** What was typed, newest first. */
  get history(): readonly string[] {
    try {
      const history: unknown = JSON.parse(this.#get(KEYS.history) ?? "[]");
      return Array.isArray(history)
        ? history.filter((line) => typeof line === "string")
        : [];
    } catch {
      return [];
    }
  }

  keepHistory(history: readonly string[]): void {
    this.#set(KEYS.history, JSON.stringify(history));
  }

  /** The name that was used last. */
  get name(): string | undefined {
    return this.#get(KEYS.name);
  }

  set name(name: string) {
    this.#set(KEYS.name, name);
  }

  /** Whether the hint for newcomers has been shown. */
  get welcomed(): boolean {
    return this.#get(KEYS.welcomed) !== undefined;
  }

  set welcomed(_: true) {
    this.#set(KEYS.welcomed, "yes");
  }

  #get(key: string): string | undefined {
    try {
      return this.#storage?.getItem(key) ?? undefined;
    } catch {
      return undefined; // A profile that cannot be read remembers nothing.
    }
  }

  #set(key: string, value: string): void {
    try {
      this.#storage?.setItem(key, value);
    } catch {
      // Full or read-only: the conversation matters more.
    }
  }
}

/** The storage of this user; `undefined` where there is none. */
export function openProfileStorage(): ProfileStorage | undefined {
  let storage: ProfileStorage | undefined;
  try {
    storage = globalThis.localStorage;
  } catch {
    // A profile that cannot be written, or a program without one.
  }
  return storage;
}
