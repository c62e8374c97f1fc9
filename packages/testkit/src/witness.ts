import { createServer, type IncomingMessage } from "node:http";
import {
  createCosigner,
  decodeBase64,
  encodeBase64,
  generatePrivateKey,
  parseNote,
  type VerifierKey,
  verifyNote,
} from "@parmanasystems/signing";
import { parseCheckpoint, verifyConsistency } from "@parmanasystems/verifier";

export interface RunningWitness {
  readonly url: string;
  readonly verifierKey: VerifierKey;
  close(): Promise<void>;
}

/** A small witness of one log, after C2SP tlog-witness: it cosigns what is consistent with all that it saw. */
export async function startWitness(terms: {
  readonly name: string;
  readonly log: VerifierKey;
}): Promise<RunningWitness> {
  const cosigner = createCosigner({ name: terms.name, privateKey: generatePrivateKey() });
  let seen: { readonly size: number; readonly root: Uint8Array } = { size: 0, root: new Uint8Array(32) };

  const answer = async (body: string): Promise<readonly [number, string]> => {
    const [request = "", ...rest] = body.split("\n\n");
    const [first = "", ...proofLines] = request.split("\n");
    const oldSize = Number(/^old (\d+)$/.exec(first)?.[1]);
    const note = parseNote(rest.join("\n\n"));
    const { origin, size, rootHash } = parseCheckpoint(note.text);
    if (origin !== terms.log.name) return [404, "unknown log\n"];
    try {
      verifyNote(note, [terms.log]);
    } catch {
      return [403, "not signed by the log\n"];
    }
    if (oldSize > size) return [400, "the old size is beyond the checkpoint\n"];
    if (oldSize !== seen.size) return [409, `${String(seen.size)}\n`];
    const proof = proofLines.map(decodeBase64);
    const consistent =
      oldSize === 0
        ? proof.length === 0
        : verifyConsistency({ oldSize, newSize: size, oldRoot: seen.root, newRoot: rootHash, proof });
    if (!consistent) return [422, "the proof does not hold\n"];
    seen = { size, root: rootHash };
    const { name, keyId, signature } = await cosigner.cosign(note.text, Math.floor(Date.now() / 1000));
    const bytes = Buffer.concat([Buffer.from(keyId, "hex"), signature]);
    return [200, `\u2014 ${name} ${encodeBase64(bytes)}\n`];
  };

  const server = createServer((request, response) => {
    void bodyOf(request)
      .then(answer)
      .catch((): readonly [number, string] => [400, "malformed\n"])
      .then(([status, text]) => {
        response.writeHead(status, { "content-type": status === 409 ? "text/x.tlog.size" : "text/plain" });
        response.end(text);
      });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the witness has no port");
  return {
    url: `http://127.0.0.1:${String(address.port)}`,
    verifierKey: cosigner.verifierKey,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
