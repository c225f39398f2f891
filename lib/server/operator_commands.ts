import { format as formatBytes } from "@std/fmt/bytes";
import { SERVER_NAME } from "../names.ts";
import { unknownCommand } from "../terminal/command_line.ts";
import { padded, textWidth } from "../terminal/text_layout.ts";
import { MODERATION_COMMANDS } from "./moderation_commands.ts";
import {
  count,
  type OperatorCommand,
  type OperatorContext,
  peopleOf,
  reasonFrom,
  showUsage,
} from "./operator_context.ts";
import { say } from "./operator_speech.ts";
import { formatUptime } from "./status.ts";

/** Most rows of a list: more would push everything else out of the window. */
const MAX_ROWS = 200;

/** All commands of the operator, in the order of `/help`. */
export const COMMANDS: readonly OperatorCommand[] = [
  {
    name: "users",
    aliases: ["who", "names", "list", "people"],
    usage: "/users",
    summary: "show who is here and their addresses",
    details: [
      "Names, addresses, and who is muted, in the order of connecting.",
    ],
    run: showUsers,
  },
  {
    name: "say",
    aliases: ["all"],
    usage: "/say TEXT",
    summary: "say something to everyone",
    details: [
      `People read it as a message from "${SERVER_NAME}".`,
      "In the server's window, a line without a slash does the same.",
    ],
    run(context, text) {
      return text === "" ? showUsage(context, this) : say(context, text);
    },
  },
  ...MODERATION_COMMANDS,
  {
    name: "files",
    aliases: ["ls", "dir"],
    usage: "/files",
    summary: "show the files that people can download",
    details: ['What is in the folder "download" at this moment, with sizes.'],
    run: showFiles,
  },
  {
    name: "stats",
    aliases: ["status"],
    usage: "/stats",
    summary: "show server statistics",
    details: [
      "In: what people have sent. Out: what the server has passed on to them.",
      "Slowest: the person with the most data waiting to be sent.",
    ],
    run: showStats,
  },
  {
    name: "help",
    aliases: ["h", "?"],
    usage: "/help [command]",
    summary: "show this list, or explain one command",
    details: ["For example: /help ban"],
    candidates: () => COMMANDS.map(({ name }) => name),
    run(context, argument) {
      if (argument === "") return helpForAll(context);
      const wanted = argument.replace(/^\//, "").toLowerCase();
      const command = findCommand(wanted);
      if (command === undefined) {
        const names = COMMANDS.map(({ name }) => name);
        return context.print(unknownCommand(wanted, names));
      }
      context.print(`${command.usage} - ${command.summary}`);
      for (const line of command.details) context.print(`  ${line}`);
    },
  },
  {
    name: "quit",
    aliases: ["exit", "stop", "bye"],
    usage: "/quit [reason]",
    summary: "tell everyone and shut down (also Ctrl+C)",
    details: ["People read that the server has shut down, and the reason."],
    run(context, text) {
      const reason = reasonFrom(context, text);
      if (reason !== undefined) context.quit(reason);
    },
  },
];

/** The command with this name or alias. */
export function findCommand(wanted: string): OperatorCommand | undefined {
  return COMMANDS.find(({ name, aliases }) =>
    name === wanted || aliases?.includes(wanted)
  );
}

function helpForAll(context: OperatorContext): void {
  const width = Math.max(...COMMANDS.map(({ usage }) => usage.length));
  for (const { usage, summary } of COMMANDS) {
    context.print(`  ${usage.padEnd(width)}  ${summary}`);
  }
  context.print(
    context.logsPrivate
      ? "server.log keeps private messages (--log-private off: their length only)."
      : "server.log keeps the length of private messages, not their text.",
  );
  if (context.dialog === undefined) return;
  context.print("A line without a slash is said to everyone.");
  context.print("To say something that begins with a slash, type two: //");
  context.print(
    "Tab completes commands and names. Up brings back what you typed.",
  );
}

function showUsers(context: OperatorContext): void {
  const people = peopleOf(context);
  const be = people.length === 1 ? "is" : "are";
  const all = `${count(people.length, "person", "people")} ${be} here`;
  const rows = people.map(({ name, address }) => [
    name,
    address,
    context.moderation.silences(name) ? "muted" : "",
  ]);
  printTable(context, all, rows);
  const unnamed = context.clients().length - people.length;
  if (unnamed > 0) {
    const have = unnamed === 1 ? "connection has" : "connections have";
    context.print(`${unnamed} ${have} not joined yet`);
  }
}

async function showFiles(context: OperatorContext): Promise<void> {
  const files = await context.files();
  if (files.length === 0) {
    return context.print(
      'There are no files in the folder "download". ' +
        "Put files there: people can download them at once",
    );
  }
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const all = `${count(files.length, "file", "files")}, ${formatBytes(total)}`;
  printTable(
    context,
    all,
    files.map(({ name, size }) => [name, formatBytes(size)]),
  );
}

function showStats(context: OperatorContext): void {
  const stats = context.stats();
  const { slowest } = stats;
  const rows = [
    ["Up", formatUptime(context.uptime())],
    [
      "People",
      `${stats.clients} here${
        context.moderation.isLocked ? " (locked)" : ""
      }, ` +
      `${count(stats.connections, "connection", "connections")}, ` +
      `${stats.connected} since the start`,
    ],
    ["Messages", `${stats.messages} in, ${stats.deliveries} out`],
    [
      "Bytes",
      `${formatBytes(stats.receivedLength)} in, ` +
      `${formatBytes(stats.sentLength)} out`,
    ],
    [
      "Slowest",
      slowest === undefined
        ? "nobody is waiting"
        : `${slowest.name}, ${formatBytes(slowest.queuedLength)} to send`,
    ],
    ["Memory", formatBytes(context.memory())],
  ];
  for (const [what, value] of rows) {
    context.print(`  ${what!.padEnd(8)}  ${value}`);
  }
}

/** Rows in columns under a heading; of a long list only the first. */
function printTable(
  context: OperatorContext,
  heading: string,
  rows: readonly string[][],
): void {
  context.print(rows.length === 0 ? heading : `${heading}:`);
  const shown = rows.slice(0, MAX_ROWS);
  const widths = [0, 1, 2].map((column) =>
    Math.max(0, ...shown.map((row) => textWidth(row[column] ?? "")))
  );
  for (const row of shown) {
    const cells = row.map((cell, column) => padded(cell, widths[column]!));
    context.print(`  ${cells.join("  ").trimEnd()}`);
  }
  if (rows.length > shown.length) {
    context.print(`  ... and ${rows.length - shown.length} more`);
  }
}
