import type { ByteStream } from "./byte_stream.ts";

/** Passes everything on to another stream; a subclass changes what it needs to. */
export abstract class PassingStream implements ByteStream {
  readonly #stream: ByteStream;

  constructor(stream: ByteStream) {
    this.#stream = stream;
  }

  read(target: Uint8Array): Promise<number | null> {
    return this.#stream.read(target);
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.#stream.write(bytes);
  }

  async closeWrite(): Promise<void> {
    await this.#stream.closeWrite?.();
  }

  close(): void {
    this.#stream.close();
  }
}
