import type { ByteSink } from "../io/outbox.ts";
import type { ByteSource } from "../terminal/script_lines.ts";
import type { Style } from "../terminal/style.ts";

/** The parts of the computer that a host uses: the entry file passes the real ones. */
export type Machine = {
  /** The folder of the logs and the shared folder; default: the current folder. */
  readonly folder?: string;
  /** This program's folder in the user's profile, for when `folder` is read-only. */
  readonly ownFolder: string | undefined;
  /** The style of the window; missing if the program has no terminal. */
  readonly style?: Style | undefined;
  /** Takes the lines if there is no window. */
  readonly output: ByteSink;
  /**
   * Returns the source of the operator's lines if there is no window; `undefined`:
   * none.
   */
  input(): ByteSource | undefined;
  /** Returns the memory of the computer, in bytes. */
  totalMemory(): number;
  /** Returns the memory that this program uses, in bytes. */
  usedMemory(): number;
  /**
   * Calls `stop` when the program is asked to end; `interrupted` is true for Ctrl+C.
   */
  onStopSignal(stop: (interrupted: boolean) => void): Disposable;
  /** Makes new files readable by their owner only. */
  keepNewFilesToOwner(): void;
  /** Gives up the permission to connect and to listen. */
  giveBackNetwork(): void;
  /** Ends the program at once. */
  exit(code: number): void;
};
