import { assertEquals } from "@std/assert";
import { DownloadError } from "../../lib/files/download_outcome.ts";
import { setUp } from "./fake_downloads.ts";

Deno.test("/get says when it resumes, starts again, or gives another name", async () => {
  const resumed = setUp({ resumedAt: 500 });
  await resumed.type("/get a.pdf");
  assertEquals(resumed.shown, [
    "Resuming a.pdf at 500 B",
    "Saved Ann/a.pdf (1 kB, verified)",
  ]);
  const afresh = setUp({ startedAgain: true });
  await afresh.type("/get a.pdf");
  assertEquals(
    afresh.shown[0],
    "Starting again: a.pdf has changed on the server",
  );
  const instead = { name: "a:b", problem: "contains a colon" };
  const renamed = setUp({
    saved: Promise.resolve({ path: "Ann/a_b", size: 1, instead }),
  });
  await renamed.type("/get a:b");
  assertEquals(renamed.shown, [
    "Saved Ann/a_b (1 B, verified), because the name a:b contains a colon",
  ]);
});

Deno.test("/get says what is kept of a download that failed", async () => {
  for (
    const [kept, rest] of [
      [0, ""],
      [2_000_000, " (2 MB kept: /get resumes there)"],
    ] as const
  ) {
    const saved = Promise.reject(new DownloadError("no answer", kept));
    saved.catch(() => {});
    const { type, shown } = setUp({ saved });
    await type("/get a.pdf");
    assertEquals(shown, [`! Not saved: a.pdf: no answer${rest}`]);
  }
});

Deno.test("/get does not wait for a download that takes a while to start", async () => {
  const { type, got } = setUp({ started: new Promise(() => {}) });
  await type("/get a.pdf", "/get b.txt");
  assertEquals(got, ["a.pdf", "b.txt"]);
});

Deno.test("/get says which file of the list is gone from the server", async () => {
  const gone = Promise.reject(
    new DownloadError("no such file", 0, "no-such-file"),
  );
  gone.catch(() => {});
  const { type, shown } = setUp({ saved: gone });
  await type("/files", "/get 2");
  assertEquals(shown.slice(-1), [
    '! Not saved: "b.txt" (number 2) is no longer on the server. ' +
    "Type /files for the list",
  ]);
});

Deno.test("/get takes another spelling of a name for the same download", async () => {
  const { type, shown, got, downloads } = setUp();
  await type("/files");
  shown.length = 0;
  downloads.push({ name: "a.pdf" });
  await type("/get A.PDF");
  assertEquals([got, shown], [[], ["Already downloading A.PDF"]]);
  // Another file, and a file of the list, are not the same.
  await type("/get other.pdf", "/get b.txt");
  assertEquals(got, ["other.pdf", "b.txt"]);
});

Deno.test("/get says what would work for a name that no file has", async () => {
  const saved = Promise.reject(
    new DownloadError("no such file", 0, "no-such-file"),
  );
  saved.catch(() => {});
  const { type, shown } = setUp({ saved });
  await type("/get pdf");
  assertEquals(shown, [
    '! Not saved: 2 files match "pdf": a.pdf, c.pdf. Type more of the name',
  ]);
});
