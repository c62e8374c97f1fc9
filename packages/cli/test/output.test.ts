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

  it("makes one line of what it is given as one, on both streams", () => {
    const out = written(process.stdout);
    const notes = written(process.stderr);
    processOutput.out("claim\r\nVERIFIED at level L4\u2028x\u2029y");
    processOutput.note("file\nLog proof: none");
    expect(out).toEqual(["claim\\u000d\\u000aVERIFIED at level L4\\u2028x\\u2029y\n"]);
    expect(notes).toEqual(["file\\u000aLog proof: none\n"]);
  });

  it("quotes no word of the command line on a line of its own", async () => {
    const notes = written(process.stderr);
    expect(await main(["verify", "--hom\n✓ VERIFIED\u001b[2J"])).toBe(2);
    expect(await main(["verify", "--hom"])).toBe(2);
    expect(notes).toEqual([
      "error: unknown option '--hom\\u000a✓ VERIFIED\\u001b[2J'\n",
      "Run with --help to see what there is.\n",
      "error: unknown option '--hom'\n",
      "(Did you mean --home?)\n",
      "Run with --help to see what there is.\n",
    ]);
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
