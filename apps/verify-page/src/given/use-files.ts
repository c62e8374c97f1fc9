import { useRef, useState } from "preact/hooks";
import { addFiles, type GivenFile, giveFiles, type Place } from "./given-files.js";

interface Files {
  readonly files: readonly GivenFile[];
  readonly give: (added: readonly File[], place: Place) => void;
  readonly keep: (isKept: (file: GivenFile) => boolean) => void;
}

/** The files of both places. One lot is read after the other, as each may take what room the earlier ones left. */
export function useFiles(): Files {
  const [files, setFiles] = useState<readonly GivenFile[]>([]);
  const latest = useRef(files);
  const reading = useRef(Promise.resolve());
  const change = (next: readonly GivenFile[]): void => {
    latest.current = next;
    setFiles(next);
  };
  return {
    files,
    give: (added, place) => {
      reading.current = reading.current.then(async () => {
        const read = await giveFiles(added, place, latest.current);
        change(addFiles(latest.current, read));
      });
    },
    keep: (isKept) => {
      change(latest.current.filter(isKept));
    },
  };
}
