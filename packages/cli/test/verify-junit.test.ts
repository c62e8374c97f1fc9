import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseXml, type XmlElement } from "@parmanasystems/testkit";
import { auditHome } from "./audit-home.js";

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

  it("is written before anything is judged, or not at all", async () => {
    const words = ["verify", at("files"), "--junit", at("nowhere/report.xml"), "--json"];
    expect(await audit.run(...words)).toMatchObject({
      exitCode: 2,
      out: expect.stringMatching(/^\{\n {2}"error": \{\n {4}"code": "CLI-004"/) as unknown,
    });
  });
});
