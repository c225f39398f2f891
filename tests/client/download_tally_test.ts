import { assertEquals } from "@std/assert";
import { DownloadTally } from "../../lib/client/download_tally.ts";
import type { Download } from "../../lib/files/download.ts";

/** A download as the tally sees it. */
function download(over: Partial<Record<keyof Download, unknown>>): Download {
  return {
    name: "a",
    arrived: 0,
    size: 100,
    expectedSize: 100,
    isOver: false,
    isArriving: true,
    ...over,
  } as unknown as Download;
}

Deno.test({
  name: "DownloadTally.look() adds up what runs and what waits",
  permissions: "none",
  fn() {
    const tally = new DownloadTally();
    const waiting = download({ isArriving: false, size: 0, expectedSize: 50 });
    const { running, waiting: count, together } = tally.look(
      [download({ arrived: 30 }), waiting],
      0,
    );
    assertEquals(running.map(({ arrived, size }) => [arrived, size]), [[
      30,
      100,
    ]]);
    assertEquals(count, 1);
    assertEquals([together.arrived, together.size], [30, 150]);
    assertEquals([together.count, together.over], [2, 0]);
  },
});

Deno.test({
  name:
    "DownloadTally.look() counts finished downloads until the last one ends",
  permissions: "none",
  fn() {
    const tally = new DownloadTally();
    const first = download({ arrived: 40 });
    const second = download({ arrived: 10 });
    tally.look([first, second], 0);
    Object.assign(first, { isOver: true });
    const { together } = tally.look([second], 1_000);
    // A failed download counts whole, too: nothing more arrives of it.
    assertEquals([together.arrived, together.size], [110, 200]);
    assertEquals([together.count, together.over], [2, 1]);
    tally.look([], 2_000);
    const after = tally.look([download({ arrived: 5 })], 3_000).together;
    assertEquals([after.arrived, after.count, after.over], [5, 1, 0]);
  },
});

Deno.test({
  name: "DownloadTally.look() measures each speed, and the speed of all",
  permissions: "none",
  fn() {
    const tally = new DownloadTally();
    const pair = [download({ size: 9e6 }), download({ size: 9e6 })];
    tally.look(pair, 0);
    for (const one of pair) Object.assign(one, { arrived: 1000 });
    const { running, together } = tally.look(pair, 1_000);
    assertEquals(running.map(({ speed }) => speed), [1000, 1000]);
    assertEquals(together.speed, 2000);
  },
});
