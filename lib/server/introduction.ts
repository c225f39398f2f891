import { ChatError } from "../chat_error.ts";
import type { Here } from "../net/discovery.ts";
import { fingerprintStart } from "../secure/fingerprint.ts";

/** Returns who the server is, as the answer to question `n`. */
export type Introduce = (n: number) => Here;

/** The options of {@linkcode introducer}. */
export type IntroductionOptions = {
  /** The name of the server, as the list shows it. */
  readonly name: string;
  /** The TCP port that the server listens on. */
  readonly port: number;
  /** The certificate's fingerprint; missing without encryption. */
  readonly fingerprint?: Uint8Array | undefined;
  /** Returns the number of people on the server. */
  readonly people: () => number;
};

/**
 * Returns a function that introduces the server with the same id to searches by UDP and
 * to clients that connect to check the answer.
 */
export function introducer(
  { name, port, people, fingerprint }: IntroductionOptions,
): Introduce {
  const server = crypto.randomUUID();
  const print = fingerprint === undefined
    ? {}
    : { fingerprint: fingerprintStart(fingerprint) };
  return (n) => ({
    ...{ type: "here", n, server, name, port, people: people() },
    ...print,
  });
}

/** Returns the answer to `where`. Throws {@linkcode ChatError} if the server hides. */
export function introduction(
  introduce: Introduce | undefined,
  n: number,
): Here {
  if (introduce !== undefined) return introduce(n);
  throw new ChatError("hidden", "This server is not in the list of servers");
}
