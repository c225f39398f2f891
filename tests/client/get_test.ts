import { assertEquals } from "@std/assert";
import type { ChatClient } from "../../lib/client/chat_client.ts";
import type { CommandContext } from "../../lib/client/command_context.ts";
import { type Download, DownloadError } from "../../lib/client/download.ts";
import { runLine } from "../../lib/client/run_line.ts";
import { settle } from "../testing.ts";

const FILES = ["a.pdf", "b.txt", "c.pdf"].map((name) => ({ name, size: 1000 }));

/** A context whose downloads are `fate`, and what is shown. */
function setUp(fate: Partial<Download> = {}) {
  const shown: string[] = [];
  const got: string[] = [];
  const stopped: string[][] = [];
  const client: Partial<ChatClient> = {
    files: () => Promise.resolve(FILES),
    downloads: [],
    downloadOf: () => undefined,
    get(name) {
      got.push(name);
      return {
        name,
        started: Promise.resolve(),
        launched: Promise.resolve(),
        saved: Promise.resolve({ path: `Ann/${name}`, size: 1000 }),
        ...fate,
      } as unknown as Download;
    },
    cancel(isMeant = () => true) {
      stopped.push(got.filter(isMeant));
      return Promise.resolve(stopped.at(-1)!.length);
    },
  };
  const context: Partial<CommandContext> = {
    client: client as ChatClient,
    listing: undefined,
    shown: undefined,
    postpone: () => false,
    print: ({ text }) => void shown.push(text),
    fail: (why) =>
      void shown.push(`! ${typeof why === "string" ? why : why.text}`),
  };
  return {
    shown,
    got,
    stopped,
    async type(...lines: string[]) {
      for (const line of lines) {
        await runLine(context as CommandContext, line);
        await settle();
      }
    },
  };
}

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
