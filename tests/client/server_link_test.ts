import { assertEquals } from "@std/assert";
import { type LinkOwner, ServerLink } from "../../lib/client/server_link.ts";
import { FakeTime, Peer, rawChunk, settle, streamPair } from "../testing.ts";

/** A link whose owner notes what it hears. */
function setUp() {
  const [mine, other] = streamPair();
  const heard: string[] = [];
  const owner: LinkOwner = {
    onMessage: ({ type }) => void heard.push(type),
    onChunk: ({ id, data }) => void heard.push(`chunk ${id} ${data.length}`),
    onSilence: () => void heard.push("silence"),
    onEnd: (reason) => Promise.resolve(void heard.push(`end: ${reason}`)),
  };
  return { link: new ServerLink(mine, owner), server: new Peer(other), heard };
}

Deno.test({
  name: "ServerLink hands on messages and chunks, and ignores unknown types",
  permissions: "none",
  async fn() {
    const { link, server, heard } = setUp();
    await server.send({ type: "joined", name: "Bob" });
    await server.send({ type: "from the future" });
    await server.send(rawChunk(7, new Uint8Array(3)));
    await settle();
    assertEquals(heard, ["joined", "chunk 7 3"]);
    assertEquals([link.endReason, link.isLost], [undefined, false]);
    server.stream.close();
    await link.ended;
  },
});

Deno.test({
  name: "ServerLink.ended resolves after its owner has heard the reason",
  permissions: "none",
  async fn() {
    const { link, server, heard } = setUp();
    server.stream.close();
    const reason = await link.ended;
    assertEquals(heard, [`end: ${reason}`]);
    assertEquals([link.endReason, link.isLost], [reason, true]);
    assertEquals(link.loss(reason).message, `Connection lost: ${reason}`);
    assertEquals(link.isDismissed, false);
  },
});

Deno.test({
  name:
    "ServerLink keeps the last words of the server, and whether they are final",
  permissions: "none",
  async fn() {
    for (const final of [true, false]) {
      const { link, server } = setUp();
      await server.send({ type: "closing", reason: "Lesson over", final });
      const lost = link.loss(await link.ended);
      assertEquals(lost.message, "Disconnected: Lesson over");
      assertEquals([link.isDismissed, lost.isFinal], [final, final]);
    }
  },
});

Deno.test({
  name: "ServerLink leaves a server that sends too much, for good",
  permissions: "none",
  async fn() {
    const { link, server } = setUp();
    for (let i = 0; i < 30; i++) {
      await server.send({ type: "warning", code: "x", text: "x" })
        .catch(() => {});
    }
    const lost = link.loss(await link.ended);
    assertEquals([link.isDismissed, lost.isFinal], [true, true]);
    assertEquals(
      lost.message,
      "This server sends too much: its warnings do not end",
    );
  },
});

Deno.test({
  name: "ServerLink.leave() says bye, and is no loss",
  permissions: "none",
  async fn() {
    const { link, server } = setUp();
    const left = link.leave(1_000);
    assertEquals((await server.next())?.type, "bye");
    server.stream.close();
    await left;
    assertEquals([await link.ended, link.isLost], ["you left", false]);
  },
});

Deno.test({
  name: "ServerLink asks a silent server for a sign of life, then leaves it",
  permissions: "none",
  async fn() {
    using time = new FakeTime();
    const { link, heard } = setUp();
    await time.pass(30_000);
    assertEquals(heard.includes("silence"), true);
    await time.pass(120_000);
    assertEquals(await link.ended, "the server does not answer any more");
    assertEquals(time.pending, 0);
  },
});
