// deno-lint-ignore-file no-console -- its answers go to the process that started it
/**
 * The load generator, a process of its own: many connections receive, some send.
 * fan_out.ts and latency.ts start it with its options as JSON. Each line on standard
 * input is a {@linkcode Task}, each line of output a {@linkcode Result}.
 *
 * @module
 */

import { TextLineStream } from "@std/streams/text-line-stream";
import type { ByteStream } from "../lib/io/byte_stream.ts";
import { dial, type Encryption } from "./dial.ts";
import {
  type Dialect,
  type DialectName,
  DIALECTS,
  type Listener,
  markAt,
  MAX_NUMBER,
  testText,
  writeNumber,
} from "./dialects.ts";

/**
 * Bytes read at a time, so that few reads are needed: the generator must not be the
 * bottleneck.
 */
const READ_LENGTH = 256 * 1024;

/** The buffers of thousands of receivers together have at most this many bytes. */
const READ_TOTAL = 512 * 1024 * 1024;

/** A buffer never has fewer bytes: the longest message must fit. */
const LEAST_READ = 72 * 1024;

/** Bytes that a sender passes to the system at a time, unless the server says less. */
const BATCH_LENGTH = 64 * 1024;

/** Clients that connect at the same time: thousands would take minutes one by one. */
const AT_A_TIME = 50;

/** Longest time for a task, in milliseconds. */
const TASK_TIMEOUT = 60_000;

export type LoadOptions = {
  readonly dialect: DialectName;
  readonly port: number;
  /** How the connections are encrypted; `undefined`: they are not. */
  readonly encryption?: Encryption;
  /** Bytes that a sender passes on at a time. */
  readonly batchLength?: number;
  readonly receivers: number;
  readonly senders: number;
  /** Length of a text, in bytes. */
  readonly payload: number;
  /** How many messages a sender may be ahead of the slowest receiver. */
  readonly window: number;
};

/** Sends as fast as possible, or `rate` messages a second. */
export type Task = {
  readonly seconds: number;
  /** Most messages of each sender; default: as many as `seconds` allow. */
  readonly messages?: number;
  readonly rate?: number;
  /** Whether to check every byte. */
  readonly strict?: boolean;
};

export type Result = {
  /**
   * What was lost, repeated, out of order, changed or cut off; makes all other numbers
   * void.
   */
  readonly problem?: string;
  readonly deliveries: number;
  /** Between the first and the last delivery. */
  readonly seconds: number;
  /** Bytes that the receivers read. */
  readonly bytes: number;
  /** Milliseconds from sending to receiving, if there was a rate. */
  readonly latency?: {
    readonly p50: number;
    readonly p99: number;
    readonly p999: number;
    readonly max: number;
  };
};

/** The score of the current task, shared by all connections of the generator. */
class Score {
  deliveries = 0;
  bytes = 0;
  problem: string | undefined;
  /** When each message was sent, if the task asks for latencies. */
  saidAt = new Float64Array(0);
  #latencies = new Float64Array(0);
  #first = 0;
  #last = 0;
  #changed = Promise.withResolvers<void>();

  /** `expected`: messages and receivers, if the task asks for latencies. */
  begin(expected = { messages: 0, hearers: 0 }): void {
    this.deliveries = this.bytes = 0;
    this.saidAt = new Float64Array(expected.messages);
    this.#latencies = new Float64Array(expected.messages * expected.hearers);
  }

  /** Counts messages `from` to `to` of the current task, arrived at one receiver. */
  count(from: number, to: number): void {
    const now = performance.now();
    if (this.deliveries === 0) this.#first = now;
    this.#last = now;
    if (this.saidAt.length > 0) {
      for (let i = from; i < to; i++) {
        this.#latencies[this.deliveries++] = now - this.saidAt[i]!;
      }
    } else this.deliveries += to - from;
  }

  result(): Result {
    const sorted = this.#latencies.sort();
    const at = (share: number) =>
      sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
    return {
      ...(this.problem === undefined ? {} : { problem: this.problem }),
      deliveries: this.deliveries,
      seconds: (this.#last - this.#first) / 1000,
      bytes: this.bytes,
      ...(sorted.length > 0 &&
        {
          latency: {
            ...{ p50: at(0.5), p99: at(0.99) },
            ...{ p999: at(0.999), max: at(1) },
          },
        }),
    };
  }

  /** Resolves when anything arrives on any connection. */
  get changed(): Promise<void> {
    return this.#changed.promise;
  }

  wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  fail(problem: string): void {
    this.problem ??= problem;
  }
}

class Client {
  readonly listener: Listener;
  readonly #stream: ByteStream;
  readonly #score: Score;
  /** Deliveries before the current task. */
  #base = 0;

  constructor(stream: ByteStream, listener: Listener, score: Score) {
    this.#stream = stream;
    this.listener = listener;
    this.#score = score;
  }

  begin(strict: boolean): void {
    this.listener.strict = strict;
    this.#base = this.listener.deliveries;
  }

  async write(bytes: Uint8Array): Promise<void> {
    let at = 0;
    while (at < bytes.length) {
      at += await this.#stream.write(bytes.subarray(at));
    }
  }

  async listen(bufferLength: number): Promise<void> {
    const score = this.#score;
    const listener = this.listener;
    const buffer = new Uint8Array(bufferLength);
    let filled = 0;
    for (;;) {
      const read = await this.#stream.read(
        filled === 0 ? buffer : buffer.subarray(filled),
      ).catch(() => null);
      if (read === null) return score.fail("somebody was cut off");
      filled += read;
      score.bytes += read;
      const before = listener.deliveries;
      const taken = listener.scan(buffer, filled);
      const now = listener.deliveries;
      if (now > before) score.count(before - this.#base, now - this.#base);
      if (taken > 0) buffer.copyWithin(0, taken, filled);
      filled -= taken;
      if (listener.problem !== undefined) score.fail(listener.problem);
      if (listener.reply !== undefined) {
        const { reply } = listener;
        listener.reply = undefined;
        await this.write(reply);
      }
      score.wake();
    }
  }
}

class Load {
  readonly #options: LoadOptions;
  readonly #dialect: Dialect;
  /** The senders first. */
  readonly #clients: Client[] = [];
  readonly #score = new Score();
  /** The next number of each sender. */
  readonly #numbers: number[];

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#dialect = DIALECTS[options.dialect];
    this.#numbers = new Array(options.senders).fill(0);
  }

  async connect(): Promise<void> {
    const { senders, receivers, port, encryption } = this.#options;
    const share = Math.floor(READ_TOTAL / (senders + receivers));
    const bufferLength = Math.max(LEAST_READ, Math.min(READ_LENGTH, share));
    let next = 0;
    const connect = async () => {
      while (next < senders + receivers) {
        const i = next++;
        const stream = await dial(port, encryption);
        const own = i < senders ? i : -1;
        const listener = new this.#dialect.Listener({ ...this.#options, own });
        const client = new Client(stream, listener, this.#score);
        this.#clients[i] = client;
        void client.listen(bufferLength);
        const name = `b${String(i).padStart(3, "0")}`;
        await client.write(this.#dialect.hello(name));
        // A server with thousands of hellos before it would miss the time for this one.
        await client.write(this.#dialect.ping());
        await this.#until(() => listener.pongs > 0);
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, connect));
    await this.#roundTrip();
  }

  async run(task: Task): Promise<Result> {
    const { senders } = this.#options;
    const score = this.#score;
    const hearers = this.#clients.length - 1;
    const before = this.#clients.map(({ listener }) => listener.deliveries);
    for (const client of this.#clients) client.begin(task.strict === true);
    score.begin(
      task.rate === undefined
        ? undefined
        : { hearers, messages: Math.ceil(task.rate * task.seconds) },
    );
    const starts = [...this.#numbers];
    await Promise.all(
      starts.map((_, sender) =>
        task.rate === undefined
          ? this.#flood(sender, task)
          : this.#pace(sender, task.rate * task.seconds, task.rate)
      ),
    );
    const said = this.#numbers.map((number, i) => number - starts[i]!);
    const total = said.reduce((a, b) => a + b, 0);
    await this.#until(() => score.deliveries >= total * hearers);
    await this.#roundTrip();
    this.#clients.forEach(({ listener }, i) => {
      const heard = listener.deliveries - before[i]!;
      const wanted = i < senders ? total - said[i]! : total;
      if (heard !== wanted) {
        score.fail(`connection ${i} heard ${heard} messages of ${wanted}`);
      }
    });
    return score.result();
  }

  /** Resolves when every client has received every message, and none twice. */
  async #roundTrip(): Promise<void> {
    const wanted = this.#clients.map(({ listener }) => listener.pongs + 1);
    for (const client of this.#clients) {
      await client.write(this.#dialect.ping());
    }
    await this.#until(() =>
      this.#clients.every(({ listener }, i) => listener.pongs >= wanted[i]!)
    );
  }

  /** Sends as much as the server takes. */
  async #flood(sender: number, task: Task): Promise<void> {
    const { frame, mark } = this.#frame(sender);
    const { batchLength = BATCH_LENGTH } = this.#options;
    const count = Math.max(1, Math.floor(batchLength / frame.length));
    const batch = new Uint8Array(count * frame.length);
    for (let i = 0; i < count; i++) batch.set(frame, i * frame.length);
    const end = performance.now() + task.seconds * 1000;
    let left = Math.min(
      task.messages ?? Infinity,
      MAX_NUMBER - this.#numbers[sender]!,
    );
    while (left > 0 && performance.now() < end) {
      const now = Math.min(count, left);
      for (let i = 0; i < now; i++) {
        const number = this.#numbers[sender]! + i;
        writeNumber(batch, i * frame.length + mark, number);
      }
      await this.#clients[sender]!.write(
        batch.subarray(0, now * frame.length),
      );
      left -= now;
      this.#numbers[sender]! += now;
      await this.#until(() => this.#ahead(sender) <= this.#options.window);
    }
  }

  /**
   * Returns how many of the sender's messages the slowest receiver has not received.
   */
  #ahead(sender: number): number {
    let least = Infinity;
    for (const { listener } of this.#clients) {
      if (listener.own === sender) continue;
      least = Math.min(least, listener.expected[sender]!);
    }
    return this.#numbers[sender]! - least;
  }

  /** Sends one message after the other, `rate` in a second. */
  async #pace(sender: number, count: number, rate: number): Promise<void> {
    const { frame, mark } = this.#frame(sender);
    const started = performance.now();
    for (let i = 0; i < count; i++) {
      while (performance.now() < started + i * 1000 / rate) {
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      writeNumber(frame, mark, this.#numbers[sender]!++);
      this.#score.saidAt[i] = performance.now();
      await this.#clients[sender]!.write(frame);
    }
  }

  #frame(sender: number): { frame: Uint8Array; mark: number } {
    const text = testText(sender, this.#options.payload);
    const frame = this.#dialect.say(text);
    return { frame, mark: markAt(frame) };
  }

  /** Checks again after each arrival. Gives up when a check fails. */
  async #until(condition: () => boolean): Promise<void> {
    if (condition()) return;
    const score = this.#score;
    const timer = setTimeout(() => {
      score.fail("messages were lost: nothing more comes");
      score.wake();
    }, TASK_TIMEOUT);
    try {
      while (!condition()) {
        if (score.problem !== undefined) throw new Error(score.problem);
        await score.changed;
      }
    } finally {
      clearTimeout(timer);
    }
  }
}

async function main(options: LoadOptions): Promise<void> {
  const answer = (result: Result | "ready") =>
    console.log(JSON.stringify(result));
  const load = new Load(options);
  try {
    await load.connect();
    answer("ready");
    const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream());
    for await (const line of lines) answer(await load.run(JSON.parse(line)));
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    answer({ problem, deliveries: 0, seconds: 0, bytes: 0 });
  }
  Deno.exit(0);
}

if (import.meta.main) await main(JSON.parse(Deno.args[0]!));
