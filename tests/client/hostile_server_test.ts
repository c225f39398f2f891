import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { ChatClient } from "../../lib/client/chat_client.ts";
import { DownloadFolder } from "../../lib/files/download_folder.ts";
import {
  concat,
  Peer,
  Random,
  rawChunk,
  rawFrame,
  rawMessage,
  streamPair,
  tempFolder,
} from "../testing.ts";

const ROUNDS = 150;

/** What a hostile server may call a file, size, place or hash. */
const NAMES = [
  "a.txt",
  "A.TXT",
  "b.txt",
  "../secret.txt",
  "..\\secret.txt",
  "sub/../../secret.txt",
  "/etc/passwd",
  "C:\\x",
  "nul",
  "a.txt.part",
  "a.txt.part.json",
  ".messenger/a.half",
  "",
  ".",
  "..",
  "\0",
  "\ud800",
  "x".repeat(1024),
];
const NUMBERS = [0, 1, 2, 3, 5, 255, 2 ** 32 - 1, 2 ** 53 - 1];

const sha256 = (bytes: Uint8Array) =>
  createHash("sha256").update(bytes).digest("hex");

/** The next thing that the server says, about one of the ids 1 to 5. */
function saying(random: Random, promised: Set<string>): Uint8Array {
  const message = (fields: object) => rawMessage(JSON.stringify(fields));
  const id = 1 + random.below(5);
  const bytes = random.bytes(random.pick([0, 1, 2, 3, 5, 300]));
  const name = random.pick(NAMES);
  const size = random.pick(NUMBERS);
  switch (random.below(12)) {
    case 0:
      return message({ type: "file", id, name, size, tag: "v" });
    case 1:
      return message({
        type: "file",
        id,
        name,
        size,
        offset: random.pick(NUMBERS),
        tag: "v",
      });
    case 2:
      return rawChunk(random.pick([id, 0, 77, 2 ** 32 - 1]), bytes);
    case 3:
      return message({ type: "end", id, size, sha256: sha256(bytes) });
    case 4:
      return message({
        type: "refused",
        re: "get",
        code: "cancelled",
        text: "x",
        id,
      });
    case 5:
      return message({ type: "refused", re: name, code: name, text: name, id });
    case 6:
      return message({ type: "files", files: [{ name, size }] });
    case 7: {
      // Wrong in the wire itself, seldom: it ends the connection.
      if (random.below(8) > 0) return message({ type: "news", id, name });
      const wrong = random.pick([-1, 0.5, 2 ** 53, "1", null, 1e300]);
      return random.pick([
        message({ type: "file", id, name, size: wrong }),
        message({ type: "file", id: wrong, name, size }),
        message({ type: "end", id, size, sha256: "beef" }),
        rawFrame(2, bytes.subarray(0, 3)),
      ]);
    }
    default: {
      // A whole download, honest or nearly so.
      const last = random.pick([bytes, bytes, bytes, concat(bytes, [1])]);
      const hash = sha256(random.pick([bytes, bytes, random.bytes(3)]));
      promised.add(hash);
      const cut = random.below(bytes.length + 1);
      return concat(
        message({
          type: "file",
          id,
          name: "a.txt",
          size: bytes.length,
          tag: "v",
        }),
        rawChunk(id, bytes.subarray(0, cut)),
        rawChunk(id, last.subarray(cut)),
        message({ type: "end", id, size: bytes.length, sha256: hash }),
      );
    }
  }
}

/** All files below `folder`. */
async function tree(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    found.push(...isDirectory ? await tree(path) : [path]);
  }
  return found;
}

Deno.test("ChatClient keeps nothing wrong and nothing elsewhere, whatever a hostile server says", async () => {
  const promised = new Set<string>();
  let saved = 0;
  let violations = 0;
  for (let seed = 1; seed <= ROUNDS; seed++) {
    const random = new Random(seed);
    await using outer = await tempFolder();
    await Deno.writeTextFile(`${outer.path}/secret.txt`, "secret");
    const [near, far] = streamPair();
    const peer = new Peer(far);
    const joining = ChatClient.join(near, {
      name: "Ann",
      folder: new DownloadFolder(`${outer.path}/Ann`),
      onEvent() {},
    });
    await peer.send({
      type: "welcome",
      protocol: 1,
      name: "Ann",
      text: "",
      users: ["Ann"],
    });
    const { client } = await joining;
    for (let i = 0; i < 4; i++) {
      client.get(random.pick(["a.txt", "a.txt", "b.txt"]));
    }
    for (let asked = 0; asked < 4; asked++) await peer.until("get");
    for (let i = 0; i < 25; i++) {
      // A client that has had enough does not read.
      await peer.send(saying(random, promised)).catch(() => {});
    }
    far.close();
    if (/broke the rules/.test(await client.ended)) violations++;
    for (const path of await tree(outer.path)) {
      if (path === `${outer.path}/secret.txt`) continue;
      assert(path.startsWith(`${outer.path}/Ann/`), path);
      if (path.includes("/.messenger/")) continue;
      const hash = sha256(await Deno.readFile(path));
      assert(promised.has(hash), `${path} in round ${seed}`);
      saved++;
    }
    assertEquals(await Deno.readTextFile(`${outer.path}/secret.txt`), "secret");
  }
  // Otherwise the rounds would prove nothing.
  assert(saved > 20, `${saved} saved`);
  assert(violations > 5 && violations < ROUNDS / 2, `${violations} violations`);
});
