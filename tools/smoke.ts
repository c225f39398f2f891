// deno-lint-ignore-file no-console -- an entry file may speak to the terminal

/**
 * Checks that the two programs work on this machine: a server, three clients, a
 * broadcast, a private message, files compared byte for byte, the log, a killed
 * client. Takes the programs to try as arguments, by default the sources:
 *
 *     deno task smoke dist/server.exe dist/client.exe
 *     deno task smoke "deno run -A server.ts" "deno run -A client.ts"
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { resolve } from "node:path";
import config from "../deno.json" with { type: "json" };
import {
  assertSameBytes,
  COMMANDS,
  Folder,
  join,
  run,
  Server,
} from "../tests/e2e/programs.ts";

const SAMPLES = fileURLToPath(new URL("../download/", import.meta.url));

/** How often the test reads the log, which is written twice a second. */
const LOOKS = 100;

/** Milliseconds between two reads. */
const LOOK_PAUSE = 100;

/** Prints a program's version, and how long its first start takes. */
async function version(name: "server" | "client"): Promise<void> {
  const begin = performance.now();
  const { code, output, errors } = await run(name, ["--version"]);
  assertEquals([code, errors], [0, []]);
  assert(output[0]!.startsWith(`${name} ${config.version} (`), output[0]);
  said(`${output[0]}, after ${Math.round(performance.now() - begin)} ms`);
}

async function conversation(): Promise<void> {
  using folder = new Folder();
  const names = Array.from(Deno.readDirSync(SAMPLES), ({ name }) => name);
  folder.makeFolder("download");
  for (const name of names) {
    Deno.copyFileSync(SAMPLES + name, `${folder.path}/download/${name}`);
  }
  const args = ["0", "--host", "127.0.0.1"];
  await using server = await Server.start({ args, folder });
  said(`The server listens on port ${server.port}`);
  await using ann = await join(server, "Ann");
  await using bob = await join(server, "Bob");
  await using cleo = await join(server, "Cleo");
  await ann.output.next("Cleo has joined");
  await bob.output.next("Cleo has joined");

  await ann.type("Grüße an alle 你好 🦄");
  await bob.output.next("Ann: Grüße an alle 你好 🦄");
  await cleo.output.next("Ann: Grüße an alle 你好 🦄");
  said("What Ann says to all, Bob and Cleo read");

  await bob.type("/msg Ann only for you");
  await ann.output.next("Bob (private): only for you");
  await cleo.type("/users");
  await cleo.output.next(/ Cleo \(you\)$/);
  await cleo.output.next("3 people are here");
  assertEquals(cleo.output.count(/only for you/), 0);
  said("What Bob says to Ann, Cleo does not read");

  await cleo.type("/files", "/get *");
  await cleo.output.next(`${names.length} files on the server:`);
  for (const name of names) {
    await cleo.output.somewhere(new RegExp(`^Saved Cleo/${name} .*verified`));
    const saved = cleo.folder.read(`Cleo/${name}`);
    assertSameBytes(saved, Deno.readFileSync(SAMPLES + name));
  }
  said(`${names.length} files arrived, the same byte for byte`);

  cleo.kill("SIGKILL");
  await ann.output.next(/^Cleo has left/);
  await bob.output.next(/^Cleo has left/);
  await ann.type("Still here?");
  await bob.output.next("Ann: Still here?");
  said("Cleo was killed; Ann and Bob were told, and talk on");

  await ann.type("/quit");
  assertEquals(await ann.exitCode(), 0);
  await bob.output.next("Ann has left");
  const log = await logWith(server, /"Ann".*left|left.*name="Ann"/);
  for (const name of ["Ann", "Bob", "Cleo"]) {
    assertMatch(log, new RegExp(` joined name="${name}"`));
  }
  for (const text of ["Still here?", "only for you", ...names]) {
    assert(log.includes(text), `${text} is not in the log`);
  }
  said("All of it is in the log");

  server.kill("SIGKILL");
  assertEquals(await bob.exitCode(), 1);
  assertEquals(bob.errors.all.length, 1);
  assertMatch(bob.errors.all[0]!, /^Connection lost: /);
  said("The server was killed; Bob was told, and left with exit code 1");
}

/** Resolves to the log once a line matches. Throws if none matches in time. */
async function logWith(server: Server, pattern: RegExp): Promise<string> {
  for (let look = 0; look < LOOKS; look++) {
    const log = server.folder.readText("server.log");
    if (pattern.test(log)) return log;
    await new Promise((done) => setTimeout(done, LOOK_PAUSE));
  }
  throw new Error(
    `No line of the log in ${server.folder.path} matches ${pattern}`,
  );
}

function said(line: string): void {
  console.log(`ok  ${line}`);
}

/** Makes a path absolute: the programs start in another folder. */
function absolute(command: string): string {
  return exists(command) ? `"${resolve(command)}"` : command;
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

if (import.meta.main) {
  const [server, client] = Deno.args;
  if (server !== undefined) Deno.env.set(COMMANDS.server, absolute(server));
  if (client !== undefined) Deno.env.set(COMMANDS.client, absolute(client));
  await version("server");
  await version("client");
  await conversation();
}
