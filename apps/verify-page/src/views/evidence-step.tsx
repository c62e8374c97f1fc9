import type { GivenFile } from "../given/given-files.js";
import type { IdleFile } from "../given/idle-files.js";
import { DropZone } from "./drop-zone.js";
import { FileList } from "./file-list.js";

interface Properties {
  readonly files: readonly GivenFile[];
  readonly idle: readonly IdleFile[];
  readonly isOver: boolean;
  readonly onFiles: (files: readonly File[]) => void;
  readonly onRemove: (id: number) => void;
  readonly onClear: () => void;
}

/** What is judged. Nothing in here says by what. */
export function EvidenceStep({ files, idle, isOver, onFiles, onRemove, onClear }: Properties) {
  const hasFiles = files.length > 0;
  return (
    <section class="step" aria-labelledby="files-title">
      <h2 id="files-title">
        <span class="number">1</span> What you were given
      </h2>
      <DropZone
        call="Choose files"
        hint="or drop them anywhere, or paste the text of one"
        label="Choose files to verify"
        describedBy="files-hint"
        isOver={isOver}
        isSmall={hasFiles}
        onFiles={onFiles}
      />
      <p class={hasFiles ? "visually-hidden" : "hint"} id="files-hint">
        An evidence bundle (<code>.evidence.json</code>) is enough. Or an attestation, flat or as DSSE
        envelope, with the trust root and its <code>.sig</code>, and whatever else there is: policy bundle,
        policy index, release manifest, evidence, log proof, resolution, votes.
      </p>
      <FileList
        label="Files given"
        files={files}
        idle={idle}
        clear="Remove all files"
        onRemove={onRemove}
        onClear={onClear}
      />
    </section>
  );
}
