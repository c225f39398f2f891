import { assert, assertEquals, assertRejects } from "@std/assert";
import { ConnectionLost } from "../../lib/client/connection_lost.ts";
import type { Target } from "../../lib/client/target.ts";
import { visit } from "../../lib/client/visit.ts";
import type { Address } from "../../lib/address.ts";
import type { ByteStream } from "../../lib/io/byte_stream.ts";
import { ConnectError } from "../../lib/net/connect.ts";
import type { FoundServer } from "../../lib/net/discovery.ts";
import { Profile } from "../../lib/store/profile.ts";
import { FakeTime, Peer, settle, streamPair } from "../testing.ts";
import { fakeNetwork } from "./fake_network.ts";
import { FakeScreen } from "./fake_screen.ts";

const GIVEN = { name: "Ann", hostname: "192.0.2.2", port: 22 };

/** A client that goes where it is told to; what answers there is up to the test. */
function start(
  connect: (address: Address) => Promise<ByteStream>,
  {
    given = GIVEN as Partial<Target>,
    interactive = true,
    profile = new Profile(),
  } = {},
) {
  const screen = new FakeScreen(interactive);
  const stopping = new AbortController();
  const tried: string[] = [];
  let searches = 0;
  const found: FoundServer[] = [];
  const kept: string[] = [];
  const done = () =>
    visit(screen, {
      ...{ given, profile, reconnects: interactive },
      fallbackFolder: undefined,
      keepFolder(folder) {
        kept.push(folder);
        return [];
      },
      onLastConnection: () => kept.push("no other connection"),
      signal: stopping.signal,
      search: () => Promise.resolve((searches++, found)),
      network: fakeNetwork((address) => {
        tried.push(`${address.hostname} ${address.port}`);
        return connect(address);
      }),
    });
  return { screen, stopping, tried, done, kept, searches: () => searches };
}

/** The other side of a connection that says `text`, and closes. */
async function says(text: string): Promise<ByteStream> {
  const [here, there] = streamPair();
  await there.write(new TextEncoder().encode(text));
  void there.closeWrite?.();
  return here;
}

const refuse = () => Promise.reject(new ConnectError("Cannot connect"));

Deno.test("visit() asks again when nobody can be reached, and proposes the same address", async () => {
  const { screen, tried, done, searches } = start(refuse);
  screen.answers.push("", "lab-pc 7");
  assertEquals(await done(), true);
  assertEquals(tried, ["192.0.2.2 22", "192.0.2.2 22", "lab-pc 7"]);
  assertEquals(screen.questions, [
    "Server (Enter for 192.0.2.2:22, or an address): ",
    "Server (Enter for 192.0.2.2:22, or an address): ",
    "Server (Enter for lab-pc:7, or an address): ",
  ]);
  assertEquals(
    screen.shown.filter((line) => line === "! Cannot connect").length,
    3,
  );
  assertEquals(searches(), 1);
});

Deno.test("visit() ends with the error where nobody can be asked", async () => {
  const { screen, done } = start(refuse, { interactive: false });
  await assertRejects(done, ConnectError, "Cannot connect");
  assertEquals(screen.questions, []);
});

Deno.test("visit() says what answers on a port, and asks again", async () => {
  const greetings = ["SSH-2.0-OpenSSH_9.6\r\n", "HTTP/1.1 400 Bad Request\r\n"];
  for (const [i, name] of ["an SSH server", "a web server (HTTP)"].entries()) {
    const { screen, done } = start(() => says(greetings[i]!));
    assertEquals(await done(), true);
    assertEquals(
      screen.shown.find((line) => line.startsWith("! ")),
      `! Port 22 of 192.0.2.2 answers as ${name}, not as a messenger. ` +
        "Check the port: the server's window shows it",
    );
    assertEquals(screen.questions.length, 1);
  }
});

Deno.test("visit() leaves at a question when it is asked to end", async () => {
  const { screen, stopping, done } = start(refuse);
  screen.ask = () => new Promise(() => {});
  const ended = done();
  await settle();
  stopping.abort();
  assertEquals(await ended, true);
});

Deno.test("visit() ends the hello with line ends, so that other servers answer", async () => {
  const [here, there] = streamPair();
  const { screen, done } = start(() => Promise.resolve(here));
  const ended = done();
  const buffer = new Uint8Array(1_000);
  const length = await there.read(buffer);
  const hello = new TextDecoder().decode(buffer.subarray(5, length!));
  assert(hello.endsWith("}\r\n\r\n"), hello);
  assertEquals(JSON.parse(hello).name, "Ann");
  there.close();
  assertEquals(await ended, true);
  assertEquals(screen.questions.length, 1);
});

/** A server that refuses the name Ann and welcomes every other one. */
function pickyServer() {
  const connect = () => {
    const [here, there] = streamPair();
    const peer = new Peer(there);
    void (async () => {
      const hello = await peer.next();
      const { name } = hello!;
      await peer.send(
        name === "Ann"
          ? {
            type: "refused",
            re: "hello",
            code: "name-taken",
            text: "The name Ann is in use: choose another",
          }
          : { type: "welcome", protocol: 1, name, text: "Hi", users: [name] },
      );
    })();
    return Promise.resolve(here);
  };
  return { connect };
}

Deno.test("visit() keeps the folder of the name that has joined, once, and no other", async () => {
  const { connect } = pickyServer();
  const { screen, stopping, done, kept } = start(connect);
  screen.answers.push("Bob");
  const ending = done();
  while (kept.length === 0) await settle();
  stopping.abort();
  await ending.catch(() => {});
  // It may reconnect, so it keeps the network.
  assertEquals(kept, ["Bob"]);
  assertEquals(
    screen.shown.includes("! The name Ann is in use: choose another"),
    true,
  );
});

Deno.test("visit() takes no message for a name, and gives it back", async () => {
  const { connect } = pickyServer();
  const profile = new Profile();
  const { screen, stopping, done, kept } = start(connect, { profile });
  screen.answers.push("/msg Bob secret", "two words", "a/b", "Bob");
  const ending = done();
  while (kept.length === 0) await settle();
  stopping.abort();
  await ending.catch(() => {});
  assertEquals(screen.givenBack, ["/msg Bob secret", "two words", "a/b"]);
  assertEquals(profile.name, "Bob");
  assert(screen.shown.some((row) => /^! .*Nothing was sent: press/.test(row)));
  assertEquals(screen.patient, screen.questions);
});

Deno.test("visit() leaves when /quit is typed at the question for another name", async () => {
  const { connect } = pickyServer();
  const { screen, done } = start(connect);
  screen.answers.push("/quit");
  assertEquals(await done(), true);
  assertEquals(screen.givenBack, []);
});

Deno.test("visit() takes no command for an address, and gives it back", async () => {
  const { screen, tried, done } = start(refuse);
  screen.answers.push("/msg Bob secret", "lab-pc 7");
  assertEquals(await done(), true);
  assertEquals(tried, ["192.0.2.2 22", "lab-pc 7"]);
  assertEquals(screen.givenBack, ["/msg Bob secret"]);
  assertEquals(screen.patient, screen.questions);
});

Deno.test("visit() of a script keeps its folder before it joins, and gives the network back after", async () => {
  const { connect } = pickyServer();
  const given = { ...GIVEN, name: "Bob" };
  const { stopping, done, kept } = start(connect, {
    given,
    interactive: false,
  });
  const ending = done();
  while (kept.length < 2) await settle();
  assertEquals(kept, ["Bob", "no other connection"]);
  stopping.abort();
  await ending.catch(() => {});
});

Deno.test("visit() does not come back to a server that sends too much, and says so", async () => {
  const [here, there] = streamPair();
  const { tried, done } = start(() => Promise.resolve(here));
  const ended = assertRejects(done, ConnectionLost);
  const server = new Peer(there);
  await server.next();
  await server.send({
    ...{ type: "welcome", protocol: 1, name: "Ann", text: "", token: "t" },
    users: ["Ann"],
  });
  const warning = { type: "warning", code: "flooding", text: "x" };
  for (let i = 0; i < 30; i++) await server.send(warning).catch(() => {});
  const { message, isFinal } = await ended;
  assertEquals(
    message,
    "This server sends too much: its warnings do not end",
  );
  assertEquals(isFinal, true);
  assertEquals(tried.length, 1);
});

/** What a server says to each of the hellos that come, one after the other. */
function scripted(...answers: object[]) {
  const hellos: object[] = [];
  const connect = () => {
    const [here, there] = streamPair();
    const peer = new Peer(there);
    void (async () => {
      hellos.push((await peer.next())!);
      await peer.send(answers[hellos.length - 1]!);
      if (hellos.length === 1) {
        await settle();
        peer.stream.close();
      }
    })();
    return Promise.resolve(here);
  };
  return { connect, hellos };
}

Deno.test("visit() tries again later when the server says that it came back too soon", async () => {
  using time = new FakeTime();
  const welcome = { type: "welcome", protocol: 1, name: "Ann", text: "Hi" };
  const place = { ...welcome, users: ["Ann"], token: "t" };
  const text = "You have come back too often in a short time";
  const { connect, hellos } = scripted(
    place,
    { type: "refused", re: "hello", code: "too-soon", text },
    { ...place, resumed: true, handled: 0 },
  );
  const { screen, stopping, done } = start(connect);
  const ended = done();
  for (let i = 0; i < 60 && hellos.length < 3; i++) await time.pass(1_000);
  await time.pass(1_000);
  assertEquals(hellos.length, 3);
  assert(screen.shown.includes(`! ${text}`), screen.shown.join("\n"));
  assertEquals(screen.shown.at(-1), "Connected again");
  assertEquals(screen.questions, []);
  stopping.abort();
  await time.pass(5_000);
  await ended;
});

/** Ann with a server that is as it should be, until it hangs or closes. */
function annIn({ interactive = true } = {}) {
  const servers: Peer[] = [];
  const client = start(async () => {
    if (servers.length > 0) await new Promise(() => {});
    const [here, there] = streamPair();
    const peer = new Peer(there);
    servers.push(peer);
    return here;
  }, { interactive });
  const join = async () => {
    const done = client.done();
    done.catch(() => {});
    while (servers.length === 0) await settle();
    const [server] = servers;
    await server!.next();
    await server!.send({
      ...{ type: "welcome", protocol: 1, name: "Ann", text: "Hi", token: "t" },
      ...{ users: ["Ann", "Bob"], ids: ["a", "b"] },
    });
    await settle();
    return { server: server!, done };
  };
  return { ...client, join };
}

const UNCONFIRMED = [
  "! May not have been sent to Bob: secret",
  "! May not have been sent to everyone: hello",
  "! May not have been sent to everyone: * Ann waves",
];

Deno.test("visit() names the lines that a hanging server has not confirmed", async () => {
  using time = new FakeTime();
  const { screen, join } = annIn();
  const { done } = await join();
  screen.type("/msg Bob secret", "hello", "/me waves", "/quit");
  while (screen.shown.length < 5) await settle();
  // As long as leaving takes at most.
  await time.pass(2_000);
  assertEquals(await done, false);
  assertEquals(screen.shown.slice(-3), UNCONFIRMED);
});

Deno.test("visit() of a script names the lines that a hanging server has not confirmed", async () => {
  using time = new FakeTime();
  const { screen, join } = annIn({ interactive: false });
  const { done } = await join();
  screen.type("/msg Bob secret", "hello", "/me waves");
  screen.end();
  const rejected = assertRejects(() => done, ConnectionLost);
  await time.pass(300_000);
  await rejected;
  assertEquals(screen.shown.slice(-3), UNCONFIRMED);
});

Deno.test("visit() names nothing that the server has confirmed", async () => {
  const { screen, join } = annIn();
  const { server, done } = await join();
  screen.type("/msg Bob secret", "/quit");
  await server.farewell();
  server.stream.close();
  assertEquals(await done, true);
  assertEquals(screen.shown.filter((row) => row.includes("sent")), []);
});

Deno.test("visit() names the lines that were kept when the user leaves", async () => {
  for (const way of ["/quit", "end", "stop"] as const) {
    const { screen, stopping, join } = annIn();
    const { server, done } = await join();
    screen.type("/to Bob");
    await settle();
    server.stream.close();
    while (screen.prompts.at(-1) !== "[@Bob, offline] > ") await settle();
    screen.type("one", "/msg Bob two", "/all", "three", "/files", "/help", "");
    screen.type("/reply four", "/me waves");
    await settle();
    if (way === "/quit") screen.type(way);
    else if (way === "end") screen.end();
    else stopping.abort();
    assertEquals(await done, false);
    const lost = screen.shown.filter((row) => /^! Not /.test(row));
    assertEquals(lost, [
      "! Not sent to Bob: one",
      "! Not sent to Bob: two",
      "! Not sent to everyone: three",
      "! Not done: /files",
      "! Not sent to anybody: four",
      "! Not sent to everyone: waves",
    ]);
  }
});

Deno.test("visit() names the line that was under way when the user leaves", async () => {
  using time = new FakeTime();
  const { screen, stopping, join } = annIn();
  const { done } = await join();
  screen.type("/to Nobody secret", "and more");
  await settle();
  stopping.abort();
  await time.pass(2_000);
  assertEquals(await done, false);
  assertEquals(screen.shown.slice(-2), [
    "! Not sent to Nobody: secret",
    "! Not sent to Nobody: and more",
  ]);
});

/** Takes the place of `Math.random` until it is disposed. */
function alwaysLongest(): Disposable {
  const { random } = Math;
  Math.random = () => 0.999;
  return { [Symbol.dispose]: () => void (Math.random = random) };
}

Deno.test("visit() begins with short pauses after each conversation", async () => {
  using time = new FakeTime();
  using _random = alwaysLongest();
  const place = {
    ...{ type: "welcome", protocol: 1, name: "Ann", text: "Hi", token: "t" },
    users: ["Ann"],
  };
  let attempts = 0;
  const { screen, stopping, done } = start(() => {
    // Only the first attempt and the sixth one reach the server.
    attempts++;
    if (attempts !== 1 && attempts !== 6) return refuse();
    const [here, there] = streamPair();
    const peer = new Peer(there);
    void (async () => {
      await peer.next();
      await peer.send(place);
      await settle();
      peer.stream.close();
    })();
    return Promise.resolve(here);
  });
  const ended = done();
  /** The seconds of the pauses, as the status line counts them down from. */
  const pauses = () =>
    screen.statuses.flatMap((status, at) => {
      const seconds = /again in (\d+) s/.exec(status)?.[1];
      const before = screen.statuses[at - 1] ?? "";
      const isFirst = seconds !== undefined && !before.includes("again in");
      return isFirst ? [Number(seconds)] : [];
    });
  for (let i = 0; i < 60 && pauses().length < 7; i++) await time.pass(1_000);
  assertEquals(pauses(), [1, 2, 4, 8, 15, 1, 2]);
  stopping.abort();
  await time.pass(5_000);
  await ended;
});

Deno.test("visit() waits for its own name at a server that gives no place back", async () => {
  for (const token of [undefined, "t"]) {
    using time = new FakeTime();
    const welcome = {
      ...{ type: "welcome", protocol: 1, name: "Ann", text: "Hi" },
      ...{ users: ["Ann"], ...(token && { token }) },
    };
    const { connect, hellos } = scripted(
      welcome,
      { type: "refused", re: "hello", code: "name-taken", text: "Taken" },
      welcome,
    );
    const { screen, stopping, done } = start(connect);
    const ended = done();
    for (let i = 0; i < 30 && hellos.length < 2; i++) await time.pass(1_000);
    await time.pass(20_000);
    // With a place, another person has the name: the client asks for another one.
    assertEquals(hellos.length, token === undefined ? 3 : 2);
    assertEquals(screen.questions.length, token === undefined ? 0 : 1);
    stopping.abort();
    await time.pass(5_000);
    await ended;
  }
});
