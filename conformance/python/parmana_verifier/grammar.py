"""Hashes, base64, times and texts (section 1.3). Predicates return whether a value has a form."""

from __future__ import annotations

import base64 as _base64
import binascii
import datetime
import hashlib
import re
from typing import Any, Callable, Iterable, Optional

from .canonical import canonical
from .refusal import Refusal
from .strict_json import MAX_SAFE

MAX_COUNT = MAX_SAFE

_HASH = re.compile(r"sha256:[0-9a-f]{64}")
_EXECUTION_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_NUMERIC = r"(?:0|[1-9][0-9]*)"
_PRERELEASE = r"(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_VERSION = re.compile(
    rf"{_NUMERIC}\.{_NUMERIC}\.{_NUMERIC}(?:-{_PRERELEASE}(?:\.{_PRERELEASE})*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")
_SIGNATURE = re.compile(r"[A-Za-z0-9+/]{85}[AQgw]==")
_TIMESTAMP = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})\.([0-9]{3})Z")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_CONTROL = re.compile("[\u0000-\u001f\u007f-\u009f\ud800-\udfff]")
_NO_LINE = re.compile("[\u0000-\u001f\u007f-\u009f\ud800-\udfff\u2028-\u202e\u2066-\u2069]")
_NOT_PRINTABLE = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)
_WHITE = "\t\n\v\f\r \u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000\ufeff"
_JOINER = re.compile("[\u200c\u200d]")
_EPOCH = datetime.date(1970, 1, 1).toordinal()


def _whole(pattern: "re.Pattern[str]") -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


is_hash = _whole(_HASH)
is_execution_id = _whole(_EXECUTION_ID)
is_id = _whole(_ID)
is_key_id = _whole(_KEY_ID)
is_signature = _whole(_SIGNATURE)


def is_version(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 64 and _VERSION.fullmatch(value) is not None


def is_timestamp(value: Any) -> bool:
    return isinstance(value, str) and _milliseconds(value) is not None


def milliseconds(timestamp: str) -> int:
    """Milliseconds since 1970 of a well-formed timestamp."""
    result = _milliseconds(timestamp)
    assert result is not None
    return result


def _milliseconds(text: str) -> Optional[int]:
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction = (int(part) for part in match.groups())
    if not 1970 <= year <= 9998 or hour > 23 or minute > 59 or second > 59:
        return None
    try:
        days = datetime.date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return None
    return ((days * 24 + hour) * 60 + minute) * 60000 + second * 1000 + fraction


def is_date(value: Any) -> bool:
    """`YYYY-MM-DD`, years 0001 to 9999 (section 12.2)."""
    match = _DATE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return False
    try:
        datetime.date(*(int(part) for part in match.groups()))
    except ValueError:
        return False
    return True


def utf16_length(text: str) -> int:
    """The length in UTF-16 code units."""
    return len(text) + sum(1 for character in text if character > "\uffff")


def _units(value: Any, most: int, forbidden: "re.Pattern[str]") -> bool:
    return isinstance(value, str) and 1 <= utf16_length(value) <= most and forbidden.search(value) is None


def is_party(value: Any) -> bool:
    return _units(value, 256, _NO_LINE)


def is_line(value: Any) -> bool:
    return _units(value, 1024, _NO_LINE)


def is_label(value: Any) -> bool:
    return _units(value, 256, _CONTROL)


def has_control(text: str) -> bool:
    """Whether a character is of category Cc or Cs."""
    return _CONTROL.search(text) is not None


def is_printable(value: Any, most: int) -> bool:
    """Printable, of at most `most` code points."""
    return isinstance(value, str) and 1 <= len(value) <= most and _NOT_PRINTABLE.search(value) is None


def is_name(value: Any, most: int) -> bool:
    return (
        is_printable(value, most) and value[0] not in _WHITE and value[-1] not in _WHITE and not _JOINER.search(value)
    )


def is_whole(value: Any, least: int = 0, most: int = MAX_COUNT) -> bool:
    """A whole number in a range."""
    return isinstance(value, float) and value.is_integer() and least <= value <= most


def is_number(value: Any) -> bool:
    return isinstance(value, float)


def is_closed(value: Any, required: Iterable[str], optional: Iterable[str] = ()) -> bool:
    """A closed object (section 1.1)."""
    if not isinstance(value, dict):
        return False
    required = tuple(required)
    return all(name in value for name in required) and set(value) <= set(required) | set(optional)


def sha256(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def hash_of(value: Any) -> str:
    """`sha256(canonical(value))`."""
    return sha256(canonical(value))


def from_base64(text: Any) -> bytes:
    """Strict base64 (SIG-001)."""
    try:
        data = _base64.b64decode(text.encode("ascii"), validate=True)
    except (AttributeError, UnicodeEncodeError, binascii.Error, ValueError):
        raise Refusal("SIG-001", "not base64") from None
    if _base64.b64encode(data).decode("ascii") != text:
        raise Refusal("SIG-001", "base64 in another spelling")
    return data


def from_base64url(text: Any) -> bytes:
    """Strict base64url without padding (SIG-001)."""
    if not isinstance(text, str) or re.fullmatch("[A-Za-z0-9_-]*", text) is None or len(text) % 4 == 1:
        raise Refusal("SIG-001", "not base64url")
    data = _base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if to_base64url(data) != text:
        raise Refusal("SIG-001", "base64url in another spelling")
    return data


def to_base64url(data: bytes) -> str:
    return _base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")
