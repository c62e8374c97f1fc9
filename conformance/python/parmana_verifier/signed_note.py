"""C2SP signed notes and checkpoints (section 9.3)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import List, NamedTuple, Sequence, Tuple

from . import ed25519_profile, merkle
from .grammar import MAX_COUNT, from_base64, has_control, utf16_length
from .refusal import Refusal, demand

MAX_NOTE = 1 << 20
LOG = 1
WITNESS = 4

_WHITE_SPACE = re.compile("[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_SIGNATURE_LINE = re.compile("\u2014 ([^ ]+) ([A-Za-z0-9+/]+={0,2})")
_COUNT = re.compile("0|[1-9][0-9]{0,15}")
_TEXT_CONTROL = re.compile("[\u0000-\u0009\u000b-\u001f\u007f-\u009f\ud800-\udfff]")


class NoteSignature(NamedTuple):
    name: str
    key_id: bytes
    value: bytes


class NoteKey(NamedTuple):
    """A key of a log (type 1) or of a witness (type 4)."""

    name: str
    type: int
    value: bytes

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.name.encode("utf-8") + b"\n" + bytes([self.type]) + self.value).digest()[:4]

    def holds(self, text: bytes, signature: bytes) -> bool:
        if self.type == LOG:
            return len(signature) == 64 and ed25519_profile.holds(self.value, text, signature)
        if len(signature) != 72:
            return False
        seconds = int.from_bytes(signature[:8], "big")
        message = b"cosignature/v1\ntime %d\n" % seconds + text
        return seconds <= MAX_COUNT and ed25519_profile.holds(self.value, message, signature[8:])


@dataclass(frozen=True)
class Note:
    text: str
    signatures: Tuple[NoteSignature, ...]

    def verify(self, keys: Sequence[NoteKey]) -> List[Tuple[NoteKey, NoteSignature]]:
        """Who of the known keys signed, in the order of the note."""
        text = self.text.encode("utf-8")
        known = {}
        for key in keys:
            other = known.setdefault((key.name, key.id), key)
            demand(other == key, "SIG-018", f"two keys with the name {key.name} and one key id")
        found = []
        for signature in self.signatures:
            signer = known.get((signature.name, signature.key_id))
            if signer is None:
                continue
            demand(signer.holds(text, signature.value), "SIG-008", f"signature of {signature.name}")
            found.append((signer, signature))
        demand(bool(found), "SIG-019", "no known key signed")
        return found


@dataclass(frozen=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes


def is_key_name(name: str) -> bool:
    good = 1 <= utf16_length(name) <= 255 and "+" not in name
    return good and not has_control(name) and _WHITE_SPACE.search(name) is None


def note_key(name: str, kind: int, value: bytes) -> NoteKey:
    demand(is_key_name(name), "SIG-018", "not the name of a key")
    return NoteKey(name, kind, value)


def read_verifier_key(text: str, kind: int) -> NoteKey:
    """A key spelt `name+<8 hex digits>+<base64>`."""
    match = re.fullmatch("([^+]*)\\+([0-9a-f]{8})\\+([A-Za-z0-9+/=]*)", text)
    if match is None:
        raise Refusal("SIG-018", "not a verifier key")
    try:
        data = from_base64(match.group(3))
    except Refusal:
        raise Refusal("SIG-018", "not a verifier key") from None
    demand(len(data) == 33 and data[0] == kind, "SIG-018", "not a verifier key of this type")
    key = note_key(match.group(1), kind, ed25519_profile.admit(data[1:]))
    demand(key.id.hex() == match.group(2), "SIG-018", "the key id is of another key")
    return key


def read_note(data: bytes) -> Note:
    demand(len(data) <= MAX_NOTE, "SIG-017", "the note is too large")
    demand(not data.startswith(b"\xef\xbb\xbf"), "SIG-017", "byte order mark")
    try:
        note = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal("SIG-017", "not UTF-8") from None
    place = note.rfind("\n\n")
    demand(place >= 0, "SIG-017", "no empty line")
    text, rest = note[: place + 1], note[place + 2 :]
    good = text != "\n" and not text.endswith("\n\n") and _TEXT_CONTROL.search(text) is None
    good = good and not text.startswith(("DSSEv1 ", "cosignature/v1\n"))
    demand(good, "SIG-017", "the text is malformed")
    demand(rest != "", "SIG-017", "no signature")
    demand(rest.endswith("\n"), "SIG-017", "a line without end")
    lines = rest[:-1].split("\n")
    demand(len(lines) <= 64, "SIG-007", "more than 64 signatures")
    signatures = tuple(_signature(line) for line in lines)
    demand(len({one[:2] for one in signatures}) == len(signatures), "SIG-005", "one key signs twice")
    return Note(text, signatures)


def _signature(line: str) -> NoteSignature:
    match = _SIGNATURE_LINE.fullmatch(line)
    if match is None:
        raise Refusal("SIG-017", "not a signature line")
    name, data = match.group(1), from_base64(match.group(2))
    demand(len(data) >= 5, "SIG-017", "a signature is too short")
    demand(is_key_name(name), "SIG-018", "not the name of a key")
    return NoteSignature(name, data[:4], data[4:])


def is_count(text: str) -> bool:
    """A count in decimal digits, without leading zeros."""
    return _COUNT.fullmatch(text) is not None and int(text) <= MAX_COUNT


def read_checkpoint(note: Note) -> Checkpoint:
    lines = note.text[:-1].split("\n")
    demand(len(lines) >= 3 and all(lines), "INV-084", "not a checkpoint")
    demand(not has_control(lines[0]), "INV-084", "origin")
    demand(is_count(lines[1]), "INV-084", "size")
    try:
        root = from_base64(lines[2])
    except Refusal:
        raise Refusal("INV-084", "root hash") from None
    size = int(lines[1])
    demand(len(root) == 32 and (size > 0 or root == merkle.EMPTY_ROOT), "INV-084", "root hash")
    return Checkpoint(lines[0], size, root)
