// Runs steps two at a time, as the machines that we build on have two cores, and tells each step's story in one line.

/**
 * `tests`: where a step runs tests that count one by one. `notes`: what is to be read even when the step passes.
 * @typedef {{ code: number, output: string, tests?: { passed: number, failed: number, skipped: number }, notes?: string[] }} Outcome
 *
 * `needs`: the steps that must have passed before.
 * @typedef {{ name: string, about: string, needs?: string[], perform: () => Promise<Outcome> }} Step
 */

const lanes = 2;

/**
 * @param {Step[]} steps
 * @returns {Promise<{ passed: number, failed: number }>} steps and their tests
 */
export async function runSteps(steps) {
  const waiting = [...steps];
  const running = new Map();
  /** @type {Map<string, boolean>} finished steps: did they pass? */
  const finished = new Map();
  const total = { passed: 0, failed: 0 };

  const start = async (step) => {
    const started = performance.now();
    const broken = (step.needs ?? []).find((name) => finished.get(name) === false);
    const outcome =
      broken === undefined
        ? await step.perform().catch((error) => ({ code: 1, output: error.stack }))
        : { code: 1, output: `Not run, because ${broken} failed.` };
    const passed = outcome.code === 0;
    total.passed += (outcome.tests?.passed ?? 0) + (passed ? 1 : 0);
    total.failed += (outcome.tests?.failed ?? 0) + (passed ? 0 : 1);
    status.clear();
    console.log(describe(step, outcome, (performance.now() - started) / 1000));
    finished.set(step.name, passed);
  };

  while (waiting.length > 0 || running.size > 0) {
    const next = waiting.findIndex(({ needs = [] }) => needs.every((name) => finished.has(name)));
    if (next >= 0 && running.size < lanes) {
      const [step] = waiting.splice(next, 1);
      running.set(
        step.name,
        start(step).then(() => running.delete(step.name)),
      );
    } else {
      status.show(`... ${[...running.keys()].join(", ")}`);
      await Promise.race(running.values());
    }
  }
  return total;
}

function describe({ name }, { code, output, tests, notes = [] }, seconds) {
  const verdict = code === 0 ? "ok    " : "failed";
  const columns = [name.padEnd(10), verdict, `${seconds.toFixed(1).padStart(6)} s`, countTests(tests)];
  const details = code === 0 ? notes.join("\n") : `\n${output.trim()}\n`;
  return [columns.join("  ").trimEnd(), details.replace(/^(?=.)/gm, "    ")]
    .filter((part) => part !== "")
    .join("\n");
}

function countTests(tests) {
  if (tests === undefined) return "";
  // A skipped test checks nothing, so it is said aloud.
  return `${tests.passed} tests${tests.skipped > 0 ? `, ${tests.skipped} SKIPPED` : ""}`;
}

/** On a terminal, a last line that says what is under way; nothing in a log file. */
const status = {
  show: (text) => process.stdout.isTTY && process.stdout.write(`\r\x1b[2K${text}`),
  clear: () => process.stdout.isTTY && process.stdout.write("\r\x1b[2K"),
};
