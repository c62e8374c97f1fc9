/** As much of an XML 1.0 parser as a report needs, and no more forgiving than the standard: it throws on anything else. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  text: string;
}

const CHARACTERS = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;
const TOKEN =
  /<\/(?<close>[a-z]+)>|<(?<open>[a-z]+)(?<attributes>(?: [a-z]+="[^<"]*")*)(?<empty>\/?)>|(?<text>[^<]+)/y;

export function parseXml(document: string): { root: XmlElement } {
  const prologue = '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (!document.startsWith(prologue)) throw new Error("The prologue is missing.");
  if (!CHARACTERS.test(document)) throw new Error("A character is none of XML.");
  const top: XmlElement = { name: "", attributes: new Map(), children: [], text: "" };
  const open = [top];
  TOKEN.lastIndex = prologue.length;
  while (TOKEN.lastIndex < document.length) {
    const at = TOKEN.lastIndex;
    const groups = TOKEN.exec(document)?.groups;
    const parent = open.at(-1);
    if (groups === undefined || parent === undefined)
      throw new Error(`No XML at ${document.slice(at, at + 40)}`);
    if (groups["text"] !== undefined) parent.text += decode(groups["text"]);
    else if (groups["close"] !== undefined) {
      if (open.pop()?.name !== groups["close"]) throw new Error(`</${groups["close"]}> closes nothing.`);
    } else {
      const element = elementOf(groups["open"] ?? "", groups["attributes"] ?? "");
      parent.children.push(element);
      if (groups["empty"] === "") open.push(element);
    }
  }
  const [root, ...others] = top.children;
  if (open.length !== 1 || root === undefined || others.length > 0)
    throw new Error("There must be one root.");
  return { root };
}

function elementOf(name: string, text: string): XmlElement {
  const attributes = new Map<string, string>();
  for (const [, key = "", value = ""] of text.matchAll(/ ([a-z]+)="([^"]*)"/g)) {
    if (attributes.has(key)) throw new Error(`The attribute ${key} is there twice.`);
    attributes.set(key, decode(value));
  }
  return { name, attributes, children: [], text: "" };
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  "#9": "\t",
  "#10": "\n",
  "#13": "\r",
};

function decode(text: string): string {
  return text.replaceAll(/&([^;]*);?/g, (whole, name: string) => {
    const character = ENTITIES[name];
    if (character === undefined || !whole.endsWith(";")) throw new Error(`${whole} is no entity.`);
    return character;
  });
}
