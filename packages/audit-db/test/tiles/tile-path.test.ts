import { describe, expect, it } from "vitest";
import { bundlePath, tilePath } from "../../src/tiles/tile-path.js";

describe("the path of a tile", () => {
  it.each([
    [tilePath(0, 0, 256), "tile/0/000"],
    [tilePath(0, 999, 256), "tile/0/999"],
    [tilePath(1, 1000, 256), "tile/1/x001/000"],
    [tilePath(2, 1234067, 256), "tile/2/x001/x234/067"],
    [tilePath(0, 273, 112), "tile/0/273.p/112"],
    [tilePath(5, 1234067, 1), "tile/5/x001/x234/067.p/1"],
    [bundlePath(0, 255), "tile/entries/000.p/255"],
    [bundlePath(70_000, 256), "tile/entries/x070/000"],
  ])("%s is as the specification spells it", (path, expected) => {
    expect(path).toBe(expected);
  });
});
