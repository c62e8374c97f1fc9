export const outcome = { decision: "approved", action: "yes", reason: "because" };

export const rules = [{ id: "catch-all", condition: { all: [] }, outcome }];

export const base = {
  schemaVersion: "1.0.0",
  signalsSchema: {
    claim_id: { type: "string", maxLength: 64 },
    claim_amount: { type: "integer", minimum: 0, maximum: 100000000 },
    risk_score: { type: "integer", minimum: 0, maximum: 100 },
    note: { type: "string", optional: true },
    when: { type: "date", optional: true },
    price: { type: "decimal", scale: 2, optional: true },
    kind: { type: "enum", values: ["a", "b"], optional: true },
    flag: { type: "boolean", optional: true },
    tags: { type: "list", items: { type: "string" }, maxItems: 5, optional: true },
  },
  rules,
};

export const member = (changes) => ({ ...base, ...changes });

export const signal = (declaration) =>
  member({ signalsSchema: { ...base.signalsSchema, extra: declaration } });

export const optional = (declaration) => signal({ ...declaration, optional: true });

export const condition = (value) => member({ rules: [{ id: "asked", condition: value, outcome }, ...rules] });

export const rule = (value) => member({ rules: [value, ...rules] });

export const pattern = (matches) => condition({ signal: "note", matches });

export const override = (terms) =>
  member({ override: { approverRoles: ["a"], quorum: 1, expiresAfterSeconds: 60, ...terms } });

export const provenance = (terms) => optional({ type: "string", provenance: terms });

export const nested = (depth, inner = { all: [] }) =>
  Array.from({ length: depth }).reduce((value) => ({ not: value }), inner);

export const missing = (name) => Object.fromEntries(Object.entries(base).filter(([known]) => known !== name));
