import type { Address } from "../../lib/address.ts";
import type { ByteStream } from "../../lib/io/byte_stream.ts";
import type { Network } from "../../lib/client/reach_server.ts";

/** A certificate that no test looks into. */
export const CERTIFICATE = Uint8Array.of(48, 1, 2, 3);

/** A network whose servers say that they encrypt, and do not. */
export function fakeNetwork(
  connect: (address: Address) => Promise<ByteStream>,
  { certificate = CERTIFICATE } = {},
): Network {
  return {
    connect,
    connectTls: async (address) => ({
      kind: "encrypted",
      stream: await connect(address),
      certificate,
    }),
  };
}
