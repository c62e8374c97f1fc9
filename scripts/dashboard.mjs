// deploy/grafana-dashboard.json and docs/deploy.md ask only for metrics that packages/server has.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readJson, root } from "./lib/workspace.mjs";

const source = readFileSync(join(root, "packages/server/src/metrics.ts"), "utf8");
const kinds = new Map(
  [...source.matchAll(/new (Counter|Gauge|Histogram|ClosedHistogram)\(\{\s*name: "(\w+)"/g)].map(
    ([, kind, name]) => [name, kind],
  ),
);
const labels = new Map(
  [...source.matchAll(/name: "(\w+)",\s*help: "[^"]*",\s*labelNames: \[([^\]]*)\]/g)].map(
    ([, name, list]) => [name, [...list.matchAll(/"(\w+)"/g)].map(([, label]) => label)],
  ),
);
const known = new Set(
  [...kinds].flatMap(([name, kind]) =>
    kind.endsWith("Histogram") ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  ),
);
/** What Prometheus adds to every series. */
const added = ["instance", "job", "le"];

const dashboard = readJson(join(root, "deploy/grafana-dashboard.json"));
const problems = [];
const ids = new Set();
const shown = new Set();
if (kinds.size === 0) problems.push("packages/server/src/metrics.ts: no metric was found");
for (const { id, title, targets = [], gridPos } of dashboard.panels) {
  if (ids.has(id)) problems.push(`the dashboard has two panels ${id}`);
  ids.add(id);
  if (gridPos === undefined || gridPos.x + gridPos.w > 24) problems.push(`the panel "${title}" has no place`);
  if (targets.length === 0) problems.push(`the panel "${title}" asks nothing`);
  for (const { expr } of targets) check(`the panel "${title}"`, expr);
}
const page = readFileSync(join(root, "docs/deploy.md"), "utf8");
for (const [, expression] of page.matchAll(/^ +expr: (.+)$/gm)) check("docs/deploy.md", expression);
for (const name of kinds.keys())
  if (![...shown].some((series) => series.startsWith(name)))
    problems.push(`the dashboard does not show ${name}`);

if (problems.length > 0) {
  console.log(problems.join("\n"));
  process.exitCode = 1;
}

function check(where, expression) {
  const series = expression.match(/\bparmana_\w+/g) ?? [];
  if (series.length === 0) problems.push(`${where} asks for no metric of the server: ${expression}`);
  for (const name of series) {
    if (!known.has(name)) problems.push(`${where} asks for ${name}, which packages/server does not have`);
    shown.add(name);
  }
  const allowed = new Set([
    ...series.flatMap((name) => labels.get(name.replace(/_(bucket|sum|count)$/, "")) ?? []),
    ...added,
  ]);
  const used = [
    ...[...expression.matchAll(/\{([^}]*)\}/g)].flatMap(([, part]) => part.match(/\w+(?=\s*(?:=|!))/g) ?? []),
    ...[...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, part]) => part.match(/\w+/g) ?? []),
  ];
  for (const label of used)
    if (!allowed.has(label))
      problems.push(`${where} asks for the label ${label}, which ${series.join(", ")} does not have`);
}
