import { assertEquals, assertThrows } from "@std/assert";
import { FLAGS, readOptions, USAGE } from "../../lib/client/options.ts";
import { parseFlags, UsageError } from "../../lib/program.ts";

/** The options of a command line, on a computer with two network cards. */
function read(args: string[], interactive = true) {
  return readOptions(parseFlags(args, FLAGS), {
    interactive,
    ownAddresses: () => ["127.0.0.1", "192.0.2.7"],
  });
}

Deno.test("readOptions() reads the target and leaves every option at its default", () => {
  assertEquals(read(["Ann", "192.0.2.2", "12000"]), {
    given: { name: "Ann", hostname: "192.0.2.2", port: 12000 },
    plain: false,
    showTime: true,
    keepsPerson: true,
    keepsServers: true,
    reconnects: true,
    card: undefined,
  });
});

Deno.test("readOptions() of a script keeps servers only and does not reconnect", () => {
  const script = read(["Ann", "auto"], false);
  assertEquals([script.keepsPerson, script.reconnects], [false, false]);
  assertEquals(script.keepsServers, true);
  assertEquals(read(["--reconnect"], false).reconnects, true);
});

Deno.test("readOptions() turns off what a flag turns off", () => {
  assertEquals(read(["--plain"]).plain, true);
  assertEquals(read(["--no-time"]).showTime, false);
  const { keepsPerson, keepsServers } = read(["--no-history-file"]);
  assertEquals([keepsPerson, keepsServers], [false, false]);
  assertEquals(read(["--no-reconnect"]).reconnects, false);
  assertEquals(read(["--reconnect", "--no-reconnect"]).reconnects, true);
});

Deno.test("readOptions() says what is wrong on a terminal, and keeps the other parts", () => {
  const { given, wrong } = read(["Ann", "192.0.2.2", "70000"]);
  assertEquals(given.name, "Ann");
  assertEquals(
    wrong,
    '"70000" is not a port: a port is a whole number from 1 to 65535',
  );
  assertThrows(
    () => read(["Ann", "192.0.2.2", "70000"], false),
    UsageError,
    '"70000" is not a port',
  );
});

Deno.test("readOptions() takes the address of an own network card only", () => {
  assertEquals(read(["--interface", "192.0.2.7"]).card, "192.0.2.7");
  for (const interactive of [true, false]) {
    const error = assertThrows(
      () => read(["--interface", "192.0.2.8"], interactive),
      UsageError,
    );
    assertEquals(
      error.message,
      "The option --interface needs an address of this computer: one of " +
        "127.0.0.1, 192.0.2.7",
    );
  }
});

Deno.test("USAGE names every flag", () => {
  for (const flag of [...FLAGS.boolean, ...FLAGS.string]) {
    assertEquals(USAGE.includes(`--${flag}`), true, flag);
  }
});
