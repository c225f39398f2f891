import { assertEquals } from "@std/assert";
import { FolderWatch } from "../../lib/files/folder_watch.ts";
import { settle, tempFolder } from "../testing.ts";

/** A fake system watcher with events from the test. */
function fakeWatcher() {
  const events: string[] = [];
  let wake = () => {};
  let closed = 0;
  const watcher = {
    close: () => (closed++, wake()),
    async *[Symbol.asyncIterator]() {
      for (;;) {
        while (events.length === 0 && closed === 0) {
          await new Promise<void>((resolve) => wake = resolve);
        }
        if (events.length === 0) return;
        const kind = events.shift()!;
        if (kind === "failure") throw new Error("too many watches");
        yield { kind, paths: [] };
      }
    },
  };
  const tell = async (kind: string) => {
    events.push(kind);
    wake();
    await settle();
  };
  return { watcher, tell, closed: () => closed };
}

/** Runs `work` while the system returns this watcher. */
async function watching(
  watch: () => unknown,
  work: () => Promise<void>,
): Promise<void> {
  const real = Deno.watchFs;
  Deno.watchFs = watch as typeof Deno.watchFs;
  try {
    await work();
  } finally {
    Deno.watchFs = real;
  }
}

Deno.test("FolderWatch.takeChange() reports each change once, and no reads", async () => {
  const { watcher, tell, closed } = fakeWatcher();
  await watching(() => watcher, async () => {
    const watch = new FolderWatch("folder");
    assertEquals([watch.works, watch.takeChange()], [true, false]);
    await tell("access");
    assertEquals(watch.takeChange(), false);
    for (const kind of ["create", "modify", "remove", "any", "other"]) {
      await tell(kind);
      assertEquals([watch.takeChange(), watch.takeChange()], [true, false]);
    }
    watch[Symbol.dispose]();
    assertEquals([watch.works, closed()], [false, 1]);
    await settle();
  });
});

Deno.test("FolderWatch that fails reports a change, and stops working", async () => {
  const { watcher, tell, closed } = fakeWatcher();
  await watching(() => watcher, async () => {
    const watch = new FolderWatch("folder");
    await tell("failure");
    assertEquals([watch.works, watch.takeChange()], [false, true]);
    assertEquals(closed(), 1);
  });
});

Deno.test("FolderWatch does not work if the system has no watches", async () => {
  const none = () => {
    throw new Error("not supported");
  };
  await watching(none, () => {
    using watch = new FolderWatch("folder");
    assertEquals([watch.works, watch.takeChange()], [false, false]);
    return Promise.resolve();
  });
});

Deno.test({
  name: "FolderWatch watches the folders in its folder, too",
  // Wine reports nothing of the folders below.
  ignore: Deno.build.os === "windows",
  async fn() {
    await using folder = await tempFolder();
    await Deno.mkdir(`${folder.path}/sub`);
    using watch = new FolderWatch(folder.path);
    if (!watch.works) return;
    await Deno.writeTextFile(`${folder.path}/sub/a.txt`, "a");
    while (!watch.takeChange()) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  },
});
