import { useEffect, useState } from "preact/hooks";
import type { Place } from "../given/given-files.js";

export type OnFiles = (files: readonly File[], place: Place) => void;

/**
 * The whole page takes what is dropped or pasted, as presented; what is to be trusted has to be dropped right on the button that says so,
 * since a folder of somebody else's that falls beside it must not be. Returns what a drop would hit.
 */
export function useDrop(onFiles: OnFiles): Place | undefined {
  const [over, setOver] = useState<Place | undefined>(undefined);
  useEffect(() => {
    const dragOver = (event: DragEvent): void => {
      event.preventDefault();
      setOver(placeOf(event));
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(undefined);
    };
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      setOver(undefined);
      onFiles(Array.from(event.dataTransfer?.files ?? []), placeOf(event));
    };
    const paste = (event: ClipboardEvent): void => {
      if (elementOf(event)?.closest("textarea, input:not([type=file])")) return;
      const text = event.clipboardData?.getData("text/plain") ?? "";
      const files = Array.from(event.clipboardData?.files ?? []);
      if (files.length > 0) onFiles(files, placeOf(event));
      else if (text !== "") onFiles([new File([text], "pasted text")], placeOf(event));
    };
    addEventListener("dragover", dragOver);
    addEventListener("dragleave", leave);
    addEventListener("drop", drop);
    addEventListener("paste", paste);
    return () => {
      removeEventListener("dragover", dragOver);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", drop);
      removeEventListener("paste", paste);
    };
  });
  return over;
}

function placeOf(event: Event): Place {
  return elementOf(event)?.closest(".own .drop") ? "own" : "presented";
}

function elementOf({ target }: Event): Element | undefined {
  return target instanceof Element ? target : undefined;
}
