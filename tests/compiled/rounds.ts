import type { ProgramName } from "../../packaging/programs.ts";

export type System = "linux" | "windows";

/** Tests that run on the programs of these two systems. */
export type Round = {
  readonly title: string;
  readonly systems: Readonly<Record<ProgramName, System>>;
  /** Files; the smoke test if there are none. */
  readonly tests: readonly string[];
};

/** Tests on a terminal, with tmux: most of each file. */
const TERMINAL = [
  ...["editor", "first_minute", "much_text", "private", "reading"],
  ...["secret_question", "start_faults", "terminal", "unread_screen"],
];

/** Tests of both programs together. */
const TOGETHER = [
  ...["connecting", "coming_back", "download", "files", "leaving"],
  ...["log", "messaging", "names"],
];

/** Tests of both programs that say the same of every pair: one is enough. */
const ONCE = [
  ...["command_line", "hostile_server", "operator", "output_lost"],
  ...["restart", "resume", "robustness", "wire"],
];

/** Tests that only Linux programs can run: modes, mounts, signals, Python. */
const ON_LINUX = [
  ...["permissions", "profile", "read_only", "readme", "second_client"],
];

/** Whether the programs keep to their permissions, and to the folder of the start. */
const PERMISSIONS = ["denied", "needed", "place"];

/** Returns the rounds on these systems, the longest first; with `short`, a few tests. */
export function rounds(
  systems: readonly System[],
  { short }: { readonly short: boolean },
): readonly Round[] {
  const all = short ? SHORT : ROUNDS;
  return all.filter((round) =>
    Object.values(round.systems).every((system) => systems.includes(system))
  );
}

const LINUX = { server: "linux", client: "linux" } as const;
const WINDOWS = { server: "windows", client: "windows" } as const;
const WINDOWS_SERVER = { server: "windows", client: "linux" } as const;
const WINDOWS_CLIENT = { server: "linux", client: "windows" } as const;

const SMOKE: readonly Round[] = [
  { title: "Smoke test: Linux", systems: LINUX, tests: [] },
  { title: "Smoke test: Windows", systems: WINDOWS, tests: [] },
  {
    title: "Smoke test: Windows server, Linux clients",
    systems: WINDOWS_SERVER,
    tests: [],
  },
  {
    title: "Smoke test: Linux server, Windows clients",
    systems: WINDOWS_CLIENT,
    tests: [],
  },
];

/** All rounds, with all tests. */
export const ROUNDS: readonly Round[] = [
  ...SMOKE,
  {
    title: "Windows server, Windows clients",
    systems: WINDOWS,
    tests: e2e(...TOGETHER),
  },
  {
    title: "Windows server, Windows clients: what one pair proves",
    systems: WINDOWS,
    tests: e2e(...ONCE),
  },
  {
    title: "Linux server, Linux clients, on a terminal",
    systems: LINUX,
    tests: e2e(...TERMINAL),
  },
  {
    title: "Linux server, Linux clients",
    systems: LINUX,
    tests: e2e(...TOGETHER, ...ONCE, ...ON_LINUX),
  },
  {
    title: "Windows server, Linux clients",
    systems: WINDOWS_SERVER,
    tests: e2e(...TOGETHER),
  },
  {
    title: "Linux server, Windows clients",
    systems: WINDOWS_CLIENT,
    tests: ["tests/windows/names_test.ts", ...e2e(...TOGETHER)],
  },
  {
    title: "Windows programs on a console, with keys",
    systems: WINDOWS,
    tests: ["keys", "profile", "double_click"]
      .map((name) => `tests/windows/${name}_test.ts`),
  },
  {
    title: "Permissions of the Linux programs",
    systems: LINUX,
    tests: compiled(...PERMISSIONS),
  },
  {
    title: "Permissions of the Windows programs",
    systems: WINDOWS,
    tests: compiled(...PERMISSIONS),
  },
];

const SHORT: readonly Round[] = [
  ...SMOKE,
  ...ROUNDS.filter(({ tests }) => tests[0]?.startsWith("tests/compiled/")),
  { title: "Linux, in short", systems: LINUX, tests: e2e("leaving") },
  { title: "Windows, in short", systems: WINDOWS, tests: e2e("leaving") },
];

function e2e(...names: readonly string[]): string[] {
  return names.map((name) => `tests/e2e/${name}_test.ts`);
}

function compiled(...names: readonly string[]): string[] {
  return names.map((name) => `tests/compiled/${name}_test.ts`);
}
