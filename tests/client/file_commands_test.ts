import { assertEquals } from "@std/assert";
import { fakeContext, typed } from "./fake_context.ts";
import { setUp } from "./fake_downloads.ts";

Deno.test({
  name: "/get takes a name, with or without quotation marks, or a number",
  permissions: "none",
  async fn() {
    const { sent, shown } = await typed(
      "/get a.txt",
      "/get my report.pdf",
      '/get "my report.pdf"',
      '/get "half',
      "/get 2",
      "/get 3",
      "/get 0",
      "/get 2024.txt",
      "/get",
      '/get ""',
    );
    assertEquals(sent, [
      "get a.txt",
      "get my report.pdf",
      "get my report.pdf",
      'get "half',
      "get my report.pdf",
      "get 2024.txt",
    ]);
    assertEquals(shown.map((line) => line.slice(0, 25)), [
      "! There is no file number",
      "! There is no file number",
      "! Usage: /get NAME-or-NUM",
      "! The file name is empty",
    ]);
  },
});

Deno.test({
  name: "/get counts in the list that the user has seen",
  permissions: "none",
  async fn() {
    // The fake server has no files any more when it is asked again.
    const { sent } = await typed("/files", "/get 1");
    assertEquals(sent, ["get a.txt"]);
  },
});

Deno.test({
  name:
    "/get takes a file whose name is a number, if no place in the list has it",
  permissions: "none",
  async fn() {
    const { context, sent, run } = fakeContext();
    context.shown = [{ name: "2026", size: 1 }];
    await run("/get 2026");
    assertEquals(sent, ["get 2026"]);
  },
});

Deno.test({
  name: "/get says how the download ended",
  permissions: "none",
  async fn() {
    const good = await typed("/get a.txt");
    good.saved.resolve({ path: "Ann/a.txt", size: 5 });
    const bad = await typed("/get a.txt");
    bad.saved.reject(new Error("no space left"));
    await bad.saved.promise.catch(() => {});
    await Promise.resolve();
    assertEquals(good.shown, ["Saved Ann/a.txt (5 B, verified)"]);
    assertEquals(bad.shown, ["! Not saved: a.txt: no space left"]);
  },
});

Deno.test({
  name: "/cancel says when there is nothing to stop",
  permissions: "none",
  async fn() {
    const { sent, shown } = await typed("/cancel", "/cancel");
    assertEquals(sent, ["cancel", "cancel"]);
    assertEquals(shown, ["No downloads in progress"]);
  },
});

Deno.test("/files shows what is like a pattern or a word, with the numbers of the whole list", async () => {
  const { type, shown } = setUp();
  await type("/files *.pdf", "/files B", "/files *.doc");
  assertEquals(shown, [
    "2 of 3 files on the server:",
    "  1  a.pdf  1 kB",
    "  3  c.pdf  1 kB",
    "1 of 3 files on the server:",
    "  2  b.txt  1 kB",
    "No file matches *.doc",
  ]);
});

Deno.test("/get fetches several, and says what it did not understand", async () => {
  const { type, shown, got } = setUp();
  await type("/get 3 1 9", "/get *.pdf b.txt", "/get");
  assertEquals(got, ["c.pdf", "a.pdf", "a.pdf", "c.pdf", "b.txt"]);
  assertEquals(
    shown.filter((line) => /^Saved \d/.test(line)),
    ["Saved 2 files (2 kB)", "Saved 3 files (3 kB)"],
  );
  assertEquals(
    shown.filter((line) => line.startsWith("!")).map((l) => l.slice(0, 32)),
    ["! There is no file number 9. Typ", "! Usage: /get NAME-or-NUMBER ..."],
  );
});

Deno.test("/cancel stops all, or what is named", async () => {
  const { type, stopped, shown } = setUp({ saved: new Promise(() => {}) });
  await type("/cancel", "/get 1-3", "/cancel 2", "/cancel *.pdf", "/cancel");
  await type("/cancel zzz");
  assertEquals(stopped, [
    [],
    ["b.txt"],
    ["a.pdf", "c.pdf"],
    ["a.pdf", "b.txt", "c.pdf"],
    [],
  ]);
  assertEquals(shown, [
    "No downloads in progress",
    "! No download of zzz in progress",
  ]);
});
