import { format as formatBytes } from "@std/fmt/bytes";
import { SERVER_NAME } from "../../names.ts";
import { helpFor } from "../../terminal/command_help.ts";
import { CommandTable } from "../../terminal/command_table.ts";
import { CLIENT_COMMANDS } from "../../terminal/role_commands.ts";
import { padded, textWidth } from "../../terminal/text_layout.ts";
import { MODERATION_COMMANDS } from "./moderation_commands.ts";
import { SECURITY_COMMANDS } from "./security_commands.ts";
import {
  count,
  type OperatorCommand,
  type OperatorContext,
  peopleOf,
  reasonFrom,
} from "./context.ts";
import { say } from "./speech.ts";
import { formatUptime } from "./status.ts";

/** Most rows of a list: a longer list would push everything else out of the window. */
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
    needs: 1,
    details: [
      `People read it as a message from "${SERVER_NAME}".`,
      "In the server's window, a line without a slash does the same.",
    ],
    run: say,
  },
  ...MODERATION_COMMANDS,
  ...SECURITY_COMMANDS,
  {
    name: "files",
    aliases: ["ls", "dir"],
    usage: "/files",
    summary: "show the files that people can download",
    details: ['What is in the folder "download" at this moment, with sizes.'],
    readsDisk: true,
    run: showFiles,
  },
  {
    name: "stats",
    aliases: ["status"],
    usage: "/stats",
    summary: "show server statistics",
    details: [
      "In: what people have sent. Out: what the server has passed on to them.",
      "Slowest: the person for whom the most data waits to be sent.",
    ],
    run: showStats,
  },
  {
    name: "help",
    aliases: ["h", "?", "commands"],
    usage: "/help [command]",
    summary: "list commands, or explain one",
    details: ["For example: /help ban"],
    candidates: () => COMMAND_TABLE.names,
    run: showHelp,
  },
  {
    name: "quit",
    aliases: ["exit", "stop", "bye"],
    usage: "/quit [reason]",
    summary: "tell everyone and shut down (also Ctrl+C)",
    suggested: "never",
    details: ["People read that the server has shut down, and the reason."],
    run(context, text) {
      const reason = reasonFrom(context, text);
      if (reason !== undefined) context.quit(reason);
    },
  },
];

/** Reads, finds, completes and carries out the commands of the operator. */
export const COMMAND_TABLE: CommandTable<OperatorContext, OperatorCommand> =
  new CommandTable(COMMANDS, {
    elsewhere: { names: CLIENT_COMMANDS, where: "in the client" },
  });

function showHelp(context: OperatorContext, argument: string): void {
  const { dialog, logsPrivate } = context;
  const aboutLog = logsPrivate
    ? "server.log keeps private messages (--log-private off: their length only)."
    : "server.log keeps the length of private messages, not their text.";
  const aboutTyping = [
    "A line without a slash goes to everyone.",
    "To say something that begins with a slash, type two: //",
    "Tab completes commands and names. Up brings back what you typed.",
  ];
  const { rows, why } = helpFor(argument, COMMAND_TABLE, {
    columns: dialog?.columns,
    notes: [aboutLog, ...(dialog === undefined ? [] : aboutTyping)],
  });
  for (const row of rows ?? [why]) context.print(row);
}

function showUsers(context: OperatorContext): void {
  const people = peopleOf(context);
  const be = people.length === 1 ? "is" : "are";
  const all = `${count(people.length, "person", "people")} ${be} here`;
  const encrypts = context.security.fingerprint !== undefined;
  const rows = people.map(({ name, address, transport }) => [
    name,
    address,
    [
      context.moderation.silences(name) ? "muted" : "",
      encrypts && transport?.isEncrypted === false ? "not encrypted" : "",
    ].filter((word) => word !== "").join(", "),
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
  const sizes = files.map(({ size }) => formatBytes(size));
  const width = sizes.slice(0, MAX_ROWS)
    .reduce((width, size) => Math.max(width, size.length), 0);
  const rows = files.map(({ name }, i) => [name, sizes[i]!.padStart(width)]);
  printTable(context, all, rows);
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

/** Shows rows in columns under a heading; at most the first {@linkcode MAX_ROWS}. */
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
