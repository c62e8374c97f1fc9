/**
 * A copy with own members only and no prototype. Options are read through it, so that a polluted Object.prototype
 * cannot loosen one that the caller left out (threat 58).
 */
export function ownMembers<T extends object>(value: T): T {
  return Object.assign(Object.create(null) as T, value);
}
