import { ParmanaError } from "@parmanasystems/canonical";
import { describe, expect, it } from "vitest";
import { policyErrors } from "../src/errors/policy-errors.js";
import { provenanceErrors } from "../src/errors/provenance-errors.js";
import { publicationErrors } from "../src/errors/publication-errors.js";
import { releaseErrors } from "../src/errors/release-errors.js";
import { signalErrors } from "../src/errors/signal-errors.js";
import { trustErrors } from "../src/errors/trust-errors.js";
import { GovernanceError, governanceErrors } from "../src/index.js";

describe("The error table", () => {
  const entries = Object.entries(governanceErrors);

  it("holds every code once", () => {
    const parts = [
      policyErrors,
      provenanceErrors,
      publicationErrors,
      releaseErrors,
      signalErrors,
      trustErrors,
    ].map((table) => Object.keys(table).length);
    expect(entries).toHaveLength(parts.reduce((sum, count) => sum + count, 0));
  });

  it.each(entries)("%s says in sentences what it means and what to do", (code, { meaning, remedy }) => {
    expect(code).toMatch(/^(?:POL|VAL|TRUST|INV)-0[0-9]{2}$/);
    expect(meaning).toMatch(/^.{20,}\.$/s);
    expect(remedy).toMatch(/^.{10,}\.$/s);
  });
});

describe("GovernanceError", () => {
  it("is an error of the project with its own name", () => {
    const error = new GovernanceError("TRUST-001", "The file x does not exist.");
    expect(ParmanaError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({
      name: "GovernanceError",
      message: "[TRUST-001] The file x does not exist.",
    });
  });
});
