import { Binder } from "../../lib/client/binder.ts";
import type { ChatClient } from "../../lib/client/chat_client.ts";
import type { CommandContext } from "../../lib/client/command_context.ts";
import { newMemory } from "../../lib/client/memory.ts";
import { runLine } from "../../lib/client/run_line.ts";
import { problem } from "../../lib/client/view.ts";
import type { Download } from "../../lib/files/download.ts";
import type { Saved } from "../../lib/files/download_outcome.ts";
import type { BoundLine } from "../../lib/terminal/draft_binding.ts";
import { isNo, isYes } from "../../lib/terminal/question.ts";
import { FakeScreen } from "./fake_screen.ts";

/** What the server has at the first question; it has nothing later. */
export const FILES = [{ name: "a.txt", size: 1 }, {
  name: "my report.pdf",
  size: 2,
}];

/** A context that notes what is sent and what is shown. */
export function fakeContext({
  lastTeller = undefined as string | undefined,
  columns = undefined as number | undefined,
  people = ["Ann", "Zoë"],
} = {}) {
  const sent: string[] = [];
  const screen = new FakeScreen(true);
  const saved = Promise.withResolvers<Saved>();
  let asked = 0;
  const client: Partial<ChatClient> = {
    say: (text) => void sent.push(`say ${text}`),
    tell: (to, text) => void sent.push(`tell ${to} ${text}`),
    users: () => Promise.resolve(people.map((name) => ({ name }))),
    downloads: [],
    downloadOf: () => undefined,
    files: () => Promise.resolve(++asked === 1 ? FILES : []),
    cancel: () => Promise.resolve(sent.push("cancel") - 1),
    get(name) {
      sent.push(`get ${name}`);
      const started = Promise.resolve();
      return { started, saved: saved.promise } as unknown as Download;
    },
  };
  const memory = newMemory();
  const { presence } = memory;
  presence.learn(people.map((name) => ({ name })), { isComplete: true });
  if (lastTeller !== undefined) {
    memory.lastTeller = presence.named(lastTeller) ?? { name: lastTeller };
  }
  const binder = new Binder(screen, memory);
  let line: BoundLine = { text: "" };
  const context: CommandContext = {
    client: client as ChatClient,
    name: "Ann",
    get mode() {
      return memory.mode;
    },
    set mode(mode) {
      memory.mode = mode;
    },
    presence,
    quiet: false,
    security: undefined,
    columns,
    get lastTeller() {
      return memory.lastTeller;
    },
    acquaintances: memory.acquaintances,
    isInteractive: true,
    doubt: undefined,
    get binding() {
      return binder.bindWhole(line);
    },
    bind: (text) => void (line = { text }),
    listing: undefined,
    shown: undefined,
    print: (line) => screen.print(line),
    fail: (why) => screen.print(typeof why === "string" ? problem(why) : why),
    ask: async (question) => {
      const reply = await screen.ask(question);
      return isYes(reply) ? "yes" : isNo(reply) ? "no" : "other";
    },
    postpone: () => false,
    giveBack: () => screen.giveBack(line),
    clear: () => screen.clear(),
    leave: () => void sent.push("leave"),
  };
  /** Carries out a line that was typed just now, or one that was begun earlier. */
  const run = async (
    text: string,
    begun: BoundLine = { text, binding: binder.bind(text) },
  ) => {
    line = begun;
    await runLine(context, text);
  };
  return { context, sent, shown: screen.shown, screen, saved, run };
}

/** What is sent and shown when these lines are typed. */
export async function typed(...lines: string[]) {
  const fake = fakeContext();
  for (const line of lines) await fake.run(line);
  return fake;
}
