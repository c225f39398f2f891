import { assert, assertEquals, assertThrows } from "@std/assert";
import { parseFlags, UsageError } from "../../lib/program.ts";
import { FLAGS, readOptions, USAGE } from "../../lib/server/options.ts";

const read = (...args: string[]) =>
  readOptions(parseFlags(args, FLAGS), { computerName: () => "PC-07" });

Deno.test({
  name: "readOptions() has a default for everything",
  permissions: "none",
  fn() {
    const { welcome, limits, ...rest } = read();
    assert(welcome.startsWith("Welcome!"));
    assertEquals(new Set(Object.values(limits)), new Set([undefined]));
    assertEquals(rest, {
      port: 12000,
      host: undefined,
      name: "PC-07",
      discovery: true,
      plain: false,
      logsPrivate: true,
      ...{ encrypts: true, encryptedOnly: false },
    });
  },
});

Deno.test({
  name: "readOptions() reads each option",
  permissions: "none",
  fn() {
    const { limits: _, ...rest } = read(
      ...["1234", "--host", "127.0.0.1", "--name", "Lab 3", "--plain"],
      ...["--welcome", "Hi", "--no-discovery", "--log-private", "off"],
    );
    assertEquals(rest, {
      port: 1234,
      host: "127.0.0.1",
      name: "Lab 3",
      welcome: "Hi",
      discovery: false,
      plain: true,
      logsPrivate: false,
      ...{ encrypts: true, encryptedOnly: false },
    });
    assertEquals(read("--log-private", "on").logsPrivate, true);
    assertThrows(
      () => read("--log-private", "yes"),
      UsageError,
      'The option --log-private needs on or off, not "yes"',
    );
  },
});

Deno.test({
  name: "readOptions() reads the limits, and gives the range of each number",
  permissions: "none",
  fn() {
    const { limits } = read(
      ...["--history", "0", "--grace", "20", "--max-clients", "30"],
      ...["--max-per-address", "2", "--max-rate", "0"],
    );
    assertEquals(limits, {
      history: 0,
      grace: 20_000,
      maxClients: 30,
      maxPerAddress: 2,
      maxRate: 0,
      maxMemory: undefined,
    });
    for (
      const [size, megabytes] of [
        ...[["512", 512], ["512MB", 512], ["64 mb", 64], ["2 GB", 2048]],
        ...[["1g", 1024], ["16M", 16], ["６４ MiB", 64]],
      ] as [string, number][]
    ) {
      const { limits } = read("--max-memory", size);
      assertEquals(limits.maxMemory, megabytes * 1024 * 1024, size);
    }
    const wrong: [string, string, string][] = [
      ["--history", "1001", "from 0 to 1000"],
      ["--grace", "1.5", "from 0 to 3600"],
      ["--max-clients", "0", "from 1 to 50000"],
      ["--max-clients", "50001", "from 1 to 50000"],
      ["--max-per-address", "many", 'not "many"'],
      ["--max-rate", "1e3", 'not "1e3"'],
      ["--max-memory", "15", "at least 16 MB"],
      ["--max-memory", "much", 'not "much"'],
      ["--max-memory", "1 TB", 'not "1 TB"'],
    ];
    for (const [flag, value, says] of wrong) {
      assertThrows(() => read(flag, value), UsageError, says);
    }
  },
});

Deno.test({
  name: "server --help names every flag, and fits 80 columns and a screen",
  permissions: "none",
  fn() {
    for (const flag of [...FLAGS.boolean, ...FLAGS.string]) {
      assert(USAGE.includes(`--${flag} `), flag);
    }
    const lines = USAGE.split("\n");
    assertEquals(lines.filter((line) => line.length > 79), []);
    assert(lines.length <= 36);
  },
});

Deno.test({
  name: "readOptions() reads what is encrypted, and takes no contradictions",
  permissions: "none",
  fn() {
    const encryption = (...args: string[]) => {
      const { encrypts, encryptedOnly } = read(...args);
      return [encrypts, encryptedOnly];
    };
    assertEquals(encryption("--no-encryption"), [false, false]);
    assertEquals(encryption("--encrypted-only"), [true, true]);
    assertEquals(encryption("--key", "blue horse"), [true, false]);
    assertThrows(
      () => read("--no-encryption", "--encrypted-only"),
      UsageError,
      "--no-encryption and --encrypted-only contradict each other",
    );
    for (const flag of ["--key", "--key-file"]) {
      const { message } = assertThrows(
        () => read("--no-encryption", flag, "bluehorse"),
        UsageError,
        "A room key needs encryption: leave out --no-encryption",
      );
      assert(!message.includes("bluehorse"));
    }
  },
});
