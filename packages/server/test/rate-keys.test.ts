import { describe, expect, it } from "vitest";
import { addressKey } from "../src/http/rate-keys.js";

describe("the address by which a caller is counted", () => {
  it("is the network of an IPv6 address, however it is spelled (threat 54)", () => {
    const one = addressKey("2001:db8:1:2::1");
    for (const same of ["2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:0DB8:0001:0002::", "2001:db8:1:2::9.9.9.9"])
      expect(addressKey(same)).toBe(one);
    for (const other of ["2001:db8:1:3::1", "2001:db8::1:2:0:1", "::1", "::", "fe80::1%eth0"])
      expect(addressKey(other)).not.toBe(one);
    expect(addressKey("2001:db8::")).toBe(addressKey("2001:db8:0:0::7"));
  });

  it("is an IPv4 address as a whole, also inside of IPv6", () => {
    expect(addressKey("::ffff:192.0.2.1")).toBe(addressKey("192.0.2.1"));
    expect(addressKey("192.0.2.1")).not.toBe(addressKey("192.0.2.2"));
    for (const same of [
      "::ffff:c000:201",
      "0:0:0:0:0:FFFF:192.0.2.1",
      "64:ff9b::192.0.2.1",
      "64:ff9b::c000:201",
    ])
      expect(addressKey(same)).toBe(addressKey("192.0.2.1"));
  });

  it("is without the port that a proxy names, and one for all that are none", () => {
    for (const port of ["1", "49152"]) {
      expect(addressKey(`192.0.2.1:${port}`)).toBe(addressKey("192.0.2.1"));
      expect(addressKey(`[2001:db8:1:2::1]:${port}`)).toBe(addressKey("2001:db8:1:2::9"));
    }
    expect(addressKey("[2001:db8:1:2::1]")).toBe(addressKey("2001:db8:1:2::9"));
    for (const none of ["_hidden", "unknown", "", "192.0.2.1:x", "a, b"])
      expect(addressKey(none)).toBe(addressKey("nobody"));
  });
});
