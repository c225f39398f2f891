import { assertEquals, assertMatch } from "@std/assert";
import { join, run, Server, startClient } from "./programs.ts";

const REFUSED: Record<string, string> = {
  "": "The name is empty: choose a name",
  "two words": "The name has a space in it: use - or _ instead",
  "-begins": "The name must begin with a letter or a digit",
  "_begins": "The name must begin with a letter or a digit",
  "..": "The name must begin with a letter or a digit",
  "../up":
    "The name has a character that is not allowed: use letters, digits, . _ and -",
  "a/b":
    "The name has a character that is not allowed: use letters, digits, . _ and -",
  "a\\b":
    "The name has a character that is not allowed: use letters, digits, . _ and -",
  "a:b":
    "The name has a character that is not allowed: use letters, digits, . _ and -",
  "a\x1b[2J":
    "The name has a character that is not allowed: use letters, digits, . _ and -",
  "a\u202eb":
    "The name has an invisible character in it: use letters and digits",
  "a\u200bb":
    "The name has an invisible character in it: use letters and digits",
  "dot.": "The name ends with a dot: leave it out",
  "NUL": "Windows reserves the name NUL for a device: choose another",
  "com1.txt": "Windows reserves the name com1.txt for a device: choose another",
  "Server": "The name Server is reserved: choose another",
  "all": "The name all is reserved: choose another",
  "download": "The name download is reserved: choose another",
  "Jоhn":
    "The name mixes letters of different alphabets: use only one alphabet",
  ["x".repeat(33)]: "The name has 33 characters: use at most 32",
};

/** An argument that begins with `-` is an option, unless `--` precedes it. */
function nameArguments(name: string): string[] {
  return ["--", name, "127.0.0.1", "1"];
}

for (const [name, sentence] of Object.entries(REFUSED)) {
  Deno.test(`9 the name ${JSON.stringify(name)} is refused in one sentence, exit code 2`, async () => {
    const { code, output, errors } = await run("client", nameArguments(name));
    assertEquals(errors.slice(0, 2), [sentence, ""]);
    assertMatch(errors[2]!, /^Usage: client /);
    assertEquals(output, []);
    assertEquals(code, 2);
  });
}

for (
  const name of [
    "Ann",
    "9",
    "José",
    "josé",
    "王小明",
    "Иван",
    "a.b_c-d",
    "x".repeat(32),
  ]
) {
  Deno.test(`9 the name ${name} is accepted`, async () => {
    await using server = await Server.start();
    await using bob = await join(server, "Bob");
    await using _client = await join(server, name);
    await bob.output.next(`${name.normalize("NFC")} has joined`);
  });
}

for (const name of ["John", "JOHN", "john", "Ｊohn"]) {
  Deno.test(`9 the name ${name} is refused while John is here, without an announcement`, async () => {
    await using server = await Server.start();
    await using bob = await join(server, "Bob");
    await using john = await join(server, "John");
    await using other = startClient(server, name);
    assertEquals(await other.exitCode(), 1);
    assertEquals(other.errors.all, [
      `Cannot join: The name John is in use: choose another (${name}2 is free)`,
    ]);
    assertEquals(other.output.all, []);
    await john.type("still me");
    await bob.output.next("John: still me");
    assertEquals(bob.output.all.slice(1), [
      "John has joined",
      "John: still me",
    ]);
    assertEquals(john.output.all.length, 1);
    await john.type("/users");
    await john.output.next("2 people are here");
    // When John has left, the name is free.
    await john.type("/quit");
    await bob.output.next("John has left");
    await using _again = await join(server, name);
    await bob.output.next(`${name} has joined`);
  });
}

Deno.test("9 of five clients that join at once with one name, one is admitted", async () => {
  await using server = await Server.start();
  await using crowd = new AsyncDisposableStack();
  const clients = Array.from(
    { length: 5 },
    () => crowd.use(startClient(server, "Ann")),
  );
  const isIn = clients.map((client) =>
    Promise.race([
      client.output.next(/^Welcome/).then(() => true, () => false),
      client.errors.next(/^Cannot join: The name Ann is in use/).then(
        () => false,
        () => true,
      ),
    ])
  );
  const results = await Promise.all(isIn);
  assertEquals(results.filter((joined) => joined).length, 1);
});
