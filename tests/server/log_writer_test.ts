import { assert, assertEquals } from "@std/assert";
import {
  type LogNews,
  LogWriter,
  MAX_WAITING,
} from "../../lib/server/log_writer.ts";
import {
  type Fate,
  type OpenLog,
  PlainLog,
  putAside,
} from "../../lib/server/plain_log.ts";
import { FakeTime, settle, tempFolder } from "../testing.ts";

const decoder = new TextDecoder();

/** A disk that takes only what a test allows. */
class FakeDisk {
  /** The content of each file, in the order of opening. */
  readonly files: string[] = [];
  room = Infinity;
  fault: Error | undefined;
  openFault: Error | undefined;
  asideFault: Error | undefined;
  fate: Fate = "there";
  /** The number of open files. */
  open = 0;
  syncs = 0;
  /** Holds back writes until it resolves, if set. */
  gate: Promise<void> | undefined;

  begin(): OpenLog {
    if (this.openFault !== undefined) throw this.openFault;
    this.open++;
    // A log that could not be put aside is reopened.
    const isSame = this.asideFault !== undefined;
    const at = isSame ? this.files.length - 1 : this.files.push("") - 1;
    const { files } = this;
    return {
      get length() {
        return new TextEncoder().encode(files[at]).length;
      },
      append: async (bytes) => {
        await this.gate;
        if (this.fault !== undefined) throw this.fault;
        if (this.room === 0) {
          throw Object.assign(new Error("No space"), { code: "ENOSPC" });
        }
        const taken = bytes.subarray(0, this.room);
        this.room -= taken.length;
        files[at] += decoder.decode(taken);
        return taken.length;
      },
      sync: () => Promise.resolve(void this.syncs++),
      fate: () => {
        const { fate } = this;
        this.fate = "there";
        return Promise.resolve(fate);
      },
      close: () => Promise.resolve(void this.open--),
    };
  }
}

function start(disk = new FakeDisk()) {
  const news: LogNews[] = [];
  let asides = 0;
  const writer = new LogWriter({
    open: () => disk.begin(),
    putAside() {
      asides++;
      if (disk.asideFault !== undefined) throw disk.asideFault;
    },
    onNews: (one) => news.push(one),
  });
  const kinds = () => news.map(({ kind }) => kind);
  return { disk, writer, news, kinds, asides: () => asides };
}

Deno.test("LogWriter writes lines in order within half a second, and at once when many wait", async () => {
  using time = new FakeTime();
  const { disk, writer, news } = start();
  writer.append("one\n");
  writer.append("two\nthree\n");
  assertEquals(disk.files, [""]);
  await time.pass(500);
  assertEquals(disk.files, ["one\ntwo\nthree\n"]);
  const many = "x".repeat(99) + "\n";
  for (let i = 0; i < 700; i++) writer.append(many);
  await settle();
  assert(disk.files[0]!.length > 65_000);
  await writer.close();
  assertEquals(disk.files[0]!.length, 14 + 70_000);
  assertEquals([disk.open, news.length, time.pending], [0, 0, 0]);
});

Deno.test("LogWriter asks the disk to keep what it wrote, once", async () => {
  using time = new FakeTime();
  const { disk, writer } = start();
  await time.pass(5_000);
  assertEquals(disk.syncs, 0);
  for (const syncs of [1, 2]) {
    writer.append("a line\n");
    await time.pass(1_000);
    assertEquals(disk.syncs, syncs);
    await time.pass(5_000);
    assertEquals(disk.syncs, syncs);
  }
  await writer.close();
});

Deno.test("LogWriter reports a full disk once, resumes where it stopped, and loses nothing", async () => {
  using time = new FakeTime();
  const { disk, writer, news, kinds } = start();
  disk.room = 7;
  writer.append("one\ntwo\nthree\n");
  await time.pass(3_000);
  assertEquals(disk.files, ["one\ntwo"]);
  assertEquals(kinds(), ["failed"]);
  writer.append("four\n");
  await time.pass(3_000);
  assertEquals(kinds(), ["failed"]);
  disk.room = Infinity;
  await time.pass(500);
  assertEquals(disk.files, ["one\ntwo\nthree\nfour\n"]);
  assertEquals(news.slice(1), [
    { kind: "resumed", duration: 6_000, late: 3, lost: 0 },
  ]);
  await writer.close();
});

Deno.test("LogWriter keeps a bounded amount for a disk that accepts nothing, and counts the rest", async () => {
  using time = new FakeTime();
  const { disk, writer, news, kinds } = start();
  disk.room = 0;
  const line = "y".repeat(1024 * 1024 - 1) + "\n";
  const fitting = MAX_WAITING / line.length;
  for (let i = 0; i < 5 * fitting; i++) writer.append(line);
  await time.pass(1_000);
  disk.room = Infinity;
  await time.pass(1_000);
  const [, resumed] = news;
  assertEquals(kinds().slice(0, 2), ["failed", "resumed"]);
  assert(resumed!.kind === "resumed");
  // One more batch is being written.
  assertEquals(resumed!.lost, 4 * fitting - 1);
  assertEquals(disk.files.join("").length, (fitting + 1) * line.length);
  await writer.close();
});

Deno.test("LogWriter counts what a hanging disk does not accept, and does not wait for it", async () => {
  using time = new FakeTime();
  const { disk, writer, kinds } = start();
  const gate = Promise.withResolvers<void>();
  disk.gate = gate.promise;
  const line = "z".repeat(1024 * 1024 - 1) + "\n";
  for (let i = 0; i < 40; i++) {
    writer.append(line);
    await time.pass(1);
  }
  assertEquals(kinds(), ["failed"]);
  gate.resolve();
  await time.pass(1_000);
  assertEquals(kinds(), ["failed", "resumed"]);
  await writer.close();
});

for (const fate of ["moved or removed", "replaced"] as const) {
  Deno.test(`LogWriter reopens a log that was ${fate} within a second, and reports it once`, async () => {
    using time = new FakeTime();
    const { disk, writer, news } = start();
    writer.append("old\n");
    await time.pass(500);
    disk.fate = fate;
    writer.append("new\n");
    await time.pass(1_000);
    assertEquals(disk.files, ["old\n", "new\n"]);
    assertEquals(news, [{ kind: "reopened", fate }]);
    assertEquals(disk.open, 1);
    await time.pass(5_000);
    assertEquals(news.length, 1);
    await writer.close();
  });
}

Deno.test("LogWriter repeats a half-written line whole in the next file", async () => {
  using time = new FakeTime();
  const { disk, writer } = start();
  disk.room = 6;
  writer.append("one\ntwo\n");
  await time.pass(500);
  assertEquals(disk.files, ["one\ntw"]);
  disk.fate = "replaced";
  disk.room = Infinity;
  await time.pass(500);
  assertEquals(disk.files, ["one\ntw", "two\n"]);
  await writer.close();
});

Deno.test("LogWriter retries until the log can be opened", async () => {
  using time = new FakeTime();
  const { disk, writer, news, kinds } = start();
  disk.fate = "moved or removed";
  disk.openFault = new Error("it is a folder, not a file");
  await time.pass(500);
  writer.append("late\n");
  await time.pass(2_000);
  assertEquals(kinds(), ["failed"]);
  disk.openFault = undefined;
  await time.pass(500);
  assertEquals(disk.files, ["", "late\n"]);
  assertEquals(news[1], {
    ...{ kind: "resumed", duration: 2_500, late: 1, lost: 0 },
  });
  await writer.close();
});

Deno.test("LogWriter reopens the log after a fault of the disk", async () => {
  using time = new FakeTime();
  const { disk, writer, kinds } = start();
  disk.fault = new Error("Stale file handle");
  writer.append("one\n");
  await time.pass(500);
  assertEquals([kinds().length, disk.open], [1, 0]);
  disk.fault = undefined;
  await time.pass(500);
  assertEquals(disk.files, ["", "one\n"]);
  assertEquals(kinds(), ["failed", "resumed"]);
  await writer.close();
});

Deno.test("LogWriter puts a full log aside; if it cannot, the log grows, and it reports this once", async () => {
  using time = new FakeTime();
  const { disk, writer, kinds, asides } = start();
  const line = "x".repeat(1024 * 1024 - 1) + "\n";
  const write = async (count: number) => {
    for (let i = 0; i < count; i++) writer.append(line);
    await time.pass(1_000);
  };
  await write(16);
  assertEquals([asides(), disk.files.length], [0, 1]);
  await write(1);
  assertEquals([asides(), disk.files.length], [1, 2]);
  disk.asideFault = new Error("in use");
  await write(16);
  assertEquals([kinds(), asides()], [["not rotated"], 2]);
  await write(4);
  assertEquals([kinds(), asides() > 2], [["not rotated"], true]);
  // No line is lost.
  assertEquals(disk.files.join("").length, 37 * line.length);
  await writer.close();
});

Deno.test("LogWriter puts the next log aside in time, also if the last one had to grow", async () => {
  using time = new FakeTime();
  const { disk, writer, kinds, asides } = start();
  const line = "x".repeat(1024 * 1024 - 1) + "\n";
  const write = async (count: number) => {
    for (let i = 0; i < count; i++) writer.append(line);
    await time.pass(1_000);
  };
  disk.asideFault = new Error("in use");
  await write(17);
  assertEquals([kinds(), asides()], [["not rotated"], 1]);
  disk.asideFault = undefined;
  disk.fate = "moved or removed";
  await time.pass(60_000);
  await write(16);
  assertEquals([kinds(), asides()], [["not rotated", "reopened"], 1]);
  await write(1);
  assertEquals([asides(), disk.files.at(-1)], [2, line]);
  await writer.close();
});

Deno.test("LogWriter reports at the end how many lines could not be written", async () => {
  using _time = new FakeTime();
  const { disk, writer, news } = start();
  disk.room = 0;
  writer.append("one\ntwo\n");
  await writer.close();
  assertEquals(news.at(-1), { kind: "unwritten", lines: 2 });
  assertEquals(disk.open, 0);
});

/** A writer of a real file; the test triggers its checks. */
async function onDisk(
  use: (given: {
    path: string;
    writer: LogWriter;
    news: LogNews[];
    lines: (path?: string) => string;
  }) => Promise<void>,
): Promise<void> {
  await using folder = await tempFolder();
  const path = `${folder.path}/server.log`;
  const news: LogNews[] = [];
  const writer = new LogWriter({
    open: () => PlainLog.open(path),
    putAside: () => putAside(path, 4),
    onNews: (one) => news.push(one),
  });
  try {
    const lines = (name = path) => Deno.readTextFileSync(name);
    await use({ path, writer, news, lines });
  } finally {
    await writer.close();
  }
}

Deno.test("LogWriter follows a log on disk that is moved, removed, replaced or emptied", async () => {
  await onDisk(async ({ path, writer, news, lines }) => {
    const write = async (line: string) => {
      writer.append(`${line}\n`);
      await writer.check();
    };
    await write("one");
    Deno.renameSync(path, `${path}.old`);
    await write("two");
    assertEquals([lines(`${path}.old`), lines()], ["one\n", "two\n"]);
    // Wine keeps a deleted file until it is closed.
    const isKept = Deno.build.os === "windows";
    if (!isKept) Deno.removeSync(path);
    await write("three");
    assertEquals(lines(), isKept ? "two\nthree\n" : "three\n");
    Deno.writeTextFileSync(`${path}.new`, "");
    // Windows does not allow a file to replace an open one, so it goes beside it.
    if (isKept) Deno.renameSync(path, `${path}.older`);
    Deno.renameSync(`${path}.new`, path);
    await write("four");
    assertEquals(lines(), "four\n");
    // Does what logrotate's copytruncate does.
    Deno.copyFileSync(path, `${path}.copy`);
    Deno.truncateSync(path);
    await write("five");
    assertEquals(lines(), "five\n");
    assertEquals(
      news.map((one) => one.kind === "reopened" ? one.fate : one.kind),
      [
        ...Array(isKept ? 1 : 2).fill("moved or removed"),
        ...["replaced", "emptied"],
      ],
    );
    // A log that nothing happens to is not reopened.
    await write("six");
    assertEquals([lines(), news.length], ["five\nsix\n", isKept ? 3 : 4]);
  });
});
