/**
 * Changes to a file while it is sent, on either side, at every chunk boundary: a file
 * reported as verified is always complete and one version, and the user's files are
 * never touched.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { FileCatalog } from "../lib/files/file_catalog.ts";
import { CHUNK_LENGTH } from "../lib/files/file_memory.ts";
import { DownloadFolder } from "../lib/files/download_folder.ts";
import { Downloads } from "../lib/files/downloads.ts";
import { Transfers } from "../lib/server/transfers.ts";
import { readFrames, settle, tempFolder } from "./testing.ts";

const CHUNKS = 20;
const SIZE = CHUNKS * CHUNK_LENGTH;

/**
 * Fills the second version; the first is zeros, so that a hundred copies take no space.
 */
const NEW_BYTE = 0xff;

/**
 * What another program does to the file at `path`; `spare` is a free path beside it.
 */
const DEEDS: Record<string, (path: string, spare: string) => Promise<void>> = {
  async changes(path) {
    using file = await Deno.open(path, { write: true });
    const { size } = await file.stat();
    await file.write(new Uint8Array(size).fill(NEW_BYTE));
  },
  async "changes and sets the time back of"(path, spare) {
    const { atime, mtime } = await Deno.lstat(path);
    await DEEDS["changes"]!(path, spare);
    await Deno.utime(path, atime!, mtime!);
  },
  truncates: (path) => Deno.truncate(path, 1000),
  grows: (path) => Deno.writeTextFile(path, "more", { append: true }),
  async replaces(path, spare) {
    const { size } = await Deno.lstat(path);
    await Deno.writeFile(spare, new Uint8Array(size || 1).fill(NEW_BYTE));
    await Deno.rename(spare, path);
  },
  links: (path, spare) => Deno.link(path, spare),
  unlinks: (path) => Deno.remove(path),
  "re-times": (path) => Deno.utime(path, 1, 1),
};

/** The user's files, which must still exist at the end. */
const MINE: Record<string, string> = {
  "a.bin.part": "mine",
  "a.bin.part.json": "mine, too",
  "a.bin": "also mine",
};

/** A server with one file and a client that wants it, without a network. */
async function setUp() {
  const folder = await tempFolder();
  const shared = `${folder.path}/download`;
  const path = `${shared}/a.bin`;
  const own = `${folder.path}/Ann`;
  await Deno.mkdir(shared);
  await Deno.mkdir(own);
  await Deno.create(path).then((file) => file.close());
  await Deno.truncate(path, SIZE);
  for (const [name, text] of Object.entries(MINE)) {
    await Deno.writeTextFile(`${own}/${name}`, text);
  }
  return {
    path,
    own,
    spare: `${folder.path}/spare`,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

type Place = Awaited<ReturnType<typeof setUp>>;

/** Downloads the file; calls `atBoundary` before each chunk of the first attempt. */
async function download(
  { path, own }: Place,
  atBoundary: (chunk: number) => Promise<void>,
) {
  const catalog = new FileCatalog(path.slice(0, path.lastIndexOf("/")), {
    now: () => Date.now() + 60_000, // It was written long ago.
  });
  let chunk = 0;
  /** Messages are handled one after the other, as from a connection. */
  let handled = Promise.resolve();
  const outlet = {
    queuedLength: 0,
    sentLength: 0,
    get leftLength() {
      return this.sentLength;
    },
    async room() {
      await handled;
      await atBoundary(chunk++);
    },
    send(bytes: Uint8Array) {
      this.sentLength += bytes.length;
      for (const { ...frame } of readFrames(bytes.slice())) take(frame);
    },
  };
  // deno-lint-ignore no-explicit-any -- a frame as plain object
  const take = (frame: any) => {
    if (frame.type === "end") {
      handled = handled.then(() => atBoundary(chunk++)).then(() =>
        downloads.end(frame)
      );
    } else {
      handled = handled.then(async () => {
        if (frame.type === "file") await downloads.begin(frame);
        else if (frame.type === "chunk") await downloads.write(frame);
        else await downloads.refused(frame);
      });
    }
  };
  const transfers = new Transfers(catalog, outlet, {
    log() {},
    refuse(re, { code, message: text }, id) {
      take({ type: "refused", re, code, text, id });
    },
  });
  const downloads: Downloads = new Downloads({
    folder: new DownloadFolder(own),
    send(message) {
      if (message.type === "took") transfers.took(message.id, message.size);
      if (message.type === "cancel") void transfers.cancel(message.id);
      if (message.type !== "get") return;
      transfers.start(message).catch((error) =>
        take({ ...error, type: "refused", id: message.id, text: error.message })
      );
    },
  });
  const result = await downloads.get("a.bin").saved.then(
    ({ path }) => path,
    (error: Error) => error,
  );
  await downloads.finished();
  await transfers.stop({ kind: "quit" });
  return result;
}

/** Returns the only half in the folder. */
async function halfIn(own: string): Promise<string | undefined> {
  for await (const { name } of Deno.readDir(`${own}/.messenger`)) {
    if (name.endsWith(".half")) return `${own}/.messenger/${name}`;
  }
  return undefined;
}

/** Returns whether all bytes are of one version. */
function isOneVersion(bytes: Uint8Array): boolean {
  return [0, NEW_BYTE].some((byte) =>
    Buffer.alloc(bytes.length, byte).equals(bytes)
  );
}

for (const side of ["server", "client"] as const) {
  for (const [deed, act] of Object.entries(DEEDS)) {
    Deno.test(`Files tell the truth when another program ${deed} the file of the ${side}, at every chunk`, async () => {
      await using places = new AsyncDisposableStack();
      const all: Place[] = [];
      // A change of the server's file after the last chunk is a change of a file that
      // has arrived.
      const boundaries = side === "server" ? CHUNKS : CHUNKS + 1;
      for (let boundary = 0; boundary < boundaries; boundary++) {
        all.push(places.use(await setUp()));
      }
      // The disk's clock may count whole seconds only: a real server waits until a file
      // has been still for two.
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      let verified = 0;
      for (const [boundary, place] of all.entries()) {
        let theirs: string | undefined;
        let prevented = false;
        const result = await download(place, async (chunk) => {
          if (chunk !== boundary) return;
          const path = side === "server" ? place.path : await halfIn(place.own);
          assert(path !== undefined, `no half at ${boundary}`);
          // The bytes sent so far have been written.
          if (side === "client") {
            while ((await Deno.stat(path)).size < chunk * CHUNK_LENGTH) {
              await settle();
            }
          }
          theirs = path;
          try {
            await act(path, place.spare);
          } catch (error) {
            // Windows does not replace an open file: then nothing has happened.
            if (Deno.build.os !== "windows" || deed !== "replaces") throw error;
            prevented = true;
          }
        });
        assert(theirs !== undefined, `nothing was done at ${boundary}`);
        for (const [name, text] of Object.entries(MINE)) {
          assertEquals(await Deno.readTextFile(`${place.own}/${name}`), text);
        }
        if (side === "client" && deed === "replaces" && !prevented) {
          // The file that replaced ours is not ours.
          assertEquals((await Deno.readFile(theirs))[0], NEW_BYTE);
        }
        if (result instanceof Error) continue;
        verified++;
        const bytes = await Deno.readFile(result);
        // Windows removes an open file when it is closed: the server sends it
        // unchanged.
        const now = await Deno.readFile(place.path)
          .catch(() => new Uint8Array(SIZE));
        assertEquals(bytes.length, now.length, `${deed} at ${boundary}`);
        assert(Buffer.from(bytes.buffer).equals(now));
        assert(isOneVersion(bytes) || deed === "grows");
      }
      // The client retries by itself: only a removed file does not arrive.
      const isGone = side === "server" && deed === "unlinks";
      const isKept = !isGone || Deno.build.os === "windows";
      assertEquals(verified, isKept ? boundaries : 0);
    });
  }
}
