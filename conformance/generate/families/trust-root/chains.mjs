import { verified } from "../../kit.mjs";
import { DAY, MADE } from "../../world.mjs";
import { earlier } from "./revocations.mjs";
import { broken } from "./scene.mjs";

export function chains({ versioned, first, input, add }) {
  const next = (terms) => versioned({ previous: first, ...terms });
  const second = next({ signers: ["alice", "bob"] });
  const third = versioned({
    previous: second,
    root: ["dave", "erin"],
    signers: ["alice", "bob", "dave", "erin"],
  });
  const fourth = versioned({ previous: third, root: ["dave", "erin"], signers: ["dave", "erin"] });
  add(
    "followed",
    "Every version is signed by the thresholds of the one before and of its own.",
    [21],
    [
      input("version 1", [first], verified()),
      input("version 2 by the same", [first, second], verified()),
      input("version 2 by two others of the three", [first, next({ signers: ["bob", "carol"] })], verified()),
      input("version 3 by all new", [first, second, third], verified()),
      input("version 4, the pinned key long gone", [first, second, third, fourth], verified()),
      input("made under version 1, judged by version 4", [first, second, third, fourth], verified(), {
        named: first,
      }),
      input(
        "a signature by nobody known beside",
        [first, next({ signers: ["alice", "bob", "erin"] })],
        verified(),
      ),
      input(
        "the threshold raised",
        [first, next({ threshold: 3, signers: ["alice", "bob", "carol"] })],
        verified(),
      ),
      input("the threshold lowered", [first, next({ threshold: 1, signers: ["alice", "bob"] })], verified()),
    ],
  );
  const renewed = { root: ["dave", "erin"] };
  add(
    "too-few-signatures",
    "Signed only by the old, only by the new, or by too few.",
    [21],
    [
      input("version 1 by the pinned key alone", [versioned({ signers: ["alice"] })], broken("TRUST-032")),
      input(
        "version 1 without the pinned key",
        [versioned({ signers: ["bob", "carol"] })],
        broken("TRUST-017"),
      ),
      input(
        "version 2 only by the old",
        [first, next({ ...renewed, signers: ["alice", "bob"] })],
        broken("TRUST-032"),
      ),
      input(
        "version 2 only by the new",
        [first, next({ ...renewed, signers: ["dave", "erin"] })],
        broken("TRUST-032"),
      ),
      input(
        "version 2 by one of the old",
        [first, next({ ...renewed, signers: ["alice", "dave", "erin"] })],
        broken("TRUST-032"),
      ),
      input(
        "version 2 by one of the new",
        [first, next({ ...renewed, signers: ["alice", "bob", "dave"] })],
        broken("TRUST-032"),
      ),
      input("version 2 by the pinned key alone", [first, next({ signers: ["alice"] })], broken("TRUST-032")),
      input(
        "version 2 lowers its own threshold and is signed by one",
        [first, next({ threshold: 1, signers: ["alice"] })],
        broken("TRUST-032"),
      ),
      input(
        "version 3 by those of version 1",
        [
          first,
          second,
          third,
          versioned({ previous: third, root: ["dave", "erin"], signers: ["alice", "bob"] }),
        ],
        broken("TRUST-032"),
      ),
    ],
  );
  const two = { root: ["alice", "alice2", "bob"] };
  const mine = versioned({ ...two, signers: ["alice", "bob"] });
  add(
    "one-operator",
    "Two keys of one operator are one voice; one key twice is none.",
    [21, 47],
    [
      input("both by alice", [versioned({ ...two, signers: ["alice", "alice2"] })], broken("TRUST-032")),
      input(
        "by alice, alice and bob",
        [versioned({ ...two, signers: ["alice", "alice2", "bob"] })],
        verified(),
      ),
      input(
        "version 2 both by alice",
        [mine, versioned({ ...two, previous: mine, signers: ["alice", "alice2"] })],
        broken("TRUST-032"),
      ),
      input("one key twice", [versioned({ signers: ["alice", "alice"] })], broken("TRUST-030")),
    ],
  );
  steps({ versioned, first, second, third, input, add });
}

function steps({ versioned, first, second, third, input, add }) {
  const other = versioned({ signers: ["alice", "carol"], expiresAt: MADE + 366 * DAY });
  const signers = ["alice", "bob"];
  const branch = versioned({ previous: first, signers, expiresAt: MADE + 366 * DAY });
  add(
    "steps",
    "Versions go up by exactly one, each naming the bytes of the one before.",
    [22],
    [
      input("version 3 after version 1", [first, third], broken("TRUST-020")),
      input("back to version 1", [first, second, first], broken("TRUST-020")),
      input("version 1 again", [first, first], broken("TRUST-020")),
      input("another version 1", [first, other], broken("TRUST-021")),
      input("another version 2", [first, second, branch], broken("TRUST-021")),
      input(
        "the previous of another version 1",
        [first, versioned({ previous: { ...other, version: 1 }, signers })],
        broken("TRUST-022"),
      ),
      input(
        "dated earlier",
        [first, versioned({ previous: first, signers, issuedAt: MADE - 1, changes: earlier(signers) })],
        broken("TRUST-023"),
      ),
      input("dated the same", [first, versioned({ previous: first, signers, issuedAt: MADE })], verified()),
      input("version 2 without version 1", [second], broken("TRUST-027")),
      input("version 3 without version 1", [second, third], broken("TRUST-027")),
      input("a hole in the middle", [first, third], broken("TRUST-020")),
    ],
  );
}
