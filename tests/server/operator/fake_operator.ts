import { assertEquals } from "@std/assert";
import { Moderation } from "../../../lib/chat/moderation.ts";
import type { FileEntry } from "../../../lib/message_fields.ts";
import type { EndReason } from "../../../lib/net/end_reason.ts";
import { closingFor, logWords } from "../../../lib/net/end_rules.ts";
import { runOperatorLine } from "../../../lib/server/operator/operator.ts";
import type {
  Dialog,
  OperatorContext,
} from "../../../lib/server/operator/context.ts";

/**
 * A server with these people, and an operator who types; records everything that
 * happens.
 */
export class FakeOperator {
  readonly shown: string[] = [];
  readonly logged: string[] = [];
  /** The events: `Bob left (reason): words` and `Bob reads: text`. */
  readonly happened: string[] = [];
  files: FileEntry[] = [];
  /** The answers to the next questions; after them, the input ends. */
  readonly answers: string[] = [];
  /** The text that was put back into the line. */
  givenBack: string | undefined;
  /** The names of the people whose clients do not encrypt. */
  readonly plain = new Set<string>();
  /** An unencrypted server; tests of encryption change it. */
  readonly security: {
    -readonly [K in keyof OperatorContext["security"]]:
      OperatorContext["security"][K];
  } = {
    key: undefined,
    fingerprint: undefined,
    shownFingerprint: undefined,
    encryptedOnly: false,
  };
  readonly context: OperatorContext;

  /**
   * Creates the server. `people` are names with their addresses; `""` for no name yet.
   */
  constructor(...people: [name: string, address: string][]) {
    const clients = people.map(([name, address]) => ({
      name,
      address,
      isHere: name !== "",
      transport: this.#transportOf(name),
      close: (why: EndReason) => {
        const who = `${name || address} left`;
        const { reason: words, final } = closingFor(why);
        this.happened.push(`${who} (${logWords(why)}): ${words}`);
        // Who has to type the new key comes back to be asked for it.
        const isFinal = why.kind === "key changed" ? undefined : true;
        assertEquals(final, isFinal, "they must not come back by themselves");
        return Promise.resolve();
      },
      tell: (text: string) => void this.happened.push(`${name} reads: ${text}`),
    }));
    this.context = {
      moderation: new Moderation(),
      security: this.security,
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

  #transportOf(name: string): { readonly isEncrypted: boolean } {
    const { plain } = this;
    return {
      get isEncrypted() {
        return !plain.has(name);
      },
    };
  }

  /** Puts the operator at a terminal, so that commands can ask questions. */
  sitDown(columns = 80): Dialog {
    const dialog: Dialog = {
      columns,
      talks: false,
      ask: (question) => {
        this.shown.push(question);
        return Promise.resolve(this.answers.shift());
      },
      askSecret: (question) => {
        this.shown.push(question);
        return Promise.resolve(this.answers.shift());
      },
      giveBack: (text) => {
        this.givenBack = text;
        return true;
      },
      showSaid: (text) => void this.shown.push(`said: ${text}`),
    };
    Object.assign(this.context, { dialog });
    return dialog;
  }

  /** Types lines; resolves to what the operator is shown. */
  async type(...lines: string[]): Promise<string[]> {
    this.shown.length = 0;
    for (const line of lines) await runOperatorLine(this.context, line);
    return [...this.shown];
  }
}
