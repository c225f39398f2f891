import type { ChatClient } from "../../lib/client/chat_client.ts";
import type { CommandContext } from "../../lib/client/command_context.ts";
import type { Download } from "../../lib/files/download.ts";
import { runLine } from "../../lib/client/run_line.ts";
import { settle } from "../testing.ts";

const FILES = ["a.pdf", "b.txt", "c.pdf"].map((name) => ({ name, size: 1000 }));

/** A context whose downloads are `fate`, and what is shown. */
export function setUp(fate: Partial<Download> = {}) {
  const shown: string[] = [];
  const got: string[] = [];
  const stopped: string[][] = [];
  const downloads: Pick<Download, "name">[] = [];
  const client: Partial<ChatClient> = {
    files: () => Promise.resolve(FILES),
    downloads: downloads as Download[],
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
    downloads,
    async type(...lines: string[]) {
      for (const line of lines) {
        await runLine(context as CommandContext, line);
        await settle();
      }
    },
  };
}
