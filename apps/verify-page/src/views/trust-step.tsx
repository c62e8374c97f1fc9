import type { GivenFile } from "../given/given-files.js";
import type { IdleFile } from "../given/idle-files.js";
import type { Problem } from "../problem.js";
import { DropZone } from "./drop-zone.js";
import { FileList } from "./file-list.js";
import { ProblemView } from "./problem-view.js";

interface Properties {
  readonly files: readonly GivenFile[];
  readonly idle: readonly IdleFile[];
  readonly isOver: boolean;
  readonly onFiles: (files: readonly File[]) => void;
  readonly onRemove: (id: number) => void;
  readonly onClear: () => void;
  readonly text: string;
  readonly problem: Problem | undefined;
  readonly isUnsafe: boolean;
  readonly onText: (text: string) => void;
  readonly onUnsafe: (isUnsafe: boolean) => void;
}

/** What must not come from whoever gave the evidence: it gets here by being put here, and in no other way. */
export function TrustStep(properties: Properties) {
  const { files, idle, isOver, onFiles, onRemove, onClear } = properties;
  const { text, problem, isUnsafe, onText, onUnsafe } = properties;
  const hasKey = files.some(({ presented }) => presented?.kind === "root-key");
  return (
    <section class="step own" aria-labelledby="key-title">
      <h2 id="key-title">
        <span class="number">2</span> What you trust
      </h2>
      <p class={hasKey ? "visually-hidden" : "hint"} id="key-hint">
        The root key, which must have reached you some other way than the evidence: a key that comes with what
        it vouches for vouches for nothing. Its file <code>root.pub</code>, its fingerprint or its PEM text.
      </p>
      <DropZone
        call="Choose files of your own"
        hint="or drop them here"
        label="Choose files that you trust"
        describedBy="key-hint own-hint"
        isOver={isOver}
        isSmall
        onFiles={onFiles}
      />
      <p class={files.length > 0 ? "visually-hidden" : "hint"} id="own-hint">
        Also a <code>checkpoint</code> of the log that you kept, and a trust root or policy index that you
        fetched yourself, with its <code>.sig</code>.
      </p>
      <FileList
        label="Files you trust"
        files={files}
        idle={idle}
        clear="Remove all that you trust"
        onRemove={onRemove}
        onClear={onClear}
      />
      <label for="root-key">{hasKey ? "Fingerprint or PEM, to compare" : "Fingerprint or PEM"}</label>
      <textarea
        id="root-key"
        rows={hasKey ? 1 : 3}
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
      {!hasKey && text.trim() === "" && (
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
