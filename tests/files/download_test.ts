import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import { Download } from "../../lib/files/download.ts";
import { DownloadError } from "../../lib/files/download_outcome.ts";
import type { DownloadFolder } from "../../lib/files/download_folder.ts";
import type { HalfFile } from "../../lib/files/half_file.ts";
import type { Version } from "../../lib/files/half_version.ts";
import { concat } from "../testing.ts";

/** An in-memory folder that behaves as told and records the calls. */
class FakeFolder {
  readonly events: string[] = [];
  readonly written: Uint8Array[] = [];
  /** The step that fails, as a disk may. */
  failing: "create" | "write" | "keep" | "discard" | undefined;
  /** The half of an earlier download. */
  left: { bytes: Uint8Array; version: Version } | undefined;
  /** The user's copies, by SHA-256. */
  has = new Map<string, string>();
  /** Called when a file is about to get its name. */
  onKeep = () => {};

  async #step(step: string): Promise<void> {
    this.events.push(step);
    if (this.failing === step) throw new Error("no space left");
    await Promise.resolve();
  }

  async create(version: Version): Promise<HalfFile> {
    await this.#step("create");
    return this.#part(version, new Uint8Array(0));
  }

  find(): Promise<HalfFile | undefined> {
    const { left } = this;
    const part = left && this.#part(left.version, left.bytes);
    return Promise.resolve(part);
  }

  copies(): Promise<Map<string, string>> {
    return Promise.resolve(this.has);
  }

  async keep(_: HalfFile, { name }: { name: string }): Promise<string> {
    this.onKeep();
    await this.#step("keep");
    return `folder/${name}`;
  }

  #part(version: Version, bytes: Uint8Array): HalfFile {
    const part: Partial<HalfFile> = {
      version,
      length: bytes.length,
      readAt: (target, position) => {
        const all = concat(bytes, ...this.written);
        // One byte at a time, as a disk may.
        const piece = all.subarray(position, position + 1);
        target.set(piece);
        return Promise.resolve(piece.length);
      },
      write: (bytes) => {
        this.written.push(bytes.slice());
        return this.#step("write");
      },
      leave: () => this.#step("leave").then(() => 5),
      discard: () => this.#step("discard"),
    };
    return part as HalfFile;
  }
}

function begin(size: number) {
  const folder = new FakeFolder();
  const download = new Download("a.txt", folder as unknown as DownloadFolder);
  const file = { type: "file", id: 1, name: "A.txt", size } as const;
  return { folder, download, file };
}

const text = (words: string) => new TextEncoder().encode(words);

function end(bytes: Uint8Array, size = bytes.length) {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { type: "end", id: 1, size, sha256 } as const;
}

Deno.test({
  name: "Download keeps a file whose size and hash are right",
  permissions: "none",
  async fn() {
    for (const words of ["", "x", "hello"]) {
      const { folder, download, file } = begin(words.length);
      await download.begin(file);
      assertEquals(await download.started, file);
      for (const letter of words) await download.write(text(letter));
      await download.end(end(text(words)));
      assertEquals(await download.saved, {
        path: "folder/A.txt",
        size: words.length,
      });
      assertEquals(concat(...folder.written), text(words));
      assertEquals(folder.events.at(-1), "keep");
    }
  },
});

Deno.test({
  name: "Download discards a file that is too short, too long or different",
  permissions: "none",
  async fn() {
    const cases: [size: number, arrived: string, last: object, why: string][] =
      [
        [5, "hell", end(text("hell")), "4 of 5 bytes arrived"],
        [5, "hell", end(text("hello")), "4 of 5 bytes arrived"],
        [5, "hello", end(text("hello"), 6), "5 of 5 bytes"],
        [5, "hello!", end(text("hello!")), "more than it announced"],
        [0, "x", end(text("x")), "more than it announced"],
        [5, "hexlo", end(text("hello")), "differs from the file on the server"],
        [0, "", end(text("x"), 0), "differs from the file on the server"],
      ];
    for (const [size, arrived, last, why] of cases) {
      const { folder, download, file } = begin(size);
      await download.begin(file);
      await download.write(text(arrived));
      await download.end(last as ReturnType<typeof end>);
      await assertRejects(() => download.saved, DownloadError, why);
      assertEquals(folder.events.includes("keep"), false);
      assertEquals(folder.events.at(-1), "discard");
    }
  },
});

Deno.test({
  name: "Download accepts no bytes and no end before its beginning",
  permissions: "none",
  async fn() {
    for (const act of ["write", "end"] as const) {
      const { folder, download } = begin(0);
      if (act === "write") await download.write(text("x"));
      else await download.end(end(text("")));
      await assertRejects(() => download.saved, DownloadError);
      await assertRejects(() => download.started, DownloadError);
      assertEquals(folder.events, []);
    }
  },
});

Deno.test({
  name: "Download fails with the disk, at every step, and never throws",
  permissions: "none",
  async fn() {
    for (const failing of ["create", "write", "keep"] as const) {
      const { folder, download, file } = begin(5);
      folder.failing = failing;
      await download.begin(file);
      await download.write(text("hello"));
      await download.write(text(""));
      await download.end(end(text("hello")));
      const error = await assertRejects(() => download.saved, DownloadError);
      assertStringIncludes(
        error.message,
        "cannot write the file: no space left",
      );
      // The bytes are worth keeping: the disk may have space later.
      assertEquals(error.kept, failing === "create" ? 0 : 5, failing);
      assertEquals(
        folder.events.includes("leave"),
        failing !== "create",
        failing,
      );
    }
  },
});

Deno.test({
  name:
    "Download.fail() reports the first reason, even if nothing can be removed",
  permissions: "none",
  async fn() {
    const { folder, download, file } = begin(5);
    folder.failing = "discard";
    await download.begin(file);
    await download.fail("cancelled");
    await download.fail("later");
    await download.write(text("hello"));
    await download.end(end(text("hello")));
    await assertRejects(() => download.saved, DownloadError, "cancelled");
    assertEquals(folder.events, ["create", "discard"]);
  },
});

Deno.test({
  name: "Download that is cancelled while its half is created leaves no file",
  permissions: "none",
  async fn() {
    const { folder, download, file } = begin(5);
    const begun = download.begin(file);
    await download.fail("cancelled");
    await begun;
    await assertRejects(() => download.started, DownloadError, "cancelled");
    assertEquals(folder.events, ["create", "discard"]);
    await download.begin(file);
    assertEquals(folder.events.length, 2);
  },
});

Deno.test({
  name: "Download begins once, whatever the server sends",
  permissions: "none",
  async fn() {
    const { folder, download, file } = begin(5);
    await download.begin(file);
    await download.begin({ ...file, name: "other.txt", size: 1 });
    await download.write(text("hello"));
    await download.end(end(text("hello")));
    assertEquals((await download.saved).path, "folder/A.txt");
    assertEquals(folder.events, ["create", "write", "keep"]);
  },
});

const LEFT = { name: "A.txt", size: 5, tag: "v1" };

/** Returns a download that finds `hel` of an earlier one. */
async function resume() {
  const test = begin(5);
  test.folder.left = { bytes: text("hel"), version: LEFT };
  await test.download.find();
  return { ...test, place: test.download.found };
}

Deno.test({
  name: "Download resumes an earlier one, with the hash of the whole file",
  permissions: "none",
  async fn() {
    const { folder, download, file, place } = await resume();
    assertEquals(place, { offset: 3, tag: "v1" });
    await download.begin({ ...file, offset: 3, tag: "v1" });
    assertEquals([download.resumedAt, download.arrived], [3, 3]);
    await download.write(text("lo"));
    await download.end(end(text("hello")));
    assertEquals((await download.saved).size, 5);
    assertEquals(folder.written, [text("lo")]);
    assertEquals(folder.events, ["write", "keep"]);
  },
});

Deno.test({
  name: "Download starts again when the server has another version",
  permissions: "none",
  async fn() {
    const { folder, download, file } = await resume();
    await download.begin({ ...file, size: 3, offset: 0, tag: "v2" });
    assertEquals([download.startedAgain, download.resumedAt], [true, 0]);
    await download.write(text("new"));
    await download.end(end(text("new")));
    await download.saved;
    assertEquals(folder.events, ["discard", "create", "write", "keep"]);
  },
});

Deno.test({
  name: "Download does not resume another file, at another place, or unasked",
  permissions: "none",
  async fn() {
    const cases = [
      { offset: 3, tag: "v2" },
      { offset: 3 },
      { offset: 2, tag: "v1" },
      { offset: 4, tag: "v1" },
      { offset: 3, tag: "v1", size: 6 },
      { offset: 3, tag: "v1", name: "b.txt" },
      { offset: 2 ** 53 - 1, tag: "v1" },
    ];
    for (const change of cases) {
      const { folder, download, file } = await resume();
      await download.begin({ ...file, ...change });
      await assertRejects(() => download.saved, DownloadError, "the server");
      assertEquals(folder.events, ["discard"]);
    }
    const { folder, download, file } = begin(5);
    await download.begin({ ...file, offset: 1 });
    await assertRejects(() => download.saved, DownloadError, "wrong place");
    assertEquals(folder.events, []);
  },
});

Deno.test({
  name: "Download notices that a half is damaged, and keeps nothing",
  permissions: "none",
  async fn() {
    const { folder, download, file } = await resume();
    await download.begin({ ...file, offset: 3, tag: "v1" });
    await download.write(text("lo"));
    await download.end(end(text("HELlo")));
    await assertRejects(() => download.saved, DownloadError, "differs from");
    assertEquals(folder.events, ["write", "discard"]);
  },
});

Deno.test({
  name: "Download.fail() keeps the bytes that have arrived if told to",
  permissions: "none",
  async fn() {
    const { folder, download, file } = begin(5);
    await download.begin(file);
    await download.write(text("hel"));
    await download.fail("connection lost", { keep: true });
    const error = await assertRejects(() => download.saved, DownloadError);
    assertEquals([error.message, error.kept], ["connection lost", 5]);
    assertEquals(folder.events.at(-1), "leave");
  },
});

Deno.test({
  name: "Download.fail() does not report a saved file as cancelled",
  permissions: "none",
  async fn() {
    const { folder, download, file } = begin(5);
    const failed: Promise<void>[] = [];
    folder.onKeep = () => failed.push(download.fail("cancelled"));
    await download.begin(file);
    await download.write(text("hello"));
    await download.end(end(text("hello")));
    await Promise.all(failed);
    assertEquals(failed.length, 1);
    assertEquals((await download.saved).path, "folder/A.txt");
    assertEquals(folder.events, ["create", "write", "keep"]);
  },
});

Deno.test({
  name: "Download does not download a file that the user already has",
  permissions: "none",
  async fn() {
    const { folder, download, file } = begin(5);
    const { sha256 } = end(text("hello"));
    folder.has.set(sha256, "Ann/a.txt");
    await download.find();
    assertEquals(download.found, { have: [sha256] });
    await download.begin({ ...file, offset: 5, same: true });
    await download.end(end(text("hello")));
    assertEquals(await download.saved, {
      path: "Ann/a.txt",
      size: 5,
      before: true,
    });
    assertEquals(folder.events, []);
    // The client does not believe a server that says so of another file.
    const fooled = begin(5);
    fooled.folder.has.set(sha256, "Ann/a.txt");
    await fooled.download.find();
    await fooled.download.begin({ ...file, offset: 5, same: true });
    await fooled.download.end(end(text("other")));
    await assertRejects(() => fooled.download.saved, DownloadError);
  },
});

Deno.test({
  name: "Download starts again by itself after a change, and only once",
  permissions: "none",
  async fn() {
    const { folder, download, file } = begin(5);
    let asked = 0;
    const reasons: string[] = [];
    download.onRetry = () => void asked++;
    download.onAgain = (reason) => reasons.push(reason);
    await download.begin(file);
    await download.write(text("hel"));
    await download.fail("it changed", { keep: true, again: true });
    assertEquals([asked, reasons], [1, ["it changed"]]);
    assertEquals(download.isOver, false);
    await download.find();
    await download.begin(file);
    await download.write(text("hello"));
    await download.end(end(text("HELLO")));
    await assertRejects(() => download.saved, DownloadError, "differs from");
    assertEquals(asked, 1);
    assertEquals(folder.events, [
      "create",
      "write",
      "leave",
      "create",
      "write",
      "discard",
    ]);
  },
});

Deno.test({
  name: "Download tries the whole file when the resumed half is the cause",
  permissions: "none",
  async fn() {
    const { folder, download, file } = await resume();
    let asked = 0;
    download.onRetry = () => void asked++;
    await download.begin({ ...file, offset: 3, tag: "v1" });
    await download.write(text("lo"));
    await download.end(end(text("HELlo")));
    assertEquals([asked, download.isOver], [1, false]);
    folder.left = undefined;
    await download.find();
    assertEquals(download.found, {});
    await download.begin({ ...file, tag: "v1" });
    await download.write(text("HELlo"));
    await download.end(end(text("HELlo")));
    assertEquals((await download.saved).size, 5);
  },
});

Deno.test({
  name:
    "Download finds the user's copy under the server's spelling of the name",
  permissions: "none",
  async fn() {
    const { folder, download, file } = begin(5);
    const bytes = text("hello");
    // The user asked for a.txt, of which there is no copy.
    await download.find();
    folder.has.set(end(bytes).sha256, "folder/A.txt");
    await download.begin(file);
    await download.write(bytes);
    await download.end(end(bytes));
    assertEquals(await download.saved, {
      ...{ path: "folder/A.txt", size: 5, before: true },
    });
    assertEquals(folder.events.includes("keep"), false);
    assertEquals(folder.events.at(-1), "discard");
  },
});
