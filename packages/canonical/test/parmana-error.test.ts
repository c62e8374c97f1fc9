import { describe, expect, it, vi } from "vitest";
import { CanonicalError, ParmanaError } from "../src/index.js";

describe("ParmanaError carries a code and details", () => {
  it("in message, code, name, details and cause", () => {
    const cause = new Error("why");
    const details = { pointer: "/a" };
    const error = new CanonicalError("CANONICAL-001", "The value is wrong.", { details, cause });
    expect(error).toBeInstanceOf(ParmanaError);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      code: "CANONICAL-001",
      message: "[CANONICAL-001] The value is wrong.",
      name: "CanonicalError",
      details,
      cause,
    });
    expect(String(error)).toBe("CanonicalError: [CANONICAL-001] The value is wrong.");
    expect(Object.keys(error)).not.toContain("name");
  });

  it("in a frozen copy of the details", () => {
    const details = { pointer: "/a" };
    const error = new ParmanaError("X-001", "Wrong.", { details });
    details.pointer = "/b";
    expect(error.details).toEqual({ pointer: "/a" });
    expect(Object.isFrozen(error.details)).toBe(true);
    expect(new ParmanaError("X-001", "Wrong.").details).toEqual({});
    expect("cause" in new ParmanaError("X-001", "Wrong.")).toBe(false);
  });

  it("under the name of each subclass", () => {
    class SampleError extends ParmanaError<"X-001"> {}
    expect(new SampleError("X-001", "Wrong.").name).toBe("SampleError");
    expect(new ParmanaError("X-001", "Wrong.").name).toBe("ParmanaError");
  });
});

describe("ParmanaError.isInstance", () => {
  it("recognises the errors of a second copy of the package", async () => {
    vi.resetModules();
    const copy = await import("../src/parmana-error.js");
    const foreign: unknown = new copy.ParmanaError("X-001", "Wrong.");
    expect(foreign instanceof ParmanaError).toBe(false);
    expect(ParmanaError.isInstance(foreign)).toBe(true);
    expect(copy.ParmanaError.isInstance(new CanonicalError("CANONICAL-001", "Wrong."))).toBe(true);
  });

  it.each([
    undefined,
    null,
    "CANONICAL-001",
    new Error("a"),
    { code: "CANONICAL-001" },
    Object.assign(new Error("a"), { code: "CANONICAL-001" }),
  ])("not case %#", (value) => {
    expect(ParmanaError.isInstance(value)).toBe(false);
  });
});
