import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Program } from "./programs.ts";
import {
  accept,
  concat,
  frame,
  type Message,
  message,
  refuseTls,
} from "./raw_client.ts";

/** Most memory of a client during a flood, in MiB: a new client takes 65. */
const MAX_MEMORY = 192;

/** More messages than any limit allows. */
const MANY = 2_000_000;

/** Frames sent together. */
const BATCH = 200;

type Flood = {
  readonly name: string;
  /** What the user types first. */
  readonly typed?: string;
  /** Returns the next frame, without end. */
  readonly next: (index: number) => Uint8Array;
  readonly why: string;
};

const numbered = (count: number, from: number) =>
  Array.from({ length: count }, (_, i) => `n${from * count + i}`);

/** Returns the same frame again and again; builds it once. */
function always(fields: Message): () => Uint8Array {
  const bytes = message(fields);
  return () => bytes;
}

const FLOODS: readonly Flood[] = [
  {
    name: "a list of files",
    typed: "/files",
    next: (i) =>
      message({
        type: "files",
        files: numbered(500, i).map((name) => ({ name, size: 1 })),
        more: true,
      }),
    why: "its list of files does not end",
  },
  {
    name: "a list of people",
    typed: "/users",
    next: (i) =>
      message({ type: "users", names: numbered(500, i), more: true }),
    why: "its list of people does not end",
  },
  {
    name: "people who join",
    next: (i) => message({ type: "joined", name: `n${i}`, id: `${i}` }),
    why: "the people who join do not end",
  },
  {
    name: "earlier messages",
    next: always({ type: "said", from: "Bob", text: "x", earlier: true }),
    why: "its earlier messages do not end",
  },
  {
    name: "warnings",
    next: always({ type: "warning", code: "flooding", text: "x" }),
    why: "its warnings do not end",
  },
  {
    name: "files that nobody asked for",
    next: () => CHUNK,
    why: "it sends files that nobody asked for",
  },
];

const CHUNK = frame(2, new Uint8Array(256 * 1024));

/** Sends `next` until the client leaves; resolves to its peak memory, in MiB. */
async function flood(
  conn: Deno.Conn,
  next: (index: number) => Uint8Array,
  pid: number,
): Promise<number> {
  let most = 0;
  try {
    for (let i = 0; i < MANY; i += BATCH) {
      const frames = Array.from({ length: BATCH }, (_, j) => next(i + j));
      for (
        const bytes of frames[0]!.length > 100_000
          ? frames
          : [concat(...frames)]
      ) {
        for (let at = 0; at < bytes.length;) {
          at += await conn.write(bytes.subarray(at));
        }
      }
      most = Math.max(most, memoryOf(pid));
    }
  } catch {
    return most; // The client has closed the connection.
  }
  throw new Error("The client took it all");
}

/**
 * Returns memory in MiB; 0 where the system does not report it, or the program has
 * ended.
 */
function memoryOf(pid: number): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

for (const { name, typed, next, why } of FLOODS) {
  Deno.test(`a client leaves a server that sends ${name} without end`, async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr as Deno.NetAddr;
    await using client = new Program("client", [
      ...["Ann", "127.0.0.1", String(port), "--reconnect"],
    ]);
    await refuseTls(listener);
    using conn = await accept(listener);
    const buffer = new Uint8Array(64 * 1024);
    await conn.read(buffer);
    await conn.write(message({
      ...{ type: "welcome", protocol: 1, name: "Ann", text: "Welcome" },
      ...{ users: ["Ann", "Bob"], ids: ["a", "b"], token: "t" },
    }));
    await client.output.next("Welcome");
    if (typed !== undefined) {
      await client.type(typed);
      await conn.read(buffer);
    }
    const most = await flood(conn, next, client.pid);
    // It does not reconnect, although it was started with that option.
    assertEquals(await client.exitCode(), 1);
    assertStringIncludes(
      client.errors.all.join("\n"),
      `This server sends too much: ${why}`,
    );
    assert(most < MAX_MEMORY, `${most} MiB`);
  });
}
