/**
 * docs/PROTOCOL.md is sufficient: a client written from it alone talks with the real
 * programs, and the document's byte-for-byte example works.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { FrameDecoder } from "../../lib/frame_decoder.ts";
import type { Frame } from "../../lib/framing.ts";
import { taskFlags } from "../../packaging/programs.ts";
import { findPython, needsPython } from "../python.ts";

/**
 * Milliseconds for the whole test: it takes two seconds, and a machine may be ten times
 * slower.
 */
const TIMEOUT = 30_000;

const python = await findPython();

Deno.test({
  ...needsPython(python, "second_client.py talks with the real programs"),
  async fn() {
    await using room = await Room.open();
    const bytes = crypto.getRandomValues(new Uint8Array(60_000));
    const big = new Uint8Array(700_001).map((_, at) => bytes[at % 59_999]!);
    await Deno.writeFile(`${room.folder}/download/Büch 你.bin`, big);
    await Deno.writeTextFile(`${room.folder}/download/empty`, "");

    const ann = room.start("ann", task("client", "Ann", ...room.address));
    await ann.line(/^Welcome!/);
    const script = fromHere("../second_client.py");
    const pia = room.start("pia", [
      python!,
      "-B",
      script,
      "Piá",
      ...room.address,
    ]);
    const { users, ids } = await pia.message("welcome") as {
      users: string[];
      ids: string[];
    };
    assertEquals(users, ["Ann", "Piá"]);
    await ann.line(/^Piá has joined$/);

    pia.say('say é 你好 🙂 "\\');
    await ann.line(/^Piá: é 你好 🙂 "\\$/);
    pia.say("tell ann for you only");
    await ann.line(/^Piá \(private\): for you only$/);
    ann.say("to all\n/msg PIÁ to one");
    assertEquals(await pia.message("said"), {
      type: "said",
      from: "Ann",
      text: "to all",
    });
    assertEquals(await pia.message("told"), {
      type: "told",
      from: "Ann",
      id: ids[0],
      text: "to one",
    });

    const zoe = await Deno.connect({ hostname: "127.0.0.1", port: room.port });
    await zoe.write(await exampleHello());
    assertEquals((await pia.message("joined")).name, "Zoé");
    await zoe.write(new Uint8Array(4));
    const broken = "protocol violation: Frame has length 0";
    assertEquals(await lastMessage(zoe), { type: "closing", reason: broken });
    assertEquals((await pia.message("left")).reason, broken);
    zoe.close();
    pia.say("say still here");
    await ann.line(/^Zoé has joined$/);
    await ann.line(/^Zoé has left$/);
    await ann.line(/^Piá: still here$/);

    pia.say("users\nfiles\nget büch 你.bin\nget empty\nget ../deno.json\nwave");
    assertEquals((await pia.message("users")).names, ["Ann", "Piá"]);
    const { files } = await pia.message("files");
    assertEquals(
      (files as { name: string; size: number }[]).map(({ name, size }) => [
        name,
        size,
      ]),
      [["Büch 你.bin", big.length], ["empty", 0]],
    );
    pia.close();
    const rest = await pia.rest();
    const ends = rest.filter(({ type }) => type === "end");
    assertEquals(ends.map(({ saved }) => saved), [true, true]);
    const refused = rest.filter(({ type }) => type === "refused");
    assertEquals(refused.map(({ re, code }) => [re, code]), [
      ["get", "no-such-file"],
      ["wave", "unknown-type"],
    ]);
    const folder = `${room.folder}/pia/Piá`;
    assertEquals(await Deno.readFile(`${folder}/Büch 你.bin`), big);
    assertEquals(await Deno.readFile(`${folder}/empty`), new Uint8Array());
    assertEquals(Array.from(Deno.readDirSync(folder)).length, 2);
    assertEquals(await pia.code(), 1, "two of its wishes were refused");

    await ann.line(/^Piá has left$/);
    ann.close();
    assertEquals(await ann.code(), 0);
  },
});

Deno.test({
  ...needsPython(python, "second_client.py joins a real room with a key"),
  async fn() {
    await using room = await Room.open("--key", "blue horse");
    const ann = room.start("ann", [
      ...task("client", "Ann", ...room.address),
      ...["--key", "Blue  Horse"],
    ]);
    await ann.line(/^Welcome!/);
    const start = (name: string, ...args: string[]) =>
      room.start(name, [
        ...[python!, "-B", fromHere("../second_client.py"), name],
        ...[...room.address, ...args],
      ]);
    const pia = start("Pia", "--key", "blue horse");
    const { short } = await pia.message("fingerprint");
    assertEquals((await pia.message("welcome")).users, ["Ann", "Pia"]);
    await ann.line(/^Pia has joined$/);
    pia.say("tell Ann for you only");
    await ann.line(/^Pia \(private\): for you only$/);
    ann.say("/security");
    await ann.line(/^Encrypted/);
    await ann.line(new RegExp(`^Fingerprint: ${short}\\.`));
    await ann.line(/^Room key: yes/);

    const eve = start("Eve", "--key", "red horse");
    await eve.message("fingerprint");
    const { re, code } = await eve.message("refused");
    assertEquals([re, code], ["key", "key-wrong"]);
    const plain = start("Old");
    assertEquals((await plain.message("refused")).code, "encryption-needed");
    pia.close();
    await pia.rest();
    await ann.line(/^Pia has left$/);
    ann.close();
    assertEquals(await ann.code(), 0);
  },
});

type Message = Record<string, unknown>;

/** The real server in its own folder, and the clients started there. */
class Room {
  readonly folder: string;
  port = 0;
  readonly #controller = new AbortController();
  readonly #timer = setTimeout(() => this.#controller.abort(), TIMEOUT);
  readonly #programs: Program[] = [];

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Starts a server with these options. */
  static async open(...options: string[]): Promise<Room> {
    const room = new Room(await Deno.makeTempDir());
    await Deno.mkdir(`${room.folder}/download`);
    const server = room.start(".", task("server", "0", ...options));
    const [, port] = await server.line(/^Listening on port (\d+)$/);
    room.port = Number(port);
    return room;
  }

  get address(): string[] {
    return ["127.0.0.1", String(this.port)];
  }

  start(folder: string, [command, ...args]: string[]): Program {
    const cwd = `${this.folder}/${folder}`;
    Deno.mkdirSync(cwd, { recursive: true });
    const program = new Program(
      new Deno.Command(command!, {
        args,
        cwd,
        stdin: "piped",
        stdout: "piped",
        stderr: "inherit",
        signal: this.#controller.signal,
      }).spawn(),
    );
    this.#programs.push(program);
    return program;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    this.#controller.abort();
    for (const program of this.#programs) await program.end();
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** A program with lines of input and output. */
class Program {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: AsyncGenerator<string>;
  #closed: Promise<void> | undefined;

  constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#input = child.stdin.getWriter();
    this.#lines = linesOf(child.stdout);
  }

  /** Types a line. */
  say(text: string): void {
    this.#input.write(new TextEncoder().encode(`${text}\n`)).catch(() => {});
  }

  /** Ends its input. */
  close(): void {
    this.#closed ??= this.#input.close().catch(() => {});
  }

  /** Resolves to what `pattern` captures in the next line, which must match. */
  async line(pattern: RegExp): Promise<RegExpExecArray> {
    const { value } = await this.#lines.next();
    const match = pattern.exec(value ?? "");
    assert(match !== null, `${pattern} expected, got ${value ?? "the end"}`);
    return match;
  }

  /** Resolves to the next line, which must be a message of this type. */
  async message(type: string): Promise<Message> {
    const [json] = await this.line(/^{.*}$/);
    const message = JSON.parse(json);
    assertEquals(message.type, type, json);
    return message;
  }

  /** Resolves to all messages until the program ends. */
  async rest(): Promise<Message[]> {
    const messages: Message[] = [];
    for await (const line of this.#lines) messages.push(JSON.parse(line));
    return messages;
  }

  async code(): Promise<number> {
    return (await this.#child.status).code;
  }

  async end(): Promise<void> {
    this.close();
    await this.#closed;
    await this.#lines.return(undefined);
    await this.#child.status;
  }
}

async function* linesOf(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<string> {
  let held = "";
  const decoder = new TextDecoder();
  for await (const piece of stream) {
    const lines = (held + decoder.decode(piece, { stream: true })).split("\n");
    held = lines.pop()!;
    yield* lines.map((line) => line.replace(/\r$/, ""));
  }
}

/** Resolves to the server's last message on this connection. */
async function lastMessage(conn: Deno.Conn): Promise<Message> {
  const decoder = new FrameDecoder({ message: 65536, chunk: 0 });
  const buffer = new Uint8Array(1024);
  let last: Frame | undefined;
  for (;;) {
    const length = await conn.read(buffer);
    if (length === null) break;
    last = decoder.push(buffer.slice(0, length)).at(-1) ?? last;
  }
  return JSON.parse(new TextDecoder().decode(last!.payload));
}

/** Returns the command of a task of deno.json, with its permissions, for any folder. */
function task(name: "server" | "client", ...args: string[]): string[] {
  const entry = fromHere(`../../${name}.ts`);
  return [Deno.execPath(), "run", ...taskFlags(name), entry, ...args];
}

function fromHere(path: string): string {
  const { pathname } = new URL(path, import.meta.url);
  const plain = decodeURIComponent(pathname);
  return Deno.build.os === "windows" ? plain.slice(1) : plain;
}

/** Resolves to the first block of hexadecimal bytes in the document. */
async function exampleHello(): Promise<Uint8Array<ArrayBuffer>> {
  const text = await Deno.readTextFile(fromHere("../../docs/PROTOCOL.md"));
  const block = /```\n((?:[0-9a-f]{2} )[^`]+)```/.exec(text.replace(/\r/g, ""));
  const digits = block![1]!.split("\n").flatMap((line) =>
    /^((?:[0-9a-f]{2} )+) /.exec(line)?.[1]?.trim().split(" ") ?? []
  );
  return Uint8Array.from(digits, (byte) => parseInt(byte, 16));
}
