import { type Address, formatAddress } from "./address.ts";
import type { ByteStream } from "./byte_stream.ts";
import { DEFAULT_PORT, programCommand, StartError } from "../program.ts";

/** A newly connected peer: its bytes, and its address as text. */
export type Incoming = { readonly stream: ByteStream; readonly from: string };

/** Where new peers come in. `accept` throws `Deno.errors.BadResource` once closed. */
export type Acceptor = {
  accept(): Promise<Incoming>;
  close(): void;
};

/** Nobody can listen on the port; the message says why and what to do. */
export class ListenError extends StartError {
  override readonly name = "ListenError";
}

/** With port 0 the system chooses for IPv6; IPv4 may not have that one free. */
const PORT_TRIES = 10;

/**
 * Listens on one host, or, without one, on all interfaces with IPv4 and IPv6.
 * `port` 0 takes a free one; the result says which. Throws
 * {@linkcode ListenError}.
 */
export function listen(
  port: number,
  hostname?: string,
): { acceptors: Acceptor[]; port: number } {
  try {
    if (hostname !== undefined) return acceptorsOf([open(hostname, port)]);
    if (Deno.build.os === "windows") return listenOnBoth(port);
    // Elsewhere a socket on :: takes IPv4, too.
    return acceptorsOf([openAny(port)]);
  } catch (cause) {
    throw new ListenError(explain(cause, { hostname, port }), { cause });
  }
}

function openAny(port: number): Deno.TcpListener {
  try {
    return open("::", port);
  } catch (error) {
    // A machine without IPv6.
    if (error instanceof Deno.errors.AddrInUse) throw error;
    return open("0.0.0.0", port);
  }
}

/** On Windows a socket on :: takes IPv6 alone, so there are two. */
function listenOnBoth(port: number): { acceptors: Acceptor[]; port: number } {
  for (let tries = 1;; tries++) {
    const v4 = open("0.0.0.0", port);
    try {
      return acceptorsOf([v4, open("::", v4.addr.port)]);
    } catch (error) {
      const taken = error instanceof Deno.errors.AddrInUse;
      if (!taken) return acceptorsOf([v4]); // A machine without IPv6.
      v4.close();
      if (port !== 0 || tries >= PORT_TRIES) throw error;
    }
  }
}

function open(hostname: string, port: number): Deno.TcpListener {
  return Deno.listen({ hostname, port });
}

function acceptorsOf(
  listeners: Deno.TcpListener[],
): { acceptors: Acceptor[]; port: number } {
  return {
    port: listeners[0]!.addr.port,
    acceptors: listeners.map(acceptorOf),
  };
}

/** Accepts every peer that is still connected; a peer that has reset is passed over. */
export function acceptorOf(
  listener: Pick<Deno.TcpListener, "accept" | "close">,
): Acceptor {
  return {
    async accept() {
      const stream = await acceptOne(listener);
      try {
        stream.setNoDelay();
      } catch {
        // The peer has left already: the first read says so.
      }
      return { stream, from: formatAddress(stream.remoteAddr) };
    },
    close: () => listener.close(),
  };
}

/** A peer that resets while it waits has no address any more, and must not hold up the next. */
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
  if (
    cause instanceof Deno.errors.PermissionDenied ||
    cause instanceof Deno.errors.NotCapable
  ) {
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
