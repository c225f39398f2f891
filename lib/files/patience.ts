import { ChatError } from "../chat_error.ts";

/**
 * Milliseconds without progress after which a receiver's file is closed: another user
 * may be waiting for an open file. Reopening takes less than a millisecond.
 */
const IDLE_TIME = 250;

/** Milliseconds between two looks at a receiver that takes nothing. */
const LOOK_INTERVAL = 5_000;

/**
 * Milliseconds without progress after which a download ends: a computer that was asleep
 * for a moment is back before that.
 */
export const STALL_TIME = 60_000;

export type PatienceOptions = {
  /** Ends the wait at once, with its reason. */
  readonly signal: AbortSignal;
  /** Returns a number that changes whenever the receiver takes something. */
  readonly progress: () => number;
  /** Called, once, if the wait takes longer than 250 ms. */
  readonly onIdle: () => void;
  /** The name of the file, for the message to the user. */
  readonly name: string;
};

/**
 * Waits for `room`, which resolves when the receiver has taken something. Throws
 * {@linkcode ChatError} `stalled` when the receiver makes no progress for {@linkcode
 * STALL_TIME}. It counts looks instead of time: after the server itself was asleep, no
 * receiver is blamed.
 */
export function patiently(
  room: Promise<void>,
  { signal, progress, onIdle, name }: PatienceOptions,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let seen = progress();
  let looks = 0;
  const look = () => {
    const now = progress();
    looks = now === seen ? looks + 1 : 0;
    seen = now;
    if (looks * LOOK_INTERVAL >= STALL_TIME) return reject(stalled(name));
    timer = setTimeout(look, LOOK_INTERVAL);
  };
  let timer = setTimeout(() => {
    onIdle();
    timer = setTimeout(look, LOOK_INTERVAL);
  }, IDLE_TIME);
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  room.then(resolve, reject);
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  });
}

function stalled(name: string): ChatError {
  return new ChatError(
    "stalled",
    `Nothing of ${name} was taken for ${STALL_TIME / 1_000} seconds, so the ` +
      "server has stopped sending it. Ask for it again to resume it",
  );
}
