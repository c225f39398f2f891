import { assert, assertEquals } from "@std/assert";
import { FileCatalog } from "../../lib/files/file_catalog.ts";
import { ChatServer } from "../../lib/server/chat_server.ts";
import {
  collectingLog,
  type MemoryStream,
  Peer,
  Random,
  streamPair,
  tempFolder,
} from "../testing.ts";

const ROUNDS = 60;

const NAMES = [
  "a.txt",
  "sub/b.txt",
  "../secret.txt",
  "..\\secret.txt",
  "sub/../../secret.txt",
  "sub/link.txt",
  "up/secret.txt",
  "link.txt",
  "sub",
  ".",
  "..",
  "",
  "/",
  "//",
  "a.txt/",
  "\0",
  "*",
  "/".repeat(1000),
  "\ud800",
];
const OFFSETS = [undefined, 0, 1, 3, 5, 6, 2 ** 32, 2 ** 53 - 1];
const TAGS = [undefined, "", "v", "x".repeat(1024)];

Deno.test("ChatServer sends only files of the folder, whatever a hostile client asks, and continues to serve", async () => {
  await using outer = await tempFolder();
  const folder = `${outer.path}/download`;
  await Deno.mkdir(`${folder}/sub`, { recursive: true });
  await Deno.writeTextFile(`${outer.path}/secret.txt`, "secret");
  await Deno.writeTextFile(`${folder}/a.txt`, "hello");
  await Deno.writeTextFile(`${folder}/sub/b.txt`, "world");
  await Deno.symlink("../secret.txt", `${folder}/link.txt`, { type: "file" });
  await Deno.symlink("../../secret.txt", `${folder}/sub/link.txt`, {
    type: "file",
  });
  await Deno.symlink("..", `${folder}/up`, { type: "dir" });
  const arrivals: { resolve(stream: MemoryStream): void }[] = [];
  const incoming: MemoryStream[] = [];
  const closed = Promise.withResolvers<never>();
  const { log } = collectingLog();
  const stopping = new AbortController();
  const server = new ChatServer({
    catalog: new FileCatalog(folder, { now: () => Date.now() + 60_000 }),
    log,
    print() {},
    welcome: "",
  });
  const running = server.run([{
    async accept() {
      const stream = incoming.shift() ?? await Promise.race([
        new Promise<MemoryStream>((resolve) => arrivals.push({ resolve })),
        closed.promise,
      ]);
      return { stream, from: "here" };
    },
    close: () => closed.reject(new Error("closed")),
  }], stopping.signal);
  const join = async (name: string) => {
    const [near, far] = streamPair();
    const next = arrivals.shift();
    if (next === undefined) incoming.push(far);
    else next.resolve(far);
    const peer = new Peer(near);
    await peer.send({ type: "hello", protocol: 1, name });
    await peer.until("welcome");
    return peer;
  };
  const seen = new Set<string>();
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const random = new Random(seed);
    const peer = await join(`Eve${seed}`);
    for (let i = 0; i < 40; i++) {
      const id = random.below(12);
      const name = random.pick(NAMES);
      const offset = random.pick(OFFSETS);
      const tag = random.pick(TAGS);
      await peer.send(
        random.below(4) === 0
          ? { type: "cancel", id }
          : { type: "get", id, name, offset, tag },
      );
    }
    await peer.send({ type: "ping", n: 1 });
    for (const { type, data } of await peer.until("pong")) {
      if (type === "chunk") seen.add(new TextDecoder().decode(data));
    }
    if (seed % 2 === 0) peer.stream.close(); // In the middle of the downloads.
  }
  assert(seen.has("hello") && seen.has("world"), [...seen].join());
  for (const text of seen) {
    assert("hello".endsWith(text) || "world".endsWith(text), text);
  }
  // A violation ends that connection, and no other.
  for (const wrong of [-1, 0.5, 2 ** 53, "1", null, true, {}]) {
    for (const field of ["id", "offset", "name", "tag"]) {
      if (field === "name" && wrong === "1") continue;
      if (field === "tag" && wrong === "1") continue;
      if (field === "offset" && wrong === 0) continue;
      const peer = await join("Mallory");
      const get = { type: "get", id: 1, name: "a.txt", [field]: wrong };
      await peer.send(get);
      const last = (await peer.until()).at(-1);
      assertEquals(last?.type, "closing", `${field} ${wrong}`);
    }
  }
  const honest = await join("Ann");
  await honest.send({ type: "get", id: 1, name: "a.txt" });
  const end = (await honest.until("end")).at(-1)!;
  assertEquals(end["size"], 5);
  honest.stream.close();
  stopping.abort();
  await running;
});
