import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StringFormat } from "../../src/policy.js";
import { hasFormat } from "../../src/policy/string-formats.js";

const label63 = "a".repeat(63);

const samples: Readonly<
  Record<StringFormat, readonly [accepted: readonly string[], refused: readonly string[]]>
> = {
  email: [
    [
      "joe.bloggs@example.com",
      "te~st@example.com",
      "O'Neil+tag@mail.example-1.com",
      "a@b",
      `${"l".repeat(64)}@example.com`,
      "x!#$%&'*+-/=?^_`{|}~@example.org",
    ],
    [
      "2962",
      "",
      "@example.com",
      "a@",
      "a@b@c",
      ".a@example.com",
      "a.@example.com",
      "a..b@example.com",
      '"joe bloggs"@example.com',
      "joe@[127.0.0.1]",
      "joe@127.0.0.1",
      "joe@Example.com",
      "joé@example.com",
      "joe@exämple.com",
      "joe @example.com",
      "joe@example.com ",
      "joe@example.com\n",
      "joe@-example.com",
      `${"l".repeat(65)}@example.com`,
      `${"l".repeat(60)}@${`${label63}.`.repeat(3)}abc`,
    ],
  ],
  hostname: [
    [
      "localhost",
      "www.example.com",
      "xn--4gbwdl.xn--wgbh1c",
      "a-b.c",
      "1host.example",
      "0.a",
      label63,
      `${`${label63}.`.repeat(3)}${"a".repeat(61)}`,
    ],
    [
      "",
      ".",
      "a.",
      ".a",
      "a..b",
      "-a",
      "a-",
      "a.-b",
      "Example.com",
      "a_b",
      "exämple.com",
      "1.2.3.4",
      "host.1",
      "123",
      `a${label63}`,
      `${`${label63}.`.repeat(3)}${"a".repeat(62)}`,
      "a b",
      "a\n",
    ],
  ],
  ipv4: [
    ["0.0.0.0", "255.255.255.255", "192.0.2.1", "10.99.100.249"],
    [
      "256.0.0.1",
      "1.2.3",
      "1.2.3.4.5",
      "01.2.3.4",
      "1.2.3.04",
      "1.2.3.4 ",
      "1.2.3.4\n",
      "1.2.3.-4",
      "a.b.c.d",
      "1.2.3.",
      "١.2.3.4",
      "::1",
      "",
    ],
  ],
  uuid: [
    [
      "2eb8aa08-aa98-11ea-b4aa-73b441d16380",
      "00000000-0000-0000-0000-000000000000",
      "ffffffff-ffff-ffff-ffff-ffffffffffff",
    ],
    [
      "2EB8AA08-AA98-11EA-B4AA-73B441D16380",
      "2eb8aa08-aa98-11ea-b4aa-73b441d1638",
      "2eb8aa08aa9811eab4aa73b441d16380",
      "{2eb8aa08-aa98-11ea-b4aa-73b441d16380}",
      "urn:uuid:2eb8aa08-aa98-11ea-b4aa-73b441d16380",
      "2eb8aa08-aa98-11ea-b4aa-73b441d16380\n",
      "2eb8aa08-aa98-11ea-b4-aa73b441d16380",
      "",
    ],
  ],
};

const formats = Object.keys(samples) as StringFormat[];

describe("the format of a string", () => {
  it.each(formats)("%s accepts and refuses what docs/policy.md says", (format) => {
    const [accepted, refused] = samples[format];
    expect(accepted.filter((text) => !hasFormat(format, text))).toEqual([]);
    expect(refused.filter((text) => hasFormat(format, text))).toEqual([]);
  });

  it.each(formats)("%s is decided in time, whatever the text", (format) => {
    const hostile = [
      "a",
      "a-",
      "a.",
      "-",
      ".",
      "1.",
      "a@",
      "1",
      "@",
      "a.b@",
      "25",
      "\u{1f600}",
      "0-",
    ].flatMap((part) =>
      ["", "!", "@", ".a", "@a"].flatMap((end) => [
        part.repeat(16_384 / part.length) + end,
        `a@${part.repeat(8_000)}${end}`,
      ]),
    );
    const before = process.cpuUsage();
    for (const text of hostile) hasFormat(format, text);
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(1_000);
  });

  it("is the same for a host name and for what follows the @ of an email address", () => {
    const unit = fc.constantFrom("a", "b", "0", "1", "-", ".");
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 12 }), (text) => {
        expect(hasFormat("email", `x@${text}`)).toBe(hasFormat("hostname", text));
      }),
      { numRuns: 2_000 },
    );
  });
});
