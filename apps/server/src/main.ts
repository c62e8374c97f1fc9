#!/usr/bin/env node
import { ParmanaError } from "@parmanasystems/canonical";
import { readConfig } from "./config.js";
import { ConfigError } from "./config-error.js";
import { type RunningServer, runServer } from "./run-server.js";
import { type Exporting, startTracing } from "./tracing.js";

const note = (line: string) => process.stderr.write(`${line}\n`);

const reloads = reloadsAskedFor();
try {
  const config = readConfig(process.env);
  const tracing = await startTracing(process.env, note);
  const running = await runServer(config, note);
  reloads.answerWith(() => void running.reload());
  note(`Parmana governance runtime listening on ${running.url} (its description: ${running.url}/docs)`);
  if (running.demoKey !== undefined) note(firstSteps(running.url, running.demoKey));
  obeySignals(running, tracing);
} catch (error) {
  // Ours say what to do; only what nobody expected needs its stack.
  const known = error instanceof ConfigError || ParmanaError.isInstance(error);
  note(known ? error.message : error instanceof Error ? (error.stack ?? error.message) : "unknown failure");
  process.exitCode = 1;
}

/** Whoever asks while the server starts is answered when it runs: what it has read by then may be older. */
function reloadsAskedFor(): { answerWith(reload: () => void): void } {
  let waiting = false;
  let answer = () => {
    waiting = true;
  };
  process.on("SIGHUP", () => {
    answer();
  });
  return {
    answerWith(reload) {
      answer = reload;
      if (waiting) reload();
    },
  };
}

function obeySignals(running: RunningServer, tracing: Exporting | undefined): void {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.once(signal, () => {
      note("Answering what is under way, then stopping ...");
      const closed = running.close().finally(() => tracing?.close());
      closed.then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
}

function firstSteps(url: string, key: string): string {
  // Facts execute once, so every start proposes others.
  const amount = 1_000 + (Math.floor(Date.now() / 1_000) % 90_000);
  const body = {
    policyId: "claims-approval",
    policyVersion: "1.0.0",
    signals: { claim_amount: amount, risk_score: 12, vip_customer: false },
  };
  return [
    `A key for today, with every role: ${key}`,
    "Try it:",
    `  curl -s ${url}/evaluate -H 'authorization: Bearer ${key}' -H 'content-type: application/json' -d '${JSON.stringify(body)}'`,
  ].join("\n");
}
