import { afterEach, describe, expect, it, vi } from "vitest";
import { isRecent, selectDriver } from "../src/driver.js";
import { resultCodeOf } from "../src/sqlite-error.js";
import { sqliteError } from "./support.js";

describe("the SQLite driver", () => {
  it("brings a SQLite without the WAL-reset bug", () => {
    const database = selectDriver().open(":memory:");
    const row = database.prepare("SELECT sqlite_version() AS version").get();
    expect(isRecent(String(Reflect.get(Object(row), "version")))).toBe(true);
    database.close();
  });

  it.each([
    ["3.51.3", true],
    ["3.51.10", true],
    ["3.53.0", true],
    ["4.0.0", true],
    ["3.51.2", false],
    ["3.50.9", false],
    ["2.99.99", false],
    ["", false],
    ["nonsense", false],
  ])("of version %j is recent enough: %s", (version, expected) => {
    expect(isRecent(version)).toBe(expected);
  });

  it("raises errors with a result code", () => {
    const database = selectDriver().open(":memory:");
    database.exec("CREATE TABLE once (id INTEGER PRIMARY KEY) STRICT; INSERT INTO once VALUES (1)");
    const codeOf = (act: () => unknown) => {
      try {
        return act();
      } catch (error) {
        return resultCodeOf(error);
      }
    };
    const insert = database.prepare("INSERT INTO once VALUES (?)");
    expect(codeOf(() => insert.run(1))).toBe(19);
    expect(
      codeOf(() => {
        database.exec("INSERT INTO once VALUES (1)");
      }),
    ).toBe(19);
    expect(codeOf(() => database.prepare("INSERT INTO once VALUES (1) RETURNING id").get())).toBe(19);
    database.close();
  });

  it("reads the primary code of an extended one, and none of other errors", () => {
    expect(resultCodeOf(sqliteError(2067, "UNIQUE constraint failed"))).toBe(19);
    expect(resultCodeOf(new Error("no SQLite"))).toBeUndefined();
    expect(resultCodeOf("no error")).toBeUndefined();
  });
});

describe("without a usable SQLite, opening is refused", () => {
  afterEach(() => {
    vi.doUnmock("node:module");
    vi.restoreAllMocks();
    vi.resetModules();
  });

  class OldDatabase {
    readonly version = { version: "3.50.4" };
    prepare() {
      return { get: () => this.version };
    }
    close() {
      return undefined;
    }
  }

  it.each([
    [
      "nothing is installed for this platform",
      () => {
        throw new Error("Cannot find module");
      },
    ],
    ["what is installed is too old", () => ({ DatabaseSync: OldDatabase })],
    ["what is installed is something else", () => ({})],
  ])("SYS-015: %s", async (_what, load) => {
    vi.doMock("node:module", () => ({ createRequire: () => load }));
    vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
    vi.resetModules();
    const fresh = await import("../src/driver.js");
    expect(() => fresh.selectDriver()).toThrow(expect.objectContaining({ code: "SYS-015" }));
  });
});
