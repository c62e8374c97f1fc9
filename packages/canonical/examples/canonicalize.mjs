import { canonicalize, CanonicalError, parseStrict, sha256 } from "@parmanasystems/canonical";

// Two spellings of the same facts have one canonical form, and so one hash.
const one = parseStrict('{"claim_amount": 1.0e5, "vip_customer": false}');
const other = parseStrict('{ "vip_customer":false, "claim\\u005famount":100000 }');
console.log(canonicalize(one));
console.log(sha256(canonicalize(one)) === sha256(canonicalize(other)) ? "same hash" : "different hash");

// What JSON.parse would settle silently is refused, with a code and a place.
try {
  parseStrict('{"approved": false,\n "approved": true}');
} catch (error) {
  if (!(error instanceof CanonicalError)) throw error;
  console.log(error.code, error.details);
}
