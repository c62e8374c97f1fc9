interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly responses?: Readonly<Record<string, { readonly description?: string }>>;
  readonly requestBody?: unknown;
}

interface Described {
  readonly info?: { readonly title?: string; readonly version?: string; readonly description?: string };
  readonly paths?: unknown;
  readonly components?: { readonly schemas?: unknown };
}

const METHODS = ["get", "post", "put", "patch", "delete"] as const;

/** The OpenAPI document as one page without scripts: nothing is loaded from anywhere. */
export function docsPage(document: Described): string {
  const paths = (document.paths ?? {}) as Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  const schemas = (document.components?.schemas ?? {}) as Readonly<Record<string, object>>;
  const title = escaped(`${document.info?.title ?? ""} ${document.info?.version ?? ""}`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
h2{margin:2rem 0 .25rem;font-size:1.1rem}code,pre{font:14px/1.4 ui-monospace,monospace}
pre{background:#f4f5f7;padding:1rem;overflow:auto}table{border-collapse:collapse}td{padding:.15rem 1rem .15rem 0;vertical-align:top}
@media(prefers-color-scheme:dark){body{color:#e6e8eb;background:#14171a}pre{background:#1e2226}a{color:#8ab4f8}}
</style>
<h1>${title}</h1>
<p>${escaped(document.info?.description ?? "")} The same for machines: <a href="/openapi.json">/openapi.json</a>.</p>
${Object.entries(paths).map(pathSection).join("\n")}
<h1>Shapes</h1>
${Object.entries(schemas).map(schemaSection).join("\n")}
</html>
`;
}

function pathSection([path, operations]: [string, Readonly<Record<string, Operation>>]): string {
  return METHODS.flatMap((method) => {
    const operation = operations[method];
    return operation === undefined ? [] : [operationSection(method, path, operation)];
  }).join("\n");
}

function operationSection(method: string, path: string, operation: Operation): string {
  const { summary = "", description = "", responses = {}, requestBody } = operation;
  const rows = Object.entries(responses).map(
    ([status, response]) =>
      `<tr><td><code>${escaped(status)}</code><td>${escaped(response.description ?? "")}</tr>`,
  );
  const body = requestBody === undefined ? "" : `<p>Body: <code>${shapeIn(requestBody)}</code></p>`;
  return `<h2><code>${method.toUpperCase()} ${escaped(path)}</code></h2>
<p>${escaped(summary)}. ${escaped(description)}</p>${body}<table>${rows.join("")}</table>`;
}

function shapeIn(requestBody: unknown): string {
  return escaped(/#\/components\/schemas\/([A-Za-z]+)/.exec(JSON.stringify(requestBody))?.[1] ?? "JSON");
}

function schemaSection([name, schema]: [string, object]): string {
  return `<h2 id="${escaped(name)}">${escaped(name)}</h2><pre>${escaped(JSON.stringify(schema, undefined, 2))}</pre>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${String(letter.charCodeAt(0))};`);
}
