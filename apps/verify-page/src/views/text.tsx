import { escapeForDisplay } from "@parmanasystems/canonical";
import { spellValue } from "@parmanasystems/policy-analysis";
import type { SignalValue } from "@parmanasystems/provenance";

const MAX_SHOWN = 600;

/** Text that somebody else wrote: its own direction, and nothing in it that could deceive a reader. Long ones are cut, and say so. */
export function Foreign({ text, mono = false }: { readonly text: string; readonly mono?: boolean }) {
  return <bdi class={mono ? "mono" : undefined}>{shown(text)}</bdi>;
}

/** A signal's value as JSON. */
export function Value({ value }: { readonly value: SignalValue | undefined }) {
  return <Foreign text={spellValue(value)} mono />;
}

export function shown(text: string): string {
  const cut = text.length > MAX_SHOWN ? text.slice(0, MAX_SHOWN) : text;
  const rest = text.length - cut.length;
  return escapeForDisplay(cut) + (rest > 0 ? ` … and ${rest} more characters` : "");
}
