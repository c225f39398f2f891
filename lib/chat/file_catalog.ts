import type { FileEntry } from "../messages.ts";
import { nameKey } from "../names.ts";
import { ChatError } from "./chat_error.ts";

/** A file of the catalog, open for reading. Close it with `using`. */
export type OpenFile = Disposable & {
  readonly entry: FileEntry;
  /** Reads on from the last place; resolves to the number of bytes, `null` at the end. */
  read(target: Uint8Array): Promise<number | null>;
  /** Whether the file is no longer the one that was opened. */
  changed(): Promise<boolean>;
};

/** `file2` before `file10`, the same on every machine. */
const NAME_ORDER = new Intl.Collator("en", { numeric: true });

/**
 * The shared folder: the plain files that stand in it at this moment. Links,
 * folders and names that begin with a dot are not part of it. A name that
 * somebody asks for never becomes a path: it is looked up among the names there.
 */
export class FileCatalog {
  readonly #folder: string;

  /** `folder` need not exist yet: see {@linkcode prepare}. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Creates the folder if there is none. */
  async prepare(): Promise<void> {
    await Deno.mkdir(this.#folder, { recursive: true });
  }

  /**
   * The files with their sizes, in the order of their names. Throws
   * {@linkcode ChatError} if the folder cannot be read.
   */
  async list(): Promise<FileEntry[]> {
    const names = await this.#names();
    const entries = await Promise.all(names.map((name) => this.#entry(name)));
    return entries
      .filter((entry) => entry !== undefined)
      .sort((a, b) => NAME_ORDER.compare(a.name, b.name));
  }

  /**
   * Opens the file with exactly this name, or, if there is none, the only one
   * whose name differs in upper and lower case or in the encoding of accents.
   * Throws {@linkcode ChatError}.
   */
  async open(wanted: string): Promise<OpenFile> {
    const name = await this.#find(wanted);
    let file: Deno.FsFile;
    try {
      file = await Deno.open(this.#path(name));
    } catch (cause) {
      throw cause instanceof Deno.errors.NotFound
        ? noSuchFile(wanted)
        : new ChatError(
          "unreadable",
          `The server cannot read ${name}: ask the one who runs it`,
          { cause },
        );
    }
    try {
      const info = await file.stat();
      if (!info.isFile) throw noSuchFile(wanted);
      return opened(file, entryOf(name, info));
    } catch (error) {
      file.close();
      throw error;
    }
  }

  async #find(wanted: string): Promise<string> {
    const names = await this.#names();
    if (names.includes(wanted)) return wanted;
    const key = nameKey(wanted);
    const alike = names.filter((name) => nameKey(name) === key);
    if (alike.length !== 1) throw noSuchFile(wanted);
    return alike[0]!;
  }

  async #names(): Promise<string[]> {
    const names: string[] = [];
    try {
      for await (const { name, isFile } of Deno.readDir(this.#folder)) {
        if (isFile && !name.startsWith(".")) names.push(name);
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw noFolder(error);
      // Removed while the server runs: make it anew, so that files can be put in.
      await this.prepare().catch((error) => Promise.reject(noFolder(error)));
    }
    return names;
  }

  /** `undefined` if it is gone by now, or is not a plain file any more. */
  async #entry(name: string): Promise<FileEntry | undefined> {
    try {
      const info = await Deno.lstat(this.#path(name));
      return info.isFile ? entryOf(name, info) : undefined;
    } catch {
      return undefined;
    }
  }

  /** Only for names that the folder itself has given. */
  #path(name: string): string {
    return `${this.#folder}/${name}`;
  }
}

function entryOf(name: string, info: Deno.FileInfo): FileEntry {
  const modified = info.mtime?.getTime();
  return {
    name,
    size: info.size,
    ...(modified === undefined || modified < 0 ? {} : { modified }),
  };
}

function opened(file: Deno.FsFile, entry: FileEntry): OpenFile {
  return {
    entry,
    read: (target) => file.read(target),
    async changed() {
      const now = entryOf(entry.name, await file.stat());
      return now.size !== entry.size || now.modified !== entry.modified;
    },
    [Symbol.dispose]: () => file.close(),
  };
}

function noSuchFile(name: string): ChatError {
  return new ChatError(
    "no-such-file",
    `There is no file ${name} on the server: /files shows what there is`,
  );
}

/** The operator was told when the server started; the log has the cause. */
function noFolder(cause: unknown): ChatError {
  return new ChatError(
    "unreadable",
    "The server cannot read its folder: ask the one who runs it",
    { cause },
  );
}
