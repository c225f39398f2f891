import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { connect, ConnectError } from "../../lib/net/connect.ts";
import { listen } from "../../lib/net/listen.ts";

/** Runs `connect` while the system fails to connect with `cause`. */
async function failWith(cause: unknown): Promise<ConnectError> {
  const real = Deno.connect;
  Deno.connect = (): Promise<never> => Promise.reject(cause);
  try {
    return await assertRejects(
      () => connect({ hostname: "box", port: 80 }),
      ConnectError,
    );
  } finally {
    Deno.connect = real;
  }
}

Deno.test("connect() explains that nothing is listening", async () => {
  const { acceptors, port } = listen(0, "127.0.0.1");
  acceptors.forEach((acceptor) => acceptor.close());
  const error = await assertRejects(
    () => connect({ hostname: "127.0.0.1", port }),
    ConnectError,
    `Cannot connect to 127.0.0.1:${port}: nothing is listening on port ${port}`,
  );
  assertEquals(error.cause instanceof Deno.errors.ConnectionRefused, true);
});

Deno.test("connect() gives up when its signal aborts", async () => {
  const { acceptors, port } = listen(0, "127.0.0.1");
  await assertRejects(
    () =>
      connect({ hostname: "127.0.0.1", port }, { signal: AbortSignal.abort() }),
    ConnectError,
  );
  acceptors.forEach((acceptor) => acceptor.close());
});

Deno.test("connect() explains an unknown host name, as each system reports it", async () => {
  const messages = [
    "failed to lookup address information: Name or service not known",
    "failed to lookup address information: nodename nor servname provided",
    "No such host is known. (os error 11001)",
  ];
  for (const message of messages) {
    const { message: said } = await failWith(new Error(message));
    assertStringIncludes(said, 'no computer with the name "box" was found');
  }
});

Deno.test("connect() explains silence", async () => {
  const unreachable = Object.assign(new Error("x"), { code: "EHOSTUNREACH" });
  const causes = [
    new Deno.errors.TimedOut("x"),
    new DOMException("x", "TimeoutError"),
    unreachable,
  ];
  for (const cause of causes) {
    const { message } = await failWith(cause);
    assertStringIncludes(message, "Cannot connect to box:80: no answer");
  }
});

Deno.test("connect() passes on what it cannot explain", async () => {
  const cause = new Error("The cable is on fire");
  const error = await failWith(cause);
  assertEquals(error.message, "Cannot connect to box:80: The cable is on fire");
  assertEquals(error.cause, cause);
});

Deno.test("connect() sends each message at once", async () => {
  const real = Deno.connect;
  const calls: unknown[] = [];
  const stream = { setNoDelay: (...args: unknown[]) => void calls.push(args) };
  try {
    Deno.connect = (() => Promise.resolve(stream)) as unknown as typeof real;
    const connected: unknown = await connect({ hostname: "host", port: 1 });
    assertEquals([connected === stream, calls], [true, [[]]]);
  } finally {
    Deno.connect = real;
  }
});
