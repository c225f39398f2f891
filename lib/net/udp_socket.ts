import { createSocket, type RemoteInfo, type Socket } from "node:dgram";

/** The sender or receiver of a datagram. */
export type UdpAddress = { readonly address: string; readonly port: number };

/**
 * Opens a UDP socket on `port` (0: any) of `address` (default: all). With `shared`,
 * several programs may use the port. Rejects if the system refuses; later network
 * errors are ignored, because they may pass.
 */
export async function openUdp(
  { address, port, shared = false }: {
    address?: string;
    port: number;
    shared?: boolean;
  },
  onDatagram: (bytes: Uint8Array, from: UdpAddress) => void,
): Promise<Socket> {
  const socket = createSocket({ type: "udp4", reuseAddr: shared });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once("error", reject);
  socket.bind({ port, ...(address === undefined ? {} : { address }) }, resolve);
  try {
    await promise;
  } catch (error) {
    socket.close();
    throw error;
  }
  socket.off("error", reject);
  socket.on("error", () => {});
  socket.on(
    "message",
    (bytes: Uint8Array, from: RemoteInfo) => onDatagram(bytes, from),
  );
  return socket;
}

/** Sends a datagram; does not report whether it leaves. */
export function sendUdp(
  socket: Socket,
  bytes: Uint8Array,
  { address, port }: UdpAddress,
): void {
  // Ignores an unreachable network: others may be reachable.
  socket.send(bytes, port, address, () => {});
}
