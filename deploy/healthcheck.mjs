// Whether the process answers; the image has no curl. Exit code 0 or 1.
const port = process.env.PARMANA_PORT ?? "3000";
const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(4_000) }).catch(
  () => undefined,
);
process.exitCode = answer?.status === 200 ? 0 : 1;
