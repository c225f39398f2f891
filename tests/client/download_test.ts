import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import { Download, DownloadError } from "../../lib/client/download.ts";
import type {
  DownloadFolder,
  PartFile,
} from "../../lib/client/download_folder.ts";
import { concat } from "../testing.ts";

/** A folder in memory that does what it is told and notes it. */
class FakeFolder {
  readonly events: string[] = [];
  readonly written: Uint8Array[] = [];
  /** The step that fails, as a disk does. */
  failing: "create" | "write" | "keep" | "discard" | undefined;

  create(name: string): Promise<PartFile> {
    const step = (step: string) => {
      this.events.push(step);
      return this.failing === step
        ? Promise.reject(new Error("no space left"))
        : Promise.resolve();
    };
    const part: PartFile = {
      write: (bytes) => {
        this.written.push(bytes.slice());
        return step("write");
      },
      keep: () => step("keep").then(() => `folder/${name}`),
      discard: () => step("discard"),
    };
    return step("create").then(() => part);
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
  name: "Download discards what is too little, too much or something else",
  permissions: "none",
  async fn() {
    const cases: [size: number, arrived: string, last: object, why: string][] =
      [
        [5, "hell", end(text("hell")), "4 of 5 bytes arrived"],
        [5, "hell", end(text("hello")), "4 of 5 bytes arrived"],
        [5, "hello", end(text("hello"), 6), "5 of 5 bytes"],
        [5, "hello!", end(text("hello!")), "more than it announced"],
        [0, "x", end(text("x")), "more than it announced"],
        [5, "hexlo", end(text("hello")), "not what the server has"],
        [0, "", end(text("x"), 0), "not what the server has"],
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
  name: "Download takes no bytes and no end before its beginning",
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
      assertStringIncludes(error.message, "cannot be written: no space left");
      assertEquals(
        folder.events.includes("discard"),
        failing !== "create",
        failing,
      );
    }
  },
});

Deno.test({
  name:
    "Download.fail() gives the first reason, even if nothing can be removed",
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
  name: "Download that is cancelled while its file is made leaves no file",
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
  name: "Download begins once, whatever the server says",
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
