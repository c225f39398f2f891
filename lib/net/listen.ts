import { type Address, formatAddress } from "../address.ts";
import type { ByteStream } from "../io/byte_stream.ts";
import { DEFAULT_PORT, programCommand, StartError } from "../program.ts";

/** A new connection: its bytes, and the address of the peer as text. */
export type Incoming = { readonly stream: ByteStream; readonly from: string };

/** Accepts new connections. `accept` throws `Deno.errors.BadResource` once closed. */
export type Acceptor = {
  accept(): Promise<Incoming>;
  close(): void;
};

/** Where a server listens; disposing of it closes all acceptors that are still open. */
export type Listening = Disposable & {
  readonly acceptors: readonly Acceptor[];
  readonly port: number;
};

/** Thrown when the server cannot listen; the message says why and what to do. */
export class ListenError extends StartError {
  override readonly name = "ListenError";
}

/**
 * Attempts with port 0: the system chooses a port for IPv4, and that port may be taken
 * for IPv6.
 */
const PORT_TRIES = 10;

/**
 * Listens on one host, or on all interfaces with IPv4 and IPv6. With `port` 0 it takes
 * a free port; the result says which. Throws {@linkcode ListenError}.
 */
export function listen(port: number, hostname?: string): Listening {
  try {
    if (hostname !== undefined) return acceptorsOf([open(hostname, port)]);
    if (Deno.build.os === "windows") return listenOnBoth(port);
    // On other systems, a socket on :: accepts IPv4, too.
    return acceptorsOf([openAny(port)]);
  } catch (cause) {
    throw new ListenError(explain(cause, { hostname, port }), { cause });
  }
}

function openAny(port: number): Deno.TcpListener {
  try {
    return open("::", port);
  } catch (error) {
    // This machine has no IPv6.
    if (error instanceof Deno.errors.AddrInUse) throw error;
    return open("0.0.0.0", port);
  }
}

/** Opens two sockets: on Windows, a socket on :: accepts IPv6 only. */
function listenOnBoth(port: number): Listening {
  for (let tries = 1;; tries++) {
    const v4 = open("0.0.0.0", port);
    try {
      return acceptorsOf([v4, open("::", v4.addr.port)]);
    } catch (error) {
      const taken = error instanceof Deno.errors.AddrInUse;
      if (!taken) return acceptorsOf([v4]); // This machine has no IPv6.
      v4.close();
      if (port !== 0 || tries >= PORT_TRIES) throw error;
    }
  }
}

function open(hostname: string, port: number): Deno.TcpListener {
  return Deno.listen({ hostname, port });
}

function acceptorsOf(listeners: readonly Deno.TcpListener[]): Listening {
  const acceptors = listeners.map(acceptorOf);
  return {
    acceptors,
    port: listeners[0]!.addr.port,
    [Symbol.dispose]: () => acceptors.forEach(closeIfOpen),
  };
}

function closeIfOpen(acceptor: Acceptor): void {
  try {
    acceptor.close();
  } catch {
    // The server has already closed it.
  }
}

/** Returns an acceptor that skips peers that reset the connection while they wait. */
export function acceptorOf(
  listener: Pick<Deno.TcpListener, "accept" | "close">,
): Acceptor {
  return {
    async accept() {
      const stream = await acceptOne(listener);
      try {
        stream.setNoDelay();
      } catch {
        // The peer has already left: the first read reports it.
      }
      return { stream, from: formatAddress(stream.remoteAddr) };
    },
    close: () => listener.close(),
  };
}

/**
 * Accepts the next connection. A peer that resets while it waits has no address any
 * more, and must not hold up the next one.
 */
async function acceptOne(
  listener: Pick<Deno.TcpListener, "accept">,
): Promise<Deno.TcpConn> {
  for (;;) {
    try {
      return await listener.accept();
    } catch (error) {
      const isGone = error instanceof Deno.errors.NotConnected ||
        error instanceof Deno.errors.ConnectionReset ||
        error instanceof Deno.errors.ConnectionAborted;
      if (!isGone) throw error;
    }
  }
}

function explain(
  cause: unknown,
  { hostname, port }: { hostname: string | undefined; port: number },
): string {
  if (cause instanceof Deno.errors.AddrInUse) {
    return `Port ${port} is in use by another program, perhaps another server: ` +
      `close that one, or choose another port (${programCommand("server")} ${
        otherPort(port)
      })`;
  }
  if (cause instanceof Deno.errors.NotCapable) {
    return `The server may not use the network: ${cause.message}`;
  }
  if (cause instanceof Deno.errors.PermissionDenied) {
    return `Port ${port} may not be used by this account: ` +
      `choose another port, above 1023 (${
        programCommand("server")
      } ${DEFAULT_PORT})`;
  }
  if (hostname !== undefined) {
    const address: Address = { hostname, port };
    return `Cannot listen on ${formatAddress(address)}: ` +
      `--host takes an address of this machine, such as 127.0.0.1`;
  }
  return `Cannot listen on port ${port}: ${
    cause instanceof Error ? cause.message : cause
  }`;
}

function otherPort(port: number): number {
  return port < 65535 ? port + 1 : DEFAULT_PORT;
}
