/**
 * What a connection needs of a socket. `Deno.Conn` fits as it is; a test needs
 * five lines.
 */
export type ByteStream = {
  /** Reads at most `target.length` bytes; resolves to their number, `null` at the end. */
  read(target: Uint8Array): Promise<number | null>;
  /** Writes some of `bytes`, perhaps not all; resolves to how many. */
  write(bytes: Uint8Array): Promise<number>;
  /** Says that nothing more will be written; reading goes on. */
  closeWrite?(): Promise<void>;
  close(): void;
};
