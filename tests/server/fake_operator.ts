import { assertEquals } from "@std/assert";
import { Moderation } from "../../lib/chat/moderation.ts";
import type { FileEntry } from "../../lib/messages.ts";
import type { Farewell } from "../../lib/server/session.ts";
import { runOperatorLine } from "../../lib/server/operator.ts";
import type {
  Dialog,
  OperatorContext,
} from "../../lib/server/operator_context.ts";

/** A server with these people, and an operator who types; keeps all that happens. */
export class FakeOperator {
  readonly shown: string[] = [];
  readonly logged: string[] = [];
  /** `Bob left (reason): words` and `Bob reads: text`. */
  readonly happened: string[] = [];
  files: FileEntry[] = [];
  /** What is answered to the next questions; after that, the input ends. */
  readonly answers: string[] = [];
  /** Text that was put back into the line. */
  givenBack: string | undefined;
  readonly context: OperatorContext;

  /** `people` are names with the addresses they come from; no name yet: `""`. */
  constructor(...people: [name: string, address: string][]) {
    const clients = people.map(([name, address]) => ({
      name,
      address,
      isHere: name !== "",
      close: (reason: string, { words, final }: Farewell) => {
        const who = `${name || address} left`;
        this.happened.push(`${who} (${reason}): ${words}`);
        assertEquals(final, true, "they must not come back by themselves");
        return Promise.resolve();
      },
      tell: (text: string) => void this.happened.push(`${name} reads: ${text}`),
    }));
    this.context = {
      moderation: new Moderation(),
      clients: () => clients,
      stats: () => ({
        clients: clients.length,
        connections: 1,
        connected: 7,
        messages: 3,
        deliveries: 6,
        receivedLength: 1_000,
        sentLength: 2_500_000,
        slowest: undefined,
      }),
      files: () => Promise.resolve(this.files),
      uptime: () => 4_320_000,
      memory: () => 80_000_000,
      say: (text) => void this.happened.push(`all read: ${text}`),
      logsPrivate: true,
      log: (event, details) => {
        this.logged.push(`${event} ${JSON.stringify(details)}`);
      },
      print: (line) => void this.shown.push(line),
      quit: (reason) => void this.happened.push(`quit (${reason})`),
    };
  }

  /** The operator sits at a terminal from now on, and can be asked. */
  sitDown(): Dialog {
    const dialog: Dialog = {
      talks: false,
      ask: (question) => {
        this.shown.push(question);
        return Promise.resolve(this.answers.shift());
      },
      giveBack: (text) => void (this.givenBack = text),
      showSaid: (text) => void this.shown.push(`said: ${text}`),
    };
    Object.assign(this.context, { dialog });
    return dialog;
  }

  /** Types lines; what the operator is shown. */
  async type(...lines: string[]): Promise<string[]> {
    this.shown.length = 0;
    for (const line of lines) await runOperatorLine(this.context, line);
    return [...this.shown];
  }
}
