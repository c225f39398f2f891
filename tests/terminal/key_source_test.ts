import { assert, assertEquals, assertRejects } from "@std/assert";
import { parseFlags, StartError, UsageError } from "../../lib/program.ts";
import { KEY_FLAGS, readKeyFlags } from "../../lib/terminal/key_source.ts";
import { concat, tempFolder } from "../testing.ts";

/** Reads a command line; resolves to the key as its bytes say it. */
async function read(...args: string[]): Promise<string | undefined> {
  const flags = parseFlags(args, {
    ...{ boolean: [], string: KEY_FLAGS, maxArguments: Infinity },
  });
  const key = await readKeyFlags(flags);
  return key && new TextDecoder().decode(key.bytes);
}

/** A folder with a key file that holds `content`. */
async function keyFile(content: string | Uint8Array) {
  const folder = await tempFolder();
  const path = `${folder.path}/key.txt`;
  const bytes = typeof content === "string" ? utf8(content) : content;
  await Deno.writeFile(path, bytes);
  const dispose = () => folder[Symbol.asyncDispose]();
  return { path, [Symbol.asyncDispose]: dispose };
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** UTF-16, the low byte first; `isBig`: the high byte first. */
function utf16(text: string, { isBig = false } = {}): Uint8Array {
  return Uint8Array.from(
    text.split("").flatMap((unit) => {
      const code = unit.charCodeAt(0);
      return isBig ? [code >> 8, code & 255] : [code & 255, code >> 8];
    }),
  );
}

/** The message of the error about a command line. */
async function fault(...args: string[]): Promise<string> {
  return (await assertRejects(() => read(...args), Error)).message;
}

Deno.test({
  name: "readKeyFlags() takes the key of the command line, or none",
  permissions: "none",
  async fn() {
    assertEquals(await read(), undefined);
    assertEquals(await read("--key", "Blue  Horse"), "blue horse");
    assertEquals(await read("--key=Schlüssel"), "schlüssel");
    assertEquals(await read("--key=--off"), "--off");
  },
});

Deno.test({
  name: "readKeyFlags() does not choose between two keys",
  permissions: "none",
  async fn() {
    assertEquals(
      await fault("--key", "blue horse", "--key-file", "blue.txt"),
      "Give --key or --key-file, not both",
    );
  },
});

Deno.test({
  name: "readKeyFlags() says what is wrong with a key, and never the key",
  permissions: "none",
  async fn() {
    const secret = "bluehorse";
    const cases: [key: string, says: string][] = [
      ["", "The option --key needs one value"],
      [" \t\u200b", "The room key is empty"],
      [secret.repeat(23), "The room key is too long: at most 200 characters"],
      [secret.repeat(900), "The room key is too long: at most 200 characters"],
      [`${secret}\x1b[2J`, "The room key contains a control character"],
      [`${secret}\ud83d`, "The room key contains half a character"],
    ];
    for (const [key, says] of cases) {
      assertEquals(await fault(`--key=${key}`), says);
    }
  },
});

Deno.test("readKeyFlags() reads a key file as every system and editor writes it", async () => {
  const words = "Größe 你好 🐎";
  const mark = "\ufeff";
  const files: Record<string, string | Uint8Array> = {
    "no line end": words,
    "a line end of Linux": `${words}\n`,
    "a line end of Windows": `${words}\r\n`,
    "empty lines and blanks around": `\n\n  ${words}\t\n\n`,
    "a mark": `${mark}${words}\r\n`,
    "accents of their own": `${words.normalize("NFD")}\n`,
    // What PowerShell 5 writes: echo words > key.txt
    "UTF-16": utf16(`${mark}${words}\r\n`),
    "UTF-16, the high byte first": utf16(`${mark}${words}\n`, { isBig: true }),
  };
  for (const [name, content] of Object.entries(files)) {
    await using file = await keyFile(content);
    assertEquals(await read("--key-file", file.path), "grösse 你好 🐎", name);
  }
  for (const isBig of [false, true]) {
    await using file = await keyFile(utf16("blue horse\r\n", { isBig }));
    assertEquals(await read("--key-file", file.path), "blue horse");
  }
});

Deno.test("readKeyFlags() says what is wrong with a key file, and never what it holds", async () => {
  const secret = "bluehorse";
  const cases: [content: string | Uint8Array, says: string][] = [
    ["", "The room key is empty"],
    ["\ufeff\r\n", "The room key is empty"],
    [utf16("\ufeff"), "The room key is empty"],
    [`${secret}\n`.repeat(100), "has 100 lines: it holds one line"],
    [`${secret}\r\nmy notes\r\n`, "has 2 lines: it holds one line"],
    [`${secret}\0`, "The room key contains a control character"],
    [
      concat(utf8(secret), [0xff, 0xfe, 0x80]),
      "is not a text: it holds one line",
    ],
    [
      concat(utf16(`\ufeff${secret}`), [65]),
      "is not a text: it holds one line",
    ],
    [secret.repeat(4_000), "is too long: it holds one line, the room key"],
  ];
  for (const [content, says] of cases) {
    await using file = await keyFile(content);
    const message = await fault("--key-file", file.path);
    assert(message.includes(says), `${message} / ${says}`);
    assert(!message.includes("blueh"), message);
  }
});

Deno.test("readKeyFlags() takes a file of 16 KiB, if it is mostly blank, and none longer", async () => {
  const longest = 16 * 1024;
  await using file = await keyFile(`${" ".repeat(longest - 1)}x`);
  // Too long to be typed, but it was read.
  assertEquals(
    await fault("--key-file", file.path),
    "The room key is too long: at most 200 characters",
  );
  await using other = await keyFile(`${" ".repeat(longest)}x`);
  assertEquals(
    await fault("--key-file", other.path),
    `The key file "${other.path}" is too long: it holds one line, the room key`,
  );
});

Deno.test("readKeyFlags() says why it cannot read a key file", async () => {
  await using folder = await tempFolder();
  const none = `${folder.path}/none.txt`;
  // The usage would push the sentence off the screen.
  await assertRejects(() => read("--key-file", none), StartError);
  await assertRejects(() => read("--key", " "), UsageError);
  assertEquals(
    await fault("--key-file", none),
    `Cannot read the key file "${none}": there is no such file`,
  );
  const message = await fault("--key-file", folder.path);
  assert(message.startsWith(`Cannot read the key file "${folder.path}": `));
});

Deno.test({
  name: "readKeyFlags() reads no endless file to its end",
  ignore: Deno.build.os === "windows",
  async fn() {
    assertEquals(
      await fault("--key-file", "/dev/zero"),
      'The key file "/dev/zero" is too long: it holds one line, the room key',
    );
  },
});

Deno.test({
  name: "readKeyFlags() says which folder the program may read",
  permissions: "none",
  async fn() {
    assertEquals(
      await fault("--key-file", "elsewhere/key.txt"),
      'Cannot read the key file "elsewhere/key.txt": this program may read ' +
        "only files in the folder where it was started. Put the file there",
    );
  },
});
