// What is compared between verifiers: docs/attestation-format.md, section 15.

/** @returns {string | undefined} how the result differs from what is expected, as "expected …, got …" */
export function difference(expect, result) {
  if (result === undefined) return `expected ${spell(expect)}, got nothing`;
  if (expect.lines !== undefined) return unlike(listing(expect), listing(result));
  const got = essence(result);
  if (expect.never !== undefined) {
    // A report is not needed: what is wrong may be found before there is anything to report on.
    const isRefused = [1, 2].includes(got.exitCode) && got.verdict !== expect.never;
    return isRefused ? undefined : `expected anything but ${expect.never}, got ${spell(got)}`;
  }
  return unlike(spell(essence(expect)), spell(got));
}

function unlike(wanted, got) {
  return wanted === got ? undefined : `expected ${wanted}, got ${got}`;
}

/** Of a directory: its exit code, and that of each line. */
function listing({ exitCode, lines = [] }) {
  return [exitCode, ...lines.map(([file, own]) => `${file} ${own}`)].join(", ");
}

function essence({ exitCode, verdict, level, checks, failed, resolution }) {
  // Of what is malformed, and without a trust root, the exit code says all.
  if (exitCode !== 0 && exitCode !== 1) return { exitCode };
  return {
    exitCode,
    verdict,
    level,
    failed: failedOf(checks, failed),
    ...(resolution !== undefined && {
      resolution: {
        verdict: resolution.verdict,
        level: resolution.level,
        failed: failedOf(resolution.checks, resolution.failed),
      },
    }),
  };
}

function failedOf(checks, failed = []) {
  const listed = checks?.filter(({ status }) => status === "fail") ?? failed;
  return listed.map(({ id, code }) => `${id} ${code}`).sort();
}

function spell({ exitCode, verdict, level, failed, resolution, never }) {
  if (never !== undefined) return `never ${never}`;
  const checks = failed === undefined || failed.length === 0 ? "" : ` [${failed.map(name).join(", ")}]`;
  const report = verdict === undefined ? "" : ` ${verdict} ${level}${checks}`;
  return `${exitCode ?? ""}${report}${resolution === undefined ? "" : `; resolution${spell(resolution)}`}`;
}

function name(check) {
  return typeof check === "string" ? check : `${check.id} ${check.code}`;
}
