/** Any JSON value, deeply read-only. */
export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [name: string]: JsonValue };

/** A JSON object, deeply read-only. Only own members count: names such as `toString` may be inherited. */
export type JsonObject = { readonly [name: string]: JsonValue };
