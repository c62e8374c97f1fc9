import { formatTimestamp, sha256 } from "@parmanasystems/canonical";
import {
  attestSignal,
  type ObservedSignal,
  type SignalProvenance,
  signalStatementBytes,
  type SignalValue,
} from "@parmanasystems/provenance";
import { encodeBase64, type LocalSigner, payloadTypes } from "@parmanasystems/signing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type GovernanceErrorCode,
  parsePolicy,
  type ProvenanceInput,
  requireProvenance,
  type TrustedKey,
  type TrustRoot,
  validateSignals,
} from "../src/index.js";
import { withSignals } from "./example-policy.js";
import { documentBytes } from "./policy-arbitrary.js";
import { delegation, NOW, parsedTrustRoot, refusal, signerOf, trustedKey } from "./signed-fixtures.js";

const SECOND_MS = 1_000;
const DECIDED = NOW + 3_600 * SECOND_MS;
const observedAt = formatTimestamp(DECIDED - 60 * SECOND_MS);

/** `amount` is declared with the demand given, beside the signals it may refer to. */
function demanding(provenance?: object) {
  const amount = { type: "integer", minimum: -10, maximum: 100 };
  return parsePolicy(
    documentBytes(
      withSignals({
        claim_id: { type: "string", minLength: 1, maxLength: 300 },
        claim_number: { type: "integer", minimum: 0, maximum: 2 ** 53 - 1 },
        amount: provenance === undefined ? amount : { ...amount, provenance },
        paid: { ...amount, optional: true, ...(provenance === undefined ? {} : { provenance }) },
        tags: { type: "list", items: { type: "string" }, maxItems: 4, optional: true },
      }),
    ),
  );
}

/** One key for each of the sources claims-db and crm, and the usual roles. */
function trusting(changes: Partial<Omit<TrustedKey, "keyId">> = {}, threshold = 1): TrustRoot {
  const names = ["root", "runtime", "claims-db", "claims-db-2", "crm"];
  return parsedTrustRoot({
    keys: names.map((name) => trustedKey(name, name === "claims-db" ? changes : {})),
    roles: new Map([
      ["root", delegation(1, "root")],
      ["runtime", delegation(1, "runtime")],
      ["source:claims-db", delegation(threshold, "claims-db", "claims-db-2")],
      ["source:crm", delegation(1, "crm")],
    ]),
  });
}

const trustRoot = trusting();
const plain = { claim_id: "claim 17", claim_number: 17, amount: 12 };

type Given = Omit<Partial<ProvenanceInput>, "signals"> & {
  readonly signals?: Readonly<Record<string, SignalValue>>;
  readonly demand?: object;
};

function judge({ signals = plain, demand, ...given }: Given): void {
  const policy = given.policy ?? demanding(demand);
  requireProvenance({
    policy,
    provenance: {},
    executionId: "e-1",
    now: DECIDED,
    trustRoot,
    ...given,
    signals: validateSignals(policy, signals),
  });
}

function refuses(code: GovernanceErrorCode, given: Given, signal = "amount"): void {
  expect(() => {
    judge(given);
  }).toThrow(refusal(code));
  expect(() => {
    judge(given);
  }).toThrow(expect.objectContaining({ details: expect.objectContaining({ signal }) }));
}

/** Signed for this execution by claims-db, a minute ago, unless told otherwise. */
async function signed(
  changes: { readonly [Name in keyof ObservedSignal]?: unknown } = {},
  signer: LocalSigner = signerOf("claims-db"),
): Promise<SignalProvenance> {
  const named = changes.subject === undefined ? { executionId: "e-1" } : {};
  const observed = {
    signal: "amount",
    value: 12,
    source: "claims-db",
    observedAt,
    ...named,
    ...changes,
  };
  const { provenance } = await attestSignal(observed as ObservedSignal, signer);
  return provenance;
}

function without(record: SignalProvenance, name: "observedAt" | "attestation"): SignalProvenance {
  const copy = { ...record };
  expect(Object.keys(copy)).toContain(name);
  Reflect.deleteProperty(copy, name);
  return copy;
}

describe("A policy that demands nothing", () => {
  it("takes plain values, and unsigned provenance as the caller's word", () => {
    judge({});
    judge({ provenance: { amount: { source: "anyone", observedAt: "9998-01-01T00:00:00.000Z" } } });
    judge({ provenance: { amount: { source: "anyone", subject: "anything" } }, executionId: undefined });
  });

  it("takes a signature that holds, and never ignores one that does not (threat 61)", async () => {
    const record = await signed();
    judge({ provenance: { amount: record } });
    refuses("VAL-035", { provenance: { amount: record }, executionId: "e-2" });
    refuses("VAL-035", { provenance: { amount: { ...record, source: "crm" } } });
    refuses("VAL-035", { provenance: { paid: record }, signals: { ...plain, paid: 12 } }, "paid");
  });
});

describe("A demanded origin", () => {
  const demand = { sources: ["claims-db", "crm"] };

  it("must be stated at all: a stripped signal is refused (threat 61)", () => {
    for (const each of [demand, { maxAgeSeconds: 300 }, { signed: true }]) {
      refuses("VAL-030", { demand: each });
    }
    judge({ demand, provenance: { amount: { source: "claims-db" } } });
    judge({ demand, provenance: { amount: { source: "crm" } } });
  });

  it("is not demanded of an optional signal that was left out, and of one that is there it is", () => {
    const provenance = { amount: { source: "crm" } };
    judge({ demand, provenance });
    refuses("VAL-030", { demand, provenance, signals: { ...plain, paid: 1 } }, "paid");
  });

  it("must be one of the sources (threat 61)", () => {
    for (const source of ["CRM", "crm ", "source:crm", "claims-db,crm", "toString"]) {
      refuses("VAL-031", { demand, provenance: { amount: { source } } });
    }
  });

  it("is judged signal by signal in the order of the policy, and demand by demand", () => {
    const signals = { paid: 1, ...plain };
    const both = { sources: ["crm"], maxAgeSeconds: 300, signed: true };
    refuses("VAL-030", { demand: both, signals });
    refuses("VAL-031", { demand: both, signals, provenance: { amount: { source: "x" } } });
    refuses("VAL-032", { demand: both, signals, provenance: { amount: { source: "crm" } } });
    refuses("VAL-034", { demand: both, signals, provenance: { amount: { source: "crm", observedAt } } });
  });

  it("names neither values nor long texts of the caller in a refusal", () => {
    const source = "\u202e".repeat(256);
    expect(() => {
      judge({ demand, provenance: { amount: { source } } });
    }).toThrow(expect.objectContaining({ message: expect.stringMatching(/^.{1,200}$/u) }));
  });
});

describe("A demanded age", () => {
  const demand = { maxAgeSeconds: 300 };
  const observed = (agoMs: number) => ({
    amount: { source: "crm", observedAt: formatTimestamp(DECIDED - agoMs) },
  });

  it("counts to the millisecond (threat 61)", () => {
    judge({ demand, provenance: observed(0) });
    judge({ demand, provenance: observed(300 * SECOND_MS) });
    refuses("VAL-032", { demand, provenance: observed(300 * SECOND_MS + 1) });
  });

  it("is never met by a time that has not come, or by none", () => {
    refuses("VAL-033", { demand, provenance: observed(-1) });
    refuses("VAL-032", { demand, provenance: { amount: { source: "crm" } } });
    const never = { source: "crm", observedAt: "never" };
    refuses("VAL-032", { demand, provenance: { amount: never } });
  });

  it("is never met under a clock that is not a number", () => {
    refuses("VAL-033", { demand, provenance: observed(0), now: Number.NaN });
    refuses("VAL-032", { demand, provenance: observed(0), now: Number.POSITIVE_INFINITY });
  });
});

describe("A demanded signature", () => {
  const demand = { sources: ["claims-db"], signed: true };

  it("must be there, by the source, for this execution", async () => {
    const record = await signed();
    judge({ demand, provenance: { amount: record } });
    refuses("VAL-034", { demand, provenance: { amount: without(record, "attestation") } });
    refuses("VAL-035", { demand, provenance: { amount: record }, executionId: "e-2" });
  });

  it("needs an execution id that the source could know", async () => {
    refuses("VAL-037", { demand, provenance: { amount: await signed() }, executionId: undefined });
    refuses("VAL-037", { provenance: { amount: await signed() }, executionId: undefined });
  });

  it("for a subject does not stand in for one for the execution: it could be used again", async () => {
    refuses("VAL-036", { demand, provenance: { amount: await signed({ subject: "claim 17" }) } });
  });

  it.each([
    ["another signal", { signal: "paid" }],
    ["another value", { value: 13 }],
    ["the value as a text", { value: "12" }],
    ["the value in a list", { value: [12] }],
    ["another source", { source: "crm" }],
    ["another time", { observedAt: formatTimestamp(DECIDED - 61 * SECOND_MS) }],
    ["another document", { evidenceHash: sha256("page 3") }],
    ["another execution", { executionId: "e-2" }],
  ])("over %s is refused (threat 61)", async (...[, change]) => {
    const { attestation } = await signed(change);
    const record = await signed();
    refuses("VAL-035", {
      demand,
      provenance: { amount: { ...record, ...(attestation && { attestation }) } },
    });
  });

  it("over another type of document is refused, also when its bytes are the same (threat 14)", async () => {
    const record = await signed();
    const statement = signalStatementBytes({
      signal: "amount",
      value: 12,
      provenance: record,
      executionId: "e-1",
    });
    const { keyId } = signerOf("claims-db");
    for (const payloadType of Object.values(payloadTypes)) {
      const sig = encodeBase64(signerOf("claims-db").signSync(payloadType, statement));
      const given = { demand, provenance: { amount: { ...record, attestation: { keyid: keyId, sig } } } };
      if (payloadType === payloadTypes.signal) judge(given);
      else refuses("VAL-035", given);
    }
  });

  it("is over canonical bytes: 0 and -0 are one value, a list is one value in one order", async () => {
    const zero = await signed({ value: -0 });
    judge({ demand, signals: { ...plain, amount: 0 }, provenance: { amount: zero } });
    judge({ demand, signals: { ...plain, amount: -0 }, provenance: { amount: zero } });
    const amount = await signed();
    const tags = await signed({ signal: "tags", value: ["a", "b"] });
    const provenance = { amount, tags };
    judge({ demand, signals: { ...plain, tags: ["a", "b"] }, provenance });
    for (const others of [["b", "a"], ["a"], ["a", "b", "b"], ["a,b"], []]) {
      refuses("VAL-035", { demand, signals: { ...plain, tags: others }, provenance }, "tags");
    }
  });

  it("without a time, or from the future, is refused whatever the policy demands", async () => {
    const timeless = without(await signed(), "observedAt");
    const ahead = await signed({ observedAt: formatTimestamp(DECIDED + 1) });
    for (const each of [demand, undefined]) {
      const given = each === undefined ? {} : { demand: each };
      refuses("VAL-032", { ...given, provenance: { amount: timeless } });
      refuses("VAL-033", { ...given, provenance: { amount: ahead } });
    }
  });

  it("may not be stale either where an age is demanded (threat 61)", async () => {
    const record = await signed();
    const fresh = { ...demand, maxAgeSeconds: 60 };
    judge({ demand: fresh, provenance: { amount: record } });
    refuses("VAL-032", { demand: fresh, provenance: { amount: record }, now: DECIDED + 1 });
    // An edited time is not the one that was signed.
    const edited = { ...record, observedAt: formatTimestamp(DECIDED) };
    refuses("VAL-035", { demand: fresh, provenance: { amount: edited } });
  });
});

describe("The key of a signature", () => {
  const refusedFor = (cause: string, given: Given): void => {
    refuses("VAL-035", given);
    expect(() => {
      judge(given);
    }).toThrow(expect.objectContaining({ cause: expect.objectContaining({ code: cause }) }));
  };

  it("must serve the role of the very source (threats 14 and 61)", async () => {
    judge({ provenance: { amount: await signed({}, signerOf("claims-db-2")) } });
    for (const name of ["crm", "runtime", "root", "stranger"]) {
      refusedFor("TRUST-034", { provenance: { amount: await signed({}, signerOf(name)) } });
    }
    for (const source of ["nobody", "toString", "__proto__", ":runtime", "claims-db:"]) {
      refusedFor("TRUST-033", { provenance: { amount: await signed({ source }) } });
    }
  });

  it("must have made the signature, whatever key it names (threat 17)", async () => {
    const { attestation, ...record } = await signed({}, signerOf("stranger"));
    const named = { keyid: signerOf("claims-db").keyId, sig: attestation?.sig ?? "" };
    refuses("VAL-035", { provenance: { amount: { ...record, attestation: named } } });
    refusedFor("SIG-001", { provenance: { amount: { ...record, attestation: { ...named, sig: "?" } } } });
  });

  it("must be valid when the source observed the value", async () => {
    const provenance = { amount: await signed() };
    const at = DECIDED - 60 * SECOND_MS;
    judge({ provenance, trustRoot: trusting({ validFrom: at, validUntil: at + 1 }) });
    refusedFor("TRUST-035", { provenance, trustRoot: trusting({ validUntil: at }) });
    refusedFor("TRUST-035", { provenance, trustRoot: trusting({ validFrom: at + 1 }) });
  });

  it("must not be revoked, whenever that was: it could have dated the value back (threat 25)", async () => {
    const provenance = { amount: await signed() };
    const at = DECIDED - 60 * SECOND_MS;
    const revoked = (revokedAt: number) => trusting({ status: "revoked", revokedAt });
    refusedFor("TRUST-036", { provenance, trustRoot: revoked(at) });
    refusedFor("TRUST-037", { provenance, trustRoot: revoked(at + 1) });
    refusedFor("TRUST-037", { provenance, trustRoot: revoked(DECIDED + 1) });
  });

  it("may be retired: what it signed inside its validity holds", async () => {
    judge({ provenance: { amount: await signed() }, trustRoot: trusting({ status: "retired" }) });
  });

  it("must be enough alone", async () => {
    refusedFor("TRUST-038", { provenance: { amount: await signed() }, trustRoot: trusting({}, 2) });
  });
});

describe("A demanded subject", () => {
  const demand = { signed: true, subject: "claim_id" };

  it("is the value of the signal that the policy names, whatever the execution", async () => {
    const provenance = { amount: await signed({ subject: "claim 17" }) };
    for (const executionId of ["e-1", "e-2", undefined]) judge({ demand, provenance, executionId });
  });

  it("may be a number, in decimal digits", async () => {
    const byNumber = { signed: true, subject: "claim_number" };
    for (const claim_number of [0, -0, 17, 2 ** 53 - 1]) {
      const provenance = { amount: await signed({ subject: String(claim_number) }) };
      judge({ demand: byNumber, signals: { ...plain, claim_number }, provenance });
    }
    for (const subject of ["17.0", "017", "1.7e1", " 17", "+17"]) {
      refuses("VAL-036", { demand: byNumber, provenance: { amount: await signed({ subject }) } });
    }
  });

  it("is not another one, nor the execution (threat 61)", async () => {
    for (const change of [{ subject: "claim 18" }, { subject: "17" }, {}]) {
      refuses("VAL-036", { demand, provenance: { amount: await signed(change) } });
    }
    const moved = { ...(await signed({ subject: "claim 18" })), subject: "claim 17" };
    refuses("VAL-035", { demand, provenance: { amount: moved } });
    const { attestation, ...forExecution } = await signed();
    const added = { ...forExecution, subject: "claim 17", ...(attestation && { attestation }) };
    refuses("VAL-035", { demand, provenance: { amount: added } });
  });

  it("is never met by what cannot be one", async () => {
    const long = "c".repeat(257);
    const provenance = { amount: await signed({ subject: long.slice(0, 256) }) };
    refuses("VAL-036", { demand, signals: { ...plain, claim_id: long }, provenance });
  });
});

describe("Provenance of what is not there", () => {
  it("is refused: nobody would look at it, and it would be attested", () => {
    const record = { source: "crm" };
    for (const name of ["paid", "nothing", "toString", "__proto__"]) {
      refuses("VAL-038", { provenance: Object.fromEntries([[name, record]]) }, name);
    }
    refuses("VAL-038", { provenance: { zz: record, paid: record, b: record } }, "b");
  });

  it("is refused also of a signal that is there and that the policy does not declare", () => {
    expect(() => {
      requireProvenance({
        policy: demanding(),
        signals: { ...plain, colour: "red" },
        provenance: { colour: { source: "crm" } },
        executionId: "e-1",
        now: DECIDED,
        trustRoot,
      });
    }).toThrow(refusal("VAL-038"));
  });
});

describe("No change of what a source signed", () => {
  it("is ever taken for what it signed (threat 61)", async () => {
    const demand = { sources: ["claims-db", "crm"], maxAgeSeconds: 300, signed: true };
    const record = await signed({ evidenceHash: sha256("page 3") });
    const policy = demanding(demand);
    const other: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
      fc.constant({ source: "crm" }),
      fc.integer({ min: 0, max: 299 }).map((s) => ({ observedAt: formatTimestamp(DECIDED - s * SECOND_MS) })),
      fc.string().map((text) => ({ evidenceHash: sha256(text) })),
      fc.constantFrom("claims-db-2", "crm", "runtime").map((name) => ({
        attestation: { ...record.attestation, keyid: signerOf(name).keyId },
      })),
      fc.uint8Array({ minLength: 64, maxLength: 64 }).map((bytes) => ({
        attestation: { ...record.attestation, sig: encodeBase64(bytes) },
      })),
    );
    const facts = fc.record({
      amount: fc.integer({ min: -10, max: 100 }),
      executionId: fc.constantFrom("e-1", "e-2", "e-1 "),
      change: fc.option(other, { nil: {} }),
    });
    judge({ policy, provenance: { amount: record } });
    fc.assert(
      fc.property(facts, ({ amount, executionId, change }) => {
        const changed = { ...record, ...change };
        const same =
          amount === 12 && executionId === "e-1" && JSON.stringify(changed) === JSON.stringify(record);
        const attempt = (): void => {
          judge({ policy, signals: { ...plain, amount }, provenance: { amount: changed }, executionId });
        };
        if (same) attempt();
        else expect(attempt).toThrow(refusal("VAL-035"));
      }),
      { numRuns: 500 },
    );
  });
});

describe("A polluted Object.prototype (threat 58)", () => {
  it("demands nothing that the policy does not", () => {
    const policy = demanding();
    const demand = { sources: ["crm"], signed: true };
    Object.defineProperty(Object.prototype, "provenance", { value: demand, configurable: true });
    const judged = (): string => {
      judge({ policy });
      return "accepted";
    };
    let outcome: string;
    try {
      outcome = judged();
    } finally {
      Reflect.deleteProperty(Object.prototype, "provenance");
    }
    expect(outcome).toBe("accepted");
  });

  it("neither meets nor lifts a demand", async () => {
    const policy = demanding({ sources: ["crm"], maxAgeSeconds: 300, signed: true });
    const record = await signed({ source: "crm" }, signerOf("crm"));
    const { attestation, observedAt: time, ...bare } = record;
    const inherited = { amount: record, provenance: undefined, attestation, observedAt: time, subject: "x" };
    const outcome = (given: SignalProvenance | undefined): unknown => {
      try {
        judge({ policy, provenance: given === undefined ? {} : { amount: given } });
        return "accepted";
      } catch (error) {
        return error instanceof Error ? error.message.slice(1, 8) : error;
      }
    };
    for (const [name, value] of Object.entries(inherited)) {
      Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
    }
    let outcomes: unknown;
    try {
      outcomes = [outcome(undefined), outcome(bare), outcome({ ...bare, observedAt }), outcome(record)];
    } finally {
      for (const name of Object.keys(inherited)) Reflect.deleteProperty(Object.prototype, name);
    }
    expect(outcomes).toEqual(["VAL-030", "VAL-032", "VAL-034", "accepted"]);
  });
});
