import { createSocket, type Socket } from "node:dgram";
import type { UdpAddress } from "../../lib/net/udp_socket.ts";
import type { Received } from "../testing.ts";

/** The loopback card: the traffic of these tests stays on this machine. */
export const CARDS = [{ address: "127.0.0.1", netmask: "255.0.0.0" }];

/** A UDP socket on a port of its own that receives datagrams. */
export class UdpPeer implements AsyncDisposable {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Opens the socket. `onMessage` gets the JSON and the sender of each datagram. */
  static async open(
    onMessage: (message: Received, from: UdpAddress, length: number) => void =
      () => {},
    address = "0.0.0.0",
  ): Promise<UdpPeer> {
    const socket = createSocket("udp4");
    await new Promise<void>((resolve) => socket.bind(0, address, resolve));
    socket.setBroadcast(true);
    socket.on("message", (bytes, from) => {
      onMessage(JSON.parse(bytes.toString()), from, bytes.length);
    });
    return new UdpPeer(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Resolves when the datagram has left. */
  async send(
    message: unknown,
    { address = "127.0.0.1", port }: { address?: string; port: number },
  ): Promise<void> {
    const text = typeof message === "string"
      ? message
      : JSON.stringify(message);
    await new Promise<void>((resolve) =>
      this.#socket.send(text, port, address, () => resolve())
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }
}

/** Resolves to a free discovery port. */
export async function ownPort(): Promise<number> {
  await using peer = await UdpPeer.open();
  return peer.port;
}
