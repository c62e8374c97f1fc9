// packages/client/src/api.ts from openapi.json: every shape as a type, every route as a row. `--update` writes it; without it a file
// that is out of date is an error. What the description says in a way not known here is an error too, and never a looser type.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import prettier from "prettier";
import { readJson, root } from "./lib/workspace.mjs";

const page = join(root, "packages", "client", "src", "api.ts");
const { paths, components } = readJson(join(root, "openapi.json"));
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
);

const source = [
  "// Generated from openapi.json by scripts/client-types.mjs; npm run export:openapi writes it again.",
  ...Object.entries(components.schemas).sort(byName).map(shape),
  ...operations.filter(({ parameters = [] }) => parameters.some(isQuery)).map(query),
  `/** What each route answers with, where that is JSON. */\nexport interface Answers {\n${operations.map(answer).join("")}}`,
  `/** What each route reads. */\nexport interface Bodies {\n${operations.map(bodyOf).join("")}}`,
  `export const routes = {\n${operations.map(row).join("\n")}\n} as const;`,
].join("\n\n");
const text = await prettier.format(source, {
  ...(await prettier.resolveConfig(page)),
  parser: "typescript",
});

if (process.argv.includes("--update")) writeFileSync(page, text);
else if (!existsSync(page) || readFileSync(page, "utf8") !== text) {
  console.log("packages/client/src/api.ts is out of date: npm run export:openapi, and commit it");
  process.exitCode = 1;
}

function shape([name, schema]) {
  const type = typeOf(schema, name);
  return `${comment(schema)}export ${type.startsWith("{") ? `interface ${name} ${type}` : `type ${name} = ${type};`}`;
}

function query({ operationId, parameters }) {
  const found = parameters.filter(isQuery);
  const schema = {
    type: "object",
    properties: Object.fromEntries(
      found.map(({ name, schema: of, description }) => [name, { ...of, description }]),
    ),
    required: found.filter(({ required }) => required).map(({ name }) => name),
  };
  const name = `${operationId[0].toUpperCase()}${operationId.slice(1)}Query`;
  return `export interface ${name} ${typeOf(schema, name)}`;
}

function row({ operationId, method, path }) {
  return `${operationId}: { method: ${JSON.stringify(method.toUpperCase())}, path: ${JSON.stringify(path)} },`;
}

function answer({ operationId, responses }) {
  return member(operationId, responses[200].content);
}

function bodyOf({ operationId, requestBody }) {
  return member(operationId, requestBody?.content);
}

function member(operationId, content) {
  const schema = content?.["application/json"]?.schema;
  return schema === undefined ? "" : `readonly ${operationId}: ${typeOf(schema, operationId)};\n`;
}

function typeOf(schema, place) {
  const { type, properties, items, anyOf, $ref } = schema;
  if ($ref !== undefined) return $ref.replace("#/components/schemas/", "");
  if ("const" in schema) return JSON.stringify(schema.const);
  if ("enum" in schema) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (anyOf !== undefined) return anyOf.map((one) => typeOf(one, place)).join(" | ");
  if (type === "array") return `readonly (${typeOf(items, place)})[]`;
  if (type === "object" && properties !== undefined) return membersOf(schema, place);
  const simple = {
    string: "string",
    integer: "number",
    number: "number",
    boolean: "boolean",
    null: "null",
    object: "Readonly<Record<string, unknown>>",
  };
  if (!Object.hasOwn(simple, type ?? "")) throw new Error(`${place} has a schema that has no type here`);
  return simple[type];
}

function membersOf({ properties, required = [] }, place) {
  const members = Object.entries(properties).map(([name, member]) => {
    const spelled = /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
    return `${comment(member)}readonly ${spelled}${required.includes(name) ? "" : "?"}: ${typeOf(member, `${place}.${name}`)};`;
  });
  return `{\n${members.join("\n")}\n}`;
}

function comment({ description }) {
  return description === undefined ? "" : `/** ${description.replaceAll("*/", "* /")} */\n`;
}

function isQuery(parameter) {
  return parameter.in === "query";
}

function byName([one], [other]) {
  return one < other ? -1 : 1;
}
