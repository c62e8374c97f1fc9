import { useEffect, useState } from "preact/hooks";
import { Icon } from "./icon.js";

interface Properties {
  readonly hasFiles: boolean;
  readonly onFiles: (files: readonly File[]) => void;
}

/** The button for whoever has a keyboard or a screen reader; the whole page takes what is dropped or pasted. */
export function DropZone({ hasFiles, onFiles }: Properties) {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent): void => {
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      setOver(false);
      onFiles(Array.from(event.dataTransfer?.files ?? []));
    };
    const paste = (event: ClipboardEvent): void => {
      if (event.target instanceof HTMLTextAreaElement || event.target instanceof HTMLInputElement) return;
      const text = event.clipboardData?.getData("text/plain") ?? "";
      const files = Array.from(event.clipboardData?.files ?? []);
      if (files.length > 0) onFiles(files);
      else if (text !== "") onFiles([new File([text], "pasted text")]);
    };
    addEventListener("dragover", over);
    addEventListener("dragleave", leave);
    addEventListener("drop", drop);
    addEventListener("paste", paste);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", drop);
      removeEventListener("paste", paste);
    };
  });
  return (
    <section class="step" aria-labelledby="files-title">
      <h2 id="files-title">
        <span class="number">1</span> The files
      </h2>
      <label class={`drop${isOver ? " is-over" : ""}${hasFiles ? " is-small" : ""}`}>
        <Icon name="file" />
        <span class="drop-call">Choose files</span>
        <span class="hint">or drop them anywhere, or paste the text of one</span>
        <input
          type="file"
          multiple
          aria-label="Choose files to verify"
          aria-describedby="files-hint"
          onChange={({ currentTarget }) => {
            onFiles(Array.from(currentTarget.files ?? []));
            // The same file, changed, can be chosen again.
            currentTarget.value = "";
          }}
        />
      </label>
      <p class={hasFiles ? "visually-hidden" : "hint"} id="files-hint">
        An evidence bundle (<code>.evidence.json</code>) is enough. Or an attestation, flat or as DSSE
        envelope, with the trust root and its <code>.sig</code>, and whatever else there is: policy bundle,
        policy index, release manifest, evidence, log proof, resolution, votes.
      </p>
    </section>
  );
}
