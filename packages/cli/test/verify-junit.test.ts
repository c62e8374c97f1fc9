import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseXml, type XmlElement } from "@parmanasystems/testkit";
import { auditHome } from "./audit-home.js";
import { parmana, parmanaWith } from "./run-parmana.js";

const audit = auditHome();
const directory = mkdtempSync(join(tmpdir(), "parmana-junit-"));
const at = (name: string) => join(directory, name);
const junit = at("report.xml");

beforeAll(async () => {
  mkdirSync(at("files"));
  const { out } = await audit.run(
    "execute",
    "claims-approval",
    ...["claim_amount=1200", "risk_score=12", "vip_customer=false"].flatMap((signal) => ["--signal", signal]),
    "--execution-id",
    "good",
    "--json",
  );
  writeFileSync(at("files/good.json"), out);
  writeFileSync(at('files/forged <&> "x".json'), out.replace('"approved"', '"rejected"'));
  writeFileSync(at("files/broken.json"), "{");
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const verify = (...words: string[]) => audit.run("verify", ...words, "--junit", junit);
const suite = () => {
  const { root } = parseXml(readFileSync(junit, "utf8"));
  const [found] = root.children;
  expect(root.name).toBe("testsuites");
  if (found === undefined) throw new Error("The suite is missing.");
  return found;
};
const attribute = (element: XmlElement | undefined, name: string) => element?.attributes.get(name);

describe("parmana verify --junit", () => {
  it("has a test case for each file: passed, failed or in error, and counts them", async () => {
    expect(await verify(at("files"))).toMatchObject({ exitCode: 2 });
    const found = suite();
    expect(["tests", "failures", "errors"].map((name) => attribute(found, name))).toEqual(["3", "1", "1"]);
    const [broken, forged, good] = found.children;
    expect(attribute(broken, "name")).toBe(at("files/broken.json"));
    expect(broken?.children).toMatchObject([{ name: "error" }]);
    expect(attribute(broken?.children[0], "type")).toBe("CANONICAL-010");
    expect(attribute(forged, "name")).toBe(at('files/forged <&> "x".json'));
    expect(forged?.children).toMatchObject([{ name: "failure", text: expect.stringContaining("[INV-065]") }]);
    expect(attribute(forged?.children[0], "message")).toBe("1 check failed");
    expect(good?.children).toEqual([]);
  });

  it("is the same for equal runs, and for one file by itself", async () => {
    await verify(at("files"));
    const first = readFileSync(junit);
    await verify(at("files"), "--json");
    expect(readFileSync(junit)).toEqual(first);
    expect(await verify(at("files/good.json"))).toMatchObject({ exitCode: 0 });
    expect(suite().children).toHaveLength(1);
    expect(await verify(at("files/broken.json"))).toMatchObject({ exitCode: 2 });
    expect(suite().children[0]?.children[0]?.name).toBe("error");
    expect(await verify(at("files/good.json"), "--level", "L4")).toMatchObject({ exitCode: 1 });
    expect(attribute(suite().children[0]?.children[0], "type")).toBe("level");
  });

  it("says so where the run ended before all was judged", async () => {
    // This home's ledger, index and release are those of the other; its root key is none.
    cpSync(audit.home, at("home"), { recursive: true });
    writeFileSync(at("home/trust/root.pub"), "no key");
    mkdirSync(at("no files"), { recursive: true });
    for (const [code, ...words] of [
      ["KEY-002", at("files/good.json"), "--home", at("home")],
      ["CLI-002", at("files"), "--home", at("nowhere")],
      ["CLI-066", at("no files"), "--home", audit.home],
    ] as const) {
      writeFileSync(junit, "<testsuites/>");
      expect((await parmana("verify", ...words, "--junit", junit)).exitCode).not.toBe(0);
      const found = suite();
      expect(attribute(found.children[0]?.children[0], "type")).toBe(code);
      expect(Number(attribute(found, "failures")) + Number(attribute(found, "errors"))).toBe(1);
    }
  });

  it("says so where what failed is no error of ours", async () => {
    const out = () => {
      throw new TypeError("this stream is closed");
    };
    const words = ["verify", at("files"), "--json", "--home", audit.home, "--junit", junit];
    await expect(parmanaWith({ out }, ...words)).rejects.toBeInstanceOf(TypeError);
    const last = suite().children.at(-1);
    expect(attribute(last, "name")).toBe("the whole run");
    expect(attribute(last?.children[0], "type")).toBe("UNEXPECTED");
  });

  it("is no report at all, to any parser, until it is finished", async () => {
    let unfinished = "";
    const note = () => {
      unfinished = readFileSync(junit, "utf8");
    };
    // Large enough to be written on the way.
    for (let number = 0; number < 400; number += 1)
      writeFileSync(join(at("files"), `many-${String(number)}.json`), '{"signature":1}');
    await parmanaWith(
      { progress: note, note },
      ...["verify", at("files"), "--home", audit.home, "--junit", junit],
    );
    for (let number = 0; number < 400; number += 1) rmSync(join(at("files"), `many-${String(number)}.json`));
    expect(unfinished).toMatch(/^unfinished/);
  });

  it("overwrites nothing that is no report, and nothing that is read", async () => {
    const good = at("files/good.json");
    const before = readFileSync(good);
    linkSync(good, at("link.json"));
    symlinkSync(good, at("symlink.json"));
    for (const [path, ...words] of [
      [good, good],
      [at("link.json"), good],
      [at("symlink.json"), good],
      [good, at("files")],
      [good, at("files"), at("files/broken.json")],
      [join(audit.home, "trust/root.pub"), at("files")],
      [at("new.xml"), at("new.xml")],
    ] as const) {
      const run = await audit.run("verify", ...words, "--junit", path);
      expect(run).toMatchObject({ exitCode: 2, out: "", notes: expect.stringMatching(/CLI-00[14]/) });
    }
    expect(readFileSync(good)).toEqual(before);
    expect(await audit.run("verify", good)).toMatchObject({ exitCode: 0 });
    expect(existsSync(at("new.xml"))).toBe(false);
    // Which file a link in a circle is, nobody can tell; that is a finding, and ends nothing.
    symlinkSync(at("circle.json"), at("circle.json"));
    expect(await verify(at("circle.json"), good)).toMatchObject({ exitCode: 2 });
    expect(suite().children.map(({ children }) => children.length)).toEqual([1, 0]);
    // An earlier report is for the next one to replace, whoever wrote it, unless it is verified itself.
    writeFileSync(junit, '<?xml version="1.0"?><testsuites/>');
    expect(await audit.run("verify", junit, "--junit", junit)).toMatchObject({ exitCode: 2 });
    expect(readFileSync(junit, "utf8")).toBe('<?xml version="1.0"?><testsuites/>');
    expect(await verify(good)).toMatchObject({ exitCode: 0 });
  });

  it("is written before anything is judged, or not at all", async () => {
    const words = ["verify", at("files"), "--junit", at("nowhere/report.xml"), "--json"];
    expect(await audit.run(...words)).toMatchObject({
      exitCode: 2,
      out: expect.stringMatching(/^\{\n {2}"error": \{\n {4}"code": "CLI-004"/) as unknown,
    });
  });
});
