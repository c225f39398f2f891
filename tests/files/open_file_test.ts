import { assert, assertEquals, assertRejects } from "@std/assert";
import { FileHash } from "../../lib/files/file_hashes.ts";
import { FileLimits, MAX_OPEN_FILES } from "../../lib/files/file_limits.ts";
import { CatalogFile } from "../../lib/files/open_file.ts";
import { FileChanged, SharedFile } from "../../lib/files/shared_file.ts";
import { FakeTime, settle, tempFolder } from "../testing.ts";

/** A file of five bytes that has entered the limits, as the catalog opens one. */
async function setUp() {
  const folder = await tempFolder();
  const path = `${folder.path}/a.txt`;
  await Deno.writeTextFile(path, "hello");
  const limits = new FileLimits();
  const owner = {};
  await limits.files.enter({ owner });
  const open = async () => (await SharedFile.open(path, "a.txt"))!;
  let opened = 0;
  const first = await open();
  const file = new CatalogFile(first, {
    owner,
    limits,
    hash: new FileHash(5),
    reopen: () => (opened++, open()),
  });
  return {
    file,
    limits,
    path,
    owner,
    opened: () => opened,
    async [Symbol.asyncDispose]() {
      file[Symbol.dispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

const nothing = () => Promise.resolve();

Deno.test("CatalogFile.park() gives up its place once, and the next turn takes one", async () => {
  await using test = await setUp();
  const { file, limits } = test;
  assertEquals(limits.files.inside, 1);
  file.park();
  file.park();
  assertEquals([limits.files.inside, test.opened()], [0, 0]);
  const buffer = new Uint8Array(5);
  assertEquals(await file.turn(() => file.read(buffer, 0)), 5);
  assertEquals([limits.files.inside, test.opened()], [1, 1]);
});

Deno.test("CatalogFile.turn() waits for its turn to read", async () => {
  await using test = await setUp();
  const { file, limits } = test;
  const others = [{}, {}];
  for (const owner of others) await limits.reads.enter({ owner });
  let hadTurn = false;
  const turn = file.turn(() => Promise.resolve(void (hadTurn = true)));
  await settle();
  assertEquals(hadTurn, false);
  limits.reads.leave(others[0]!);
  await turn;
  assertEquals(hadTurn, true);
});

Deno.test("CatalogFile.turn() makes way for waiting users after more than a second", async () => {
  await using test = await setUp();
  using time = new FakeTime();
  const { file, limits, owner } = test;
  // Its owner has one file more than the waiting user.
  for (let i = 1; i < MAX_OPEN_FILES; i++) await limits.files.enter({ owner });
  await file.turn(nothing); // Ends the interval that began at the real opening time.
  file.park();
  await file.turn(nothing);
  const modest = limits.files.enter({ owner: {} });
  await time.pass(1_000);
  await file.turn(nothing);
  const before = test.opened();
  await time.pass(1);
  const turn = file.turn(nothing);
  await modest;
  assertEquals(test.opened(), before);
  limits.files.leave(owner);
  await turn;
  assertEquals(test.opened(), before + 1);
});

Deno.test("CatalogFile notices a change while it was parked, and keeps no place", async () => {
  await using test = await setUp();
  const { file, limits } = test;
  file.park();
  await Deno.writeTextFile(test.path, "changed");
  await assertRejects(() => file.turn(nothing), FileChanged, "was closed");
  assertEquals(limits.files.inside, 0);
  await Deno.remove(test.path);
  await assertRejects(() => file.turn(nothing), FileChanged, "opened again");
  assertEquals(limits.files.inside, 0);
});

Deno.test("CatalogFile tells versions apart by two tags", async () => {
  await using test = await setUp();
  const { tag, earlierTag, entry } = test.file;
  assert(/^[0-9a-f]{32}$/.test(tag) && /^[0-9a-f]{32}$/.test(earlierTag));
  assert(tag !== earlierTag);
  assertEquals([entry.name, entry.size], ["a.txt", 5]);
});
