import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { ownMembers } from "@parmanasystems/canonical";
import { unusable } from "../replay-arguments.js";

/** Whom to trust at the other end of a rediss:// connection, and who we are. All of it is PEM. */
export interface RedisTls {
  /** The authorities to trust, in place of those that Node.js trusts. */
  readonly ca?: string;
  /** For a server that asks its clients for a certificate. */
  readonly cert?: string;
  readonly key?: string;
}

/** What the driver is told. No option can switch the check of the server's certificate off. @throws RuntimeError INV-017 */
export function tlsOptions(tls: RedisTls | undefined, isTls: boolean): RedisTls | undefined {
  if (tls === undefined) return isTls ? {} : undefined;
  if (!isTls) throw unusable("tls", "used with a rediss:// URL");
  const { ca, cert, key } = ownMembers(tls);
  if ((cert === undefined) !== (key === undefined))
    throw unusable("tls", "given both cert and key, or neither");
  const chosen = { ...(ca !== undefined && { ca }), ...(cert !== undefined && { cert, key }) };
  try {
    // A text without a certificate would pass for an empty list of authorities.
    if (ca !== undefined) new X509Certificate(ca);
    createSecureContext(chosen);
  } catch {
    throw unusable("tls", "PEM texts: certificates in ca and cert, and the key of cert");
  }
  return chosen;
}
