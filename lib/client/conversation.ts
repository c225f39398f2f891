import type { ByteStream } from "../io/byte_stream.ts";
import type { DownloadFolder } from "../files/download_folder.ts";
import { aborted } from "../io/pause.ts";
import type { KeyExchangeOptions } from "../secure/key_exchange.ts";
import { ChatClient } from "./chat_client.ts";
import { CommandRunner } from "./command_runner.ts";
import { Hearing } from "./hearing.ts";
import { type Memory, newMemory } from "./memory.ts";
import { ProgressFooter } from "./progress_footer.ts";
import type { ChatScreen } from "./chat_screen.ts";

export type ConversationOptions = {
  readonly name: string;
  /** The server's address: the title of the window shows it if the server has no name. */
  readonly place?: string;
  /** The room key, and the fingerprint of this connection's certificate. */
  readonly key?: KeyExchangeOptions | undefined;
  /** Where downloads are saved. */
  readonly folder: DownloadFolder;
  /** Whether to explain the first steps. */
  readonly hint?: boolean;
  /** Called when the server has welcomed the user. */
  readonly onJoined?: () => void;
  /** What is left of the conversation before a lost connection. */
  readonly memory?: Memory;
  /** Whether another connection follows a lost one. */
  readonly returns?: boolean;
  /** Leaves at once when aborted. */
  readonly signal: AbortSignal;
};

/**
 * One user's conversation, from joining to leaving: shows what arrives, and carries
 * out what the user types, in order. A script's conversation ends when its last
 * answer and download have arrived.
 *
 * Resolves to whether everything that the user wanted was done. Throws `ChatError`
 * if the server refuses the name, and `ConnectionLost`.
 */
export async function converse(
  stream: ByteStream,
  screen: ChatScreen,
  {
    signal,
    place = "",
    hint = false,
    onJoined,
    memory = newMemory(),
    returns = false,
    ...options
  }: ConversationOptions,
): Promise<boolean> {
  if (memory.place === "") memory.place = place;
  using hearing = new Hearing(screen, memory, { hints: hint });
  const { client } = await ChatClient.join(stream, {
    ...options,
    membership: memory.membership,
    onEvent: (event) => hearing.hear(event),
    onDownloads: () => footer.update(client.downloadCount),
  });
  using footer = new ProgressFooter(screen, () => client.downloads);
  const runner = new CommandRunner(client, screen, {
    ...{ hearing, memory, returns },
  });
  onJoined?.();
  const ending = new AbortController();
  const failure = await Promise.race([
    runner.run(AbortSignal.any([signal, ending.signal])).catch(
      async (error) => {
        // Everything that arrived is counted before the client reconnects.
        if (client.isLost) await client.ended;
        throw error;
      },
    ),
    client.ended.then((reason) => client.loss(reason)),
    aborted(signal),
  ]);
  // The next conversation gets what the user types from now on.
  ending.abort();
  if (failure !== undefined) throw failure;
  await client.leave();
  return !memory.somethingFailed;
}
