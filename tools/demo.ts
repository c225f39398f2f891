// deno-lint-ignore-file no-console -- the transcript is what it is for

/**
 * The whole product in ten seconds: a server on a free port and three scripted people,
 * who join, talk to everyone and to one person, list and download a file, and leave.
 * Prints a transcript of what each of them sees and types. The exit code is 1 if
 * anything differs from the script.
 *
 * Runs the code of server.ts and client.ts, on scripted screens in one process, so that
 * it needs no permission to start programs.
 *
 * @module
 */

import { FileCatalog } from "../lib/files/file_catalog.ts";
import { converse } from "../lib/client/conversation.ts";
import { renderPlain } from "../lib/client/render.ts";
import type { ChatScreen, TakenLine } from "../lib/client/chat_screen.ts";
import type { Line } from "../lib/client/view.ts";
import { DownloadFolder } from "../lib/files/download_folder.ts";
import { connect } from "../lib/net/connect.ts";
import { listen } from "../lib/net/listen.ts";
import { serve } from "../lib/server/chat_server.ts";
import { EventLog } from "../lib/server/event_log.ts";

const HOST = "127.0.0.1";
const SHARED_FOLDER = "download";
const SAVE_FOLDER = ".demo";
const TIMEOUT = 20_000;

/** A person who types what the script says, and waits for the expected output. */
class Person implements ChatScreen {
  readonly interactive = true;
  readonly #name: string;
  readonly #typed: string[] = [];
  readonly #seen: string[] = [];
  #prompt = "";
  #changed = Promise.withResolvers<void>();

  constructor(name: string) {
    this.#name = name;
  }

  print(line: Line): void {
    // The transcript already has a person's own words, as typed.
    const text = renderPlain(line);
    if (text === undefined) return;
    transcribe(this.#name, text);
    this.#seen.push(text);
    this.#change();
  }

  setPrompt(prompt: string): void {
    this.#prompt = prompt;
  }

  ask(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  giveBack(): boolean {
    return true;
  }

  putBack(): void {}

  takeRest(): readonly TakenLine[] {
    return [];
  }

  setCompleter(): void {}

  setBinder(): void {}

  async *lines(signal: AbortSignal): AsyncGenerator<TakenLine> {
    while (!signal.aborted) {
      const line = this.#typed.shift();
      if (line === undefined) await this.#changed.promise;
      else yield { text: line };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  types(line: string): void {
    transcribe(this.#name, this.#prompt + line);
    this.#typed.push(line);
    this.#change();
  }

  /** Resolves when a line containing `text` has appeared; each line counts once. */
  async sees(text: string): Promise<void> {
    for (;;) {
      const index = this.#seen.findIndex((line) => line.includes(text));
      if (index !== -1) {
        this.#seen.splice(0, index + 1);
        return;
      }
      await this.#changed.promise;
    }
  }

  #change(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

function transcribe(who: string, line: string): void {
  console.log(`${who.padEnd(6)} | ${line}`);
}

async function demo(signal: AbortSignal): Promise<void> {
  const stopping = new AbortController();
  const log: string[] = [];
  const { acceptors, port } = listen(0, HOST);
  transcribe("server", `Listening on port ${port}`);
  const serving = serve(acceptors, {
    catalog: new FileCatalog(SHARED_FOLDER),
    log: new EventLog((lines) => log.push(lines)),
    print: (line) => transcribe("server", line),
    welcome: "Welcome to the demo!",
  }, stopping.signal);

  const conversations: Promise<boolean>[] = [];
  const join = async (name: string) => {
    const person = new Person(name);
    const stream = await connect({ hostname: HOST, port }, { signal });
    const folder = new DownloadFolder(`${SAVE_FOLDER}/${name}`);
    conversations.push(converse(stream, person, { name, folder, signal }));
    await person.sees("Welcome");
    return person;
  };

  const ann = await join("Ann");
  const bob = await join("Bob");
  const cleo = await join("Cleo");
  await ann.sees("Cleo has joined");

  ann.types("hello everybody");
  await Promise.all([bob, cleo].map((person) => person.sees("Ann: hello")));
  bob.types("/to Ann only you can read this");
  await ann.sees("Bob (private): only you");
  ann.types("/reply thanks, nobody else saw it");
  await bob.sees("Ann (private): thanks");
  cleo.types("/users");
  await cleo.sees("(you)");
  cleo.types("/files");
  await cleo.sees("picture.png");
  cleo.types("/get picture.png");
  await cleo.sees("Saved");
  await compare("picture.png", `${SAVE_FOLDER}/Cleo`);
  cleo.types("/quit");
  await ann.sees("Cleo has left");
  ann.types("/quit");
  await bob.sees("Ann has left");
  bob.types("/quit");
  await Promise.all(conversations);
  stopping.abort();
  await serving;
  console.log("\nThe same in the server's log:\n");
  console.log(log.join("").trimEnd());
}

/** Compares the saved file with the shared one, then removes the demo's files. */
async function compare(name: string, folder: string): Promise<void> {
  const [original, copy] = await Promise.all([
    Deno.readFile(`${SHARED_FOLDER}/${name}`),
    Deno.readFile(`${folder}/${name}`),
  ]);
  const same = original.length === copy.length &&
    original.every((byte, index) => byte === copy[index]);
  if (!same) throw new Error(`${name} did not arrive as it was sent`);
  transcribe("demo", `${name} is the same in both places, byte for byte`);
  await Deno.remove(`${folder}/${name}`);
  await Deno.remove(folder);
  await Deno.remove(SAVE_FOLDER);
}

if (import.meta.main) {
  const signal = AbortSignal.timeout(TIMEOUT);
  const tooLong = Promise.withResolvers<never>();
  signal.addEventListener(
    "abort",
    () => tooLong.reject(new Error("it took too long")),
  );
  try {
    await Promise.race([demo(signal), tooLong.promise]);
    Deno.exit(0);
  } catch (error) {
    console.error("The demo went wrong:", error);
    Deno.exit(1);
  }
}
