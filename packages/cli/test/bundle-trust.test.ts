import {
  appendFileSync,
  cpSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { auditHome } from "./audit-home.js";
import { parmana } from "./run-parmana.js";

const { directory, home, run, execute } = auditHome();
const file = join(directory, "c-1.evidence.json");
const verified = { exitCode: 0, out: expect.stringMatching(/^VERIFIED/) as unknown };

beforeAll(async () => {
  await execute("c-1", 1200);
  expect(await run("audit", "export", "c-1", "--out", file)).toMatchObject({ exitCode: 0 });
});

/** The home as it is now, at another place. */
function copyOf(name: string): string {
  const copy = join(directory, name);
  cpSync(home, copy, { recursive: true });
  return copy;
}

describe("an evidence bundle beside files of the home that do not open", () => {
  const replaced =
    (name: string, text = "{}") =>
    (copy: string) => {
      writeFileSync(join(copy, name), text);
    };
  const removed = (name: string) => (copy: string) => {
    rmSync(join(copy, name));
  };
  const dangling = (name: string) => (copy: string) => {
    removed(name)(copy);
    symlinkSync(join(copy, "nowhere"), join(copy, name));
  };
  const unsigned = (copy: string) => {
    appendFileSync(join(copy, "policies/index.json"), " ");
  };

  it.each([
    ["an index that is none", replaced("policies/index.json"), "policies/index.json", "POL-040"],
    ["an index that nobody signed", unsigned, "policies/index.json", "TRUST-031"],
    ["an index without its signature", removed("policies/index.sig"), "policies/index.json", "TRUST-001"],
    [
      "an index that is a link to nowhere",
      dangling("policies/index.json"),
      "policies/index.json",
      "TRUST-003",
    ],
    ["a trust root that is none", replaced("trust/trust-root.json"), "trust/trust-root.json", "TRUST-011"],
    [
      "a trust root that is a link to nowhere",
      dangling("trust/trust-root.json"),
      "trust/trust-root.json",
      "TRUST-003",
    ],
    [
      "a root key that is a link to nowhere",
      dangling("trust/root.pub"),
      "trust/trust-root.json",
      "TRUST-003",
    ],
  ])("is not judged by its own copy instead of %s", async (name, spoil, path, code) => {
    const copy = copyOf(name);
    expect(await parmana("verify", file, "--home", copy)).toMatchObject(verified);
    spoil(copy);
    const refused = await parmana("verify", file, "--home", copy);
    expect(refused).toMatchObject({
      exitCode: 1,
      out: "",
      notes: expect.stringContaining(`[${code}]`) as unknown,
    });
    expect(refused.notes).toContain(`This home's own ${join(copy, path)} does not open.`);
    // Whoever names a key asks for nothing of the home.
    const key = ["--root-key", join(home, "trust/root.pub")];
    expect(await parmana("verify", file, ...key, "--home", copy)).toMatchObject(verified);
  });

  it("says so of each of several files", async () => {
    const copy = copyOf("several");
    replaced("policies/index.json")(copy);
    const { exitCode, out } = await parmana("verify", file, file, "--json", "--home", copy);
    expect(exitCode).toBe(1);
    for (const line of out.split("\n"))
      expect(JSON.parse(line)).toEqual({ file, exitCode: 1, code: "POL-040", detail: expect.any(String) });
  });
});

describe("an attestation beside an archived release that cannot be read", () => {
  it("is not judged by the release in force instead", async () => {
    const copy = copyOf("released");
    const attestation = join(directory, "c-1.json");
    const { attestation: encoded } = JSON.parse(readFileSync(file, "utf8")) as { attestation: string };
    writeFileSync(attestation, Buffer.from(encoded, "base64"));
    expect(await parmana("verify", attestation, "--home", copy)).toMatchObject(verified);
    const [release = ""] = readdirSync(join(copy, "releases")).filter((name) => name.endsWith(".json"));
    rmSync(join(copy, "releases", release));
    symlinkSync(join(copy, "nowhere"), join(copy, "releases", release));
    expect(await parmana("verify", attestation, "--home", copy)).toMatchObject({
      exitCode: 2,
      notes: expect.stringContaining("[CLI-004]") as unknown,
    });
  });
});

describe("an evidence bundle in a home that has less", () => {
  it("is judged by its own copy of what is not there", async () => {
    const copy = copyOf("bare");
    rmSync(join(copy, "policies"), { recursive: true });
    expect(await parmana("verify", file, "--home", copy)).toMatchObject(verified);
    rmSync(join(copy, "trust/trust-root.json"));
    expect(await parmana("verify", file, "--home", copy)).toMatchObject(verified);
  });

  it("is judged by the index that is there, with a root key alone", async () => {
    const copy = copyOf("indexed");
    expect(await parmana("policy", "revoke", "claims-approval@1.0.0", "--home", copy)).toMatchObject({
      exitCode: 0,
    });
    rmSync(join(copy, "trust/trust-root.json"));
    expect(await parmana("verify", file, "--home", copy)).toMatchObject({
      exitCode: 1,
      out: expect.stringMatching(/✗ L2 policy-index\.listed/) as unknown,
    });
  });
});

describe("an evidence bundle whose trust root is newer than the home's, and has revoked its policy key", () => {
  const newer = join(directory, "countersigned.evidence.json");
  let older: string;

  beforeAll(async () => {
    older = copyOf("older");
    const copy = copyOf("newer");
    const { roles } = JSON.parse((await parmana("trust", "show", "--json", "--home", copy)).out) as {
      roles: { policy: { keyids: string[] } };
    };
    const [lost = ""] = roles.policy.keyids;
    const words = ["--reason", "lost", "--add", "policy:local", "--install", "--home", copy, "--", lost];
    for (const line of [
      ["trust", "revoke", ...words],
      ["trust", "countersign", "--home", copy],
      ["audit", "export", "c-1", "--out", newer, "--home", copy],
    ])
      expect(await parmana(...line)).toMatchObject({ exitCode: 0 });
    const index = (folder: string) => readFileSync(join(folder, "policies/index.json"), "utf8");
    expect(index(copy)).toBe(index(older));
  });

  it("is judged by the same index, signed again", async () => {
    expect(await parmana("verify", newer, "--home", older)).toMatchObject(verified);
  });

  it("is refused where the home has a later index, which that trust root does not let count", async () => {
    expect(await parmana("policy", "renew", "--home", older)).toMatchObject({ exitCode: 0 });
    expect(await parmana("verify", newer, "--home", older)).toMatchObject({
      exitCode: 1,
      out: expect.stringMatching(/✗ L2 policy-index\.authentic +\[TRUST-036\]/) as unknown,
    });
  });
});
