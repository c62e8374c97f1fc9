import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

describe("the demo, from the built packages", () => {
  it("shows every promise, twice in a row, and ends by itself", () => {
    const demo = fileURLToPath(new URL("../demo.mjs", import.meta.url));
    for (let run = 1; run <= 2; run += 1) {
      const { status, stdout, stderr, error } = spawnSync(process.execPath, [demo], {
        encoding: "utf8",
        timeout: 80_000,
      });
      if (error !== undefined) throw error;
      expect(stderr).toBe("");
      expect(status).toBe(0);
      expect(stdout).toMatch(/approved {9}claims-approval, rule small-claim/);
      expect(stdout).toMatch(/rejected {9}claims-approval, rule high-risk/);
      expect(stdout).toMatch(/pending_override claims-approval, rule catch-all/);
      expect(stdout).toContain("verified at level L4");
      expect(stdout.match(/\[INV-013\]/g)).toHaveLength(2);
      expect(stdout).toMatch(/✗ evidence\.signals-hash \[INV-/);
      expect(stdout).toMatch(/✗ attestation\.signature \[INV-/);
      expect(stdout).toMatch(/application\/vnd\.in-toto\+json.*accepted/);
    }
  });
});
