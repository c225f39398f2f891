import { assert, assertEquals, assertRejects } from "@std/assert";
import { createHash } from "node:crypto";
import { Arrival } from "../../lib/files/arrival.ts";
import { ArrivalError } from "../../lib/files/arrival_error.ts";
import type { DownloadFolder } from "../../lib/files/download_folder.ts";
import type { HalfFile } from "../../lib/files/half_file.ts";
import { concat, FakeTime, settle } from "../testing.ts";

const MIB = 1024 * 1024;

/** A folder whose halves write nothing and count the calls. */
function setUp({ size, window = 1 }: { size: number; window?: number }) {
  const asked: string[] = [];
  const half: Partial<HalfFile> = {
    version: { name: "a", size },
    length: 0,
    write: () => Promise.resolve(),
    flush: () => Promise.resolve(void asked.push("flush")),
    leave: () => Promise.resolve((asked.push("leave"), 7)),
    discard: () => Promise.resolve(void asked.push("discard")),
  };
  const folder: Partial<DownloadFolder> = {
    find: () => Promise.resolve(undefined),
    create: () => Promise.resolve(half as HalfFile),
    keep: () => Promise.resolve((asked.push("keep"), "folder/a")),
  };
  const taken: number[] = [];
  const arrival = new Arrival(folder as DownloadFolder, {
    onTaken: (size) => taken.push(size),
    onFailure: (error) => asked.push(error.message),
  });
  const begin = () =>
    arrival.begin({ type: "file", id: 1, name: "a", size, window }, "a");
  return { arrival, asked, taken, begin };
}

Deno.test({
  name: "Arrival reports each half MiB written to the server",
  permissions: "none",
  async fn() {
    using _time = new FakeTime();
    const { arrival, taken, begin } = setUp({ size: 2 * MIB });
    await begin();
    await arrival.write(new Uint8Array(MIB / 2 - 1));
    await settle();
    assertEquals(taken, []);
    await arrival.write(new Uint8Array(1));
    await settle();
    assertEquals(taken, [MIB / 2]);
    await arrival.write(new Uint8Array(MIB));
    await settle();
    assertEquals(taken, [MIB / 2, MIB + MIB / 2]);
  },
});

Deno.test({
  name: "Arrival reports fewer bytes to the server after five seconds",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const { arrival, taken, begin } = setUp({ size: MIB });
    await begin();
    await time.pass(4_999);
    await arrival.write(new Uint8Array(1));
    await settle();
    assertEquals(taken, []);
    await time.pass(1);
    await arrival.write(new Uint8Array(1));
    await settle();
    assertEquals(taken, [2]);
    // The five seconds begin again with each report.
    await time.pass(4_999);
    await arrival.write(new Uint8Array(1));
    await settle();
    assertEquals(taken, [2]);
    await time.pass(1);
    await arrival.write(new Uint8Array(1));
    await settle();
    assertEquals(taken, [2, 4]);
  },
});

Deno.test({
  name: "Arrival reports nothing to a server that uses no window",
  permissions: "none",
  async fn() {
    const { arrival, taken } = setUp({ size: MIB });
    const file = { type: "file", id: 1, name: "a", size: MIB } as const;
    await arrival.begin(file, "a");
    await arrival.write(new Uint8Array(MIB));
    await settle();
    assertEquals(taken, []);
  },
});

Deno.test({
  name: "Arrival flushes every 32 MiB, and no more often",
  permissions: "none",
  async fn() {
    const { arrival, asked, begin } = setUp({ size: 65 * MIB });
    await begin();
    await arrival.write(new Uint8Array(32 * MIB - 1));
    await settle();
    assertEquals(asked, []);
    await arrival.write(new Uint8Array(1));
    await settle();
    assertEquals(asked, ["flush"]);
    await arrival.write(new Uint8Array(32 * MIB));
    await settle();
    assertEquals(asked, ["flush", "flush"]);
  },
});

Deno.test({
  name: "Arrival accepts exactly as many bytes as were announced",
  permissions: "none",
  async fn() {
    const { arrival, begin } = setUp({ size: 3 });
    await assertRejects(() => arrival.write(new Uint8Array(0)), ArrivalError);
    await begin();
    await arrival.write(new Uint8Array(3));
    assertEquals(arrival.arrived, 3);
    await assertRejects(
      () => arrival.write(new Uint8Array(1)),
      ArrivalError,
      "more than it announced",
    );
  },
});

Deno.test({
  name: "Arrival.check() compares the size on both sides, and the hash",
  permissions: "none",
  async fn() {
    const bytes = new Uint8Array([1, 2, 3]);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const end = { type: "end", id: 1, size: 3, sha256 } as const;
    const whole = async (count: number) => {
      const { arrival, begin } = setUp({ size: 3 });
      await begin();
      await arrival.write(bytes.subarray(0, count));
      return arrival;
    };
    assertEquals(await (await whole(3)).check(end), sha256);
    const short = await whole(2);
    await assertRejects(
      () => short.check(end),
      ArrivalError,
      "only 2 of 3 bytes",
    );
    const longer = await whole(3);
    await assertRejects(() => longer.check({ ...end, size: 4 }), ArrivalError);
    const other = await whole(3);
    const error = await assertRejects(
      () => other.check({ ...end, sha256: "0".repeat(64) }),
      ArrivalError,
      "differs from the file on the server",
    );
    assertEquals([error.again, error.keep], [true, false]);
  },
});

Deno.test({
  name: "Arrival.stop() keeps or removes the half, and never throws",
  permissions: "none",
  async fn() {
    const kept = setUp({ size: 3 });
    await kept.begin();
    assertEquals(await kept.arrival.stop(true), 7);
    const removed = setUp({ size: 3 });
    await removed.begin();
    assertEquals(await removed.arrival.stop(false), 0);
    assertEquals([kept.asked, removed.asked], [["leave"], ["discard"]]);
    const early = setUp({ size: 3 });
    assertEquals(await early.arrival.stop(true), 0);
    // Later bytes are not written, and cause no report.
    await kept.arrival.write(new Uint8Array(3));
    await settle();
    assertEquals(kept.taken, []);
  },
});

Deno.test({
  name:
    "Arrival refuses a file of another name, and accepts an equivalent name",
  permissions: "none",
  async fn() {
    const { arrival } = setUp({ size: 3 });
    const file = { type: "file", id: 1, name: "b", size: 3 } as const;
    await assertRejects(
      () => arrival.begin(file, "a"),
      ArrivalError,
      "another file",
    );
    await arrival.begin({ ...file, name: "A" }, "a");
    assert(arrival.size === 3);
  },
});

/** The content of a half, to be written and read back. */
function inMemory(before: Uint8Array) {
  let content = before;
  return {
    write: (bytes: Uint8Array) => {
      content = concat(content, bytes);
      return Promise.resolve();
    },
    readAt: (target: Uint8Array, position: number) => {
      const piece = content.subarray(position, position + target.length);
      target.set(piece);
      return Promise.resolve(piece.length);
    },
  };
}

/** A folder with a half of 5 bytes of version 1. */
function setUpHalf(name = "a") {
  const asked: string[] = [];
  const halfOf = (
    version: { name: string; size: number; tag?: string },
    bytes: Uint8Array,
  ) => ({
    version,
    length: bytes.length,
    ...inMemory(bytes),
    flush: () => Promise.resolve(),
    leave: () => Promise.resolve((asked.push("leave"), bytes.length)),
    discard: () => Promise.resolve(void asked.push("discard")),
  });
  const folder = {
    find: () =>
      Promise.resolve(halfOf({ name, size: 8, tag: "v1" }, new Uint8Array(5))),
    create: (version: { name: string; size: number; tag?: string }) => {
      asked.push(`create ${version.tag}`);
      return Promise.resolve(halfOf(version, new Uint8Array(0)));
    },
  };
  const arrival = new Arrival(folder as unknown as DownloadFolder, {
    onTaken() {},
    onFailure: ({ message }) => asked.push(message),
  });
  const file = { type: "file", id: 1, name: "a", size: 8, tag: "v1" } as const;
  return { arrival, asked, file };
}

const EIGHT = new Uint8Array(8);
const END = {
  type: "end",
  id: 1,
  size: 8,
  sha256: createHash("sha256").update(EIGHT).digest("hex"),
} as const;

Deno.test({
  name: "Arrival resumes the half that it has found",
  permissions: "none",
  async fn() {
    const { arrival, asked, file } = setUpHalf();
    await arrival.find("a");
    assertEquals(arrival.place, { offset: 5, tag: "v1" });
    await arrival.begin({ ...file, offset: 5 }, "a");
    assertEquals([arrival.resumedAt, arrival.startedAgain], [5, false]);
    await arrival.write(new Uint8Array(3));
    assertEquals(await arrival.check(END), END.sha256);
    assertEquals(asked, []);
  },
});

Deno.test({
  name: "Arrival refuses a resumption of another place, version or size",
  permissions: "none",
  async fn() {
    for (
      const change of [
        { offset: 4 },
        { offset: 6 },
        { offset: 5, tag: "v2" },
        { offset: 5, size: 9 },
      ]
    ) {
      const { arrival, file } = setUpHalf();
      await arrival.find("a");
      await assertRejects(
        () => arrival.begin({ ...file, ...change }, "a"),
        ArrivalError,
      );
    }
  },
});

Deno.test({
  name:
    "Arrival that starts again removes the half first, and hashes from the beginning",
  permissions: "none",
  async fn() {
    for (const tag of ["v1", "v2"]) {
      const { arrival, asked, file } = setUpHalf();
      await arrival.find("a");
      await arrival.begin({ ...file, tag }, "a");
      assertEquals(asked, ["discard", `create ${tag}`]);
      assertEquals([arrival.resumedAt, arrival.startedAgain], [0, true]);
      await arrival.write(EIGHT);
      assertEquals(await arrival.check(END), END.sha256);
    }
  },
});

Deno.test({
  name: "Arrival leaves the half of a file with an equivalent name",
  permissions: "none",
  async fn() {
    const { arrival, asked, file } = setUpHalf("A");
    await arrival.find("a");
    await arrival.begin(file, "a");
    assertEquals(asked, ["leave", "create v1"]);
    assertEquals(arrival.startedAgain, false);
  },
});
