import type { ClientMessage } from "../client_messages.ts";
import type { ServerMessage } from "../server_messages.ts";
import { Buckets } from "../net/buckets.ts";
import { TooMuch } from "./too_much.ts";

/**
 * Missed messages after a reconnection, in UTF-16 units of their texts: an honest
 * server keeps 16 MiB of the chat, and 4 MiB for each person.
 */
const MAX_LATE_LENGTH = 32 * 1024 * 1024;

/** Missed messages after a reconnection, in number: each takes at least 60 bytes. */
const MAX_LATE = 350_000;

/** Earlier messages for a newcomer: an operator can set at most 1,000. */
const MAX_EARLIER = 10_000;

/** What each chunk adds to its bytes: tiny chunks take computing time, too. */
const CHUNK_OVERHEAD = 64;

/** Chunks without content, also of a running download: an honest server sends none. */
const MAX_EMPTY_CHUNKS = 1_000;

/** Refusals beyond one for each message of the client: an honest server sends none. */
const MAX_UNASKED_REFUSALS = 100;

/** Warnings: an honest server warns once when something begins. */
const WARNINGS = { perSecond: 1, burst: 20, maxBuckets: 1 };

/** Pings: an honest server sends one every ten seconds. */
const PINGS = { perSecond: 10, burst: 100, maxBuckets: 1 };

/** Messages that the client does not wait for, such as the end of a cancelled download. */
const MAX_STRAYS = 1_000;

/**
 * File bytes that the client does not wait for. After it cancels a download, some MiB
 * may still be in the server's queue and in the buffers of both systems.
 */
const MAX_STRAY_LENGTH = 64 * 1024 * 1024;

/**
 * Longest name or id of a person, in UTF-16 units: an honest name has at most 32
 * characters, and an id is a hash. The client keeps both for everyone who is here.
 */
const MAX_PERSON_LENGTH = 256;

/**
 * Limits what a server may send unasked. Honest servers stay far below the limits;
 * the client leaves a hostile one before it costs much memory or computing time. The
 * methods throw {@linkcode TooMuch}.
 */
export class Allowance {
  readonly #warnings = new Buckets(WARNINGS);
  readonly #pings = new Buckets(PINGS);
  #sent = 0;
  #refused = 0;
  #earlier = 0;
  #late = 0;
  #lateLength = 0;
  #strays = 0;
  #strayLength = 0;
  #emptyChunks = 0;

  /** Counts a message of the client, which the server may answer. */
  send({ type }: ClientMessage): void {
    this.#sent++;
    if (type !== "cancel") return;
    // Each cancelled download may leave bytes on their way.
    this.#strays = 0;
    this.#strayLength = 0;
  }

  /** Counts a message of the server. */
  hear(message: ServerMessage): void {
    switch (message.type) {
      case "said":
      case "told":
        this.#person(message.from);
        if (message.late) this.#hearLate(message.text);
        else if ("earlier" in message && message.earlier) this.#hearEarlier();
        break;
      case "joined":
      case "left":
        this.#person(message.name, message.id);
        break;
      case "users":
        this.#people(message.names, message.ids);
        break;
      case "welcome":
        this.#people(message.users, message.ids);
        break;
      case "refused":
        if (message.late) this.#hearLate(message.text);
        else if (++this.#refused > this.#sent + MAX_UNASKED_REFUSALS) {
          throw new TooMuch("it refuses what nobody asked for");
        }
        break;
      case "warning":
        if (!this.#warnings.take("")) {
          throw new TooMuch("its warnings do not end");
        }
        break;
      case "ping":
        if (!this.#pings.take("")) throw new TooMuch("its pings do not end");
        break;
    }
  }

  /** Counts a message that the client does not wait for. */
  stray(): void {
    if (++this.#strays > MAX_STRAYS) {
      throw new TooMuch("it answers what nobody asked");
    }
  }

  /** Counts a chunk without content, whether the client waits for the file or not. */
  emptyChunk(): void {
    if (++this.#emptyChunks > MAX_EMPTY_CHUNKS) {
      throw new TooMuch("it sends chunks without content");
    }
  }

  /** Counts `length` file bytes that the client does not wait for. */
  strayBytes(length: number): void {
    this.#strayLength += length + CHUNK_OVERHEAD;
    if (this.#strayLength > MAX_STRAY_LENGTH) {
      throw new TooMuch("it sends files that nobody asked for");
    }
  }

  #hearEarlier(): void {
    if (++this.#earlier > MAX_EARLIER) {
      throw new TooMuch("its earlier messages do not end");
    }
  }

  #hearLate({ length }: string): void {
    this.#late++;
    this.#lateLength += length;
    if (this.#late > MAX_LATE || this.#lateLength > MAX_LATE_LENGTH) {
      throw new TooMuch("the messages that you missed do not end");
    }
  }

  #people(names: readonly string[], ids: readonly string[] = []): void {
    for (const name of names) this.#person(name);
    for (const id of ids) this.#person("", id);
  }

  #person(name: string, id = ""): void {
    if (name.length > MAX_PERSON_LENGTH || id.length > MAX_PERSON_LENGTH) {
      throw new TooMuch("the name of a person is as long as a page");
    }
  }
}
