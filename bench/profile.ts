/**
 * Where the server's time goes at full load: the functions with the most time of
 * their own. See bench/README.md.
 *
 * @module
 */

import { hold } from "./contest.ts";
import { formatTable, print, readFlags } from "./report.ts";
import { workFolder } from "./programs.ts";

type Profile = {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
  }[];
  readonly samples: readonly number[];
};

async function main(args: string[]): Promise<number> {
  const { json, ...flags } = readFlags(args, {
    receivers: 100,
    senders: 1,
    payload: 64,
    seconds: 5,
    rows: 20,
  });
  const { receivers, senders, payload, seconds } = flags;
  await using folder = await workFolder();
  await hold({
    entrants: ["messenger"],
    load: { receivers, senders, payload },
    check: { seconds: 30, messages: 1_000, strict: true },
    task: { seconds },
    warmUps: 0,
    runs: 1,
    serverFlags: ["--cpu-prof", `--cpu-prof-dir=${folder.path}`],
  });
  const [file] = [...Deno.readDirSync(folder.path)];
  const text = await Deno.readTextFile(`${folder.path}/${file!.name}`);
  const shares = selfTimes(JSON.parse(text)).slice(0, flags.rows);
  print({ ...flags, shares }, {
    json,
    lines: () =>
      formatTable([
        ["function", "share"],
        ...shares.map(({ name, share }) => [
          name,
          `${(share * 100).toFixed(1)} %`,
        ]),
      ]),
  });
  return 0;
}

/** Each function's own share of the time the program was not idle. */
function selfTimes(profile: Profile): { name: string; share: number }[] {
  const names = new Map(profile.nodes.map(({ id, callFrame }) => {
    const { functionName, url, lineNumber } = callFrame;
    const file = url === ""
      ? ""
      : ` ${url.split("/").at(-1)}:${lineNumber + 1}`;
    return [id, `${functionName || "(anonymous)"}${file}`];
  }));
  const counts = new Map<string, number>();
  for (const id of profile.samples) {
    const name = names.get(id)!;
    if (name === "(idle)") continue;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const total = [...counts.values()].reduce((a, b) => a + b, 0);
  return Array.from(counts, ([name, n]) => ({ name, share: n / total }))
    .sort((a, b) => b.share - a.share);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
