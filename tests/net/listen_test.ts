import {
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { connect } from "../../lib/net/connect.ts";
import { acceptorOf, listen, ListenError } from "../../lib/net/listen.ts";

Deno.test("listen() takes a free port and reports the address of each peer", async () => {
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

Deno.test("listen() explains a port in use and suggests another", () => {
  const { acceptors, port } = listen(0, "127.0.0.1");
  assertThrows(
    () => listen(port, "127.0.0.1"),
    ListenError,
    `Port ${port} is in use by another program, perhaps another server`,
  );
  acceptors.forEach((acceptor) => acceptor.close());
});

Deno.test("listen() explains an address that does not belong to this machine", () => {
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

Deno.test("acceptorOf() skips peers that left while they waited", async () => {
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

Deno.test("acceptorOf() sends small pieces at once, and takes a peer that has just left", async () => {
  for (const hasLeft of [false, true]) {
    let calls = 0;
    const stream = {
      remoteAddr: { transport: "tcp", hostname: "192.0.2.7", port: 9 },
      setNoDelay() {
        calls++;
        if (hasLeft) throw new Error("the peer has left");
      },
    } as Deno.TcpConn;
    const accept = () => Promise.resolve(stream);
    const incoming = await acceptorOf({ accept, close() {} }).accept();
    assertEquals([incoming.from, calls], ["192.0.2.7:9", 1]);
    assertEquals(incoming.stream, stream);
  }
});

Deno.test("listen() explains a port that this account may not use", () => {
  const { PermissionDenied, NotCapable } = Deno.errors;
  const real = Deno.listen;
  try {
    for (
      const [refusal, text] of [
        [
          new PermissionDenied("no"),
          "Port 80 may not be used by this account: choose another port, above 1023",
        ],
        // The program was started without the permission.
        [new NotCapable("no"), "The server may not use the network: no"],
      ] as const
    ) {
      Deno.listen = () => {
        throw refusal;
      };
      assertThrows(() => listen(80, "127.0.0.1"), ListenError, text);
    }
  } finally {
    Deno.listen = real;
  }
});

Deno.test("listen() suggests a port that there is", () => {
  const real = Deno.listen;
  try {
    Deno.listen = () => {
      throw new Deno.errors.AddrInUse("in use");
    };
    for (
      const [port, other] of [[80, 81], [65_534, 65_535], [65_535, 12_000]]
    ) {
      assertThrows(
        () => listen(port!, "127.0.0.1"),
        ListenError,
        ` ${other})`,
      );
    }
  } finally {
    Deno.listen = real;
  }
});

/**
 * Listens as on the system `os`, where `open` opens each socket: it returns the port.
 * Returns the sockets that are open afterwards, or the error.
 */
function listenOn(
  os: "windows" | "linux",
  port: number,
  open: (hostname: string, attempt: number) => number,
): unknown {
  const { build, listen: realListen } = Deno;
  const opened = new Set<string>();
  let attempts = 0;
  const fakeListen = ({ hostname = "" }) => {
    const port = open(hostname, hostname === "::" ? attempts : ++attempts);
    const socket = `${hostname} ${port}`;
    opened.add(socket);
    return { addr: { port }, close: () => void opened.delete(socket) };
  };
  Object.assign(Deno, { listen: fakeListen });
  Object.defineProperty(Deno, "build", { value: { ...build, os } });
  try {
    const { acceptors } = listen(port);
    assertEquals(acceptors.length, opened.size);
    return [...opened];
  } catch (error) {
    assertEquals(opened.size, 0);
    return error;
  } finally {
    Object.assign(Deno, { listen: realListen });
    Object.defineProperty(Deno, "build", { value: build });
  }
}

Deno.test("listen() opens two sockets on Windows, with the same port", () => {
  const both = ["0.0.0.0 7", ":: 7"];
  assertEquals(listenOn("windows", 7, () => 7), both);
  const withoutIPv6 = listenOn("windows", 7, (hostname) => {
    if (hostname === "::") throw new Deno.errors.AddrNotAvailable("no IPv6");
    return 7;
  });
  assertEquals(withoutIPv6, ["0.0.0.0 7"]);
  const taken = new Deno.errors.AddrInUse("taken");
  const inUse = listenOn("windows", 7, (hostname) => {
    if (hostname === "::") throw taken;
    return 7;
  });
  assertEquals((inUse as Error).cause, taken);
});

Deno.test("listen() tries ten free ports on Windows until one is free for IPv6, too", () => {
  const taken = new Deno.errors.AddrInUse("taken");
  const freeAt = (last: number) =>
    listenOn("windows", 0, (hostname, attempt) => {
      if (hostname === "::" && attempt < last) throw taken;
      return 1_000 + attempt;
    });
  assertEquals(freeAt(1), ["0.0.0.0 1001", ":: 1001"]);
  assertEquals(freeAt(10), ["0.0.0.0 1010", ":: 1010"]);
  assertEquals((freeAt(11) as Error).cause, taken);
});

Deno.test("listen() opens one socket on other systems, for IPv4 if there is no IPv6", () => {
  assertEquals(listenOn("linux", 7, () => 7), [":: 7"]);
  const withoutIPv6 = listenOn("linux", 7, (hostname) => {
    if (hostname === "::") throw new Deno.errors.AddrNotAvailable("no IPv6");
    return 7;
  });
  assertEquals(withoutIPv6, ["0.0.0.0 7"]);
  const taken = new Deno.errors.AddrInUse("taken");
  const inUse = listenOn("linux", 7, (hostname) => {
    if (hostname === "::") throw taken;
    return 7;
  });
  assertEquals((inUse as Error).cause, taken);
});
