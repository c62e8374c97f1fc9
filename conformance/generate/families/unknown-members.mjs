import { documents, trustRoots } from "./unknown-members/documents.mjs";
import { bundles, evidence, logEntries } from "./unknown-members/evidence.mjs";
import { attestations, statements } from "./unknown-members/statements.mjs";

/** Every closed object, with a member more, a member less, and another version (threat 19). */
export function unknownMembers(context) {
  attestations(context);
  statements(context);
  documents(context);
  trustRoots(context);
  evidence(context);
  logEntries(context);
  bundles(context);
}
