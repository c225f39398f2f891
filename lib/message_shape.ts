/**
 * Describes messages once: a table names the fields of each type, and gives both the
 * type for the compiler and the check of what a peer sent.
 *
 * @module
 */

import { ProtocolError } from "./framing.ts";

/**
 * Checks the value of a field and returns it, or a copy of its known part; returns
 * `undefined` to leave the field out. Throws {@linkcode WrongValue} for any other
 * value.
 */
export type Reader<T> = (value: unknown) => T;

/** A field that may be missing. */
export type OptionalField<T> = { readonly optional: Reader<T | undefined> };

/** The fields of one message, by name. */
export type Shape = Readonly<
  Record<string, Reader<unknown> | OptionalField<unknown>>
>;

/** The fields of all messages, by the message's `type`. */
export type ShapeTable = Readonly<Record<string, Shape>>;

/** The type of an object with the fields of a shape. */
export type FieldsOf<S extends Shape> = Flat<
  & { readonly [Key in keyof S as RequiredKey<S, Key>]: ValueOf<S[Key]> }
  & { readonly [Key in keyof S as OptionalKey<S, Key>]?: ValueOf<S[Key]> }
>;

/** The union of all messages of a table, told apart by `type`. */
export type MessageOf<Table extends ShapeTable> = {
  [Type in keyof Table & string]: Flat<
    { readonly type: Type } & FieldsOf<Table[Type]>
  >;
}[keyof Table & string];

type RequiredKey<S extends Shape, Key extends keyof S> = S[Key] extends
  OptionalField<unknown> ? never : Key;

type OptionalKey<S extends Shape, Key extends keyof S> = S[Key] extends
  OptionalField<unknown> ? Key : never;

type ValueOf<Field> = Field extends OptionalField<infer T> ? T
  : Field extends Reader<infer T> ? T
  : never;

/**
 * Merges an intersection into one object type, so that compiler errors list its fields.
 */
type Flat<T> = T extends infer Whole ? { [Key in keyof Whole]: Whole[Key] }
  : never;

/** The JSON object of a message: `type` is a string, all other fields are unchecked. */
export type UnknownFields =
  & { readonly type: string }
  & Readonly<Record<string, unknown>>;

/** The value of a field is wrong; the message says what is expected. */
export class WrongValue extends Error {
  override readonly name = "WrongValue";
}

/** Marks a field that may be missing; `read` checks it if it is present. */
export function optional<T>(read: Reader<T | undefined>): OptionalField<T> {
  return { optional: read };
}

/**
 * Returns a function that checks a message and returns only the fields of the table, or
 * `undefined` for a type that the table lacks. The function throws {@linkcode
 * ProtocolError} for a missing or wrong field.
 */
export function messageReader<Table extends ShapeTable>(
  table: Table,
): (fields: UnknownFields) => MessageOf<Table> | undefined {
  const shapes = new Map(
    Object.entries(table).map(([type, shape]) => [type, fieldReaders(shape)]),
  );
  return (fields) => {
    const { type } = fields;
    const readers = shapes.get(type);
    if (readers === undefined) return undefined;
    const message: Record<string, unknown> = { type };
    for (const reader of readers) {
      try {
        readField(reader, fields, message);
      } catch (error) {
        if (error instanceof WrongValue) {
          throw badField(type, reader.key, error);
        }
        throw error;
      }
    }
    // Each value has the type that its reader has in the table.
    return message as MessageOf<Table>;
  };
}

/**
 * Returns a reader of objects with the fields of `shape`; `wished` names what is
 * expected.
 */
export function record<S extends Shape>(
  shape: S,
  wished: string,
): Reader<FieldsOf<S>> {
  const readers = fieldReaders(shape);
  return (value) => {
    if (typeof value !== "object" || value === null) {
      throw new WrongValue(wished);
    }
    const found: Record<string, unknown> = {};
    for (const reader of readers) {
      readField(reader, value as Readonly<Record<string, unknown>>, found);
    }
    return found as FieldsOf<S>;
  };
}

type FieldReader = {
  readonly key: string;
  readonly read: Reader<unknown>;
  readonly isOptional: boolean;
};

function fieldReaders(shape: Shape): FieldReader[] {
  return Object.entries(shape).map(([key, field]) =>
    typeof field === "function"
      ? { key, read: field, isOptional: false }
      : { key, read: field.optional, isOptional: true }
  );
}

function readField(
  { key, read, isOptional }: FieldReader,
  from: Readonly<Record<string, unknown>>,
  to: Record<string, unknown>,
): void {
  const value = from[key];
  if (value === undefined && isOptional) return;
  const checked = read(value);
  if (checked !== undefined) to[key] = checked;
}

function badField(
  type: string,
  key: string,
  { message }: WrongValue,
): ProtocolError {
  return new ProtocolError(
    `Message of type "${type}" has a bad field "${key}": must be ${message}`,
  );
}
