/**
 * One attack on the real server beside two bystanders: its cost while it runs, and what
 * is left of it afterwards.
 *
 * @module
 */

import type { Folder } from "../../tests/e2e/programs.ts";
import { Server } from "../../tests/e2e/programs.ts";
import { usage } from "../../tests/attack/victim.ts";
import { cpuSeconds, peakMemory } from "../programs.ts";
import { note } from "../report.ts";
import { type Finding, megabytes, overGoal } from "./kind.ts";
import { Bystanders, MANY_FILES, run } from "./processes.ts";
import { sleep } from "./wire.ts";

/** How long an attack runs unless its plan says otherwise, in seconds. */
const SECONDS = 12;

/** Milliseconds after which nothing of an attacker may be left. */
const LEFT_AFTER = 10_000;

/** How long the processor is measured before and after an attack, in milliseconds. */
const WATCH_TIME = 2_000;

/** Milliseconds between two looks at the server. */
const LOOK_INTERVAL = 250;

/**
 * Share of a core that the server may use above its use before: the noise of a
 * measurement.
 */
const SPARE_CPU = 0.1;

/** Memory that a runtime may keep once it has needed it, in bytes. */
const KEPT_MEMORY = 64 * 1024 * 1024;

/**
 * The most that a second attack may add to memory that the first has left, in bytes. A
 * runtime that keeps more than {@linkcode KEPT_MEMORY} uses it again; a leak doubles.
 */
const ADDED_MEMORY = 32 * 1024 * 1024;

/**
 * Above this delay, in milliseconds, the machine, not the server, may have delayed the
 * bystanders.
 */
const OWN_DELAY = 20;

/** Longest time for the attacker to start and to end, in milliseconds. */
const PATIENCE = 20_000;

/** The server at one moment. */
export type Look = { seconds: number; memory: number; files: number };

/** The events of an attack. */
export type Course = {
  readonly server: Server;
  readonly bystanders: Bystanders;
  /** What the attacker counted. */
  readonly counts: Readonly<Record<string, number>>;
  readonly before: Look;
  readonly looks: readonly Look[];
};

export type Plan = {
  /** Its position in the list of attacks. */
  readonly number: number;
  /** Default: {@linkcode SECONDS}. */
  readonly seconds?: number;
  /** Arguments for the server, after its port. */
  readonly args?: readonly string[];
  /** Fills the server's folder before the measurement. */
  readonly prepare?: (folder: Folder) => void;
  /** Honest people to start in addition, who stay. */
  readonly guests?: readonly string[];
  /** Runs when the bystanders talk, before the measurement. */
  readonly begin?: (server: Server, bystanders: Bystanders) => Promise<void>;
  /** Runs in the middle of the attack. */
  readonly meanwhile?: (course: Omit<Course, "counts">) => Promise<string>;
  /** Returns other missed goals; `told` is text for the last column. */
  readonly judge?: (
    course: Course,
  ) => Promise<{ told?: string; over: string[] }>;
};

type Mark = {
  p50: number;
  p99: number;
  max: number;
  ownDelay: number;
  problem?: string;
};

/** Attacks a new server. */
export async function besiege(plan: Plan): Promise<Finding> {
  const { seconds = SECONDS } = plan;
  await using server = await Server.start({
    args: ["0", "--host", "127.0.0.1", "--no-discovery", ...plan.args ?? []],
    wrap: MANY_FILES,
  });
  plan.prepare?.(server.folder);
  await using bystanders = new Bystanders(server.port);
  await bystanders.ready();
  await plan.begin?.(server, bystanders);
  await sleep(WATCH_TIME);
  await bystanders.ask("mark");
  const idle = await cpuOver(server.pid);
  const quiet = await bystanders.ask<Mark>("mark");
  const before = await look(server.pid, 0);
  const looks: Look[] = [];
  const course = { server, bystanders, before, looks };
  const highest = await peakMemory(server.pid);
  const counts = await attack(plan, { ...course, seconds });
  const under = await bystanders.ask<Mark>("mark");
  const peak = await peakMemory(server.pid);
  const seen = Math.max(...looks.map(({ memory }) => memory));
  const growth = Math.max(0, (peak > highest ? peak : seen) - before.memory);
  const verdict = await plan.judge?.({ ...course, counts: counts.done });
  await sleep(LEFT_AFTER);
  const { kept, others } = await leftovers({
    ...course,
    ...{ idle, guests: plan.guests },
  });
  const again = kept <= KEPT_MEMORY
    ? undefined
    : await attackAgain(plan, { ...course, seconds, kept });
  const isUsedAgain = again === undefined || again <= ADDED_MEMORY;
  const left = isUsedAgain ? others : [`memory ${megabytes(kept)}`, ...others];
  const finding = { p50: under.p50, p99: under.p99, growth, left };
  note(`  quiet: p50 ${quiet.p50.toFixed(1)}, p99 ${quiet.p99.toFixed(1)} ms`);
  return {
    ...finding,
    told: [
      ...Object.entries(counts.done).map(([what, count]) => `${count} ${what}`),
      ...(counts.told === "" ? [] : [counts.told]),
      ...(verdict?.told === undefined ? [] : [verdict.told]),
      ...(again === undefined ? [] : [
        `${megabytes(kept)} kept; a second attack adds ${megabytes(again)}`,
      ]),
      ...(under.ownDelay < OWN_DELAY
        ? []
        : [`bystanders' own delay ${Math.round(under.ownDelay)} ms`]),
    ].join(", "),
    over: [
      ...overGoal(finding),
      ...(under.problem === undefined ? [] : [`bystander: ${under.problem}`]),
      ...verdict?.over ?? [],
    ],
  };
}

/** Runs the attacker, and measures the server meanwhile. */
async function attack(
  plan: Plan,
  { seconds, ...course }: Omit<Course, "counts"> & { seconds: number },
): Promise<{ done: Record<string, number>; told: string }> {
  const { server, looks } = course as typeof course & { looks: Look[] };
  const args = [plan.number, server.port, seconds].map(String);
  await using attacker = run("attacker.ts", args, { niceness: 19 });
  const began = performance.now();
  const isOver = { value: false };
  const watching = (async () => {
    while (!isOver.value) {
      const since = (performance.now() - began) / 1000;
      looks.push(await look(server.pid, since));
      await sleep(LOOK_INTERVAL);
    }
  })();
  const meanwhile = plan.meanwhile === undefined ? "" : sleep(seconds * 500)
    .then(() => plan.meanwhile!(course));
  const { value = "{}" } = await Promise.race([
    attacker.lines.read(),
    sleep(seconds * 1000 + PATIENCE).then(() => ({ value: undefined })),
  ]);
  isOver.value = true;
  await watching;
  return { done: JSON.parse(value), told: await meanwhile };
}

/**
 * Attacks a second time. Resolves to what that adds to the `kept` memory, in bytes, when
 * it has ended.
 */
async function attackAgain(
  { meanwhile: _, ...plan }: Plan,
  { kept, ...course }: Omit<Course, "counts"> & {
    readonly seconds: number;
    readonly kept: number;
  },
): Promise<number> {
  await attack(plan, { ...course, looks: [] });
  await sleep(LEFT_AFTER);
  const { memory } = await usage(course.server.pid);
  return Math.max(0, memory - course.before.memory - kept);
}

async function look(pid: number, seconds: number): Promise<Look> {
  return { seconds, ...await usage(pid) };
}

/** Resolves to the share of a core over {@linkcode WATCH_TIME}. */
async function cpuOver(pid: number): Promise<number> {
  const start = performance.now();
  const used = await cpuSeconds(pid);
  await sleep(WATCH_TIME);
  return (await cpuSeconds(pid) - used) /
    ((performance.now() - start) / 1000);
}

async function leftovers(
  { server, bystanders, before, idle, guests = [] }:
    & Pick<Course, "server" | "bystanders" | "before">
    & { idle: number; guests: readonly string[] | undefined },
): Promise<{ kept: number; others: string[] }> {
  const cpu = await cpuOver(server.pid);
  const { memory, files } = await usage(server.pid);
  const names = await bystanders.ask<string[]>("users");
  const people = names.filter((name) =>
    !["Ann", "Bob", ...guests].includes(name)
  );
  const others = [
    ...(cpu - idle > SPARE_CPU ? [`${Math.round(cpu * 100)} % CPU`] : []),
    ...(files > before.files ? [`${files - before.files} files`] : []),
    ...(people.length > 0 ? [`${people.length} people`] : []),
  ];
  return { kept: memory - before.memory, others };
}
