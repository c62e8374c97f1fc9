import { decisiveChecks, unmadeReasons } from "../judge/headline.js";
import type { Judged } from "../judge/judge-case.js";
import { Icon } from "./icon.js";
import { Foreign } from "./text.js";

/** So many findings stand beside the verdict; all of them are in the list of checks. */
const SHOWN = 4;

/** What decided against it, and what nobody looked at. */
export function Findings({ judged }: { readonly judged: Judged<unknown> }) {
  const decisive = decisiveChecks(judged);
  const unmade = unmadeReasons(judged);
  return (
    <>
      {decisive.length > 0 && (
        <ul class="findings">
          {decisive.slice(0, SHOWN).map(({ id, status, code, detail }) => (
            <li key={id} class={`is-${status}`}>
              <Icon name={status === "fail" ? "fail" : "unmade"} />
              <span>
                <Foreign text={detail} /> {code !== undefined && <span class="code">{code}</span>}
              </span>
            </li>
          ))}
          {decisive.length > SHOWN && <li>… and {decisive.length - SHOWN} more, in the list below.</li>}
        </ul>
      )}
      {unmade.length > 0 && (
        <p class="hint">
          <strong>Not checked:</strong> <Foreign text={`${unmade.join("; ")}.`} />
        </p>
      )}
    </>
  );
}
