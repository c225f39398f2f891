/**
 * What the attacks on encryption share: a room with a key, and visits of the real client.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { encrypts, type Folder, run, Server } from "../e2e/programs.ts";

/** Packed programs do not encrypt; other addresses of this computer need Linux. */
export const ignore = !encrypts || Deno.build.os !== "linux";

export const KEY = "purple elephant fountain";
export const WITH_KEY = ["--key", KEY];

const ROOM = ["0", "--host", "127.0.0.1", "--no-discovery"];

/** Starts a server with these options. */
export async function startRoom(
  options: readonly string[],
  folder?: Folder,
): Promise<Server> {
  return await Server.start({
    args: [...ROOM, ...options],
    ...(folder && { folder }),
  });
}

/** Another address of this computer, for attackers with limits of their own. */
export function address(number: number): string {
  return `127.0.1.${number}`;
}

export type Visit = { code: number; output: string[]; errors: string[] };

/** Lets the real client visit; with `home`, it remembers servers. */
export async function visit(
  { port }: { port: number },
  {
    name = "Clementine",
    words = [],
    home,
    input = ["/security", "a word", "/quit"],
  }: {
    name?: string;
    words?: readonly string[];
    home?: Folder;
    input?: readonly string[];
  } = {},
): Promise<Visit> {
  return await run("client", [name, "127.0.0.1", String(port), ...words], {
    input,
    ...(home && { home: home.path }),
  });
}

/** Returns the one line of a visit that failed. */
export function complaint({ code, output, errors }: Visit): string {
  assertEquals([code, output, errors.length], [1, [], 1], errors.join("\n"));
  return errors[0]!;
}

/** Returns the short fingerprint that a server shows. */
export function shownFingerprint(server: Server): string {
  const line = server.output.all.find((line) => line.includes("Fingerprint:"));
  return /[0-9A-Z]{5}(?:-[0-9A-Z]{5}){3}/.exec(line!)![0];
}
