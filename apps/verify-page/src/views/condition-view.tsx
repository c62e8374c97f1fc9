import type { ShownCondition } from "../judge/shown-condition.js";
import { Icon } from "./icon.js";
import { Foreign, Value } from "./text.js";

type Leaf = Extract<ShownCondition, { kind: "leaf" }>;

const joins = {
  all: "All of these",
  any: "At least one of these",
  not: "Not",
} as const;

/** A condition as nested sentences; where the signals are known, each with what it came to. */
export function ConditionView({ condition }: { readonly condition: ShownCondition }) {
  const { holds } = condition;
  if (condition.kind === "leaf") {
    return (
      <p class="condition">
        <Truth holds={holds} />
        <span>
          <Foreign text={condition.signal} mono /> {condition.words}{" "}
          {condition.operand !== "" && <Foreign text={condition.operand} mono />}
          <Reads condition={condition} />
        </span>
      </p>
    );
  }
  if (condition.parts.length === 0) {
    return (
      <p class="condition">
        <Truth holds={holds} />
        <span>{condition.kind === "all" ? "Always: whatever the signals are." : "Never."}</span>
      </p>
    );
  }
  return (
    <div class="composite">
      <p class="condition">
        <Truth holds={holds} />
        <span>{joins[condition.kind]}:</span>
      </p>
      <ul>
        {condition.parts.map((part, at) => (
          <li key={at}>
            <ConditionView condition={part} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What its signals were; a lone one needs no name. */
function Reads({ condition: { signal: own, reads } }: { readonly condition: Leaf }) {
  if (reads.length === 0) return null;
  return (
    <span class="read">
      {reads.map(({ signal, value }, at) => (
        <span key={signal}>
          {at > 0 && ", "}
          {(reads.length > 1 || signal !== own) && <Foreign text={`${signal} `} mono />}was{" "}
          <Value value={value} />
        </span>
      ))}
    </span>
  );
}

function Truth({ holds }: { readonly holds: boolean | undefined }) {
  if (holds === undefined) return <Icon name="unmade" />;
  return (
    <span class={holds ? "truth is-true" : "truth is-false"}>
      <Icon name={holds ? "pass" : "fail"} />
      {holds ? "yes" : "no"}
    </span>
  );
}
