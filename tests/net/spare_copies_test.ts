import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { connect, type TLSSocket } from "node:tls";
import { ByteDuplex } from "../../lib/net/byte_duplex.ts";
import { spareCopies } from "../../lib/net/spare_copies.ts";
import { streamPair } from "../testing.ts";

function test(name: string, fn: () => void): void {
  Deno.test({ name, permissions: "none", fn });
}

/** Returns what the socket's handle hands out, of `piece`. */
function drained(piece: unknown): unknown {
  const handle = { drainEncOut: () => piece };
  spareCopies({ _handle: handle } as unknown as TLSSocket);
  return handle.drainEncOut();
}

test("spareCopies() hands out the memory of a whole piece", () => {
  const piece = Uint8Array.of(1, 2, 3);
  assertStrictEquals(drained(piece), piece.buffer);
});

test("spareCopies() leaves alone what is part of other memory, or nothing", () => {
  const part = new Uint8Array(8).subarray(2, 5);
  assertStrictEquals(drained(part), part);
  assertEquals(drained(undefined), undefined);
});

test("spareCopies() leaves alone sockets that it does not know", () => {
  for (const socket of [{}, { _handle: null }, { _handle: {} }]) {
    const before = structuredClone(socket);
    spareCopies(socket as unknown as TLSSocket);
    assertEquals(socket as object, before);
  }
});

// Only the copy comes back if this fails after a new version of Deno.
test("spareCopies() finds what it needs in this version of Deno", () => {
  const duplex = new ByteDuplex(streamPair()[0]);
  const socket = connect({ socket: duplex, rejectUnauthorized: false });
  const { _handle: handle } = socket as unknown as {
    _handle: { drainEncOut: () => unknown };
  };
  const before = handle.drainEncOut;
  spareCopies(socket);
  assert(handle.drainEncOut !== before);
  assert(handle.drainEncOut() instanceof ArrayBuffer);
  socket.destroy();
  duplex.abort();
});
