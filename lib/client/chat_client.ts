import type { ClientMessage } from "../client_messages.ts";
import type { FileEntry } from "../message_fields.ts";
import { PROTOCOL_VERSION } from "../messages.ts";
import type { ServerMessage } from "../server_messages.ts";
import type { ByteStream } from "../io/byte_stream.ts";
import type { ChatEvent } from "./chat_event.ts";
import type { ConnectionLost } from "./connection_lost.ts";
import type { Download } from "../files/download.ts";
import type { DownloadOptions } from "../files/known_copies.ts";
import type { DownloadFolder } from "../files/download_folder.ts";
import { Downloads } from "../files/downloads.ts";
import { IdentityError } from "./identity_error.ts";
import { KeyProof } from "./key_proof.ts";
import type { KeyExchangeOptions } from "../secure/key_exchange.ts";
import { Joining, type Welcome } from "./joining.ts";
import { Membership } from "./membership.ts";
import { type MessageHandlers, messageHandlers } from "./message_handlers.ts";
import { PendingAnswers } from "./pending_answers.ts";
import type { Listed } from "./presence.ts";
import { ServerLink } from "./server_link.ts";
import { CONFIRM_TIMEOUT, Speaking } from "./speaking.ts";

/** Time for the last words to leave and for the server to close, in milliseconds. */
const FAREWELL_TIMEOUT = 2_000;

/** What remains of it after a server has confirmed nothing, so that leaving takes no longer. */
const BYE_TIMEOUT = FAREWELL_TIMEOUT - CONFIRM_TIMEOUT;

/** How {@linkcode KeyProof} names a piece of a file. */
const CHUNK = { type: "chunk" } as const;

export type ChatClientOptions = {
  readonly name: string;
  /** Where downloads are saved. */
  readonly folder: DownloadFolder;
  readonly onEvent: (event: ChatEvent) => void;
  /** The place that an earlier connection had: the client takes it back. */
  readonly membership?: Membership;
  /** The room key, and the fingerprint of this connection's certificate. */
  readonly key?: KeyExchangeOptions | undefined;
  /** Called when a download begins or ends. */
  readonly onDownloads?: () => void;
};

/** One user's side of the wire. Knows no screen. */
export class ChatClient {
  readonly #link: ServerLink;
  readonly #membership: Membership;
  readonly #downloads: Downloads;
  readonly #joining = new Joining();
  readonly #keyProof: KeyProof | undefined;
  readonly #answers = new PendingAnswers((message) => this.#send(message));
  readonly #speaking: Speaking;
  readonly #handlers: MessageHandlers;

  private constructor(
    stream: ByteStream,
    { folder, onEvent, onDownloads, membership = new Membership(), ...options }:
      ChatClientOptions,
  ) {
    const { name, key } = options;
    const keyProof = this.#keyProof = key && new KeyProof(key);
    const send = (message: ClientMessage) => this.#send(message);
    this.#membership = membership;
    this.#downloads = new Downloads({ folder, send, onChange: onDownloads });
    this.#handlers = messageHandlers({
      joining: this.#joining,
      answers: this.#answers,
      downloads: this.#downloads,
      ...{ membership, keyProof, onEvent, send },
      onProved: () => this.#sendHello(name),
      onStray: () => this.#link.allowance.stray(),
    });
    this.#link = new ServerLink(stream, {
      onMessage: (message) => this.#hear(message),
      onChunk: (chunk, giveBack) => this.#write(chunk, giveBack),
      onSilence: () => this.#answers.pings.nudge(membership.said),
      onEnd: (reason) => this.#giveUp(reason),
    });
    const { pings } = this.#answers;
    this.#speaking = new Speaking({ link: this.#link, membership, pings });
  }

  /**
   * Joins under the name in `options`. Resolves to the client and the server's
   * welcome. Throws {@linkcode ChatError} if the server refuses, and
   * {@linkcode ConnectionLost} if it is no messenger server or the connection ends.
   */
  static async join(
    stream: ByteStream,
    options: ChatClientOptions,
  ): Promise<{ client: ChatClient; welcome: Welcome }> {
    const client = new ChatClient(stream, options);
    const link = client.#link;
    if (client.#keyProof === undefined) client.#sendHello(options.name);
    else link.send(client.#keyProof.start());
    try {
      const welcome = await client.#joining.answer(() =>
        link.end({ kind: "no messenger" })
      );
      return { client, welcome };
    } catch (error) {
      link.end({ kind: "refused" });
      await client.ended;
      throw error;
    }
  }

  /** Resolves, when the connection has ended, to the reason in words. Never rejects. */
  get ended(): Promise<string> {
    return this.#link.ended;
  }

  /** Whether the connection has ended although the user did not leave. */
  get isLost(): boolean {
    return this.#link.isLost;
  }

  /** The error that tells the user why the connection has ended; {@linkcode ended} gives `reason`. */
  loss(reason: string): ConnectionLost {
    return this.#link.loss(reason);
  }

  /** Whether the client should stay away: the server says so, or has sent too much. */
  get isDismissed(): boolean {
    return this.#link.isDismissed;
  }

  /** Says `text` to everyone else. */
  say(text: string): void {
    this.#speaking.speak({ type: "say", text });
  }

  /**
   * Says `text` to one person; with `id`, only to that seat. A `refused` event
   * follows if the server cannot deliver it.
   */
  tell(
    to: string,
    text: string,
    { id }: { id?: string | undefined } = {},
  ): void {
    const seat = id === undefined ? {} : { id };
    this.#speaking.speak({ type: "tell", to, text, ...seat });
  }

  /** Asks who is here. Rejects with {@linkcode ChatError} if the server refuses. */
  async users(): Promise<Listed[]> {
    this.#checkAlive();
    return await this.#answers.people.ask();
  }

  /** Asks which files the server has now. Rejects like {@linkcode users}. */
  async files(): Promise<FileEntry[]> {
    this.#checkAlive();
    return await this.#answers.files.ask();
  }

  /** The downloads that run or wait, in the order in which they were asked for. */
  get downloads(): Download[] {
    return this.#downloads.all;
  }

  /** How many downloads run or wait. */
  get downloadCount(): number {
    return this.#downloads.size;
  }

  /** How many files the server has, by its latest list, which may name fewer. */
  get fileTotal(): number | undefined {
    return this.#answers.fileTotal;
  }

  /** The download that runs or waits for the file asked for as `name`. */
  downloadOf(name: string): Download | undefined {
    return this.#downloads.named(name);
  }

  /** Downloads a file, at once or when its turn comes. */
  get(name: string, options?: DownloadOptions): Download {
    return this.#downloads.get(name, options);
  }

  /** Stops the downloads whose names `isMeant` accepts, by default all; resolves to their number. */
  async cancel(isMeant?: (name: string) => boolean): Promise<number> {
    return await this.#downloads.cancel(isMeant);
  }

  /**
   * Resolves when the server has handled everything sent so far. Rejects with
   * {@linkcode ConnectionLost} if the connection ends first.
   */
  async settled(): Promise<void> {
    this.#checkAlive();
    await this.#answers.pings.ask(this.#membership.said);
  }

  /** Resolves when everything is {@linkcode settled} and all downloads have ended. */
  async finished(): Promise<void> {
    await this.settled();
    await this.#downloads.finished();
  }

  /**
   * Leaves in order, after the server has confirmed what the user said or has not
   * answered in time. Downloads in progress stop.
   */
  async leave(): Promise<void> {
    const isSure = await this.#speaking.isConfirmed();
    await this.#link.leave(isSure ? FAREWELL_TIMEOUT : BYE_TIMEOUT);
  }

  /** Throws {@linkcode ConnectionLost} if the connection has ended. */
  #checkAlive(): void {
    const { endReason } = this.#link;
    if (endReason !== undefined) throw this.loss(endReason);
  }

  /** Nothing that anybody waits for will arrive. */
  async #giveUp(reason: string): Promise<void> {
    this.#joining.lose(reason, { isFinal: this.isDismissed });
    this.#answers.fail(this.loss(reason));
    await this.#downloads.close(reason);
  }

  #sendHello(name: string): void {
    const { proof } = this.#membership;
    const protocol = PROTOCOL_VERSION;
    this.#link.sendHello({ type: "hello", protocol, name, ...proof });
  }

  /** Whether this may arrive now; if not, an impostor has sent it. */
  #mayArrive(arrival: Parameters<KeyProof["check"]>[0]): boolean {
    try {
      this.#keyProof?.check(arrival);
      return true;
    } catch (error) {
      if (!(error instanceof IdentityError)) throw error;
      this.#joining.refuse(error);
      return false;
    }
  }

  #write(
    chunk: { readonly id: number; readonly data: Uint8Array },
    giveBack: (() => void) | undefined,
  ): void | Promise<void> {
    if (!this.#mayArrive(CHUNK)) return;
    const { allowance } = this.#link;
    const { length } = chunk.data;
    if (length === 0) allowance.emptyChunk();
    // Chunks of a cancelled download may still be under way.
    if (!this.#downloads.has(chunk.id)) allowance.strayBytes(length);
    return this.#downloads.write(chunk, giveBack);
  }

  #hear(message: ServerMessage): void | Promise<void> {
    if (!this.#mayArrive(message)) return;
    this.#membership.hear(message);
    const handler = this.#handlers[message.type] as (
      message: ServerMessage,
    ) => void | Promise<void>;
    return handler(message);
  }

  #send(message: ClientMessage): void {
    this.#link.send(message);
  }
}
