"""Declarations of signals: reading them, and which values they accept (section 12.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Dict, Optional, Tuple

from .grammar import (
    MAX_COUNT,
    is_closed,
    is_date,
    is_id,
    is_number,
    is_printable,
    is_timestamp,
    is_whole,
)
from .refusal import Refusal, demand

# Type: (required keywords, optional keywords, code of a value that is not accepted).
TYPES: Dict[str, Tuple[Tuple[str, ...], Tuple[str, ...], str]] = {
    "boolean": ((), (), "VAL-006"),
    "integer": (("minimum", "maximum"), (), "VAL-007"),
    "number": ((), ("minimum", "maximum"), "VAL-005"),
    "decimal": (("scale",), ("minimum", "maximum"), "VAL-010"),
    "string": ((), ("minLength", "maxLength", "format"), "VAL-008"),
    "enum": (("values",), (), "VAL-009"),
    "date": ((), (), "VAL-011"),
    "timestamp": ((), (), "VAL-012"),
    "list": (("items", "maxItems"), ("minItems",), "VAL-013"),
}
_OF_ALL = ("optional", "description", "provenance")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,29})(?:\.([0-9]{1,9}))?")
_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOSTNAME_LABEL = re.compile(_LABEL)
_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+")
_UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_OCTET = re.compile("0|[1-9][0-9]{0,2}")


@dataclass(frozen=True)
class Provenance:
    """What is demanded of a signal's origin."""

    sources: Optional[Tuple[str, ...]] = None
    max_age_seconds: Optional[int] = None
    signed: bool = False
    subject: Optional[str] = None


@dataclass(frozen=True)
class Declaration:
    type: str
    minimum: Any = None
    maximum: Any = None
    scale: int = 0
    min_length: int = 0
    max_length: int = 1024
    format: Optional[str] = None
    values: Tuple[str, ...] = ()
    items: Optional["Declaration"] = None
    min_items: int = 0
    max_items: int = 0
    optional: bool = False
    provenance: Optional[Provenance] = field(default=None)

    @property
    def code(self) -> str:
        return TYPES[self.type][2]

    @property
    def kind(self) -> Tuple[str, ...]:
        """What two signals share that can be compared: the type, of lists the items' type too."""
        return (self.type, self.items.type) if self.items else (self.type,)

    def accepts(self, value: Any) -> bool:
        if self.type == "boolean":
            return isinstance(value, bool)
        if self.type == "integer":
            return is_number(value) and value.is_integer() and self.minimum <= value <= self.maximum
        if self.type == "number":
            return is_number(value) and self.minimum <= value <= self.maximum
        if self.type == "list":
            assert self.items is not None
            good = isinstance(value, list) and self.min_items <= len(value) <= self.max_items
            return good and all(self.items.accepts(item) for item in value)
        if not isinstance(value, str):
            return False
        if self.type == "decimal":
            if not is_decimal(value, self.scale):
                return False
            number = Decimal(value)
            low = self.minimum is None or self.minimum <= number
            return low and (self.maximum is None or number <= self.maximum)
        if self.type == "string":
            good = self.min_length <= len(value) <= self.max_length
            return good and (self.format is None or FORMATS[self.format](value))
        if self.type == "enum":
            return value in self.values
        return is_date(value) if self.type == "date" else is_timestamp(value)


def is_decimal(value: Any, scale: int) -> bool:
    match = _DECIMAL.fullmatch(value) if isinstance(value, str) else None
    if match is None or len(match.group(1) or "") != scale:
        return False
    return not (value.startswith("-") and not value.strip("-0."))


def is_hostname(text: str) -> bool:
    labels = text.split(".")
    good = 1 <= len(text) <= 253 and all(_HOSTNAME_LABEL.fullmatch(label) for label in labels)
    return good and re.fullmatch("[0-9]+", labels[-1]) is None


def is_email(text: str) -> bool:
    local, at, host = text.rpartition("@")
    good = len(text) <= 254 and bool(at) and 1 <= len(local) <= 64
    return good and all(_ATOM.fullmatch(atom) for atom in local.split(".")) and is_hostname(host)


def is_ipv4(text: str) -> bool:
    parts = text.split(".")
    return len(parts) == 4 and all(_OCTET.fullmatch(part) and int(part) <= 255 for part in parts)


def is_uuid(text: str) -> bool:
    return _UUID.fullmatch(text) is not None


FORMATS = {"hostname": is_hostname, "email": is_email, "ipv4": is_ipv4, "uuid": is_uuid}


def read_declaration(name: str, value: Any, item: bool = False) -> Declaration:
    """A declaration; of an item of a list only its type and that type's keywords."""
    demand(isinstance(value, dict), "POL-011", f"{name}: no object")
    kind = value.get("type")
    demand(isinstance(kind, str) and kind in TYPES and not (item and kind == "list"), "POL-011", f"{name}: type")
    required, optional, _ = TYPES[kind]
    keywords = required + optional + (() if item else _OF_ALL)
    demand(is_closed(value, ("type",) + required, keywords), "POL-011", f"{name}: keywords")
    if item:
        return Declaration(type=kind, **_KEYWORDS[kind](name, value))
    demand(isinstance(value.get("optional", False), bool), "POL-012", f"{name}: optional")
    demand("description" not in value or is_printable(value["description"], 4096), "POL-006", f"{name}: description")
    origin = _provenance(name, value["provenance"]) if "provenance" in value else None
    read = _KEYWORDS[kind](name, value)
    return Declaration(type=kind, optional=value.get("optional", False), provenance=origin, **read)


def _none(name: str, value: Any) -> Dict[str, Any]:
    return {}


def _bounds(name: str, value: Any) -> Dict[str, Any]:
    low, high = value.get("minimum", float(-MAX_COUNT)), value.get("maximum", float(MAX_COUNT))
    for bound in (low, high):
        good = is_whole(bound, -MAX_COUNT) if value["type"] == "integer" else is_number(bound)
        demand(good, "POL-012", f"{name}: bounds")
    demand(low <= high, "POL-012", f"{name}: bounds contradict each other")
    return {"minimum": low, "maximum": high}


def _decimal(name: str, value: Any) -> Dict[str, Any]:
    demand(is_whole(value["scale"], 0, 9), "POL-012", f"{name}: scale")
    scale = int(value["scale"])
    read: Dict[str, Any] = {"scale": scale}
    for bound in ("minimum", "maximum"):
        if bound in value:
            demand(is_decimal(value[bound], scale), "POL-012", f"{name}: {bound}")
            read[bound] = Decimal(value[bound])
    if "minimum" in read and "maximum" in read:
        demand(read["minimum"] <= read["maximum"], "POL-012", f"{name}: bounds contradict each other")
    return read


def _string(name: str, value: Any) -> Dict[str, Any]:
    low, high = value.get("minLength", 0.0), value.get("maxLength", 1024.0)
    demand(is_whole(low, 0, 16384) and is_whole(high, 0, 16384), "POL-012", f"{name}: length")
    if "format" in value:
        demand(isinstance(value["format"], str) and value["format"] in FORMATS, "POL-012", f"{name}: format")
    demand(low <= high, "POL-012", f"{name}: lengths contradict each other")
    return {"min_length": int(low), "max_length": int(high), "format": value.get("format")}


def _enum(name: str, value: Any) -> Dict[str, Any]:
    values = value["values"]
    demand(isinstance(values, list) and len(values) >= 1, "POL-012", f"{name}: values")
    demand(len(values) <= 1000, "POL-025", f"{name}: more than 1,000 values")
    demand(all(is_printable(one, 256) for one in values), "POL-012", f"{name}: values")
    demand(len(set(values)) == len(values), "POL-012", f"{name}: a value twice")
    return {"values": tuple(values)}


def _list(name: str, value: Any) -> Dict[str, Any]:
    items = read_declaration(f"{name}: items", value["items"], item=True)
    most, least = value["maxItems"], value.get("minItems", 0.0)
    demand(is_whole(most, 1, 1000) and is_whole(least, 0, 1000), "POL-012", f"{name}: number of items")
    demand(least <= most, "POL-012", f"{name}: numbers of items contradict each other")
    return {"items": items, "max_items": int(most), "min_items": int(least)}


_KEYWORDS = {
    "boolean": _none,
    "integer": _bounds,
    "number": _bounds,
    "decimal": _decimal,
    "string": _string,
    "enum": _enum,
    "date": _none,
    "timestamp": _none,
    "list": _list,
}


def _provenance(name: str, value: Any) -> Provenance:
    detail = f"{name}: provenance"
    demand(isinstance(value, dict), "POL-029", detail)
    demand(set(value) <= {"sources", "maxAgeSeconds", "signed", "subject"}, "POL-005", detail)
    demand(len(value) >= 1, "POL-029", detail)
    sources = None
    if "sources" in value:
        sources = value["sources"]
        demand(isinstance(sources, list) and 1 <= len(sources) <= 16, "POL-029", detail)
        demand(all(is_id(source) for source in sources) and len(set(sources)) == len(sources), "POL-029", detail)
    if "maxAgeSeconds" in value:
        demand(is_whole(value["maxAgeSeconds"], 1, 31536000), "POL-029", detail)
    demand("signed" not in value or value["signed"] is True, "POL-029", detail)
    if "subject" in value:
        demand("signed" in value and isinstance(value["subject"], str), "POL-029", detail)
    age = value.get("maxAgeSeconds")
    return Provenance(
        tuple(sources) if sources is not None else None,
        int(age) if age is not None else None,
        "signed" in value,
        value.get("subject"),
    )


def check_subjects(schema: Dict[str, Declaration]) -> None:
    """Every `subject` is another signal that is always there and has one spelling."""
    for name, declaration in schema.items():
        subject = declaration.provenance.subject if declaration.provenance else None
        if subject is None:
            continue
        other = schema.get(subject)
        good = other is not None and subject != name and not other.optional
        if not (good and other is not None and other.type in ("string", "enum", "integer")):
            raise Refusal("POL-029", f"{name}: subject {subject}")
