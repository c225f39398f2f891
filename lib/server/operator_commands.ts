import { format as formatBytes } from "@std/fmt/bytes";
import { SERVER_NAME } from "../names.ts";
import { textFits } from "../messages.ts";
import { unknownCommand } from "../terminal/command_line.ts";
import { padded, textWidth } from "../terminal/text_layout.ts";
import { MODERATION_COMMANDS } from "./moderation_commands.ts";
import {
  count,
  type OperatorCommand,
  type OperatorContext,
  peopleOf,
  showUsage,
} from "./operator_context.ts";
import { formatUptime } from "./status.ts";

/** Most rows of a list: more would only push everything else out of the window. */
const MAX_ROWS = 200;

/** All commands of the one who runs the server, in the order of `/help`. */
export const COMMANDS: readonly OperatorCommand[] = [
  {
    name: "users",
    usage: "/users",
    summary: "show who is here, and where from",
    details: ["Name, address, and who is muted, in the order of connecting."],
    run: showUsers,
  },
  {
    name: "say",
    usage: "/say TEXT",
    summary: "say something to everyone",
    details: [`People read it as said by "${SERVER_NAME}".`],
    run(context, text) {
      if (text === "") return showUsage(context, this);
      if (!textFits(text)) {
        return context.print(
          "The text is too long for one message: say it in parts",
        );
      }
      context.log("said", {
        from: SERVER_NAME,
        to: "all",
        text,
        by: "operator",
      });
      context.say(text);
      context.print(`${SERVER_NAME}: ${text}`);
    },
  },
  ...MODERATION_COMMANDS,
  {
    name: "files",
    usage: "/files",
    summary: "show what can be fetched",
    details: ['What is in the folder "download" at this moment, with sizes.'],
    run: showFiles,
  },
  {
    name: "stats",
    usage: "/stats",
    summary: "show how the server fares",
    details: [
      "In: what has come from people. Out: what was passed on to them.",
      "Slowest: for whom most is waiting to be sent.",
    ],
    run: showStats,
  },
  {
    name: "help",
    usage: "/help [command]",
    summary: "show this; with a command, all about it",
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
    usage: "/quit [reason]",
    summary: "tell everybody and stop (also Ctrl+C)",
    details: ["People read that the server is closing, and the reason."],
    run: (context, reason) => context.quit(reason),
  },
];

/** The command with this name. */
export function findCommand(wanted: string): OperatorCommand | undefined {
  return COMMANDS.find(({ name }) => name === wanted);
}

function helpForAll(context: OperatorContext): void {
  const width = Math.max(...COMMANDS.map(({ usage }) => usage.length));
  for (const { usage, summary } of COMMANDS) {
    context.print(`  ${usage.padEnd(width)}  ${summary}`);
  }
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
    context.print(
      `${count(unnamed, "connection", "connections")} without a name`,
    );
  }
}

async function showFiles(context: OperatorContext): Promise<void> {
  const files = await context.files();
  if (files.length === 0) {
    return context.print('There are no files in the folder "download"');
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
        ? "nobody has to wait"
        : `${slowest.name}, for whom ${formatBytes(slowest.queuedLength)} wait`,
    ],
    ["Memory", formatBytes(context.memory())],
  ];
  for (const [what, value] of rows) {
    context.print(`  ${what!.padEnd(8)}  ${value}`);
  }
}

/** Rows in columns under a heading; of very many only the first. */
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
