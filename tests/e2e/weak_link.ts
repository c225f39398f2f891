/** A connection between a client and a server that can be cut or frozen. */
export class WeakLink implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #target: { port: number };
  readonly #accepting: Promise<void>;
  #open: Deno.Conn[] = [];
  #frozen = false;
  #budget = Infinity;

  /** Leads to `target`, whose port may change. */
  constructor(target: { port: number }) {
    this.#target = target;
    this.#accepting = this.#accept();
  }

  /** The port for the client. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** Breaks the open connections, for both sides; new ones get through. */
  cut(): void {
    this.#open.forEach(close);
    this.#open = [];
  }

  /** Cuts the connection by itself after `length` bytes for the client. */
  cutAfter(length: number): void {
    this.#budget = length;
  }

  /**
   * Pulls the cable on the server's side: the client sees the end, the server nothing.
   */
  cutUnseen(): void {
    this.#frozen = true;
    this.#open.filter((_, index) => index % 2 === 0).forEach(close);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.cut();
    await this.#accepting;
  }

  async #accept(): Promise<void> {
    const running: Promise<void>[] = [];
    for (;;) {
      try {
        const client = await this.#listener.accept();
        running.push(this.#join(client));
      } catch {
        await Promise.all(running);
        return;
      }
    }
  }

  async #join(client: Deno.Conn): Promise<void> {
    try {
      const { port } = this.#target;
      const server = await Deno.connect({ hostname: "127.0.0.1", port });
      this.#open.push(client, server);
      this.#frozen = false;
      const pass = (length: number) => {
        this.#budget -= length;
        if (this.#budget > 0) return;
        this.#budget = Infinity;
        this.cut();
      };
      await Promise.all([
        this.#carry(client, server, () => {}),
        this.#carry(server, client, pass),
      ]);
    } catch {
      close(client);
    }
  }

  async #carry(
    from: Deno.Conn,
    to: Deno.Conn,
    pass: (length: number) => void,
  ): Promise<void> {
    const buffer = new Uint8Array(64 * 1024);
    try {
      for (;;) {
        const length = await from.read(buffer);
        if (length === null) break;
        for (let at = 0; at < length;) {
          at += await to.write(buffer.subarray(at, length));
        }
        pass(length);
      }
    } catch {
      // Cut.
    }
    if (this.#frozen) return;
    close(from);
    close(to);
  }
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // Already closed.
  }
}
