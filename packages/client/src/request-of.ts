import { type Bodies, routes } from "./api.js";
import type { Call } from "./call.js";

type RouteName = keyof typeof routes;

interface Parts<Name extends RouteName> {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: Name extends keyof Bodies ? Bodies[Name] : never;
  readonly headers?: Readonly<Record<string, string>>;
  readonly effect?: Call["effect"];
  readonly asksOnce?: boolean;
  readonly expected?: readonly number[];
}

/** The request of a route. The body becomes text here, so that what changes later does not change what is sent again. */
export function requestOf<Name extends RouteName>(name: Name, parts: Parts<Name> = {}): Call {
  const {
    path = {},
    query = {},
    body,
    headers = {},
    effect = "free",
    asksOnce = false,
    expected = [],
  } = parts;
  const route = routes[name];
  const place = route.path.replace(/\{(\w+)\}/g, (_, part: string) => encodeURIComponent(path[part] ?? ""));
  const words = Object.entries(query).flatMap(([key, value]): [string, string][] =>
    value === undefined ? [] : [[key, value]],
  );
  return {
    method: route.method,
    path: words.length === 0 ? place : `${place}?${new URLSearchParams(words).toString()}`,
    headers: { accept: "application/json, application/problem+json", ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
    effect,
    asksOnce,
    expected,
  };
}
