import type { ExecutionAttestation } from "@parmanasystems/execution";
import type { Policy } from "@parmanasystems/governance";
import type { Evidence, SignalProvenance } from "@parmanasystems/provenance";
import type { Judged } from "../judge/judge-case.js";
import { holds, isSigned, type Shown } from "../judge/shown-facts.js";
import { Badge } from "./badge.js";
import { Foreign, Value } from "./text.js";

interface Properties {
  readonly judged: Judged<ExecutionAttestation>;
  readonly evidence: Shown<Evidence> | undefined;
  readonly policy: Policy | undefined;
  readonly isTrusted: boolean;
}

/** The facts that were decided on, and who stated each. */
export function SignalsView({ judged, evidence, policy, isTrusted }: Properties) {
  if (evidence === undefined) {
    return (
      <section class="card" aria-labelledby="signals-title">
        <h2 id="signals-title">What it saw</h2>
        <p>The signals are not here: no evidence was given, it was erased, or it could not be read.</p>
      </section>
    );
  }
  const { signals, signalProvenance } = evidence.value;
  const areOriginsMet = isTrusted && isSigned(judged) && holds(judged, "evidence.provenance-met");
  return (
    <section class="card" aria-labelledby="signals-title">
      <header>
        <h2 id="signals-title">What it saw</h2>
        <Badge isConfirmed={evidence.isConfirmed} isTrusted={isTrusted} />
      </header>
      <table>
        <caption class="visually-hidden">Signals, their values and where they come from</caption>
        <thead>
          <tr>
            <th scope="col">Signal</th>
            <th scope="col">Value</th>
            <th scope="col">Where it comes from</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(signals).map(([name, value]) => {
            const declaration = policy?.signals.get(name);
            const origin = Object.hasOwn(signalProvenance, name) ? signalProvenance[name] : undefined;
            return (
              <tr key={name}>
                <th scope="row">
                  <Foreign text={name} mono />
                  {declaration?.description !== undefined && (
                    <span class="hint">
                      <Foreign text={declaration.description} />
                    </span>
                  )}
                </th>
                <td>
                  <Value value={value} />
                </td>
                <td>
                  <Origin origin={origin} areOriginsMet={areOriginsMet} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p class="hint">That these values were stated does not make them true.</p>
    </section>
  );
}

interface OriginProperties {
  readonly origin: SignalProvenance | undefined;
  readonly areOriginsMet: boolean;
}

function Origin({ origin, areOriginsMet }: OriginProperties) {
  if (origin === undefined) return <span class="hint">the caller; no source is stated</span>;
  return (
    <ul class="origin">
      <li>
        <Foreign text={origin.source} mono />
      </li>
      {origin.observedAt !== undefined && <li>observed {origin.observedAt}</li>}
      {origin.subject !== undefined && (
        <li>
          about <Foreign text={origin.subject} mono />
        </li>
      )}
      {origin.evidenceHash !== undefined && (
        <li>
          read from a document with <Foreign text={origin.evidenceHash} mono />
        </li>
      )}
      <li>{signatureWords(origin, areOriginsMet)}</li>
    </ul>
  );
}

/** Every signature there is was verified where that check passed, demanded or not. */
function signatureWords({ attestation }: SignalProvenance, areOriginsMet: boolean): string {
  if (attestation === undefined) return "not signed by its source";
  if (areOriginsMet) return `signed by its source, key ${attestation.keyid}`;
  return `carries a signature, not confirmed, of key ${attestation.keyid}`;
}
