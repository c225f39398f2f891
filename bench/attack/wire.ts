/**
 * The attacker's end of the wire: raw bytes, following docs/PROTOCOL.md, without the
 * limits that an honest client keeps.
 *
 * @module
 */

import { concat, message, RawClient } from "../../tests/e2e/raw_client.ts";

export { concat, message, RawClient };

const READ_LENGTH = 64 * 1024;

/** Returns the same message `count` times, as one piece of bytes. */
export function many(fields: Record<string, unknown>, count: number) {
  const one = message(fields);
  return concat(...Array.from({ length: count }, () => one));
}

/**
 * Returns a connection that has joined as `name`. Rejects if the server does not admit
 * it.
 */
export async function joined(
  port: number,
  name: string,
  fields: Record<string, unknown> = {},
): Promise<RawClient & { welcome: Record<string, unknown> }> {
  const client = await RawClient.connect({ port });
  try {
    await client.send(message({ type: "hello", protocol: 1, name, ...fields }));
    const welcome = await client.message("welcome");
    return Object.assign(client, { welcome });
  } catch (error) {
    client[Symbol.dispose]();
    throw error;
  }
}

/** Reads and discards until the end; never rejects. Resolves to the number of bytes. */
export async function drain({ conn }: RawClient): Promise<number> {
  const buffer = new Uint8Array(READ_LENGTH);
  let length = 0;
  for (;;) {
    const count = await conn.read(buffer).catch(() => null);
    if (count === null) return length;
    length += count;
  }
}

/**
 * Resolves to the answer to a `hello`: `welcome`, the code of the refusal, or
 * `closing`.
 */
export async function answerTo(
  port: number,
  hello: Record<string, unknown>,
  { hostname = "127.0.0.1" } = {},
): Promise<{ client: RawClient; answer: string; text: string }> {
  const client = await RawClient.connect({ port }, hostname);
  await client.trySend(message({ type: "hello", protocol: 1, ...hello }));
  for (;;) {
    const arrival = await client.next().catch(() => undefined);
    if (arrival === undefined) return { client, answer: "closed", text: "" };
    if (arrival.kind !== 1) continue;
    const { type, code, text } = arrival.message;
    if (type === "welcome") return { client, answer: type, text };
    if (type === "refused") return { client, answer: code, text };
    if (type === "closing") return { client, answer: type, text };
  }
}

/** Resolves after `milliseconds`. */
export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Repeats `step` until `end`, at most `times`; pauses briefly after a failed step. */
export async function repeat(
  end: number,
  step: (turn: number) => Promise<void>,
  times = 1_000_000,
): Promise<void> {
  for (let turn = 0; turn < times && performance.now() < end; turn++) {
    await step(turn).catch(() => sleep(100));
  }
}
