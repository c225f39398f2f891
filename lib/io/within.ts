/**
 * Resolves or rejects like `promise`; resolves to `undefined` if that takes longer than
 * `time` milliseconds. The work behind the promise goes on.
 */
export async function within<T>(
  promise: Promise<T>,
  time: number,
): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), time);
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
