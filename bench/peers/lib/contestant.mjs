import { readFileSync } from "node:fs";

/**
 * @typedef {object} Answer
 * @property {"approved" | "rejected" | "pending_override" | "error" | "no decision"} decision
 * @property {string} [detail] the code or message of an error, or what the engine said beside its decision
 */

/** @param {string} name of a package installed in this folder */
export function versionOf(name) {
  return readJson(new URL(`../node_modules/${name}/package.json`, import.meta.url)).version;
}

/** @param {URL} url */
export const readJson = (url) => JSON.parse(readFileSync(url, "utf8"));

/** @param {string} name of a file with the claims policy in an engine's own form */
export const claimsFile = (name) => new URL(`../claims/${name}`, import.meta.url);

/**
 * What an engine answers, its failures included; engines that answer with a promise are waited for.
 * @param {(signals: object) => string | undefined | Promise<string | undefined>} decide
 * @returns {Promise<Answer>}
 */
export async function answerOf(decide, signals) {
  try {
    const decision = await decide(signals);
    return { decision: decision ?? "no decision" };
  } catch (thrown) {
    return { decision: "error", detail: detailOf(thrown) };
  }
}

function detailOf(thrown) {
  if (typeof thrown?.code === "string" && /^[A-Z]+-/.test(thrown.code)) return thrown.code;
  // JSON Logic throws NaN and plain objects; ZEN puts JSON and a stack into the message.
  const message = thrown instanceof Error ? thrown.message : (thrown?.type ?? String(thrown));
  return message.split("\n")[0];
}
