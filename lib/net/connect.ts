import type { ByteStream } from "../io/byte_stream.ts";
import { formatAddress } from "../address.ts";
import { messageOf } from "../program.ts";

/**
 * In milliseconds: longer than an answer takes within a building, shorter than people
 * wait.
 */
const CONNECT_TIMEOUT = 8_000;

/** Thrown when the client cannot connect; the message says why and what to do. */
export class ConnectError extends Error {
  override readonly name = "ConnectError";
}

/**
 * Connects to a server, within `timeout` milliseconds. Throws {@linkcode ConnectError},
 * also when `signal` aborts.
 */
export async function connect(
  address: { hostname: string; port: number },
  { signal, timeout = CONNECT_TIMEOUT }: {
    signal?: AbortSignal;
    timeout?: number;
  } = {},
): Promise<ByteStream> {
  const timedOut = AbortSignal.timeout(timeout);
  const signals = signal === undefined ? [timedOut] : [timedOut, signal];
  try {
    const stream = await Deno.connect({
      ...address,
      signal: AbortSignal.any(signals),
    });
    stream.setNoDelay();
    return stream;
  } catch (cause) {
    throw new ConnectError(explain(cause, address), { cause });
  }
}

function explain(
  cause: unknown,
  { hostname, port }: { hostname: string; port: number },
): string {
  const target = formatAddress({ hostname, port });
  if (cause instanceof Deno.errors.ConnectionRefused) {
    return `Cannot connect to ${target}: nothing is listening on port ${port} there. ` +
      "Is the server started, and is this the port that it shows?";
  }
  const hasZone = hostname.includes("%") && hostname.includes(":");
  if (hasZone && !isSilence(cause)) {
    return `Cannot connect to ${target}: ${
      messageOf(cause)
    }. Check the address, ` +
      "and the network card after the %";
  }
  if (isNameFailure(cause)) {
    return `Cannot connect to ${target}: no computer with the name "${hostname}" was found. ` +
      "Check the spelling, or type the address that the server shows";
  }
  if (isSilence(cause)) {
    return `Cannot connect to ${target}: no answer, probably a firewall. ` +
      "Is the address right, and are both computers in one network? On the " +
      "server's computer, Windows asks \"Allow public and private networks to " +
      'access this app?" when the server first starts: the answer must be ' +
      "Allow, which needs an administrator; without one the port stays closed";
  }
  return `Cannot connect to ${target}: ${messageOf(cause)}`;
}

/**
 * The errors of the resolver have no class of their own, so this matches the message
 * texts of the operating systems.
 */
function isNameFailure(cause: unknown): boolean {
  return cause instanceof Error &&
    /lookup|resolve|no such host|name or service|nodename|os error 1100[1-4]/i
      .test(cause.message);
}

const SILENT_CODES = new Set([
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EHOSTDOWN",
]);

function isSilence(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  const { code } = cause as Error & { code?: unknown };
  return cause instanceof Deno.errors.TimedOut ||
    cause.name === "TimeoutError" || cause.name === "AbortError" ||
    SILENT_CODES.has(String(code));
}
