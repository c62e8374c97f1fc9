import { expect } from "vitest";

export const claim = (amount: number) => ({
  policyId: "claims-approval",
  policyVersion: "1.0.0",
  signals: { claim_amount: amount, risk_score: 10, vip_customer: false },
});

export interface Answer {
  readonly idempotencyKey: string;
  readonly body: string;
}

/** Requests with one API key. */
export interface Callers {
  evaluate(url: string, body: object, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** Sends requests with keys of their own; what was answered with 200 is kept. */
  load(urls: readonly string[], first: number, count: number): Promise<Answer[]>;
}

export function callersOf(apiKey: string): Callers {
  const callers: Callers = {
    evaluate: (url, body, headers = {}) =>
      fetch(`${url}/evaluate`, {
        method: "POST",
        headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      }),
    async load(urls, first, count) {
      const answers: Answer[] = [];
      await Promise.all(
        Array.from(Array(count).keys(), async (index) => {
          const idempotencyKey = `load-${String(first + index)}`;
          const url = urls[index % urls.length] ?? "";
          try {
            const response = await callers.evaluate(url, claim(first + index), {
              "idempotency-key": idempotencyKey,
            });
            const body = await response.text();
            if (response.status === 200) answers.push({ idempotencyKey, body });
          } catch {
            // The node is gone: nobody knows what became of this one.
          }
        }),
      );
      return answers;
    },
  };
  return callers;
}

/** No facts and no id are attested twice, and what was answered is what is recorded. */
export function requireOnce(
  entries: readonly {
    readonly entry: { event: string; execution_id: string; execution_fingerprint: string };
  }[],
  answers: readonly Answer[],
): void {
  const attested = entries.filter(({ entry }) => entry.event === "attested").map(({ entry }) => entry);
  expect(new Set(attested.map((entry) => entry.execution_id)).size).toBe(attested.length);
  expect(new Set(attested.map((entry) => entry.execution_fingerprint)).size).toBe(attested.length);
  const recorded = new Set(attested.map((entry) => entry.execution_id));
  for (const { body } of answers) {
    const { execution_id } = JSON.parse(body) as { execution_id: string };
    expect(recorded.has(execution_id)).toBe(true);
  }
}
