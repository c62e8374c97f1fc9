/** For each signal a claim whose answer hangs on it (vip_customer: on no signal, since no rule reads it). */
export const honestClaims = {
  risk_score: { claim_amount: 50_000, risk_score: 95, vip_customer: false },
  claim_amount: { claim_amount: 5_000_000, risk_score: 10, vip_customer: false },
  vip_customer: { claim_amount: 50_000, risk_score: 10, vip_customer: false },
};

/** What can be wrong with one signal: each takes the claim and the signal's name and returns what arrives. */
const defects = {
  missing: (claim, name) => without(claim, name),
  null: (claim, name) => ({ ...claim, [name]: null }),
  "its text": (claim, name) => ({ ...claim, [name]: String(claim[name]) }),
  "another text": (claim, name) => ({ ...claim, [name]: "high" }),
  float: (claim, name) => ({ ...claim, [name]: Number(claim[name]) + 0.5 }),
  NaN: (claim, name) => ({ ...claim, [name]: NaN }),
  array: (claim, name) => ({ ...claim, [name]: [claim[name]] }),
  negative: (claim, name) => ({ ...claim, [name]: -Math.max(1, Number(claim[name])) }),
  "above maximum": (claim, name) => ({ ...claim, [name]: 1_000_000_000 }),
  misspelt: (claim, name) => ({ ...without(claim, name), [name.replaceAll("_", "-")]: claim[name] }),
  "an extra one": (claim, name) => ({ ...claim, [`${name}_2`]: claim[name] }),
  // As it comes from JSON text: an own member of that name.
  "in __proto__": (claim, name) =>
    JSON.parse(
      `{"__proto__":{"${name}":${String(claim[name])}},${JSON.stringify(without(claim, name)).slice(1)}`,
    ),
  // As it comes from a careless merge: on the prototype.
  inherited: (claim, name) => Object.assign(Object.create({ [name]: claim[name] }), without(claim, name)),
};

function without(claim, name) {
  return Object.fromEntries(Object.entries(claim).filter(([signal]) => signal !== name));
}

/** @returns {{ signal: string, defect: string, signals: object }[]} */
export function badClaims() {
  return Object.entries(honestClaims).flatMap(([signal, claim]) =>
    Object.entries(defects).map(([defect, spoil]) => ({ signal, defect, signals: spoil(claim, signal) })),
  );
}
