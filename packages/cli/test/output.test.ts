import { afterEach, describe, expect, it, vi } from "vitest";
import { main } from "../src/main.js";
import { processOutput } from "../src/output.js";

afterEach(() => {
  vi.restoreAllMocks();
});

function written(stream: NodeJS.WriteStream): string[] {
  const texts: string[] = [];
  vi.spyOn(stream, "write").mockImplementation((text) => {
    texts.push(String(text));
    return true;
  });
  return texts;
}

describe("what the command prints", () => {
  it("steers no terminal, whatever it is given to print", () => {
    const out = written(process.stdout);
    const notes = written(process.stderr);
    processOutput.out("a\u001b[2Jb");
    processOutput.note("c\u009b2J\u202ed");
    expect(out).toEqual(["a\\u001b[2Jb\n"]);
    expect(notes).toEqual(["c\\u009b2J\\u202ed\n"]);
  });

  it("names a file or policy of hostile spelling without obeying it", async () => {
    const notes = written(process.stderr);
    expect(await main(["policy", "check", "no\u001b]0;owned\u0007such"])).not.toBe(0);
    expect(notes.join("")).toContain("\\u001b]0;owned\\u0007");
    expect(Array.from(notes.join("")).filter((character) => character < " " && character !== "\n")).toEqual(
      [],
    );
  });
});
