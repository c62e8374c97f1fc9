import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { providerFetch } from "../../src/authentication/provider-fetch.js";

let provider: Server;
afterEach(() => {
  provider.closeAllConnections();
  provider.close();
});

async function listening(answer: RequestListener): Promise<string> {
  provider = createServer(answer);
  await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${String((provider.address() as AddressInfo).port)}/jwks`;
}

const terms = () => ({
  headers: new Headers(),
  method: "GET" as const,
  redirect: "manual" as const,
  signal: new AbortController().signal,
});

describe("the fetch of a provider's keys", () => {
  it("leaves a provider that failed alone for a while, and then asks again (threat 59)", async () => {
    let asked = 0;
    let status = 500;
    const url = await listening((_, response) => {
      asked += 1;
      response.writeHead(status).end('{"keys":[]}');
    });
    let now = 0;
    const ask = providerFetch({ pauseMs: 1_000, now: () => now });
    await expect(ask(url, terms())).rejects.toThrow("500");
    status = 200;
    now = 999;
    await expect(ask(url, terms())).rejects.toThrow("a moment ago");
    expect(asked).toBe(1);
    now = 1_000;
    expect(await (await ask(url, terms())).json()).toEqual({ keys: [] });
    await ask(url, terms());
    expect(asked).toBe(3);
  });

  it("does not read an answer that never ends", async () => {
    const url = await listening((_, response) => {
      const more = () => {
        while (response.write("x".repeat(65_536)));
      };
      response.on("drain", more);
      more();
    });
    await expect(providerFetch({ pauseMs: 1_000 })(url, terms())).rejects.toThrow("more than");
  });

  it("follows no redirect", async () => {
    const asked: (string | undefined)[] = [];
    const url = await listening((request, response) => {
      asked.push(request.url);
      response.writeHead(302, { location: "/elsewhere" }).end();
    });
    await expect(providerFetch({ pauseMs: 1_000 })(url, terms())).rejects.toThrow("302");
    expect(asked).toEqual(["/jwks"]);
  });
});
