import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitCommand } from "../src/split-command.js";

describe("The words of a --signer-command", () => {
  it.each([
    ["node signer.mjs", ["node", "signer.mjs"]],
    ["  node\tsigner.mjs \n --slot  1 ", ["node", "signer.mjs", "--slot", "1"]],
    [`bridge "a b" 'c d'`, ["bridge", "a b", "c d"]],
    [`bridge --label="my key"x`, ["bridge", "--label=my keyx"]],
    [`bridge "it's" 'say "hi"'`, ["bridge", "it's", 'say "hi"']],
    [`bridge "" ''`, ["bridge", "", ""]],
    [
      "C:\\bin\\bridge.exe $HOME *.pem `x` $(y) ; z",
      ["C:\\bin\\bridge.exe", "$HOME", "*.pem", "`x`", "$(y)", ";", "z"],
    ],
  ])("%j are %j", (text, words) => {
    expect(splitCommand(text)).toEqual(words);
  });

  it.each(["", "   ", `node "x`, "it's"])("%j is refused", (text) => {
    expect(() => splitCommand(text)).toThrow(expect.objectContaining({ code: "CLI-001" }));
  });

  it("come back as they went in, when each is quoted (property)", () => {
    const word = fc.string({ unit: "grapheme" }).filter((text) => !text.includes("'"));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (words) => {
        expect(splitCommand(words.map((each) => `'${each}'`).join(" "))).toEqual(words);
      }),
    );
  });
});
