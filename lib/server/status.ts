/** The facts in the status line of the server's window. */
export type Status = {
  /** Address and port, as people type them. */
  readonly address: string;
  readonly clients: number;
  readonly messages: number;
  /** Whether new people are kept from joining. */
  readonly isLocked: boolean;
  /** Milliseconds since the start. */
  readonly uptime: number;
};

/** `192.168.1.5 12000 | 3 people | 120 messages | up 1 h 12 min`. */
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

/** A time in whole minutes: a line that changes every second is hard to ignore. */
export function formatUptime(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  return minutes < 60
    ? `${minutes} min`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
