import { assertEquals, assertRejects } from "@std/assert";
import { openUdp, sendUdp } from "../../lib/net/udp_socket.ts";

const address = "127.0.0.1";

Deno.test("openUdp() receives what sendUdp() sends, with the sender", async () => {
  const { promise, resolve } = Promise.withResolvers<[number[], number]>();
  const hearing = await openUdp(
    { address, port: 0 },
    (bytes, from) => resolve([[...bytes], from.port]),
  );
  const sending = await openUdp({ address, port: 0 }, () => {});
  try {
    const { port } = hearing.address();
    sendUdp(sending, Uint8Array.of(1, 2, 3), { address, port });
    assertEquals(await promise, [[1, 2, 3], sending.address().port]);
  } finally {
    hearing.close();
    sending.close();
  }
});

Deno.test("openUdp() rejects if the port is taken, unless both sockets share it", async () => {
  const first = await openUdp({ address, port: 0 }, () => {});
  const { port } = first.address();
  try {
    await assertRejects(() => openUdp({ address, port }, () => {}), Error);
  } finally {
    first.close();
  }
  const one = await openUdp({ address, port: 0, shared: true }, () => {});
  const same = { address, port: one.address().port, shared: true };
  const two = await openUdp(same, () => {});
  one.close();
  two.close();
});

Deno.test("openUdp() continues after a network error", async () => {
  const socket = await openUdp({ address, port: 0 }, () => {});
  socket.emit("error", new Error("the network is down"));
  socket.close();
});
