import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Incoming } from "../../lib/net/listen.ts";
import { AcceptLoop } from "../../lib/server/accept_loop.ts";
import { collectingLog, FakeTime, settle, streamPair } from "../testing.ts";

/** A listener driven by hand, and what the loop does with connections and failures. */
class Door {
  readonly printed: string[] = [];
  readonly came: string[] = [];
  readonly log = collectingLog();
  readonly stopping = new AbortController();
  readonly running: Promise<void>;
  tries = 0;
  onIncoming = (incoming: Incoming) => void this.came.push(incoming.from);
  #next = Promise.withResolvers<Incoming>();

  constructor() {
    const loop = new AcceptLoop({
      onIncoming: (incoming) => this.onIncoming(incoming),
      log: this.log.log,
      print: (line) => void this.printed.push(line),
    });
    const acceptor = {
      accept: () => {
        this.tries++;
        return this.#next.promise;
      },
      close: () => {},
    };
    this.running = loop.run(acceptor, this.stopping.signal);
  }

  /** Lets a client connect or an accept fail; after that, the next accept waits. */
  async happens(event: Incoming | Error): Promise<void> {
    const { resolve, reject } = this.#next;
    this.#next = Promise.withResolvers();
    if (event instanceof Error) reject(event);
    else resolve(event);
    await settle();
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.happens(new Deno.errors.BadResource("closed"));
    await this.running;
    this.log.log.flush();
  }
}

const from = (name: string) => ({ stream: streamPair()[0], from: name });
const failure = (code: string) =>
  Object.assign(new Error(`os error ${code}`), { code });

Deno.test({
  name: "AcceptLoop reports the start of the trouble once, and its end once",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const door = new Door();
    const tries: number[] = [];
    for (let i = 0; i < 6; i++) {
      await door.happens(failure("EMFILE"));
      const before = time.pending;
      assertEquals(before, 2, "a pause and the calm");
      let waited = 0;
      for (const seen = door.tries; door.tries === seen; waited += 50) {
        await time.pass(50);
      }
      tries.push(waited);
    }
    assertEquals(tries, [100, 200, 400, 800, 1_000, 1_000]);
    await door.happens(from("a"));
    await time.pass(1_999);
    const waiting =
      "Too many open files: new people have to wait, everyone here can go on. " +
      "Close other programs if this lasts";
    assertEquals(door.printed, [waiting]);
    await time.pass(1);
    assertEquals(door.printed, [waiting, "New people can join again"]);
    await door.happens(failure("ENFILE"));
    assertEquals(door.printed.length, 3, "new trouble is said anew");
    await time.pass(3_000);
    await door.close();
    assertEquals(door.came, ["a"]);
    assertEquals(door.log.lines, [
      'accept failed cause="Error: os error EMFILE"',
      "accept recovered failures=6",
      'accept failed cause="Error: os error ENFILE"',
      "accept recovered failures=1",
    ]);
    assertEquals(time.pending, 0);
  },
});

Deno.test({
  name: "AcceptLoop does not pause for a client that left while waiting",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const door = new Door();
    for (const code of ["ECONNABORTED", "ECONNRESET"]) {
      await door.happens(failure(code));
      assertEquals(time.pending, 0);
    }
    await door.happens(from("a"));
    await door.close();
    assertEquals(door.came, ["a"]);
    assertEquals(door.printed, []);
    assertEquals(door.log.lines, []);
  },
});

Deno.test({
  name: "AcceptLoop continues after a fault in onIncoming",
  permissions: "none",
  async fn() {
    const door = new Door();
    const { onIncoming } = door;
    door.onIncoming = () => {
      throw new Error("a fault");
    };
    const [mine, other] = streamPair();
    await door.happens({ stream: mine, from: "a" });
    assertEquals(await other.read(new Uint8Array(1)), null);
    door.onIncoming = onIncoming;
    await door.happens(from("b"));
    await door.close();
    assertEquals(door.came, ["b"]);
    assertStringIncludes(door.log.lines[0]!, 'failure stack="Error: a fault');
  },
});

Deno.test({
  name: "AcceptLoop lets everyone else go on while many connect",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const door = new Door();
    for (let n = 1; n <= 16; n++) await door.happens(from(String(n)));
    assertEquals([door.came.length, door.tries], [16, 16]);
    await time.pass(0);
    assertEquals(door.tries, 17);
    await door.close();
  },
});
