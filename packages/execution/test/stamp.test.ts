import { describe, expect, it } from "vitest";
import { canonicalize } from "@parmanasystems/canonical";
import { createStamp } from "../src/stamp.js";

describe("a stamp", () => {
  const stamp = createStamp<string>();
  const stamped = { a: 1 };
  stamp.put(stamped, "fact");
  Object.freeze(stamped);

  it("is read from the very object it was put on, also when that is frozen", () => {
    expect(stamp.read(stamped)).toBe("fact");
  });

  it.each([
    [{ a: 1 }],
    [{ ...stamped }],
    [structuredClone(stamped)],
    [new Proxy(stamped, {})],
    [Object.create(stamped)],
  ])("is not on a copy or a wrapper: %j", (other: unknown) => {
    expect(stamp.read(other)).toBe(undefined);
  });

  it.each([null, undefined, 7, "text"])("is not on %s", (value) => {
    expect(stamp.read(value)).toBe(undefined);
  });

  it("is not on what another stamp was put on", () => {
    expect(createStamp<string>().read(stamped)).toBe(undefined);
  });

  it("is nowhere to be seen", () => {
    expect(Reflect.ownKeys(stamped)).toEqual(["a"]);
    expect(canonicalize(stamped)).toBe('{"a":1}');
    expect(Object.getPrototypeOf(stamped)).toBe(Object.prototype);
  });
});
