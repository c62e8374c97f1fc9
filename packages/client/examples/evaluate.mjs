import { createClient, ParmanaApiError } from "@parmanasystems/client";

// npm start in a checkout runs a server and prints a key for it.
const { PARMANA_URL = "http://127.0.0.1:3000", PARMANA_API_KEY } = process.env;
const client = createClient({ baseUrl: PARMANA_URL, ...(PARMANA_API_KEY && { apiKey: PARMANA_API_KEY }) });

if (await client.healthy()) {
  try {
    const order = `order-${Date.now()}`;
    const { attestation, replayed } = await client.evaluate(
      {
        policyId: "claims-approval",
        policyVersion: "1.0.0",
        signals: { claim_amount: Date.now() % 90_000, risk_score: 12, vip_customer: false },
      },
      { idempotencyKey: order },
    );
    console.log(attestation.decision, attestation.rule_id, replayed ? "decided before" : "decided now");
    const { verdict, level } = await client.verify({ attestation, level: "L2" });
    console.log(verdict, level);
  } catch (error) {
    if (!ParmanaApiError.isInstance(error)) throw error;
    console.log(error.status, error.code, error.detail, `request ${error.requestId}`);
  }
} else {
  console.log(`No server answers at ${PARMANA_URL}.`);
}
