/**
 * Types for the parts of the Deno standard library that this project uses: the npm
 * package `deno-std` has the modules as JavaScript, without types. Taken from the
 * library's documented signatures; add here what you import.
 */

declare module "@std/assert" {
  export function assert(
    expression: unknown,
    message?: string,
  ): asserts expression;
  export function assertEquals<T>(
    actual: T,
    expected: T,
    message?: string,
  ): void;
  export function assertNotEquals<T>(
    actual: T,
    expected: T,
    message?: string,
  ): void;
  export function assertStrictEquals<T>(
    actual: unknown,
    expected: T,
    message?: string,
  ): asserts actual is T;
  export function assertExists<T>(
    actual: T,
    message?: string,
  ): asserts actual is NonNullable<T>;
  export function assertMatch(
    actual: string,
    expected: RegExp,
    message?: string,
  ): void;
  export function assertNotMatch(
    actual: string,
    expected: RegExp,
    message?: string,
  ): void;
  export function assertStringIncludes(
    actual: string,
    expected: string,
    message?: string,
  ): void;
  export function assertThrows<E extends Error = Error>(
    fn: () => unknown,
    // deno-lint-ignore no-explicit-any -- any constructor arguments are fine
    errorClass: new (...args: any[]) => E,
    messageIncludes?: string,
    message?: string,
  ): E;
  export function assertRejects<E extends Error = Error>(
    fn: () => PromiseLike<unknown>,
    // deno-lint-ignore no-explicit-any -- any constructor arguments are fine
    errorClass: new (...args: any[]) => E,
    messageIncludes?: string,
    message?: string,
  ): Promise<E>;
  export function fail(message?: string): never;
}

declare module "@std/cli/parse-args" {
  export function parseArgs(args: string[], options?: {
    boolean?: readonly string[];
    string?: readonly string[];
    default?: Record<string, unknown>;
    alias?: Record<string, string>;
    negatable?: readonly string[];
    unknown?: (argument: string, key?: string, value?: unknown) => unknown;
  }): { _: (string | number)[] } & Record<string, unknown>;
}

declare module "@std/fmt/bytes" {
  export function format(
    bytes: number,
    options?: {
      binary?: boolean;
      bits?: boolean;
      signed?: boolean;
      minimumFractionDigits?: number;
      maximumFractionDigits?: number;
    },
  ): string;
}

declare module "@std/fmt/duration" {
  export function format(
    milliseconds: number,
    options?: {
      style?: "narrow" | "full" | "digital";
      ignoreZero?: boolean;
    },
  ): string;
}

declare module "@std/streams/text-line-stream" {
  export class TextLineStream extends TransformStream<string, string> {
    constructor(options?: { allowCR?: boolean });
  }
}

declare module "@std/fmt/colors" {
  export function bold(text: string): string;
  export function inverse(text: string): string;
  export function rgb8(text: string, color: number): string;
  export function stripAnsiCode(text: string): string;
}
