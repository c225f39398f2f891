import { assert, assertEquals, assertRejects } from "@std/assert";
import { Profile } from "../../lib/client/profile.ts";
import type { Target } from "../../lib/client/target.ts";
import { visit } from "../../lib/client/visit.ts";
import type { Address } from "../../lib/net/address.ts";
import type { ByteStream } from "../../lib/net/byte_stream.ts";
import { ConnectError } from "../../lib/net/connect.ts";
import type { FoundServer } from "../../lib/net/discovery.ts";
import { settle, streamPair } from "../testing.ts";
import { FakeScreen } from "./fake_screen.ts";

const GIVEN = { name: "Ann", hostname: "192.0.2.2", port: 22 };

/** A client that goes where it is told to; what answers there is up to the test. */
function start(
  connect: (address: Address) => Promise<ByteStream>,
  { given = GIVEN as Partial<Target>, interactive = true } = {},
) {
  const screen = new FakeScreen(interactive);
  const stopping = new AbortController();
  const tried: string[] = [];
  let searches = 0;
  const found: FoundServer[] = [];
  const done = () =>
    visit(screen, {
      ...{ given, profile: new Profile(undefined), reconnects: interactive },
      fallbackFolder: undefined,
      signal: stopping.signal,
      search: () => Promise.resolve((searches++, found)),
      connect: (address) => {
        tried.push(`${address.hostname} ${address.port}`);
        return connect(address);
      },
    });
  return { screen, stopping, tried, done, searches: () => searches };
}

/** The other side of a connection that says `text`, and closes. */
async function says(text: string): Promise<ByteStream> {
  const [here, there] = streamPair();
  await there.write(new TextEncoder().encode(text));
  void there.closeWrite?.();
  return here;
}

const refuse = () => Promise.reject(new ConnectError("Cannot connect"));

Deno.test("visit() asks again when nobody can be reached, and proposes the same address", async () => {
  const { screen, tried, done, searches } = start(refuse);
  screen.answers.push("", "lab-pc 7");
  assertEquals(await done(), true);
  assertEquals(tried, ["192.0.2.2 22", "192.0.2.2 22", "lab-pc 7"]);
  assertEquals(screen.questions, [
    "Server (Enter for 192.0.2.2:22, or an address): ",
    "Server (Enter for 192.0.2.2:22, or an address): ",
    "Server (Enter for lab-pc:7, or an address): ",
  ]);
  assertEquals(
    screen.shown.filter((line) => line === "! Cannot connect").length,
    3,
  );
  assertEquals(searches(), 1);
});

Deno.test("visit() ends with the error where nobody can be asked", async () => {
  const { screen, done } = start(refuse, { interactive: false });
  await assertRejects(done, ConnectError, "Cannot connect");
  assertEquals(screen.questions, []);
});

Deno.test("visit() says what answers on a port, and asks again", async () => {
  const greetings = ["SSH-2.0-OpenSSH_9.6\r\n", "HTTP/1.1 400 Bad Request\r\n"];
  for (const [i, name] of ["an SSH server", "a web server (HTTP)"].entries()) {
    const { screen, done } = start(() => says(greetings[i]!));
    assertEquals(await done(), true);
    assertEquals(
      screen.shown.find((line) => line.startsWith("! ")),
      `! Port 22 of 192.0.2.2 answers as ${name}, not as a messenger. ` +
        "Check the port: the server's window shows it",
    );
    assertEquals(screen.questions.length, 1);
  }
});

Deno.test("visit() leaves at a question when it is asked to end", async () => {
  const { screen, stopping, done } = start(refuse);
  screen.ask = () => new Promise(() => {});
  const ended = done();
  await settle();
  stopping.abort();
  assertEquals(await ended, true);
});

Deno.test("visit() ends the hello with line ends, so that other servers answer", async () => {
  const [here, there] = streamPair();
  const { screen, done } = start(() => Promise.resolve(here));
  const ended = done();
  const buffer = new Uint8Array(1_000);
  const length = await there.read(buffer);
  const hello = new TextDecoder().decode(buffer.subarray(5, length!));
  assert(hello.endsWith("}\r\n\r\n"), hello);
  assertEquals(JSON.parse(hello).name, "Ann");
  there.close();
  assertEquals(await ended, true);
  assertEquals(screen.questions.length, 1);
});
