import { formatTimestamp } from "@parmanasystems/canonical";
import type { ComponentChildren } from "preact";
import { claimOf, endOf, headlineOf, type Tone } from "../judge/headline.js";
import type { Judgement } from "../judge/judge-case.js";
import { Findings } from "./findings.js";
import { Icon, type IconName } from "./icon.js";
import { Ladder } from "./ladder.js";
import { LeftOut } from "./left-out.js";
import { attestationLevels, resolutionLevels } from "./level-names.js";
import { Foreign } from "./text.js";

const icons = { holds: "pass", unsafe: "warn", refused: "fail" } as const satisfies Record<Tone, IconName>;

/** Word, sign and colour say the same; what is claimed stands below, as a claim. */
export function VerdictView({ judgement }: { readonly judgement: Judgement }) {
  const { attestation, resolution, facts, terms } = judgement;
  const { tone, verdict, sentence } = headlineOf(judgement);
  return (
    <section class={`verdict is-${tone}`} aria-labelledby="verdict-title">
      <Icon name={icons[tone]} />
      <div>
        <h2 id="verdict-title">{verdict}</h2>
        <p class="verdict-sentence">{sentence}</p>
        {attestation?.statement !== undefined && (
          <Claim tone={tone}>
            <Foreign text={claimOf(attestation.statement)} />
          </Claim>
        )}
        {resolution?.statement !== undefined && (
          <Claim tone={tone}>
            <Foreign text={endOf(resolution.statement)} />
          </Claim>
        )}
        {attestation !== undefined && (
          <>
            <Ladder label="Levels of the attestation" report={attestation.report} names={attestationLevels} />
            <Findings judged={attestation} />
          </>
        )}
        {resolution !== undefined && (
          <>
            <h3 class="ladder-title">How it ended</h3>
            <Ladder label="Levels of the resolution" report={resolution.report} names={resolutionLevels} />
            <Findings judged={resolution} />
          </>
        )}
        <LeftOut idle={facts.idle} />
        <dl class="terms">
          <div>
            <dt>Judged as of</dt>
            <dd>
              <time>{formatTimestamp(terms.now)}</time>
            </dd>
          </div>
          <div>
            <dt>{terms.isUnsafe ? "Root key, from the files themselves" : "Root key"}</dt>
            <dd class="mono">{terms.pinnedKey.keyId}</dd>
          </div>
        </dl>
        {terms.isUnsafe && (
          <p class="warning">
            <strong>Unsafe.</strong> Whoever made these files could have made this key. Compare the
            fingerprint above with what its owner published before you rely on anything here.
          </p>
        )}
      </div>
    </section>
  );
}

function Claim({ tone, children }: { readonly tone: Tone; readonly children: ComponentChildren }) {
  return (
    <p class="claim">
      {tone === "holds" ? "" : <span class="claim-label">Claimed:</span>} {children}
    </p>
  );
}
