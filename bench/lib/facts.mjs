const AMOUNTS = 90_000;

/** Facts of claims-approval that are approved; 7 million before they come again. */
export function factsOf(number) {
  return {
    claim_amount: (number % AMOUNTS) + 1,
    risk_score: Math.floor(number / AMOUNTS) % 80,
    vip_customer: false,
  };
}
