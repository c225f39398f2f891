import { assertEquals, assertStringIncludes } from "@std/assert";
import { strangerName, WatchedStream } from "../../lib/net/stranger.ts";
import { streamPair } from "../testing.ts";

const PLACE = { hostname: "192.0.2.2", port: 22 };

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** A watched stream whose other side sends `text` and closes; it arrives in pieces of `length`. */
async function heard(text: string, length = text.length || 1) {
  const [here, there] = streamPair({ readLength: length });
  await there.write(bytes(text));
  there.close();
  return new WatchedStream(here);
}

/** Resolves to everything that can be read. */
async function readAll(stream: WatchedStream): Promise<number[]> {
  const all: number[] = [];
  const buffer = new Uint8Array(7);
  for (let length; (length = await stream.read(buffer)) !== null;) {
    all.push(...buffer.subarray(0, length));
  }
  return all;
}

Deno.test({
  name: "strangerName() names a program by its first bytes",
  permissions: "none",
  fn() {
    const cases: Record<string, string> = {
      "SSH-2.0-OpenSSH_9.6\r\n": "an SSH server",
      "HTTP/1.1 400 Bad Request\r\n": "a web server (HTTP)",
      "<!DOCTYPE HTML>\n": "a web server (HTTP)",
      "\0\0\x12\x04\0\0\0\0\0": "a web server (HTTP/2)",
      "220 (vsFTPd 3.0.5)\r\n": "an FTP server",
      "220 mail.example.org FTP server ready\r\n": "an FTP server",
      "220 mail.example.org ESMTP Postfix\r\n": "a mail server (SMTP)",
      "+OK ready\r\n": "a mail server (POP3)",
      "* OK IMAP4rev1\r\n": "a mail server (IMAP)",
      "\x15\x03\x03\0\x02\x02\x46": "a server that wants encryption (TLS)",
      "\x4a\0\0\0\x0a8.0.36\0": "a database (MySQL or MariaDB)",
      "\x45\0\0\0\xff\x6a\x04Host": "a database (MySQL or MariaDB)",
      "E\0\0\0\x87SFATAL\0": "a database (PostgreSQL)",
      "-ERR unknown command\r\n": "a database (Redis)",
      "RFB 003.008\n": "a remote desktop (VNC)",
      "\xff\xfd\x18\xff\xfd\x20": "a Telnet server",
      ":irc.example NOTICE * :hi\r\n": "a chat server (IRC)",
    };
    for (const [greeting, name] of Object.entries(cases)) {
      assertEquals(strangerName(bytes(greeting)), name);
    }
    assertEquals(strangerName(bytes("whatever")), undefined);
    assertEquals(strangerName(new Uint8Array(0)), undefined);
  },
});

Deno.test({
  name:
    "WatchedStream reads as ended for another program, and names it, in pieces of any size",
  permissions: "none",
  async fn() {
    const greeting = "220 mail.example.org ESMTP\r\n";
    for (let length = 1; length <= greeting.length; length++) {
      const stream = await heard(greeting, length);
      assertEquals(await readAll(stream), []);
      assertEquals(stream.isMessenger, false);
      assertEquals(
        stream.problem(PLACE),
        "Port 22 of 192.0.2.2 answers as a mail server (SMTP), not as a messenger. " +
          "Check the port: the server's window shows it",
      );
    }
  },
});

Deno.test({
  name:
    "WatchedStream tells a messenger by its fifth byte, in pieces of any size",
  permissions: "none",
  async fn() {
    const starts: [start: string, isMessenger: boolean][] = [
      ["\0\0\0\x12\x01", true],
      ["\0\0\0\x12\x02", true],
      ["\0\0\0\x12\x04", false],
      ["\0\0\0\x12\0", false],
      ["\0\x10\0\0\x01", true],
      ["\0\x11\0\0\x01", false],
      ["\x01\0\0\0\x01", false],
    ];
    for (const [start, isMessenger] of starts) {
      for (let length = 1; length <= 6; length++) {
        for (const rest of ["", "\0\0\n"]) {
          const stream = await heard(start + rest, length);
          await readAll(stream);
          assertEquals(stream.isMessenger, isMessenger, JSON.stringify(start));
        }
      }
    }
  },
});

Deno.test({
  name:
    "WatchedStream passes on everything from a messenger, in pieces of any size",
  permissions: "none",
  async fn() {
    const frame = '\0\0\0\x13\x01{"type":"welcome"}more';
    for (let length = 1; length <= frame.length; length++) {
      const stream = await heard(frame, length);
      assertEquals(await readAll(stream), [...bytes(frame)]);
      assertEquals(stream.isMessenger, true);
    }
  },
});

Deno.test({
  name: "WatchedStream says that nothing, or nothing known, answers",
  permissions: "none",
  async fn() {
    const cases: Record<string, string> = {
      "": "Port 22 of 192.0.2.2 takes the connection, but does not answer",
      "hello\n": "answers as something else, not as a messenger",
      "\0\0": "answers, but not as a messenger does",
    };
    for (const [text, said] of Object.entries(cases)) {
      const stream = await heard(text);
      await readAll(stream);
      assertStringIncludes(stream.problem(PLACE), said);
    }
  },
});

Deno.test({
  name: "WatchedStream does not read before there is room",
  permissions: "none",
  async fn() {
    const [here, there] = streamPair();
    const room = Promise.withResolvers<void>();
    const stream = new WatchedStream(here, () => room.promise);
    await there.write(bytes("\0\0\0\x02\x01{"));
    let length: number | null | undefined;
    const reading = stream.read(new Uint8Array(9)).then((n) => length = n);
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    assertEquals(length, undefined);
    room.resolve();
    await reading;
    assertEquals(length, 6);
  },
});
