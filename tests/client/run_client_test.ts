import { assert, assertEquals } from "@std/assert";
import { USAGE } from "../../lib/client/options.ts";
import type { PipeScreenOptions } from "../../lib/client/pipe_screen.ts";
import type { Machine } from "../../lib/client/machine.ts";
import { runClient } from "../../lib/client/run_client.ts";
import type { TerminalScreenOptions } from "../../lib/client/terminal_screen.ts";
import { ConnectError } from "../../lib/net/connect.ts";
import { StartError, VERSION } from "../../lib/program.ts";
import { Profile } from "../../lib/store/profile.ts";
import { NEW_PROFILE } from "../../lib/store/profile_data.ts";
import { Peer, settle, streamPair } from "../testing.ts";
import { CERTIFICATE } from "./fake_network.ts";
import { FakeScreen } from "./fake_screen.ts";

const CARDS = ["127.0.0.1", "192.0.2.7"].map((address) => ({
  address,
  netmask: "255.255.255.0",
}));

const WHERE = ["Ann", "192.0.2.2", "12000"];

/** A computer in memory, with a server that welcomes everybody. */
class FakeMachine implements Machine {
  readonly screen: FakeScreen;
  /** What was done, in order. */
  readonly done: string[] = [];
  readonly output: string[] = [];
  readonly errors: string[] = [];
  readonly servers: Peer[] = [];
  terminal: TerminalScreenOptions | undefined;
  pipe: PipeScreenOptions | undefined;
  stop = () => {};
  report: (error: unknown) => void = () => {};
  /** How many listeners of the machine were disposed of. */
  disposed = 0;

  constructor(readonly interactive = true) {
    this.screen = new FakeScreen(interactive);
    this.screen[Symbol.asyncDispose] = () => {
      this.done.push("close screen");
      return Promise.resolve();
    };
  }

  hasColors = () => true;
  isDumb = () => Promise.resolve(false);
  networkCards = () => CARDS;
  profile = new Profile();

  openProfile(
    { keepsPerson, keepsServers }: Parameters<Machine["openProfile"]>[0],
  ) {
    this.done.push(
      keepsPerson
        ? "open profile"
        : keepsServers
        ? "open servers"
        : "open no profile",
    );
    return Promise.resolve(this.profile);
  }

  forgetProfile() {
    this.done.push("forget");
    return Promise.resolve("Deleted");
  }

  openTerminal(options: TerminalScreenOptions) {
    this.terminal = options;
    return this.screen;
  }

  openPipe(options: PipeScreenOptions) {
    this.pipe = options;
    return this.screen;
  }

  claimProfileFolder({ keeps }: { keeps: boolean }) {
    this.done.push(keeps ? "claim with profile" : "claim");
    return "profiles/ann/Messenger";
  }

  keepFolder(
    folder: string,
    { fallback, keeps }: Parameters<Machine["keepFolder"]>[1],
  ) {
    const profile = keeps ? " and the profile" : "";
    this.done.push(`keep ${folder} or ${fallback}${profile}`);
    return [];
  }

  giveBackNetwork = () => void this.done.push("give back network");

  search({ cards }: Parameters<Machine["search"]>[0]) {
    const searched = cards.map(({ address }) => address).join(" ");
    this.done.push(`search ${searched}`);
    return Promise.resolve([]);
  }

  async connectTls() {
    const stream = await this.connect();
    return { kind: "encrypted", stream, certificate: CERTIFICATE } as const;
  }

  async connect() {
    const [here, there] = streamPair();
    const peer = new Peer(there);
    this.servers.push(peer);
    void (async () => {
      const { name } = (await peer.next())!;
      await peer.send({
        ...{ type: "welcome", protocol: 1, name, text: "Hi" },
        users: [name],
      });
      await peer.farewell();
      peer.stream.close();
    })();
    await settle();
    return here;
  }

  onStopSignal(stop: () => void) {
    this.stop = stop;
    return { [Symbol.dispose]: () => void this.disposed++ };
  }

  onUncaught(report: (error: unknown) => void) {
    this.report = report;
    return { [Symbol.dispose]: () => void this.disposed++ };
  }

  show(text: string) {
    this.output.push(text);
    return 0;
  }

  complain = (text: string) => void this.errors.push(text);

  waitForEnter() {
    this.done.push("wait for Enter");
    return Promise.resolve();
  }

  /** Resolves when Ann has joined. */
  async joined(): Promise<void> {
    while (!this.screen.shown.includes("Hi")) await settle();
  }
}

Deno.test("runClient() shows help and version on standard output", async () => {
  const machine = new FakeMachine();
  assertEquals(await runClient(["--help"], machine), 0);
  assertEquals(await runClient(["--version"], machine), 0);
  assertEquals(machine.output[0], USAGE);
  assert(machine.output[1]!.startsWith(`client ${VERSION} (`));
  assertEquals(machine.done, []);
});

Deno.test("runClient() ends with 2 and the usage for a wrong command line", async () => {
  const cases: [args: string[], interactive: boolean][] = [
    [["--nonsense"], true],
    [["--interface", "192.0.2.8"], true],
    [["Ann", "192.0.2.2", "70000"], false],
  ];
  for (const [args, interactive] of cases) {
    const machine = new FakeMachine(interactive);
    assertEquals(await runClient(args, machine), 2);
    assertEquals(machine.errors.length, 2);
    assert(machine.errors[1]!.includes("Usage: client"));
    assertEquals(machine.done, []);
  }
});

Deno.test("runClient() ends with 0 when the user leaves, and closes the screen", async () => {
  const machine = new FakeMachine();
  machine.screen.type("hello", "/quit");
  assertEquals(await runClient(WHERE, machine), 0);
  assertEquals(machine.done, [
    "claim with profile",
    "open profile",
    "keep Ann or profiles/ann/Messenger and the profile",
    "close screen",
  ]);
  assertEquals([machine.errors, machine.disposed], [[], 2]);
});

Deno.test("runClient() of a script gives back the network, and ends with 1 if something failed", async () => {
  for (const [line, code] of [["hello", 0], ["/uesrs", 1]] as const) {
    const machine = new FakeMachine(false);
    machine.screen.type(line);
    machine.screen.end();
    assertEquals(await runClient(WHERE, machine), code);
    assertEquals(machine.done, [
      "claim with profile",
      "open servers",
      "keep Ann or profiles/ann/Messenger and the profile",
      "give back network",
      "close screen",
    ]);
    assertEquals(machine.errors, []);
  }
  // A person has read what failed.
  const machine = new FakeMachine();
  machine.screen.type("/uesrs", "/quit");
  assertEquals(await runClient(WHERE, machine), 0);
});

Deno.test("runClient() ends with 0 when it is asked to end", async () => {
  for (const way of ["signal", "Ctrl+C"] as const) {
    const machine = new FakeMachine();
    const ended = runClient(WHERE, machine);
    await machine.joined();
    if (way === "signal") machine.stop();
    else machine.terminal!.onInterrupt();
    assertEquals(await ended, 0);
    assertEquals(machine.errors, []);
    assertEquals(machine.done.at(-1), "close screen");
  }
});

Deno.test("runClient() ends with 1 and the reason when its output is lost", async () => {
  const machine = new FakeMachine(false);
  const ended = runClient(WHERE, machine);
  await machine.joined();
  machine.pipe!.onLost(new Error("os error 28"));
  assertEquals(await ended, 1);
  assertEquals(machine.pipe!.signal.aborted, true);
  assertEquals(machine.errors, [
    "Cannot write to standard output: the disk is full. Free some space, or " +
    "send the output to another disk",
  ]);
  assertEquals(machine.done.at(-1), "close screen");
});

Deno.test("runClient() ends with 1 after an uncaught error, and names the first", async () => {
  const machine = new FakeMachine();
  const ended = runClient(WHERE, machine);
  await machine.joined();
  machine.report(new Error("first"));
  machine.report(new Error("second"));
  assertEquals(await ended, 1);
  assertEquals(machine.errors, [
    "The client has failed: first. Start it again",
  ]);
  assertEquals(machine.done.at(-1), "close screen");
});

Deno.test("runClient() ends with 1 when nobody can be reached", async () => {
  const machine = new FakeMachine(false);
  machine.connect = () => Promise.reject(new ConnectError("Cannot connect"));
  assertEquals(await runClient(WHERE, machine), 1);
  assertEquals(machine.errors, ["Cannot connect"]);
});

Deno.test("runClient() keeps the window of a double-click open only after a failure", async () => {
  const broken = () => {
    throw new Error("no keys");
  };
  for (const args of [[], WHERE]) {
    const machine = new FakeMachine();
    machine.openTerminal = broken;
    assertEquals(await runClient(args, machine), 1);
    assertEquals(machine.errors, [
      "Cannot read keys from this terminal: no keys. Start the client in " +
      "another window",
    ]);
    assertEquals(machine.done.includes("wait for Enter"), args.length === 0);
  }
  const machine = new FakeMachine();
  assertEquals(await runClient([], machine), 0);
  assertEquals(machine.done.includes("wait for Enter"), false);
});

Deno.test("runClient() says on the screen what is wrong, and asks for it", async () => {
  const machine = new FakeMachine();
  assertEquals(await runClient(["Ann", "192.0.2.2", "70000"], machine), 0);
  assert(machine.screen.shown[0]!.startsWith('! "70000" is not a port'));
  assertEquals(machine.screen.questions.length, 1);
});

Deno.test("runClient() searches on the network card that the user chose", async () => {
  for (
    const [args, searched] of [
      [["Ann"], "search 127.0.0.1 192.0.2.7"],
      [["Ann", "--interface", "192.0.2.7"], "search 192.0.2.7"],
    ] as const
  ) {
    const machine = new FakeMachine();
    await runClient([...args], machine);
    assert(machine.done.includes(searched), machine.done.join());
  }
});

Deno.test("runClient() shows colours only where the terminal has them", async () => {
  for (
    const [args, colors, isDumb, style] of [
      [[], true, false, { color: true, symbols: true, isDumb: false }],
      [[], false, false, { color: false, symbols: true, isDumb: false }],
      [[], true, true, { color: false, symbols: true, isDumb: true }],
      [["--plain"], true, false, {
        color: false,
        symbols: false,
        isDumb: false,
      }],
    ] as const
  ) {
    const machine = new FakeMachine();
    machine.hasColors = () => colors;
    machine.isDumb = () => Promise.resolve(isDumb);
    await runClient([...args], machine);
    assertEquals(machine.terminal!.style, style);
    assertEquals(machine.terminal!.showTime, true);
  }
  const machine = new FakeMachine();
  await runClient(["--no-time", "--no-history-file"], machine);
  assertEquals(machine.terminal!.showTime, false);
  assertEquals(machine.done.slice(0, 2), ["claim", "open no profile"]);
});

Deno.test("runClient() with --forget deletes what is remembered, and does nothing else", async () => {
  const machine = new FakeMachine();
  assertEquals(await runClient(["--forget"], machine), 0);
  assertEquals([machine.output, machine.done], [["Deleted"], ["forget"]]);
  machine.forgetProfile = () => Promise.reject(new StartError("Cannot"));
  assertEquals(await runClient(["--forget"], machine), 1);
  assertEquals(machine.errors, ["Cannot"]);
});

Deno.test("runClient() shows what the profile has to say, and keeps everything before it ends", async () => {
  const machine = new FakeMachine();
  const kept: string[] = [];
  machine.profile = new Profile({
    news: "It is damaged",
    store: {
      path: "profile.json",
      async update(change) {
        await settle();
        const { name, remembered } = change(NEW_PROFILE);
        kept.push(name ?? remembered[0]!.hostname);
        return undefined;
      },
    },
  });
  machine.screen.type("/quit");
  assertEquals(await runClient(WHERE, machine), 0);
  assertEquals(machine.screen.shown[0], "! It is damaged");
  assertEquals(kept, ["Ann", "192.0.2.2"]);
});
