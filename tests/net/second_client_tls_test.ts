/**
 * The encrypted wire with another client: tests/second_client.py, which has Python's own
 * TLS, visits a server that does just what each test needs.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { FrameDecoder } from "../../lib/frame_decoder.ts";
import type { ByteStream } from "../../lib/io/byte_stream.ts";
import { isTls } from "../../lib/net/first_byte.ts";
import { listen } from "../../lib/net/listen.ts";
import { TlsServer } from "../../lib/net/tls_server.ts";
import {
  certificateDer,
  makeCertificate,
} from "../../lib/secure/certificate.ts";
import {
  fingerprintOf,
  shortFingerprint,
} from "../../lib/secure/fingerprint.ts";
import { ServerKeyExchange } from "../../lib/secure/key_exchange.ts";
import { RoomKey } from "../../lib/secure/room_key.ts";
import { findPython, needsPython } from "../python.ts";
import { rawMessage } from "../testing.ts";
import { readFirst, writeAll } from "./tls_testing.ts";

const python = await findPython();
const PATIENCE = 60_000;
const IDENTITY = await makeCertificate();
const FINGERPRINT = fingerprintOf(certificateDer(IDENTITY.certificate));
const SHORT = shortFingerprint(FINGERPRINT);
const WELCOME = {
  type: "welcome",
  protocol: 1,
  name: "Pia",
  text: "",
  users: [],
};
const LIMITS = { message: 65_536, chunk: 0 };

type Message = { readonly type: string; readonly [field: string]: unknown };

/** The server's side of one connection, in messages. */
class Wire {
  readonly stream: ByteStream;
  readonly #decoder = new FrameDecoder(LIMITS);
  readonly #messages: Message[] = [];

  constructor(stream: ByteStream) {
    this.stream = stream;
  }

  async send(...messages: readonly object[]): Promise<void> {
    for (const message of messages) {
      await writeAll(this.stream, rawMessage(JSON.stringify(message)));
    }
  }

  /** Resolves to the next message, or `undefined` at the end, however it comes. */
  async receive(): Promise<Message | undefined> {
    const buffer = new Uint8Array(65_536);
    while (this.#messages.length === 0) {
      const length = await this.stream.read(buffer).catch(() => null);
      if (length === null) return undefined;
      for (const { payload } of this.#decoder.push(buffer.slice(0, length))) {
        this.#messages.push(JSON.parse(new TextDecoder().decode(payload)));
      }
    }
    return this.#messages.shift();
  }

  /** Resolves to the next message, which must have this type. */
  async expect(type: string): Promise<Message> {
    const message = await this.receive();
    assertEquals(message?.type, type);
    return message!;
  }

  /** Answers pings until the client leaves; resolves to its other messages. */
  async rest(): Promise<Message[]> {
    const messages: Message[] = [];
    for (let message; (message = await this.receive()) !== undefined;) {
      if (message.type === "bye") break;
      if (message.type !== "ping") messages.push(message);
      else await this.send({ type: "pong", n: message.n });
    }
    return messages;
  }
}

type Visit = {
  readonly code: number;
  readonly lines: readonly Message[];
  readonly errors: string;
};

/** Lets the second client visit a server that answers with `serve`. */
async function visit(
  serve: (wire: Wire) => Promise<unknown>,
  { args = ["--tls"], input = "", speaksTls = true } = {},
): Promise<Visit> {
  const listening = listen(0, "127.0.0.1");
  const child = new Deno.Command(python!, {
    args: [
      "-B",
      `${import.meta.dirname}/../second_client.py`,
      ...["Pia", "127.0.0.1", String(listening.port), ...args],
    ],
    ...{ stdin: "piped", stdout: "piped", stderr: "piped" },
  }).spawn();
  // A client that cannot even connect must not leave the server waiting.
  const output = child.output().finally(() => listening[Symbol.dispose]());
  const { stream: raw } = await listening.acceptors[0]!.accept();
  let typing: Promise<void> | undefined;
  try {
    const { first, stream } = await readFirst(raw);
    assert(isTls(first));
    const tls = new TlsServer(IDENTITY, { timeout: PATIENCE });
    const wire = new Wire(speaksTls ? await tls.accept(stream) : stream);
    typing = new Blob([input]).stream().pipeTo(child.stdin).catch(() => {});
    await serve(wire);
    await typing;
    await wire.stream.closeWrite?.().catch(() => {});
  } finally {
    close(raw);
    await output;
    await typing;
  }
  const { code, stdout, stderr } = await output;
  const lines = new TextDecoder().decode(stdout).trimEnd().split("\n");
  return {
    code,
    lines: lines.filter((line) => line !== "").map((line) => JSON.parse(line)),
    errors: new TextDecoder().decode(stderr),
  };
}

function close(stream: ByteStream): void {
  try {
    stream.close();
  } catch {
    // It is closed.
  }
}

/** Does the server's side of the room key, up to the client's proof. */
async function askKey(wire: Wire, words: string) {
  const key = new RoomKey(words);
  const exchange = new ServerKeyExchange({ key, fingerprint: FINGERPRINT });
  const offer = exchange.offer(await wire.expect("key"));
  await wire.send({ type: "key", ...offer });
  return { exchange, proof: await wire.expect("key") };
}

Deno.test({
  ...needsPython(
    python,
    "second_client.py talks in TLS, and shows the fingerprint",
  ),
  async fn() {
    let said: Message[] = [];
    const { code, lines, errors } = await visit(async (wire) => {
      await wire.expect("hello");
      await wire.send(WELCOME, { type: "said", from: "Ann", text: "é 你好" });
      said = await wire.rest();
    }, { input: "say one\nsay 你\n" });
    assertEquals(errors, "");
    assertEquals(said.map(({ text }) => text), ["one", "你"]);
    assertEquals(lines.map(({ type }) => type), [
      "fingerprint",
      "welcome",
      "said",
    ]);
    assertEquals(lines[0]!.short, SHORT);
    assertEquals(code, 0);
  },
});

Deno.test({
  ...needsPython(
    python,
    "second_client.py reads and writes TLS at the same time",
  ),
  async fn() {
    const text = "x".repeat(40_000);
    const count = 200;
    const { code, lines, errors } = await visit(async (wire) => {
      await wire.expect("hello");
      await wire.send(WELCOME);
      const flood = async () => {
        for (let n = 0; n < count; n++) {
          await wire.send({ type: "said", from: "Ann", text, n });
        }
      };
      // Pongs may not land inside another frame: they follow the flood.
      const flooding = flood();
      const pings: Message[] = [];
      for (let n = 0; n < 2 * count + 1; n++) {
        const message = (await wire.receive())!;
        if (message.type === "ping") pings.push(message);
        else assertEquals(message, { type: "say", text });
      }
      await flooding;
      await wire.send(...pings.map(({ n }) => ({ type: "pong", n })));
      await wire.expect("bye");
    }, { input: `say ${text}\n`.repeat(count) });
    assertEquals(errors, "");
    const numbers = lines.slice(2).map(({ n }) => n);
    assertEquals(numbers, Array.from({ length: count }, (_, n) => n));
    assertEquals(code, 0);
  },
});

Deno.test({
  ...needsPython(
    python,
    "second_client.py speaks only with the fingerprint it was given",
  ),
  async fn() {
    for (const given of [SHORT, SHORT.toLowerCase().replaceAll("-", "")]) {
      const right = await visit(async (wire) => {
        await wire.expect("hello");
        await wire.send(WELCOME);
        await wire.rest();
      }, { args: ["--fingerprint", given] });
      assertEquals([right.code, right.errors], [0, ""]);
    }
    const last = SHORT.endsWith("0") ? "1" : "0";
    for (const given of [SHORT.slice(0, -1) + last, SHORT.slice(0, 11), ""]) {
      const { code, errors } = await visit(async (wire) => {
        assertEquals(await wire.receive(), undefined);
      }, { args: ["--fingerprint", given, "--key", "blue horse"] });
      assertMatch(errors, /^This is another server/);
      assertEquals(code, 1);
    }
  },
});

Deno.test({
  ...needsPython(python, "second_client.py joins a room with a key"),
  async fn() {
    const { code, errors } = await visit(async (wire) => {
      const { exchange, proof } = await askKey(wire, "blue horse");
      await wire.send({ type: "ping", n: 5 });
      assertEquals((await wire.expect("pong")).n, 5);
      await wire.send({ type: "key", ...exchange.finish(proof) });
      await wire.expect("hello");
      await wire.send(WELCOME);
      await wire.rest();
    }, { args: ["--key", "Blue  HORSE"] });
    assertEquals([code, errors], [0, ""]);
  },
});

Deno.test({
  ...needsPython(
    python,
    "second_client.py does not join if its key is refused",
  ),
  async fn() {
    const refused = (re: string, code: string) => ({
      type: "refused",
      re,
      code,
      text: "",
    });
    const wrong = await visit(async (wire) => {
      const { exchange, proof } = await askKey(wire, "green horse");
      try {
        exchange.finish(proof);
      } catch {
        await wire.send(refused("key", "key-wrong"), {
          type: "closing",
          reason: "",
          code: "key-wrong",
        });
      }
      assertEquals(await wire.receive(), undefined);
    }, { args: ["--key", "blue horse"] });
    assertEquals(wrong.lines.at(-1)!.code, "key-wrong");
    assertEquals(wrong.code, 1);
    for (const code of ["no-key", "key-wait", "encryption-needed"]) {
      const { lines, ...end } = await visit(async (wire) => {
        await wire.expect("key");
        await wire.send(refused("key", code), WELCOME);
        assertEquals(await wire.receive(), undefined);
      }, { args: ["--key", "blue horse"] });
      assertEquals(lines.at(-1), refused("key", code));
      assertEquals(end.code, 1);
    }
    const needed = await visit(async (wire) => {
      await wire.expect("hello");
      await wire.send(refused("hello", "key-needed"));
      assertEquals(await wire.receive(), undefined);
    });
    assertEquals(needed.code, 1);
  },
});

Deno.test({
  ...needsPython(
    python,
    "second_client.py does not join a server that does not know its key",
  ),
  async fn() {
    const guessing = await visit(async (wire) => {
      await askKey(wire, "a guess");
      await wire.send({ type: "key", proof: "A".repeat(86) }, WELCOME);
      assertEquals(await wire.receive(), undefined);
    }, { args: ["--key", "blue horse"] });
    assertMatch(guessing.errors, /^The server does not know the room key/);
    assertEquals(guessing.code, 1);
    const welcoming = await visit(async (wire) => {
      await wire.expect("key");
      await wire.send(WELCOME);
      await wire.stream.closeWrite!();
      assertEquals(await wire.receive(), undefined);
    }, { args: ["--key", "blue horse"] });
    assertEquals(welcoming.lines.map(({ type }) => type), ["fingerprint"]);
    assertEquals(welcoming.code, 1);
  },
});

Deno.test({
  ...needsPython(
    python,
    "second_client.py does not speak plain with a server that has no TLS",
  ),
  async fn() {
    const { code, errors, lines } = await visit(async (wire) => {
      await wire.send({
        type: "closing",
        reason: "This server does not encrypt",
      });
    }, { speaksTls: false });
    assertMatch(errors, /^No encrypted connection: .* speaks plain only/);
    assertEquals([code, lines], [1, []]);
  },
});

Deno.test({
  ...needsPython(python, "second_client.py notices a connection that is cut"),
  async fn() {
    const { code, errors } = await visit(async (wire) => {
      await wire.expect("hello");
      await wire.send(WELCOME);
      await wire.expect("ping");
      close(wire.stream);
    });
    assertMatch(errors, /^The connection is lost/);
    assertEquals(code, 1);
  },
});
