/** Something a check needs: there, or not there for a reason that the report repeats. */
export type Known<T> =
  { readonly known: true; readonly value: T } | { readonly known: false; readonly because: string };

export function known<T>(value: T): Known<T> {
  return { known: true, value };
}

export function unknown(because: string): Known<never> {
  return { known: false, because };
}

export function both<A, B>(first: Known<A>, second: Known<B>): Known<readonly [A, B]> {
  if (!first.known) return first;
  if (!second.known) return second;
  return known([first.value, second.value]);
}

/** An option the caller may leave out. */
export function supplied<T>(value: T | undefined, because: string): Known<T> {
  return value === undefined ? unknown(because) : known(value);
}
