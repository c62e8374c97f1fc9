import type { ExecutionAttestation } from "@parmanasystems/execution";
import type { ComponentChildren } from "preact";
import type { Judged } from "../judge/judge-case.js";
import { isSigned } from "../judge/shown-facts.js";
import { Badge } from "./badge.js";
import { Foreign } from "./text.js";

interface Properties {
  readonly statement: ExecutionAttestation;
  readonly judged: Judged<ExecutionAttestation>;
  readonly isTrusted: boolean;
}

const decisions = { approved: "Approved", rejected: "Rejected", pending_override: "Left to people" } as const;

/** What the attestation says. Whether it was approved says nothing about whether it is genuine, so it has no colour. */
export function DecisionView({ statement, judged, isTrusted }: Properties) {
  const { requester, audience, actionHash, provenance } = statement;
  return (
    <section class="card" aria-labelledby="decision-title">
      <header>
        <h2 id="decision-title">What was decided</h2>
        <Badge isConfirmed={isSigned(judged)} isTrusted={isTrusted} />
      </header>
      <p class="decision">
        <span class="outcome">{decisions[statement.decision]}</span> <Foreign text={statement.reason} />
      </p>
      <dl class="facts">
        <Fact name="Action">
          <Foreign text={statement.action} mono />
        </Fact>
        <Fact name="Policy">
          <Foreign text={`${statement.policyId} ${statement.policyVersion}`} mono />
        </Fact>
        <Fact name="Rule">
          <Foreign text={statement.rule_id} mono />
        </Fact>
        <Fact name="Execution">
          <Foreign text={statement.execution_id} mono />
        </Fact>
        <Fact name="Issued">
          <time>{statement.issuedAt}</time>
        </Fact>
        <Fact name="Asked for by">
          {requester === undefined ? "not stated" : <Foreign text={requester} />}
        </Fact>
        <Fact name="Meant for">{audience === undefined ? "not stated" : <Foreign text={audience} />}</Fact>
        <Fact name="Action's hash">
          {actionHash === undefined ? "not stated" : <Foreign text={actionHash} mono />}
        </Fact>
      </dl>
      <details>
        <summary>Hashes, keys and versions</summary>
        <dl class="facts is-long">
          <Fact name="Fingerprint of the facts">
            <Foreign text={statement.execution_fingerprint} mono />
          </Fact>
          <Fact name="Signing key">
            <Foreign text={statement.keyId} mono />
          </Fact>
          {Object.entries(provenance).map(([name, value]) => (
            <Fact key={name} name={name}>
              <Foreign text={String(value)} mono />
            </Fact>
          ))}
        </dl>
      </details>
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
