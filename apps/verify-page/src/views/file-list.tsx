import { findUnsigned } from "../given/find-files.js";
import type { GivenFile } from "../given/given-files.js";
import { kindNames } from "../given/presented-file.js";
import { findUnused } from "../judge/case.js";
import { Icon } from "./icon.js";
import { ProblemView } from "./problem-view.js";
import { Foreign, shown } from "./text.js";

interface Properties {
  readonly files: readonly GivenFile[];
  readonly onRemove: (id: number) => void;
  readonly onClear: () => void;
}

/** What lies here, as what it was recognised. */
export function FileList({ files, onRemove, onClear }: Properties) {
  if (files.length === 0) return null;
  const unsigned = findUnsigned(files);
  const unused = findUnused(files);
  return (
    <section class="files" aria-label="Files given">
      <ul>
        {files.map((file) => (
          <li key={file.id} class={file.problem === undefined ? "file" : "file is-refused"}>
            <Icon name={file.problem === undefined ? "file" : "fail"} />
            <div>
              <strong>{file.problem === undefined ? kindNames[file.presented.kind] : "Not read"}</strong>
              <Foreign text={file.name} mono /> <span class="hint">{sizeOf(file.size)}</span>
              {unsigned.includes(file.name) && (
                <p class="note">Its signature file (.sig) is missing, so it counts for nothing.</p>
              )}
              {unused.includes(file.name) && <p class="note">Not used: the evidence bundle has its own.</p>}
              {file.problem !== undefined && <ProblemView problem={file.problem} />}
            </div>
            <button
              type="button"
              class="quiet"
              aria-label={`Remove ${shown(file.name)}`}
              onClick={() => {
                onRemove(file.id);
              }}
            >
              Remove
            </button>
          </li>
        ))}
      </ul>
      <button type="button" class="quiet" onClick={onClear}>
        Remove all files
      </button>
    </section>
  );
}

function sizeOf(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(1)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
