/** What was opened for one name may hold documents of some megabytes. */
const MAX_KEPT = 64;

/** Makes a value for each name, and keeps those that were asked for last. */
export class KeptLast<Value> {
  readonly #kept = new Map<string, Value>();

  async get(name: string, make: () => Promise<Value>): Promise<Value> {
    const value = this.#kept.get(name) ?? (await make());
    // The newest of a Map is at its end.
    this.#kept.delete(name);
    this.#kept.set(name, value);
    const [oldest = name] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT) this.#kept.delete(oldest);
    return value;
  }
}
