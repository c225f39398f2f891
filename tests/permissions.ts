/**
 * The programs' permissions, written again by hand: a developer who adds one has to add
 * it here, too, and explain it in docs/ARCHITECTURE.md.
 *
 * @module
 */

const SERVER_FILES = [
  ...["download", "identity"],
  ...["server.log", "security.log"].flatMap((log) => [
    log,
    ...[1, 2, 3, 4].map((number) => `${log}.${number}`),
  ]),
];

export const PERMISSIONS = {
  server: {
    // Not a permission, but part of what is packed.
    v8: ["--v8-flags=--max-semi-space-size=4"],
    sys: [
      "networkInterfaces",
      "hostname",
      "homedir",
      "umask",
      "systemMemoryInfo",
    ],
    env: ["TERM"],
    files: SERVER_FILES,
    // For a key file; given back before anything else.
    readOnly: ["."],
    personal: [],
  },
  client: {
    v8: [],
    sys: ["networkInterfaces", "homedir"],
    env: ["TERM", "LOCALAPPDATA", "XDG_STATE_HOME"],
    files: ["."],
    readOnly: [],
    // What the client remembers: the folder of each system.
    personal: [
      "$HOME/.local/state/messenger",
      "$XDG_STATE_HOME/messenger",
      "$HOME/Library/Application Support/Messenger",
      "$LOCALAPPDATA/Messenger",
    ],
  },
} as const;

/** Returns them as flags of `deno run`, for a user without those variables. */
export function expectedFlags(program: keyof typeof PERMISSIONS): string[] {
  const { v8, sys, env, files, readOnly } = PERMISSIONS[program];
  return [
    ...v8,
    "--no-prompt",
    "--deny-import",
    "--allow-net",
    `--allow-sys=${sys.join(",")}`,
    `--allow-env=${env.join(",")}`,
    `--allow-read=${[...readOnly, ...files].join(",")}`,
    `--allow-write=${files.join(",")}`,
  ];
}
