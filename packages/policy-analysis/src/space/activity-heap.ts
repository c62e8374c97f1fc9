/** Variables ordered by how often conflicts met them; among equals the older comes first, so that every run is the same. */
export class ActivityHeap {
  readonly #activity: number[] = [];
  readonly #heap: number[] = [];
  /** Index in the heap, or -1. */
  readonly #place: number[] = [];
  #increment = 1;

  /** Adds the next variable; they are numbered from 0. */
  add(): void {
    const variable = this.#activity.length;
    this.#activity.push(0);
    this.#place.push(-1);
    this.insert(variable);
  }

  insert(variable: number): void {
    if (this.#placeOf(variable) !== -1) return;
    this.#place[variable] = this.#heap.length;
    this.#heap.push(variable);
    this.#rise(this.#heap.length - 1);
  }

  /** Removes and returns the most active variable. */
  pop(): number | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined) return undefined;
    this.#place[first] = -1;
    if (first !== last) {
      this.#put(last, 0);
      this.#sink(0);
    }
    return first;
  }

  /** Notes that a conflict met the variable. */
  bump(variable: number): void {
    const activity = this.#activityOf(variable) + this.#increment;
    this.#activity[variable] = activity;
    if (activity > 1e100) this.#rescale();
    const place = this.#placeOf(variable);
    if (place !== -1) this.#rise(place);
  }

  /** Makes the conflicts so far weigh less than those to come. */
  decay(): void {
    this.#increment /= 0.95;
  }

  #rescale(): void {
    for (let variable = 0; variable < this.#activity.length; variable += 1)
      this.#activity[variable] = this.#activityOf(variable) * 1e-100;
    this.#increment *= 1e-100;
  }

  #rise(from: number): void {
    const variable = this.#heap[from] ?? 0;
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = this.#heap[parent] ?? 0;
      if (!this.#precedes(variable, above)) break;
      this.#put(above, place);
      place = parent;
    }
    this.#put(variable, place);
  }

  #sink(from: number): void {
    const variable = this.#heap[from] ?? 0;
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      const left = this.#heap[child];
      if (left === undefined) break;
      const right = this.#heap[child + 1];
      if (right !== undefined && this.#precedes(right, left)) child += 1;
      const below = this.#heap[child] ?? 0;
      if (!this.#precedes(below, variable)) break;
      this.#put(below, place);
      place = child;
    }
    this.#put(variable, place);
  }

  #put(variable: number, place: number): void {
    this.#heap[place] = variable;
    this.#place[variable] = place;
  }

  #precedes(one: number, other: number): boolean {
    const difference = this.#activityOf(one) - this.#activityOf(other);
    return difference > 0 || (difference === 0 && one < other);
  }

  #activityOf(variable: number): number {
    return this.#activity[variable] ?? 0;
  }

  #placeOf(variable: number): number {
    return this.#place[variable] ?? -1;
  }
}
