import type { IdleFile } from "../given/idle-files.js";
import { Foreign } from "./text.js";

/** So many stand beside the verdict; all of them are in the lists of files. */
const SHOWN = 4;

/** Files that lie here and that the verdict does not rest on. */
export function LeftOut({ idle }: { readonly idle: readonly IdleFile[] }) {
  if (idle.length === 0) return null;
  return (
    <div class="hint">
      <strong>Left out of this verdict:</strong>
      <ul class="left-out">
        {idle.slice(0, SHOWN).map(({ file, reason }) => (
          <li key={file.id}>
            <Foreign text={file.name} mono /> {reason}
          </li>
        ))}
        {idle.length > SHOWN && <li>… and {idle.length - SHOWN} more, in the list of files.</li>}
      </ul>
    </div>
  );
}
