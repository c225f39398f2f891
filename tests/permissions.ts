/**
 * What the programs may do, once more and by hand: whoever adds a permission has
 * to say so here, too, and why in docs/ARCHITECTURE.md.
 *
 * @module
 */

const SERVER_FILES = [
  "download",
  "server.log",
  ...[1, 2, 3, 4].map((number) => `server.log.${number}`),
];

export const PERMISSIONS = {
  server: {
    // No permission, but as much a part of what is packed.
    v8: ["--v8-flags=--max-semi-space-size=4"],
    sys: ["networkInterfaces", "hostname", "homedir", "umask"],
    files: SERVER_FILES,
  },
  client: {
    v8: [],
    sys: ["networkInterfaces", "homedir"],
    files: ["."],
  },
} as const;

/** The same as flags of `deno run`. */
export function expectedFlags(program: keyof typeof PERMISSIONS): string[] {
  const { v8, sys, files } = PERMISSIONS[program];
  return [
    ...v8,
    "--no-prompt",
    "--deny-import",
    "--allow-net",
    `--allow-sys=${sys.join(",")}`,
    "--allow-env=TERM",
    `--allow-read=${files.join(",")}`,
    `--allow-write=${files.join(",")}`,
  ];
}
