/** When messages were sent, and how long they took. */
export class Score {
  readonly #underWay = new Map<number, number>();
  #latencies: number[] = [];
  #next = 0;
  #late: number[] = [];
  problem: string | undefined;

  said(): number {
    this.#underWay.set(++this.#next, performance.now());
    return this.#next;
  }

  heard(number: number): void {
    const saidAt = this.#underWay.get(number);
    if (saidAt === undefined) return;
    this.#underWay.delete(number);
    this.#latencies.push(performance.now() - saidAt);
  }

  /** Notes that a timer of this process fired `late` milliseconds too late. */
  woke(late: number): void {
    this.#late.push(Math.max(0, late));
  }

  /** Returns the times; a message that has not arrived yet counts with its age. */
  mark() {
    const now = performance.now();
    const ages = Array.from(this.#underWay.values(), (saidAt) => now - saidAt);
    const latencies = [...this.#latencies, ...ages];
    const { problem } = this;
    const result = {
      ...{ lines: latencies.length, problem },
      p50: share(latencies, 0.5),
      p99: share(latencies, 0.99),
      max: share(latencies, 1),
      ownDelay: share(this.#late, 0.99),
    };
    this.#latencies = [];
    this.#late = [];
    return result;
  }
}

function share(values: readonly number[], part: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[
    Math.min(sorted.length - 1, Math.floor(sorted.length * part))
  ] ??
    0;
}
