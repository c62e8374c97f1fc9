// What the mutants leave alone: sentences for people. Codes, names and ids are single words, and stay.

/** Two words with a space between them. */
const SENTENCE = /\S \S/;

/** @param {{ node: any, isStringLiteral(): boolean, isTemplateLiteral(): boolean }} path */
function shouldIgnore(path) {
  const isSentence =
    (path.isStringLiteral() && SENTENCE.test(path.node.value)) ||
    (path.isTemplateLiteral() && path.node.quasis.some(({ value }) => SENTENCE.test(value.raw)));
  return isSentence ? "a sentence for people" : undefined;
}

export const strykerPlugins = [{ kind: "Ignore", name: "prose", value: { shouldIgnore } }];
