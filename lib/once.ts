/**
 * Returns a function that makes a value at its first call and returns the same value at
 * each further one. For tables and patterns that a program needs late or never: made
 * with the module, they would delay its start. If `make` throws, the next call tries
 * again.
 */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
