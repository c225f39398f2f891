/**
 * Where the server's time goes at full load: the functions with the most time of their
 * own, and the cost of the log. See bench/README.md.
 *
 * @module
 */

import { hold } from "./contest.ts";
import { workFolder } from "./programs.ts";
import { formatTable, grouped, print, readFlags } from "./report.ts";

/** Messages of all senders checked byte by byte before the measurement. */
const CHECKED_MESSAGES = 1_000;

/** The files whose functions count as the log, with everything they call. */
const LOG_FILES =
  /\/server\/(?:\w*_log|log_\w+|repeats|event_kinds)\.ts$|\/@logtape\//;

type Profile = {
  readonly nodes: readonly ProfileNode[];
  /** The node that was running at each sample, by its `id`. */
  readonly samples: readonly number[];
};

type ProfileNode = {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
  };
  readonly children?: readonly number[];
};

async function main(args: string[]): Promise<number> {
  const { json, ...flags } = readFlags(args, {
    receivers: 100,
    senders: 1,
    payload: 64,
    // The log must hold all lines: these take 60 of its 80 MB.
    messages: 400_000,
    rows: 20,
  });
  const { receivers, senders, payload } = flags;
  await using profiles = await workFolder();
  await using folder = await workFolder();
  const each = Math.ceil(flags.messages / senders);
  const checked = Math.ceil(CHECKED_MESSAGES / senders);
  const [standing] = await hold({
    entrants: ["messenger"],
    load: { receivers, senders, payload },
    check: { seconds: 30, messages: checked, strict: true },
    task: { seconds: 60, messages: each },
    warmUps: 0,
    runs: 1,
    serverFlags: ["--cpu-prof", `--cpu-prof-dir=${profiles.path}`],
    folder: folder.path,
  });
  const round = standing?.rounds[0];
  if (round === undefined) throw new Error(standing?.problem ?? "nothing ran");
  const lines = await linesSaid(folder.path);
  const said = (each + checked) * senders;
  if (lines !== said) {
    throw new Error(`The log has ${lines} of ${said} messages`);
  }
  const [file] = [...Deno.readDirSync(profiles.path)];
  const text = await Deno.readTextFile(`${profiles.path}/${file!.name}`);
  const profile: Profile = JSON.parse(text);
  const shares = selfTimes(profile).slice(0, flags.rows);
  const log = {
    linesPerSecond: each * senders / round.seconds,
    share: shareOf(profile, LOG_FILES),
  };
  print({ ...flags, shares, log }, {
    json,
    lines: () =>
      [
        formatTable([
          ["function", "share"],
          ...shares.map(({ name, share }) => [name, percent(share)]),
        ]),
        "",
        `the log: ${
          grouped(log.linesPerSecond)
        } lines a second, each message ` +
        `in it, ${percent(log.share)} of the time`,
      ].join("\n"),
  });
  return 0;
}

/** Returns how many lines of the log, rotated parts included, are chat messages. */
async function linesSaid(folder: string): Promise<number> {
  let count = 0;
  for (const { name } of Deno.readDirSync(folder)) {
    if (!name.startsWith("server.log")) continue;
    const text = await Deno.readTextFile(`${folder}/${name}`);
    count += text.match(/^\S+ \S+ \S+ #\d+ \S+ said /gm)?.length ?? 0;
  }
  return count;
}

/** Returns each function's own share of the time in which the program was not idle. */
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

/** Returns the share of the functions in these files, and of everything they call. */
function shareOf(profile: Profile, files: RegExp): number {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const counted = new Set<number>();
  const count = ({ id, children = [] }: ProfileNode) => {
    counted.add(id);
    for (const child of children) count(nodes.get(child)!);
  };
  for (const node of profile.nodes) {
    if (files.test(node.callFrame.url)) count(node);
  }
  const isIdle = (id: number) =>
    nodes.get(id)!.callFrame.functionName === "(idle)";
  const busy = profile.samples.filter((id) => !isIdle(id));
  return busy.filter((id) => counted.has(id)).length / busy.length;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
