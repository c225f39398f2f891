/**
 * A computer in the middle of two real programs that encrypt: what it can read, and
 * what becomes of its attempts to take part.
 *
 * @module
 */

import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import {
  Folder,
  homeFolder,
  join,
  run,
  Server,
  startClient,
} from "../e2e/programs.ts";
import { randomBytes } from "node:crypto";
import { Bystanders, linesAbout } from "./bystanders.ts";
import { Middle, relay } from "./middle.ts";
import { leaks } from "./leaks.ts";
import {
  complaint,
  ignore,
  KEY,
  shownFingerprint,
  startRoom,
  visit,
  WITH_KEY,
} from "./secure_room.ts";
import { type Refusal, strip, swap } from "./swap.ts";

const CHANGED = /is not the same server as before/;
const STRIPPED = /was encrypted before and is not any more/;

Deno.test({
  name: "encryption: a recording holds no word, name, key or piece of a file",
  ignore,
  async fn() {
    using folder = new Folder();
    folder.write("key.txt", `${KEY}\n`);
    const content = randomBytes(200_000);
    folder.write("download/blueprint.bin", content);
    folder.write("download/letter.txt", "darling fountain pen\n".repeat(50));
    await using server = await startRoom(
      ["--key-file", "key.txt", "--name", "Laboratory"],
      folder,
    );
    await using middle = new Middle(server, relay());
    const at = { port: middle.port };
    using home = new Folder();
    home.write("key.txt", KEY);
    const words = ["--key-file", "key.txt"];
    await using bob = startClient(at, "Bartholomew", { folder: home }, words);
    await bob.output.next(/^Welcome/);
    await using ann = startClient(at, "Clementine", { folder: home }, words);
    await ann.output.next(/^Welcome/);
    await bob.output.next("Clementine has joined");
    await ann.type("public marmalade", "/msg Bartholomew private rhubarb");
    await bob.output.next("Clementine: public marmalade");
    await bob.output.next("Clementine (private): private rhubarb");
    await bob.type("/get blueprint.bin", "/get letter.txt", "/users", "/files");
    await bob.output.somewhere(/^Saved .*blueprint/);
    await bob.output.somewhere(/^Saved .*letter/);
    for (const client of [ann, bob]) {
      await client.type("/quit");
      assertEquals(await client.exitCode(), 0);
    }
    const secrets = [
      ...["marmalade", "rhubarb", "Bartholomew", "Clementine", "Laboratory"],
      ...["Welcome", "welcome", "hello", "nonce", "share", "proof", "joined"],
      ...[KEY, "purple", "elephant", "fountain", "blueprint", "letter.txt"],
      ...["darling", "messenger.invalid", "protocol"],
    ];
    for (const direction of ["up", "down"] as const) {
      const seen = middle.seen(direction);
      assert(seen.length > 1_000, `${direction}: nothing was recorded`);
      for (const secret of secrets) {
        assertEquals(leaks(seen, secret), [], `${direction}: ${secret}`);
      }
      for (const at of [0, 1_000, 100_000, 199_900]) {
        assertEquals(leaks(seen, content.subarray(at, at + 64)), []);
      }
    }
    assertEquals(middle.seen("up")[0], 22);
    assert(middle.seen("down").length > content.length);
  },
});

Deno.test({
  name: "encryption: another certificate is refused where the server is known",
  ignore,
  async fn() {
    await using server = await Server.start();
    using others = await Bystanders.join(server);
    const thief = await swap();
    using home = homeFolder();
    const innocent = relay();
    let serve = innocent;
    await using middle = new Middle(server, (passage) => serve(passage));
    assertEquals((await visit(middle, { home })).code, 0);
    serve = thief.serve;
    const text = complaint(await visit(middle, { home }));
    assertMatch(text, CHANGED);
    assertStringIncludes(text, thief.fingerprint);
    assertStringIncludes(text, shownFingerprint(server));
    // A key does not make it right.
    const words = WITH_KEY;
    assertMatch(complaint(await visit(middle, { home, words })), CHANGED);
    for (const passage of middle.passages.slice(1)) {
      assertEquals(leaks(passage.seen("up"), "Clementine"), []);
    }
    // The right server is still known.
    serve = innocent;
    const after = await visit(middle, { home });
    assertEquals([after.code, after.errors], [0, []]);
    await others.unharmed();
  },
});

Deno.test({
  name:
    "encryption: at a first visit without a key, the swap shows its own fingerprint",
  ignore,
  async fn() {
    await using server = await Server.start();
    using others = await Bystanders.join(server);
    const thief = await swap();
    await using middle = new Middle(server, thief.serve);
    const { code, output } = await visit(middle);
    assertEquals(code, 0);
    const shown = output.find((line) => line.startsWith("Fingerprint:"))!;
    assertStringIncludes(shown, thief.fingerprint);
    assert(!shown.includes(shownFingerprint(server)));
    assertEquals(leaks(middle.seen("up"), "a word"), ["UTF-8"]);
    await others.unharmed();
  },
});

Deno.test({
  name:
    "encryption: with a room key, another certificate is refused at a first visit",
  ignore,
  async fn() {
    await using server = await startRoom(WITH_KEY);
    using others = await Bystanders.join(server, KEY);
    const thief = await swap();
    await using middle = new Middle(server, thief.serve);
    const text = complaint(await visit(middle, { words: WITH_KEY }));
    assertMatch(text, /room key is wrong|does not know the room key/);
    assertEquals(leaks(middle.seen("up"), "Clementine"), []);
    assertEquals(leaks(middle.seen("up"), "hello"), []);
    const [passage] = middle.passages;
    const lines = await linesAbout(server, passage!.serverPort);
    assertEquals(lines.length, 2);
    assertMatch(lines[0]!, /^refused re="key" code="key-wrong"/);
    assertEquals(lines[1], 'disconnected reason="wrong room key"');
    await others.unharmed();
  },
});

for (const refusal of ["closing", "hang up"] satisfies Refusal[]) {
  Deno.test({
    name: `encryption: nobody can switch it off in between (${refusal})`,
    ignore,
    async fn() {
      await using server = await Server.start();
      using others = await Bystanders.join(server);
      using home = homeFolder();
      let serve = relay();
      await using middle = new Middle(server, (passage) => serve(passage));
      assertEquals((await visit(middle, { home })).code, 0);
      serve = strip(refusal);
      const count = middle.passages.length;
      assertMatch(
        complaint(await visit(middle, { home })),
        refusal === "closing" ? STRIPPED : /^Cannot connect .* with encryption/,
      );
      const keyed = await visit(middle, { words: WITH_KEY });
      // A server that hangs up has not said that it cannot encrypt.
      assertMatch(
        complaint(keyed),
        refusal === "closing"
          ? /does not encrypt, so it cannot check/
          : /^Cannot connect .* with encryption: it hangs up\. Try again/,
      );
      for (const passage of middle.passages.slice(count)) {
        assertEquals(passage.seen("up").length, 0);
      }
      // A first visit without a key works, and the client says how.
      const { code, output } = await visit(middle);
      assertEquals(code, 0);
      assert(output.some((line) => line.startsWith("Not encrypted:")));
      await others.unharmed();
    },
  });
}

Deno.test({
  name: "encryption: a server that insists takes nobody in plain",
  ignore,
  async fn() {
    for (const args of [["--encrypted-only"], ["--key", KEY]]) {
      await using server = await startRoom(args);
      const key = args.includes("--key") ? KEY : undefined;
      using others = await Bystanders.join(server, key);
      await using middle = new Middle(server, strip("closing"));
      assertMatch(
        complaint(await visit(middle)),
        /takes only encrypted connections/,
      );
      const lines = await linesAbout(
        server,
        middle.passages.at(-1)!.serverPort,
      );
      assertMatch(lines[0]!, /^refused re="hello" code="encryption-needed"/);
      assertEquals(lines.length, 2);
      await others.unharmed();
    }
  },
});

Deno.test({
  name:
    "encryption: a known server that changes is refused, and --forget helps",
  ignore,
  async fn() {
    using home = homeFolder();
    using folder = new Folder();
    using elsewhere = new Folder();
    await using one = await Server.start({ folder });
    await using two = await Server.start({ folder: elsewhere });
    const plain = await startRoom(["--no-encryption"]);
    await using _plain = plain;
    await using middle = new Middle(one, relay());
    await using other = new Middle(two, relay());
    for (const at of [middle, other]) {
      assertEquals((await visit(at, { home })).code, 0);
    }
    // The two servers change places.
    middle.target = two;
    other.target = one;
    for (const at of [middle, other]) {
      assertMatch(complaint(await visit(at, { home })), CHANGED);
    }
    // The server comes back without encryption, or with another certificate.
    middle.target = plain;
    assertMatch(complaint(await visit(middle, { home })), STRIPPED);
    {
      one.kill("SIGINT");
      await one.exitCode();
      Deno.removeSync(`${folder.path}/identity`, { recursive: true });
      await using again = await Server.start({ folder });
      middle.target = again;
      const text = complaint(await visit(middle, { home }));
      assertMatch(text, CHANGED);
      assertStringIncludes(text, shownFingerprint(again));
      assertMatch(text, /--forget 127\.0\.0\.1$/);
      const forgotten = await run("client", ["--forget", "127.0.0.1"], {
        home: home.path,
      });
      assertEquals(forgotten.code, 0);
      assertEquals((await visit(middle, { home })).code, 0);
      assertEquals((await visit(middle, { home })).errors, []);
      // The next change is noticed again.
      middle.target = two;
      assertMatch(complaint(await visit(middle, { home })), CHANGED);
    }
    await using guest = await join(two, "Guest");
    assert(guest.output.count(/^Welcome/) === 1);
  },
});
