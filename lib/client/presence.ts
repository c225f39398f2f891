import { MAX_PEOPLE, nameKey } from "../names.ts";
import { TooMuch } from "./too_much.ts";

/**
 * The person whom a line is for, known by seat, not by name. `id` is missing if nobody
 * of this name was here when the user began the line.
 */
export type Person = { readonly name: string; readonly id?: string };

/** Who gets a line: one person, or (`undefined`) everyone. */
export type Recipient = Person | undefined;

/** One person as the server names them; old servers send no `id`. */
export type Listed = { readonly name: string; readonly id?: string };

/** Where a person is; `unknown` if the client knows only some of the people here. */
export type Whereabouts = "here" | "gone" | "unknown";

/** The prefix of ids that came over the wire. */
const WIRE = "#";

/** The prefix of ids that this client gives to the people of a server without ids. */
const OWN = "~";

/** Most names of people who are not here: a server may name any number. */
const MAX_GONE = 1_000;

/** Longest names and ids of all people together, in UTF-16 units: about 80 for each. */
export const MAX_PEOPLE_LENGTH = MAX_PEOPLE * 80;

/** The same with the keys of the names, which may be longer than the names. */
const MAX_LENGTH = 2 * MAX_PEOPLE_LENGTH;

/**
 * The people who are here, by seat. With a server that sends no ids, every person who
 * joins counts as a new person, even under the name of a person who has left.
 */
export class Presence {
  readonly #byKey = new Map<string, Person>();
  readonly #byId = new Map<string, Person>();
  /** By the key of a name that is free now: the person who had it last. */
  readonly #gone = new Map<string, Person>();
  /** By the key of a name: the person who had it before another one took it. */
  #replaced = new Map<string, Person>();
  #isComplete = false;
  #given = 0;
  /** Length of all names, keys and ids together, in UTF-16 units. */
  #length = 0;

  /** Whether the client knows everyone who is here: a welcome may name only some. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  get names(): string[] {
    return Array.from(this.#byKey.values(), ({ name }) => name);
  }

  /** Takes a list of the people here: of everyone, or only of some. */
  learn(
    listed: readonly Listed[],
    { isComplete }: { readonly isComplete: boolean },
  ): void {
    const before = new Map(this.#byKey);
    this.#byKey.clear();
    this.#byId.clear();
    this.#length = 0;
    this.#isComplete = isComplete;
    for (const { name, id } of listed) {
      const known = before.get(nameKey(name));
      const isOwn = id === undefined && known?.id?.startsWith(OWN);
      this.#put(isOwn ? { name, id: known!.id! } : this.#person({ name, id }), {
        before: known,
      });
    }
    if (!isComplete) return;
    for (const [key, person] of before) {
      if (!this.#byKey.has(key)) this.#lose(key, person);
    }
  }

  /** Takes the people who have lost a name to another person since the last call, by its key. */
  takeReplaced(): ReadonlyMap<string, Person> {
    const replaced = this.#replaced;
    this.#replaced = new Map();
    return replaced;
  }

  /** Takes a person who has joined. */
  join(listed: { name: string; id?: string | undefined }): Person {
    const person = this.#person(listed);
    this.#put(person);
    return person;
  }

  /** Takes a person who has left; `undefined` if the client did not know the person. */
  leave({ name, id }: { name: string; id?: string | undefined }):
    | Person
    | undefined {
    const key = nameKey(name);
    const person = id === undefined
      ? this.#byKey.get(key)
      : this.#byId.get(WIRE + id) ?? { name, id: WIRE + id };
    this.#lose(key, person ?? { name });
    if (person === undefined) return undefined;
    const seated = this.#byId.get(person.id!);
    if (seated !== undefined) this.#drop(seated);
    return person;
  }

  /** The person who has this name now, in any spelling. */
  named(name: string): Person | undefined {
    return this.#byKey.get(nameKey(name));
  }

  /** The same person, under the name that they have now. */
  seated({ id }: Person): Person | undefined {
    return id === undefined ? undefined : this.#byId.get(id);
  }

  whereabouts(person: Person): Whereabouts {
    if (this.seated(person) !== undefined) return "here";
    return this.#isComplete ? "gone" : "unknown";
  }

  /** Whether somebody of this name is here, or was here. */
  hasMet(name: string): boolean {
    const key = nameKey(name);
    return this.#byKey.has(key) || this.#gone.has(key);
  }

  /** The sender of a message; `undefined` if the client does not know the person. */
  sender({ name, id }: { name: string; id?: string | undefined }):
    | Person
    | undefined {
    return id === undefined ? this.named(name) : { name, id: WIRE + id };
  }

  #person({ name, id }: { name: string; id?: string | undefined }): Person {
    return {
      name,
      id: id === undefined ? `${OWN}${++this.#given}` : WIRE + id,
    };
  }

  /** Throws {@linkcode TooMuch} if there are more people than can be. */
  #put(
    person: Person,
    { before }: { readonly before?: Person | undefined } = {},
  ): void {
    const key = nameKey(person.name);
    const last = before ?? this.#byKey.get(key) ?? this.#gone.get(key);
    if (last !== undefined && last.id !== person.id) {
      this.#replaced.delete(key);
      bounded(this.#replaced.set(key, last));
    }
    // A seat has one name at a time, and a name one seat.
    for (const other of [this.#byId.get(person.id!), this.#byKey.get(key)]) {
      if (other !== undefined) this.#drop(other);
    }
    this.#byKey.set(key, person);
    this.#byId.set(person.id!, person);
    this.#length += lengthOf(person, key);
    if (this.#byId.size > MAX_PEOPLE || this.#length > MAX_LENGTH) {
      throw new TooMuch("the people who join do not end");
    }
  }

  /** Remembers that `person` had a name that is free now. */
  #lose(key: string, person: Person): void {
    this.#gone.delete(key);
    bounded(this.#gone.set(key, person));
  }

  #drop(person: Person): void {
    const key = nameKey(person.name);
    if (!this.#byId.delete(person.id!)) return;
    this.#byKey.delete(key);
    this.#length -= lengthOf(person, key);
  }
}

/** Forgets the oldest of too many names. */
export function bounded(people: Map<string, Person>): void {
  if (people.size <= MAX_GONE) return;
  const [oldest] = people.keys();
  people.delete(oldest!);
}

function lengthOf({ name, id = "" }: Person, key: string): number {
  return name.length + key.length + id.length;
}

/** The id by which the server knows a person, if it has sent one. */
export function wireId({ id }: Person): string | undefined {
  return id?.startsWith(WIRE) ? id.slice(WIRE.length) : undefined;
}
