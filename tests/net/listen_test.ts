import {
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { connect } from "../../lib/net/connect.ts";
import { acceptorOf, listen, ListenError } from "../../lib/net/listen.ts";

Deno.test("listen() takes a free port and says who comes in", async () => {
  const { acceptors, port } = listen(0, "127.0.0.1");
  assertNotEquals(port, 0);
  const [acceptor] = acceptors;
  const stream = await connect({ hostname: "127.0.0.1", port });
  const incoming = await acceptor!.accept();
  const { port: ownPort } = (stream as Deno.TcpConn).localAddr;
  assertEquals(incoming.from, `127.0.0.1:${ownPort}`);
  await incoming.stream.write(new Uint8Array([42]));
  const buffer = new Uint8Array(2);
  assertEquals(await stream.read(buffer), 1);
  assertEquals(buffer[0], 42);
  stream.close();
  incoming.stream.close();
  acceptor!.close();
});

Deno.test("listen() without a host shows IPv4 peers by their IPv4 address", async () => {
  const { acceptors, port } = listen(0);
  const stream = await connect({ hostname: "127.0.0.1", port });
  const incoming = await Promise.any(acceptors.map((a) => a.accept()));
  assertEquals(incoming.from.replace(/\d+$/, ""), "127.0.0.1:");
  stream.close();
  incoming.stream.close();
  acceptors.forEach((acceptor) => acceptor.close());
});

Deno.test("listen() explains a port in use and proposes another", () => {
  const { acceptors, port } = listen(0, "127.0.0.1");
  assertThrows(
    () => listen(port, "127.0.0.1"),
    ListenError,
    `Port ${port} is in use by another program, perhaps another server`,
  );
  acceptors.forEach((acceptor) => acceptor.close());
});

Deno.test("listen() explains an address that is not of this machine", () => {
  assertThrows(
    () => listen(0, "192.0.2.1"),
    ListenError,
    "Cannot listen on 192.0.2.1:0: --host takes an address of this machine",
  );
});

Deno.test("Acceptor.accept() throws BadResource once it is closed", async () => {
  const { acceptors } = listen(0, "127.0.0.1");
  const [acceptor] = acceptors;
  const accepting = acceptor!.accept();
  acceptor!.close();
  await assertRejects(() => accepting, Deno.errors.BadResource);
  await assertRejects(() => acceptor!.accept(), Deno.errors.BadResource);
});

Deno.test("acceptorOf() passes over those who have gone while they waited", async () => {
  const { NotConnected, ConnectionReset, ConnectionAborted } = Deno.errors;
  const gone = [NotConnected, ConnectionReset, ConnectionAborted, NotConnected];
  const full = new Error("Too many open files (os error 24)");
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  using stream = await connect({ hostname: "127.0.0.1", port }) as Deno.TcpConn;
  let isFull = false;
  const acceptor = acceptorOf({
    async accept() {
      if (isFull) throw full;
      const Gone = gone.pop();
      if (Gone !== undefined) throw new Gone("gone");
      return await listener.accept();
    },
    close() {},
  });
  const incoming = await acceptor.accept();
  assertEquals(incoming.from, `127.0.0.1:${stream.localAddr.port}`);
  incoming.stream.close();
  isFull = true;
  assertEquals(await acceptor.accept().catch((error) => error), full);
});
