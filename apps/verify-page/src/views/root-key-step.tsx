import type { PublicKey } from "@parmanasystems/signing";
import type { Problem } from "../problem.js";
import { Icon } from "./icon.js";
import { ProblemView } from "./problem-view.js";

interface Properties {
  readonly fromFile: PublicKey | undefined;
  readonly text: string;
  readonly problem: Problem | undefined;
  readonly isUnsafe: boolean;
  readonly onText: (text: string) => void;
  readonly onUnsafe: (isUnsafe: boolean) => void;
}

/** The one thing that must not come from whoever gave the files. */
export function RootKeyStep({ fromFile, text, problem, isUnsafe, onText, onUnsafe }: Properties) {
  const isGiven = fromFile !== undefined || text.trim() !== "";
  return (
    <section class="step" aria-labelledby="key-title">
      <h2 id="key-title">
        <span class="number">2</span> The root key you trust
      </h2>
      <p class={fromFile === undefined ? "hint" : "visually-hidden"} id="key-hint">
        It must have reached you some other way than the files: a key that comes with what it vouches for
        vouches for nothing. Drop <code>root.pub</code> above, or enter its fingerprint or its PEM text.
      </p>
      {fromFile === undefined ? (
        <>
          <label for="root-key">Fingerprint or PEM</label>
          <textarea
            id="root-key"
            rows={3}
            spellcheck={false}
            autocomplete="off"
            aria-describedby={problem === undefined ? "key-hint" : "key-hint key-problem"}
            aria-invalid={problem !== undefined}
            value={text}
            onInput={({ currentTarget }) => {
              onText(currentTarget.value);
            }}
          />
          <div id="key-problem">{problem !== undefined && <ProblemView problem={problem} />}</div>
        </>
      ) : (
        <p class="pinned">
          <Icon name="key" />
          <span>
            Fingerprint <span class="mono">{fromFile.keyId}</span>
          </span>
        </p>
      )}
      {!isGiven && (
        <label class={isUnsafe ? "unsafe is-chosen" : "unsafe"}>
          <input
            type="checkbox"
            checked={isUnsafe}
            onChange={({ currentTarget }) => {
              onUnsafe(currentTarget.checked);
            }}
          />
          <span>
            <strong>Unsafe:</strong> believe the root key that comes with the files. This shows only that they
            agree with each other.
          </span>
        </label>
      )}
    </section>
  );
}
