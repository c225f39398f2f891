import { assertEquals } from "@std/assert";
import { Folder, Program, Server } from "./programs.ts";
import { WeakLink } from "./weak_link.ts";

const MISSING =
  "The server was restarted. Messages sent while you were away may be missing";

/** Starts a client that reconnects by itself. */
async function join(link: { port: number }, name: string): Promise<Program> {
  const args = [name, "127.0.0.1", String(link.port), "--reconnect"];
  const client = new Program("client", args);
  await client.output.next(/^Welcome/);
  return client;
}

Deno.test("after a server was killed and restarted, all users keep their identity, and are told once what may be missing", async () => {
  // The same folder has the same certificate.
  using folder = new Folder();
  const first = await Server.start({ folder });
  const place = { port: first.port };
  await using annsLink = new WeakLink(place);
  await using bobsLink = new WeakLink(place);
  await using bob = await join(bobsLink, "Bob");
  await using ann = await join(annsLink, "Ann");
  await bob.output.next("Ann has joined");
  await ann.type("/to Bob");
  await ann.output.next(/^You are now talking to Bob only/);
  await bob.type("/to Ann");
  await bob.output.next(/^You are now talking to Ann only/);
  first.kill("SIGKILL");
  await ann.output.next(/^Connection lost/);
  await bob.output.next(/^Connection lost/);
  await using again = await Server.start({ folder });
  place.port = again.port;
  await ann.output.next(MISSING);
  await bob.output.next(MISSING);
  // The first client to return has seen the other one join: the line is still for that
  // person.
  await ann.type("/users");
  await bob.type("/users");
  await ann.output.next("2 people are here");
  await bob.output.next("2 people are here");
  await ann.type("still to you");
  await bob.output.next("Ann (private): still to you");
  await bob.type("and you");
  await ann.output.next("Bob (private): and you");
  for (const client of [ann, bob]) {
    assertEquals(client.output.count(/different/), 0);
    assertEquals(client.output.count(/may be missing/), 1);
    await client.type("/quit");
    assertEquals(await client.exitCode(), 0);
  }
  await first[Symbol.asyncDispose]();
});
