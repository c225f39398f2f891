import { assertEquals } from "@std/assert";
import { Flusher } from "../../lib/files/flusher.ts";
import { tempFolder } from "../testing.ts";

/** Counts the flushes while `work` runs. */
async function countSyncs(work: () => Promise<void>): Promise<number> {
  const real = Deno.FsFile.prototype.syncData;
  let count = 0;
  Deno.FsFile.prototype.syncData = function () {
    count++;
    return real.call(this);
  };
  try {
    await work();
  } finally {
    Deno.FsFile.prototype.syncData = real;
  }
  return count;
}

Deno.test("Flusher.flush() flushes the file each time, through one handle", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a`;
  using file = await Deno.open(path, { write: true, createNew: true });
  const flusher = new Flusher(path, file);
  const count = await countSyncs(async () => {
    await flusher.flush();
    await flusher.flush();
  });
  // The leak sanitizer notices a second handle that stays open.
  flusher.close();
  flusher.close();
  assertEquals(count, 2);
});

Deno.test("Flusher.flush() opens nothing but the file itself", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a`;
  using file = await Deno.open(path, { write: true, createNew: true });
  const isMoved = await Deno.rename(path, `${path}.old`)
    .then(() => true, () => false);
  if (!isMoved) return; // Windows does not move an open file.
  await Deno.writeTextFile(path, "another");
  const flusher = new Flusher(path, file);
  assertEquals(await countSyncs(() => flusher.flush()), 0);
  flusher.close();
});
