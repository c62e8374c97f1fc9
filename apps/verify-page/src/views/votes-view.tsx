import {
  parseResolutionEvidence,
  type ResolutionAttestation,
  type ReviewVote,
} from "@parmanasystems/execution";
import type { Case } from "../judge/case.js";
import { endOf } from "../judge/headline.js";
import type { Judged } from "../judge/judge-case.js";
import { holds, isSigned } from "../judge/shown-facts.js";
import { unlessMalformed } from "../judge/statement.js";
import { Badge } from "./badge.js";
import { Foreign } from "./text.js";

interface Properties {
  readonly judged: Judged<ResolutionAttestation>;
  readonly facts: Case;
  readonly isTrusted: boolean;
}

/** How people, or time, ended what the policy left to them. */
export function VotesView({ judged, facts: { votes: bytes }, isTrusted }: Properties) {
  const { statement } = judged;
  const votes = bytes === undefined ? undefined : unlessMalformed(() => parseResolutionEvidence(bytes).votes);
  const areChecked = isTrusted && holds(judged, "votes.hash", "votes.signatures") && isSigned(judged);
  return (
    <section class="card" aria-labelledby="votes-title">
      <header>
        <h2 id="votes-title">How it ended</h2>
        <Badge
          isConfirmed={isSigned(judged) && (votes === undefined || holds(judged, "votes.hash"))}
          isTrusted={isTrusted}
        />
      </header>
      {statement !== undefined && (
        <p>
          <Foreign text={endOf(statement)} /> Signed at <time>{statement.issuedAt}</time>.
        </p>
      )}
      {votes === undefined ? (
        <p>The votes are not here: none were given, or they could not be read.</p>
      ) : (
        <VotesTable votes={votes} areChecked={areChecked} />
      )}
    </section>
  );
}

function VotesTable({
  votes,
  areChecked,
}: {
  readonly votes: readonly ReviewVote[];
  readonly areChecked: boolean;
}) {
  if (votes.length === 0) return <p>Nobody voted.</p>;
  return (
    <table>
      <caption class="visually-hidden">Votes, in the order in which they were counted</caption>
      <thead>
        <tr>
          <th scope="col">Who</th>
          <th scope="col">Vote</th>
          <th scope="col">Why</th>
          <th scope="col">When, and by whose word</th>
        </tr>
      </thead>
      <tbody>
        {votes.map(({ approver, role, decision, reason, votedAt, keyId }, at) => (
          <tr key={at}>
            <th scope="row">
              <Foreign text={approver} />
              <span class="hint">
                as <Foreign text={role} mono />
              </span>
            </th>
            <td>{decision}</td>
            <td>
              <Foreign text={reason} />
            </td>
            <td>
              <time>{votedAt}</time>
              <span class="hint">{wordOf(keyId, areChecked)}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function wordOf(keyId: string | undefined, areChecked: boolean): string {
  if (keyId === undefined) return "not signed: the runtime's word";
  return areChecked ? `signed with key ${keyId}` : `carries a signature, not confirmed, of key ${keyId}`;
}
