const AMOUNTS = 90_000;

const SCORES = 80;

/** Facts of claims-approval that are approved; 14 million before they come again. */
export function factsOf(number) {
  return {
    claim_amount: (number % AMOUNTS) + 1,
    risk_score: Math.floor(number / AMOUNTS) % SCORES,
    vip_customer: Math.floor(number / (AMOUNTS * SCORES)) % 2 === 1,
  };
}
