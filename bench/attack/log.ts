import { Program, Server, withSafetyNet } from "../../tests/e2e/programs.ts";
import type { Attack, Finding, Target } from "./kind.ts";
import { besiege } from "./siege.ts";
import { answerTo, drain, joined, many, repeat, sleep } from "./wire.ts";

const FLOODERS = 8;

/** Bytes of one text. */
const TEXT_LENGTH = 48_000;

/** Longest time until a missing log exists again, in milliseconds. */
const REOPENED_AFTER = 3_000;

/** Longest time until the server reports a faulty log at the start, in milliseconds. */
const START_TIME = 15_000;

/** What an operator looks for after the lesson. */
const EVIDENCE: Readonly<Record<string, RegExp>> = {
  "who was removed": / kicked .*name="Mallory"/,
  "whose name was refused": / refused .*name-invalid/,
  "who flooded": / flooding /,
};

/** What can happen to `server.log` while the server runs. */
const ACCIDENTS: Readonly<Record<string, (path: string) => void>> = {
  moved: (path) => Deno.renameSync(path, `${path}.mine`),
  removed: (path) => Deno.removeSync(path),
  replaced(path) {
    Deno.writeTextFileSync(`${path}.new`, "");
    Deno.renameSync(`${path}.new`, path);
  },
};

/** Floods that push the evidence out, and a log that disappears. */
export const log: Attack = { title: "the log", measure, assault };

async function measure(number: number): Promise<Finding> {
  const faults = [...await reopening(), ...await starting()];
  const finding = await besiege({
    number,
    seconds: 15,
    async begin(server) {
      using mallory = await joined(server.port, "Mallory");
      await server.type("/kick Mallory shouting");
      await drain(mallory);
      const { client } = await answerTo(server.port, { name: "all" });
      client[Symbol.dispose]();
    },
    async judge({ server }) {
      await sleep(1_000); // The waiting lines are written.
      const found = evidenceIn(server);
      const names = Object.keys(EVIDENCE);
      return {
        told: `${found.length} of ${names.length} kinds of evidence left`,
        over: names.filter((name) => !found.includes(name))
          .map((name) => `not in the logs: ${name}`),
      };
    },
  });
  return { ...finding, over: [...finding.over, ...faults] };
}

function evidenceIn({ folder }: Server): string[] {
  const logs = folder.list().filter((name) => /\.log(\.\d+)?$/.test(name));
  const lines = logs.flatMap((name) => folder.readText(name).split("\n"));
  return Object.keys(EVIDENCE).filter((name) =>
    lines.some((line) => EVIDENCE[name]!.test(line))
  );
}

/** Resolves to the accidents after which the log ends, or the operator is not told. */
async function reopening(): Promise<string[]> {
  const faults: string[] = [];
  for (const [name, happen] of Object.entries(ACCIDENTS)) {
    await using server = await Server.start();
    using _ann = await joined(server.port, "Ann");
    await sleep(1_000);
    const said = server.output.count(/server\.log/);
    happen(`${server.folder.path}/server.log`);
    using _bob = await joined(server.port, "Bob");
    await sleep(REOPENED_AFTER);
    using _cy = await joined(server.port, "Cy");
    await sleep(1_000);
    const there = server.folder.list().includes("server.log") &&
      server.folder.readText("server.log").includes('joined name="Cy"');
    if (!there) faults.push(`${name}: not opened again`);
    const times = server.output.count(/server\.log/) - said;
    if (times !== 1) faults.push(`${name}: said ${times} times`);
  }
  return faults;
}

/** A log that is not a file must be a clear error at the start. */
async function starting(): Promise<string[]> {
  const faults: string[] = [];
  for (const kind of ["pipe", "folder"]) {
    await using probe = new Program("server", ["0", "--no-discovery"], {
      wrap: [
        ...["sh", "-c"],
        `${kind === "pipe" ? "mkfifo" : "mkdir"} server.log; exec "$@"`,
        "sh",
      ],
    });
    const code = await Promise.race([
      withSafetyNet(probe.exitCode(), () => "the end of the server"),
      sleep(START_TIME).then(() => undefined),
    ]);
    if (code !== 1 || probe.errors.count(/server\.log/) === 0) {
      faults.push(`a ${kind} as server.log: exit code ${code ?? "none"}`);
    }
  }
  return faults;
}

async function assault({ port, end, count }: Target): Promise<void> {
  await Promise.all(Array.from({ length: FLOODERS }, (_, i) => {
    const text = "x".repeat(TEXT_LENGTH);
    return repeat(end, async (turn) => {
      const name = `Flood${i}x${turn}`;
      using client = await joined(port, name);
      void drain(client);
      const batch = many({ type: "tell", to: name, text }, 10);
      while (performance.now() < end) {
        await client.send(batch);
        count("texts", 10);
      }
    });
  }));
}
