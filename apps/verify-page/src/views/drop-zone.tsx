import { Icon } from "./icon.js";

interface Properties {
  readonly call: string;
  readonly hint: string;
  /** What a screen reader calls the button. */
  readonly label: string;
  readonly describedBy: string;
  readonly isOver: boolean;
  readonly isSmall: boolean;
  readonly onFiles: (files: readonly File[]) => void;
}

/** The button for whoever has a keyboard or a screen reader; what is dropped is taken by `useDrop`. */
export function DropZone({ call, hint, label, describedBy, isOver, isSmall, onFiles }: Properties) {
  return (
    <label class={`drop${isOver ? " is-over" : ""}${isSmall ? " is-small" : ""}`}>
      <Icon name="file" />
      <span class="drop-call">{call}</span>
      <span class="hint">{hint}</span>
      <input
        type="file"
        multiple
        aria-label={label}
        aria-describedby={describedBy}
        onChange={({ currentTarget }) => {
          onFiles(Array.from(currentTarget.files ?? []));
          // The same file, changed, can be chosen again.
          currentTarget.value = "";
        }}
      />
    </label>
  );
}
