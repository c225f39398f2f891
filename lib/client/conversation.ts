import type { ByteStream } from "../net/byte_stream.ts";
import { aborted } from "../net/pause.ts";
import { ChatClient } from "./chat_client.ts";
import { CommandRunner } from "./command_runner.ts";
import { Hearing } from "./hearing.ts";
import { type Memory, newMemory } from "./memory.ts";
import { ProgressFooter } from "./progress_footer.ts";
import type { Screen } from "./screen.ts";

export type ConversationOptions = {
  readonly name: string;
  /** Where the server is, for the title of the window, unless it says what it is called. */
  readonly place?: string;
  /** Where downloads are saved; default: a folder with the user's name, here. */
  readonly folder?: string;
  /** Where a folder with the user's name is made if here is read-only. */
  readonly fallbackFolder?: string | undefined;
  /** Whether to explain the first steps. */
  readonly hint?: boolean;
  /** Called when the server has said welcome. */
  readonly onJoined?: () => void;
  /** What an earlier conversation has left when its connection was lost. */
  readonly memory?: Memory;
  /** Whether another connection follows a lost one. */
  readonly returns?: boolean;
  /** Leaves at once when aborted. */
  readonly signal: AbortSignal;
};

/**
 * One user's conversation, from joining to leaving: what arrives is shown, what
 * is typed is carried out in order. A script ends when its last answer and
 * download have arrived.
 *
 * Resolves to whether everything that was wanted was done. Throws `ChatError` if
 * the server refuses the name, and `ConnectionLost`.
 */
export async function converse(
  stream: ByteStream,
  screen: Screen,
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
        // What has arrived is heard, and counted, before anybody comes back.
        if (client.isLost) await client.ended;
        throw error;
      },
    ),
    client.ended.then((reason) => client.loss(reason)),
    aborted(signal),
  ]);
  // What is typed from now on is not for this conversation.
  ending.abort();
  if (failure !== undefined) throw failure;
  await client.leave();
  return !memory.somethingFailed;
}
