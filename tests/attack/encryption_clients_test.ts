/**
 * Clients that use TLS in odd ways: old versions, certificates, resumed sessions, ends
 * and new keys in the middle.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { ConnectionOptions } from "node:tls";
import { makeCertificate } from "../../lib/secure/certificate.ts";
import type { TlsStream } from "../../lib/net/tls_stream.ts";
import { type Server, withSafetyNet } from "../e2e/programs.ts";
import { concat, hello, message, RawClient } from "../e2e/raw_client.ts";
import { openAnyTls } from "../net/tls_testing.ts";
import { Bystanders, linesAbout } from "./bystanders.ts";
import { figure, scaled } from "./scale.ts";
import { asConn, SecureClient } from "./secure_client.ts";
import { ignore, startRoom } from "./secure_room.ts";
import { canRun, usage } from "./victim.ts";

const hasOpenSsl = await canRun("openssl", "version");

const pause = (time: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, time));

type Odd = {
  readonly client: RawClient;
  readonly stream: TlsStream;
  readonly port: number;
};

/** Connects with Node's TLS. */
async function open(
  { port }: Server,
  options: ConnectionOptions = {},
): Promise<Odd> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const own = (conn.localAddr as Deno.NetAddr).port;
  try {
    const stream = await openAnyTls(conn, options);
    return { stream, port: own, client: new RawClient(asConn(stream)) };
  } catch (cause) {
    throw new Error(String(own), { cause });
  }
}

Deno.test({
  name: "encryption: odd clients are served or sent away, one by one",
  ignore,
  async fn() {
    await using server = await startRoom([]);
    using others = await Bystanders.join(server);
    const { certificate: cert, key } = await makeCertificate();
    await others.during("odd clients", async () => {
      // An old version: no session, one line.
      const old = { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" } as const;
      const { message: port } = await assertRejects(
        () => open(server, old),
        Error,
      );
      const [line, ...rest] = await linesAbout(server, Number(port));
      assertEquals(rest, []);
      assertMatch(line!, /^disconnected reason="TLS handshake failed: .+"$/);
      // What the server has not asked for, and ignores.
      const harmless: ConnectionOptions[] = [
        { cert, key },
        { ALPNProtocols: ["h2", "http/1.1", "messenger"] },
        { servername: `${"a".repeat(60)}.`.repeat(4) + "invalid" },
      ];
      for (const [nth, options] of harmless.entries()) {
        const { client, port } = await open(server, options);
        await client.send(hello(`Harmless.${nth}`));
        await client.message("welcome");
        await client.send(message({ type: "bye" }));
        await client.rest();
        client.conn.close();
        const lines = await linesAbout(server, port);
        assertEquals(lines.length, 2, lines.join(" | "));
      }
    });
  },
});

Deno.test({
  name: "encryption: an announced end is an end, whatever follows or waits",
  ignore,
  async fn() {
    await using server = await startRoom([]);
    using others = await Bystanders.join(server);
    await others.during("announced ends", async () => {
      const count = scaled(500, { least: 20 });
      await Promise.all(Array.from({ length: count }, async (_, nth) => {
        const { client, stream, port } = await open(server);
        // At once, after the hello, with half a frame, with a lot of answers to come.
        const half = message({ type: "say", text: "half" }).subarray(0, 9);
        const many = Array.from(
          { length: 100 },
          () => message({ type: "users" }),
        );
        const words = [
          [],
          [hello(`Ends.${nth}`)],
          [hello(`Ends.${nth}`), half],
          [hello(`Ends.${nth}`), ...many],
        ][nth % 4]!;
        await client.trySend(concat(...words));
        await stream.closeWrite().catch(() => {});
        await client.rest().catch(() => {});
        const lines = await linesAbout(server, port);
        assertMatch(lines.at(-1)!, /^(?:disconnected|left) .*reason=".+"$/);
        stream.close();
      }));
    });
  },
});

Deno.test({
  name: "encryption: clients that never read are cut off, and cost little",
  ignore,
  async fn() {
    await using server = await startRoom(["--max-rate", "0"]);
    using others = await Bystanders.join(server);
    using stack = new DisposableStack();
    const count = scaled(100, { least: 8 });
    const before = await usage(server.pid);
    await others.during(`${count} who never read`, async () => {
      for (let nth = 0; nth < count; nth++) {
        stack.use(await SecureClient.enter(server, `Deaf.${nth}`));
      }
      using speaker = await SecureClient.enter(server, "Speaker");
      const text = message({ type: "say", text: "x".repeat(40_000) });
      const cut = withSafetyNet(
        Promise.all(
          Array.from(
            { length: count },
            (_, nth) =>
              server.output.somewhere(`Deaf.${nth} has left (too slow)`),
          ),
        ),
        () => "the end of those who never read",
      );
      let isCut = false;
      void cut.then(() => isCut = true);
      while (!isCut) {
        await speaker.send(text);
        await pause(1);
      }
      await cut;
    });
    const { memory } = await usage(server.pid);
    const growth = (memory - before.memory) / 2 ** 20;
    figure(`memory grew by ${growth.toFixed(0)} MiB`);
    assert(growth < count * 16 + 200, `${growth} MiB`);
  },
});

/** A running `openssl s_client`. */
class OpenSsl {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #ended: Promise<unknown>;
  /** What it has printed so far. */
  printed = "";

  constructor({ port }: Server, args: readonly string[]) {
    this.#child = new Deno.Command("openssl", {
      args: ["s_client", "-connect", `127.0.0.1:${port}`, "-tls1_3", ...args],
      ...{ stdin: "piped", stdout: "piped", stderr: "piped" },
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    const { stdout, stderr } = this.#child;
    this.#ended = Promise.all([stdout, stderr].map((out) => this.#read(out)));
  }

  async type(bytes: Uint8Array): Promise<void> {
    await this.#input.write(Uint8Array.from(bytes));
  }

  /** Joins under `name`, and leaves. */
  async say(name: string): Promise<void> {
    await this.type(hello(name));
    await this.until(() => this.printed.includes('"type":"welcome"'));
    await this.type(message({ type: "bye" }));
  }

  /** Asks for new keys, and waits for them: it takes only a `K` by itself for that. */
  async newKeys(): Promise<void> {
    const { length } = this.printed.split("KEYUPDATE");
    await this.type(new TextEncoder().encode("K\n"));
    await this.until(() => this.printed.split("KEYUPDATE").length > length);
  }

  /** Resolves when it has printed what `isThere` looks for. */
  async until(isThere: () => boolean): Promise<void> {
    for (let waited = 0; !isThere() && waited < 60_000; waited += 5) {
      await pause(5);
    }
    assert(isThere(), this.printed);
  }

  /** Resolves to all that it printed, when it has ended. */
  async end(): Promise<string> {
    await this.#input.close().catch(() => {});
    await withSafetyNet(this.#ended, () => "the end of openssl");
    await this.#child.status;
    return this.printed;
  }

  async #read(output: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    const text = output.pipeThrough(new TextDecoderStream());
    for await (const part of text) this.printed += part;
  }
}

Deno.test({
  name: `encryption: no early data, and new keys at any time${
    hasOpenSsl ? "" : " (left out: no openssl)"
  }`,
  ignore: ignore || !hasOpenSsl,
  async fn() {
    await using server = await startRoom([]);
    using others = await Bystanders.join(server);
    const { path } = server.folder;
    const ticket = `${path}/ticket.pem`;
    server.folder.write("early.bin", hello("Early"));
    await others.during("openssl", async () => {
      const first = new OpenSsl(server, ["-sess_out", ticket]);
      await first.say("First");
      await first.end();
      const again = new OpenSsl(server, [
        ...["-sess_in", ticket, "-early_data", `${path}/early.bin`],
      ]);
      await again.say("Second");
      // Early data can be replayed by anybody who has recorded it.
      assertMatch(
        await again.end(),
        /Early data was (?:not sent|rejected)/,
      );
      const third = new OpenSsl(server, []);
      await third.until(() => third.printed.includes("---"));
      // All of them before the time for a hello is over.
      const count = scaled(200, { least: 20 });
      for (let nth = 0; nth < count; nth++) await third.newKeys();
      await third.say("Third");
      await third.end();
    });
    const log = server.log().join("\n");
    for (const name of ["First", "Second", "Third"]) {
      assert(log.includes(`joined name="${name}"`), name);
    }
    assert(!log.includes("Early"));
  },
});
