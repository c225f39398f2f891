/** Waits `delay` milliseconds, or until `signal` aborts. Never rejects. */
export async function pause(
  delay: number,
  signal?: AbortSignal,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = () => resolve();
  const timer = setTimeout(done, delay);
  signal?.addEventListener("abort", done, { once: true });
  if (signal?.aborted) done();
  await promise;
  clearTimeout(timer);
  signal?.removeEventListener("abort", done);
}

/** Resolves when `signal` aborts. */
export function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
    if (signal.aborted) resolve(undefined);
  });
}
