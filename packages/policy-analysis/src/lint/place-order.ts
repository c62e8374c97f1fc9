import type { Policy } from "@parmanasystems/governance";
import type { Finding } from "./finding.js";

/** Orders findings as they stand in the document: signals as declared, then rules, then what is inside them. */
export function byPlace({ signals }: Policy): (one: Finding, other: Finding) => number {
  const declared = new Map([...signals.keys()].map((name, index) => [`signalsSchema/${name}`, index]));
  const placeOf = ({ pointer }: Finding): readonly number[] => {
    const [section = "", member = "", ...rest] = pointer.split("/").slice(1);
    if (section === "signalsSchema") return [0, declared.get(`${section}/${member}`) ?? 0];
    return [1, ...[member, ...rest].map(Number).filter((step) => !Number.isNaN(step))];
  };
  return (one, other) => {
    const place = placeOf(one);
    const otherPlace = placeOf(other);
    for (const [index, step] of place.entries()) {
      const difference = step - (otherPlace[index] ?? -1);
      if (difference !== 0) return difference;
    }
    return place.length - otherPlace.length;
  };
}
