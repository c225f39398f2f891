import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { Random } from "../testing.ts";
import { Folder, join, type Program, Server } from "./programs.ts";

const MEBIBYTE = 1024 * 1024;

/** How often one of the programs is killed. */
const KILLS = 50;

/** Large enough that most kills come during the download. */
const SIZE = 48 * MEBIBYTE;

/**
 * Most changes in the folder before the kill: a few more than a whole download makes.
 */
const MAX_CHANGES = 200;

/** Returns random bytes from a seed: a numbered block, repeated. */
function content(seed: number, size = SIZE): Uint8Array {
  const bytes = new Uint8Array(size);
  const block = new Random(seed).bytes(64 * 1024);
  for (let at = 0; at < size; at += block.length) {
    bytes.set(block.subarray(0, Math.min(block.length, size - at)), at);
    if (at + 4 <= size) new DataView(bytes.buffer).setUint32(at, at);
  }
  return bytes;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * Resolves when the folder has changed `count` times; to `false` if `stop` came first.
 */
async function changes(
  path: string,
  count: number,
  stop: Promise<unknown>,
): Promise<boolean> {
  using watcher = Deno.watchFs(path);
  let stopped = false;
  void stop.then(() => {
    stopped = true;
    watcher.close();
  });
  let seen = 0;
  for await (const { paths } of watcher) {
    seen += paths.length;
    if (seen >= count) break;
  }
  return !stopped;
}

/**
 * Returns the names of finished files in Ann's folder: all that are not part of a
 * download.
 */
function finished(folder: Folder): string[] {
  return folder.list("Ann").filter((name) => name !== ".messenger");
}

Deno.test("4 killed fifty times at random moments, neither side yields a wrong file", async () => {
  const random = new Random(20_261_123);
  using shared = new Folder();
  using folder = new Folder();
  folder.makeFolder("Ann");
  let version = 0;
  let wanted = "";
  const change = () => {
    const bytes = content(++version);
    wanted = sha256(bytes);
    shared.write("download/a.bin", bytes);
  };
  change();
  let server = await Server.start({ folder: shared });
  const told = { resumed: 0, afresh: 0, saved: 0 };
  try {
    for (let kill = 1; kill <= KILLS; kill++) {
      // A half of one version must never be completed with another.
      if (kill % 10 === 0) change();
      const client = await join(server, "Ann", { folder });
      const victim: Program = random.below(2) === 0 ? client : server;
      const saved = client.output.next(/^Saved/).then(() => {}, () => {});
      const enough = changes(
        `${folder.path}/Ann`,
        1 + random.below(MAX_CHANGES),
        saved,
      );
      await client.type("/get a.bin");
      await enough;
      victim.kill("SIGKILL");
      if (victim === server) await client.exitCode();
      await client[Symbol.asyncDispose]();
      told.resumed += client.output.count(/^Resuming a\.bin/);
      told.afresh += client.output.count(/^Starting again: a\.bin/);
      for (const name of finished(folder)) {
        const bytes = folder.read(`Ann/${name}`);
        assertEquals(sha256(bytes), wanted, `${name} after kill ${kill}`);
        Deno.removeSync(`${folder.path}/Ann/${name}`);
        told.saved++;
      }
      if (victim === server) {
        await server[Symbol.asyncDispose]();
        server = await Server.start({ folder: shared });
      }
    }
    await using client = await join(server, "Ann", { folder });
    await client.type("/get a.bin");
    await client.output.next(/^Saved Ann\/a\.bin \(50\.3 MB, verified\)$/);
    assertEquals(sha256(folder.read("Ann/a.bin")), wanted);
  } finally {
    await server[Symbol.asyncDispose]();
  }
  assert(told.resumed >= 10, `only ${told.resumed} went on`);
  assert(told.saved >= 1, "none was saved before the kill");
});
