/** The facts in the status line of the server's window. */
export type Status = {
  /** The address and the port, as people type them. */
  readonly address: string;
  /** The number of people here. */
  readonly clients: number;
  /** The number of messages that people have sent. */
  readonly messages: number;
  /** Whether the server is locked against new people. */
  readonly isLocked: boolean;
  /** The time since the start, in milliseconds. */
  readonly uptime: number;
};

/**
 * Returns the status line: `192.168.1.5 12000 | 3 people | 120 messages | up 1 h 12
 * min`.
 */
export function statusLine(
  { address, clients, isLocked, messages, uptime }: Status,
): string {
  return [
    address,
    `${clients} ${clients === 1 ? "person" : "people"}${
      isLocked ? " (locked)" : ""
    }`,
    `${messages} ${messages === 1 ? "message" : "messages"}`,
    `up ${formatUptime(uptime)}`,
  ].join(" | ");
}

/** Returns a time in whole minutes: a line that changes every second distracts. */
export function formatUptime(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  return minutes < 60
    ? `${minutes} min`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
