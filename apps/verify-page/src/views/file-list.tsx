import type { GivenFile } from "../given/given-files.js";
import type { IdleFile } from "../given/idle-files.js";
import { kindNames } from "../given/presented-file.js";
import { Icon } from "./icon.js";
import { ProblemView } from "./problem-view.js";
import { Foreign, shown } from "./text.js";

interface Properties {
  readonly label: string;
  readonly files: readonly GivenFile[];
  readonly idle: readonly IdleFile[];
  /** The words of the button that removes all of them. */
  readonly clear: string;
  readonly onRemove: (id: number) => void;
  readonly onClear: () => void;
}

/** What lies here, as what it was recognised. */
export function FileList({ label, files, idle, clear, onRemove, onClear }: Properties) {
  if (files.length === 0) return null;
  return (
    <section class="files" aria-label={label}>
      <ul>
        {files.map((file) => (
          <FileRow
            key={file.id}
            file={file}
            reason={idle.find((one) => one.file === file)?.reason}
            onRemove={() => {
              onRemove(file.id);
            }}
          />
        ))}
      </ul>
      <button type="button" class="quiet" onClick={onClear}>
        {clear}
      </button>
    </section>
  );
}

interface RowProperties {
  readonly file: GivenFile;
  /** Why it counts for nothing, where it does. */
  readonly reason: string | undefined;
  readonly onRemove: () => void;
}

function FileRow({ file, reason, onRemove }: RowProperties) {
  const { name, size, place, presented, problem } = file;
  const isKey = presented?.kind === "root-key";
  const state = problem !== undefined ? " is-refused" : reason !== undefined ? " is-idle" : "";
  return (
    <li class={`file${state}`}>
      <Icon name={problem !== undefined ? "fail" : isKey ? "key" : "file"} />
      <div>
        <strong>{presented === undefined ? "Not read" : kindNames[presented.kind]}</strong>
        <Foreign text={name} mono /> <span class="hint">{sizeOf(size)}</span>
        {isKey && place === "own" && (
          <p>
            Fingerprint <span class="mono">{presented.key.keyId}</span>
          </p>
        )}
        {problem !== undefined && <ProblemView problem={problem} />}
        {problem === undefined && reason !== undefined && <p class="note">{reason}</p>}
      </div>
      <button type="button" class="quiet" aria-label={`Remove ${shown(name)}`} onClick={onRemove}>
        Remove
      </button>
    </li>
  );
}

function sizeOf(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
