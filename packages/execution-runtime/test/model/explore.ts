/** What a model says of one of its states. */
export interface Model<State> {
  readonly initial: State;
  /** Everything that may happen next, with a name for people. */
  next(state: State): Iterable<readonly [step: string, state: State]>;
  /** The name of an invariant that the state breaks. */
  violated(state: State): string | undefined;
}

export interface Exploration {
  readonly states: number;
  /** The shortest way to a state that breaks an invariant. */
  readonly violation?: { readonly invariant: string; readonly trace: readonly string[] };
}

interface Visit {
  readonly step: string;
  readonly before: Visit | undefined;
}

/** Visits every state that can be reached, nearest first. States are plain data, and equal if their JSON is. */
export function explore<State>(model: Model<State>, most = 5_000_000): Exploration {
  const seen = new Set([JSON.stringify(model.initial)]);
  let frontier: (readonly [State, Visit | undefined])[] = [[model.initial, undefined]];
  while (frontier.length > 0) {
    const following: (readonly [State, Visit | undefined])[] = [];
    for (const [state, visit] of frontier) {
      const invariant = model.violated(state);
      if (invariant !== undefined)
        return { states: seen.size, violation: { invariant, trace: traceOf(visit) } };
      for (const [step, next] of model.next(state)) {
        const key = JSON.stringify(next);
        if (seen.has(key)) continue;
        seen.add(key);
        if (seen.size > most) throw new Error(`The model has more than ${String(most)} states.`);
        following.push([next, { step, before: visit }]);
      }
    }
    frontier = following;
  }
  return { states: seen.size };
}

function traceOf(last: Visit | undefined): readonly string[] {
  const steps: string[] = [];
  for (let visit = last; visit !== undefined; visit = visit.before) steps.push(visit.step);
  return steps.reverse();
}
