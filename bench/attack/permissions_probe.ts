// deno-lint-ignore-file no-console -- the benchmark reads what it says
/**
 * Loaded into a program before its own modules (`--preload`): on the signal SIGUSR1 it
 * tests what the program may do, and reports it on standard error.
 *
 * @module
 */

/**
 * Opens the file for appending and writes nothing; removes the file if it did not
 * exist.
 */
function canWrite(path: string): boolean {
  try {
    const isNew = Deno.permissions.querySync({ name: "write", path }).state;
    if (isNew !== "granted") return false;
    Deno.openSync(path, { append: true, create: true }).close();
    return true;
  } catch {
    return false;
  }
}

const PATHS = [
  "client.ts",
  "server.ts",
  "notes.txt",
  "lib/framing.ts",
  "Ann.txt",
  "../outside.txt",
];

Deno.addSignalListener("SIGUSR1", () => {
  const { state } = Deno.permissions.querySync({
    name: "net",
    host: "192.0.2.1:80",
  });
  const written = PATHS.filter(canWrite);
  const saves = canWrite("Ann/saved.txt");
  console.error(`PROBE ${JSON.stringify({ written, net: state, saves })}`);
});
