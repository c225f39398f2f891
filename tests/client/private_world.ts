import { PassThrough } from "node:stream";
import { setImmediate } from "node:timers";
import type { FileCatalog } from "../../lib/files/file_catalog.ts";
import { Moderation } from "../../lib/chat/moderation.ts";
import { Room } from "../../lib/chat/room.ts";
import { TerminalScreen } from "../../lib/client/terminal_screen.ts";
import { visit } from "../../lib/client/visit.ts";
import { encodeMessage } from "../../lib/messages.ts";
import { nameKey } from "../../lib/names.ts";
import { Backpressure } from "../../lib/server/backpressure.ts";
import { EventLog } from "../../lib/server/event_log.ts";
import { fakeNetwork } from "./fake_network.ts";
import { Security } from "../../lib/server/security.ts";
import { Session } from "../../lib/server/session.ts";
import type { Shared } from "../../lib/server/shared.ts";
import type { LineEditorOptions } from "../../lib/terminal/line_editor.ts";
import { Profile } from "../../lib/store/profile.ts";
import { NEW_PROFILE, type ProfileData } from "../../lib/store/profile_data.ts";
import { TerminalOutput } from "../../lib/terminal/terminal_output.ts";
import { type FakeTime, Peer, settle, streamPair } from "../testing.ts";

/** No files, and no look at the disk, which would take real time. */
const NO_FILES = {
  encodedListing: () =>
    Promise.resolve({
      files: [],
      frames: [encodeMessage({ type: "files", files: [] })],
    }),
} as unknown as FileCatalog;

/** A server in memory: sessions, a room, and pipes that are arrays. */
class Hall {
  readonly #shared: Shared<Session>;
  readonly #sessions = new Set<Session>();
  #count = 0;

  constructor() {
    this.#shared = {
      room: new Room(),
      catalog: NO_FILES,
      backpressure: new Backpressure(),
      log: new EventLog(() => {}),
      print: () => {},
      counters: { messages: 0, deliveries: 0 },
      moderation: new Moderation(),
      security: new Security(),
      welcome: "Welcome",
      history: 0,
      maxRate: 0,
      onEnd: (session) => void this.#sessions.delete(session),
    };
  }

  connect() {
    const [mine, other] = streamPair();
    const number = ++this.#count;
    const incoming = { stream: mine, from: `10.0.0.1:${number}` };
    const session = new Session(incoming, number, this.#shared);
    this.#sessions.add(session);
    session.start();
    return other;
  }

  /** Ends without a word, as in a power cut. */
  close(): void {
    for (const session of this.#sessions) {
      session.end({ kind: "shutdown", words: "" });
    }
    this.#shared.room.close();
  }

  /** The operator removes `name`. */
  kick(name: string): void {
    for (const session of this.#sessions) {
      if (session.name !== name) continue;
      void session.close({ kind: "kicked", words: "" });
    }
  }

  /** Cuts the connection of everybody called `name`. */
  cut(name: string): void {
    for (const session of this.#sessions) {
      if (session.name === name) session.end({ kind: "lost" });
    }
  }
}

/** Somebody else in the class, with a client that does as it is told. */
export class Other {
  readonly heard: { readonly type: string; readonly text: string }[] = [];
  #peer: Peer | undefined;
  #token = "";
  #received = 0;

  constructor(readonly name: string, readonly number: number) {}

  get isHere(): boolean {
    return this.#peer !== undefined;
  }

  async join(hall: Hall): Promise<void> {
    const peer = new Peer(hall.connect());
    const { name } = this;
    await peer.send({
      ...{ type: "hello", protocol: 1, name, token: this.#token },
      ...(this.#token !== "" && { received: this.#received }),
    });
    const first = await peer.next();
    if (first?.type !== "welcome") return peer.stream.close();
    this.#peer = peer;
    if (first["token"] !== this.#token) this.#received = 0;
    this.#token = first["token"];
    void this.#listen(peer);
  }

  async leave(): Promise<void> {
    await this.#peer?.send({ type: "bye" });
    this.#peer = undefined;
  }

  /** Loses the connection; {@linkcode join} takes the place back. */
  drop(): void {
    this.#peer?.stream.close();
    this.#peer = undefined;
  }

  async say(message: object): Promise<void> {
    await this.#peer?.send(message);
  }

  async #listen(peer: Peer): Promise<void> {
    for (;;) {
      const message = await peer.next().catch(() => undefined);
      if (message === undefined) break;
      const { type, text } = message;
      if (type === "ping") await peer.send({ type: "pong", n: message["n"] });
      if (type === "said" || type === "told") {
        this.#received++;
        this.heard.push({ type, text });
      }
    }
    if (this.#peer === peer) this.#peer = undefined;
  }
}

/** What stands at the bottom of Ann's terminal. */
export type Bottom =
  | { readonly question: string }
  | {
    /** `all`, or the name. */
    readonly to: string;
    readonly isReply: boolean;
    readonly isGone: boolean;
    readonly isOffline: boolean;
    readonly draft: string;
  };

/** A question to the server and its answer take fewer turns of the event loop. */
const STILL_TURNS = 8;

/** Between two keys that somebody types, in milliseconds. */
const KEY_TIME = 20;

/** Longer than the client takes a line for typed ahead, in milliseconds. */
const READING_TIME = 600;

/** The editor waits less for the rest of several lines, in milliseconds. */
const BURST_TIME = 100;

const PROMPT = /\[((?:all|@|reply to )[^\]\r\n]*)\] > ([^\r\n]*)/g;
const QUESTION = /\((?:yes\/no|yes = [^\r\n)]*)\) /g;

function lastMatch(text: string, pattern: RegExp) {
  return [...text.matchAll(pattern)].at(-1);
}

/** Ann at a terminal, other people, and a server that may be started again. */
export class World implements AsyncDisposable {
  hall = new Hall();
  readonly others: Other[] = [];
  /** What the profile keeps on the disk. */
  kept: ProfileData = NEW_PROFILE;
  readonly #keys = new PassThrough();
  readonly #stopping = new AbortController();
  readonly #time: FakeTime;
  readonly #ended: Promise<unknown>;
  readonly #screen: TerminalScreen;
  #written = 0;
  /** Whether Ann has no connection. */
  isCut = false;
  /** The end of all that the terminal has shown. */
  shown = "";

  constructor(time: FakeTime) {
    this.#time = time;
    const decoder = new TextDecoder();
    const sink = {
      write: (bytes: Uint8Array) => {
        this.#show(decoder.decode(bytes, { stream: true }));
        return Promise.resolve(bytes.length);
      },
    };
    const input = Object.assign(this.#keys, { setRawMode() {} });
    const profile = new Profile({
      store: {
        path: "profile.json",
        update: (change) => {
          this.kept = change(this.kept);
          return Promise.resolve(undefined);
        },
      },
    });
    this.#screen = new TerminalScreen({
      style: { color: false, symbols: false },
      showTime: false,
      profile,
      onInterrupt: () => {},
      input: input as unknown as NonNullable<LineEditorOptions["input"]>,
      output: new TerminalOutput(sink, {
        size: () => ({ columns: 400, rows: 50 }),
      }),
    });
    this.#ended = visit(this.#screen, {
      given: { name: "Ann", hostname: "here", port: 1 },
      profile,
      signal: this.#stopping.signal,
      reconnects: true,
      fallbackFolder: undefined,
      search: () => Promise.resolve([]),
      network: fakeNetwork(() => Promise.resolve(this.hall.connect())),
    }).catch((error) => error);
  }

  /** The people who are here, by the key of their name. */
  get here(): Map<string, Other> {
    const here = this.others.filter(({ isHere }) => isHere);
    return new Map(here.map((other) => [nameKey(other.name), other]));
  }

  /** Presses keys, and lets everything happen. */
  async type(keys: string): Promise<void> {
    await this.#press(keys);
    await this.#quiet();
  }

  /** On Windows, a text and Enter at the same moment are a paste. */
  async #press(keys: string): Promise<void> {
    if (Deno.build.os !== "windows") return void this.#keys.write(keys);
    for (const part of keys.match(/\r|[^\r]+/g) ?? []) {
      this.#keys.write(part);
      await this.#time.pass(KEY_TIME);
    }
  }

  /** Presses the keys of several lines faster than anything can happen. */
  async typeAhead(...lines: string[]): Promise<void> {
    for (const line of lines) this.#keys.write(`${line}\r`);
    await this.#quiet();
  }

  /** Ann reads what is on the screen. */
  async pause(): Promise<void> {
    await this.#time.pass(READING_TIME);
    await this.#quiet();
  }

  /** Presses the keys of several lines, and the program gets them in one piece. */
  async burst(keys: string): Promise<void> {
    this.#keys.write(keys);
    await this.#quiet();
    await this.#time.pass(BURST_TIME);
    await this.#quiet();
  }

  async join(name: string): Promise<Other> {
    const other = new Other(name, this.others.length);
    await other.join(this.hall);
    if (other.isHere) this.others.push(other);
    return other;
  }

  /** Ann's connection is cut, and comes back after `meanwhile`. */
  async cut(meanwhile: () => Promise<void>): Promise<void> {
    this.hall.cut("Ann");
    await this.#comeBack(meanwhile);
  }

  /** The server is started again; nobody but Ann comes back by themselves. */
  async restart(meanwhile: () => Promise<void>): Promise<void> {
    this.hall.close();
    this.hall = new Hall();
    for (const other of this.others) other.drop();
    await this.#comeBack(meanwhile);
  }

  async #comeBack(meanwhile: () => Promise<void>): Promise<void> {
    this.isCut = true;
    await settle();
    await meanwhile();
    await this.#time.pass(16_000);
    this.isCut = false;
  }

  /** The last prompt or question that was drawn, with what is typed after it. */
  get bottom(): Bottom | undefined {
    const prompt = lastMatch(this.shown, PROMPT);
    const asked = lastMatch(this.shown, QUESTION);
    if (asked !== undefined && asked.index > (prompt?.index ?? -1)) {
      const end = asked.index + asked[0].length;
      const row = this.shown.slice(0, end).split(/[\r\n]/).at(-1)!;
      return { question: row.split(/ {3,}/).at(-1)!.trim() };
    }
    if (prompt === undefined) return undefined;
    const [, who = "", draft = ""] = prompt;
    return {
      to: who.split(",", 1)[0]!.replace(/^@|^reply to /, ""),
      isReply: who.startsWith("reply to "),
      isGone: who.includes("not here"),
      isOffline: who.includes("offline"),
      draft,
    };
  }

  /** Lets everything run until the window has stood still for some turns. */
  async #quiet(): Promise<void> {
    let still = 0;
    while (still < STILL_TURNS) {
      const moved = this.#moved;
      await new Promise((resolve) => setImmediate(resolve));
      still = moved === this.#moved ? still + 1 : 0;
    }
  }

  /** Grows with all that is shown and heard. */
  get #moved(): number {
    return this.others.reduce(
      (sum, { heard }) => sum + heard.length,
      this.#written,
    );
  }

  #show(text: string): void {
    this.#written += text.length;
    // deno-lint-ignore no-control-regex -- the codes of a terminal
    const plain = text.replace(/\x1b\[[\d;?]*[A-Za-z]/g, "");
    this.shown = (this.shown + plain).slice(-10_000);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await settle();
    this.hall.close();
    for (const other of this.others) other.drop();
    await this.#time.pass(5_000);
    await this.#ended;
    await this.#screen[Symbol.asyncDispose]();
  }
}
