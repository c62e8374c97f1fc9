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

const patience = { pauseMs: 1_000, maxPauseMs: 5_000 };

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
    const ask = providerFetch({ ...patience, now: () => now });
    const expectRest = async (until: number) => {
      const before = asked;
      now = until - 1;
      await expect(ask(url, terms())).rejects.toThrow("a moment ago");
      expect(asked).toBe(before);
      now = until;
    };
    for (const rest of [1_000, 2_000, 4_000, 5_000, 5_000]) {
      await expect(ask(url, terms())).rejects.toThrow("500");
      await expectRest(now + rest);
    }
    status = 200;
    expect(await (await ask(url, terms())).json()).toEqual({ keys: [] });
    await ask(url, terms());
    expect(asked).toBe(7);
    status = 500;
    await expect(ask(url, terms())).rejects.toThrow("500");
    await expectRest(now + 1_000);
  });

  it("leaves a provider alone that answers with something else (threat 59)", async () => {
    for (const body of ["<html>down for maintenance</html>", "null", "[]", '{"keys":{}}', ""]) {
      let asked = 0;
      const url = await listening((_, response) => {
        asked += 1;
        response.end(body);
      });
      const ask = providerFetch(patience);
      const wrong = body.startsWith("<") || body === "" ? "JSON" : "no key set";
      await expect(ask(url, terms()), body).rejects.toThrow(wrong);
      await expect(ask(url, terms()), body).rejects.toThrow("a moment ago");
      expect(asked).toBe(1);
      provider.closeAllConnections();
      provider.close();
    }
  });

  it("does not read an answer that never ends", async () => {
    const url = await listening((_, response) => {
      const more = () => {
        while (response.write("x".repeat(65_536)));
      };
      response.on("drain", more);
      more();
    });
    await expect(providerFetch(patience)(url, terms())).rejects.toThrow("more than");
  });

  it("follows no redirect", async () => {
    const asked: (string | undefined)[] = [];
    const url = await listening((request, response) => {
      asked.push(request.url);
      response.writeHead(302, { location: "/elsewhere" }).end();
    });
    await expect(providerFetch(patience)(url, terms())).rejects.toThrow("302");
    expect(asked).toEqual(["/jwks"]);
  });
});
