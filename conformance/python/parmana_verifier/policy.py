"""Policies: reading them and deciding by them (sections 12.1, 12.3, 12.5, 12.6)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Dict, List, NamedTuple, Optional, Set, Tuple

from . import strict_json
from .conditions import Evaluation, Group, Leaf, comparable
from .declarations import Declaration, check_subjects, read_declaration
from .grammar import is_id, is_printable, is_version, is_whole
from .patterns import Pattern, read_pattern
from .refusal import Refusal, demand, remembered

SCHEMA_VERSION = "1.0.0"
EVALUATOR_SEMANTICS = "parmana-policy/1"
DECISIONS = ("approved", "rejected", "pending_override")

MAX_BYTES = 4194304
MAX_DEPTH = 80
MAX_CONDITION_DEPTH = 32
MAX_PATTERNS = 250_000
MAX_PATTERN_WORK = 40_000_000

_SIGNAL_NAME = re.compile("[A-Za-z_][A-Za-z0-9_]{0,63}")
_ORDERED = frozenset(("integer", "decimal", "number", "date", "timestamp"))
_ALL = frozenset(("boolean", "integer", "number", "decimal", "string", "enum", "date", "timestamp", "list"))
_STRING = frozenset(("string",))
_OPERATORS = {
    "equals": _ALL,
    "not_equals": _ALL,
    "greater_than": _ORDERED,
    "greater_than_or_equal": _ORDERED,
    "less_than": _ORDERED,
    "less_than_or_equal": _ORDERED,
    "between": _ORDERED,
    "in": _ALL - {"boolean", "list"},
    "not_in": _ALL - {"boolean", "list"},
    "contains": frozenset(("string", "list")),
    "starts_with": _STRING,
    "ends_with": _STRING,
    "matches": _STRING,
    "exists": _ALL,
}
_COMPARISONS = ("equals", "not_equals", "greater_than", "greater_than_or_equal", "less_than", "less_than_or_equal")


class Outcome(NamedTuple):
    decision: str
    action: str
    reason: str


class Rule(NamedTuple):
    id: str
    condition: Any
    outcome: Outcome


class Override(NamedTuple):
    approver_roles: Tuple[str, ...]
    quorum: int
    expires_after_seconds: int
    signed: bool


@dataclass(frozen=True, eq=False)
class Policy:
    id: str
    version: str
    schema_version: str
    schema: Dict[str, Declaration]
    rules: Tuple[Rule, ...]
    override: Optional[Override]
    replay_identity: str

    def validate(self, signals: Dict[str, Any]) -> None:
        """Section 12.5: refuses with the code of the first problem."""
        for name in signals:
            demand(name in self.schema, "VAL-003", name)
        for name, declaration in self.schema.items():
            if name not in signals:
                demand(declaration.optional, "VAL-004", name)
            else:
                demand(declaration.accepts(signals[name]), declaration.code, name)

    def decide(self, signals: Dict[str, Any]) -> Rule:
        """The first rule whose condition holds (section 12.6)."""
        evaluation = Evaluation(self.schema, signals)
        for rule in self.rules:
            if evaluation.holds(rule.condition):
                return rule
        raise Refusal("SYS-006", "no rule decides")


@remembered(128)
def read_policy(data: bytes, policy_id: str, policy_version: str) -> Policy:
    """The policy of an expected id and version."""
    demand(1 <= len(data) <= MAX_BYTES, "POL-001", f"{len(data)} bytes")
    try:
        value = strict_json.parse(data, MAX_BYTES, MAX_DEPTH)
    except Refusal as refusal:
        raise Refusal("POL-002", refusal.detail) from None
    return _Reader().policy(value, policy_id, policy_version)


def _members(value: Dict[str, Any], required: Tuple[str, ...], optional: Tuple[str, ...], where: str) -> None:
    """A closed object whose unknown members are POL-005 and missing ones POL-004."""
    for name in value:
        demand(name in required or name in optional, "POL-005", f"{where}: {name}")
    for name in required:
        demand(name in value, "POL-004", f"{where}: {name}")


@dataclass
class _Reader:
    schema: Dict[str, Declaration] = field(default_factory=dict)
    patterns: Set[str] = field(default_factory=set)
    pattern_signals: Set[Tuple[str, str]] = field(default_factory=set)
    pattern_size: int = 0
    pattern_work: int = 0

    def policy(self, value: Any, policy_id: str, policy_version: str) -> Policy:
        demand(isinstance(value, dict), "POL-003", "no object")
        demand(value.get("schemaVersion", SCHEMA_VERSION) == SCHEMA_VERSION, "POL-009", "schemaVersion")
        required = ("policyId", "policyVersion", "schemaVersion", "signalsSchema", "rules")
        _members(value, required, ("description", "replay", "override"), "policy")
        demand(is_id(value["policyId"]), "POL-023", "policyId")
        demand(value["policyId"] == policy_id, "POL-008", "policyId")
        demand(is_version(value["policyVersion"]), "POL-022", "policyVersion")
        demand(value["policyVersion"] == policy_version, "POL-008", "policyVersion")
        self._signals(value["signalsSchema"])
        rules = self._rules(value["rules"])
        demand("description" not in value or is_printable(value["description"], 4096), "POL-006", "description")
        if "replay" in value:
            demand(isinstance(value["replay"], dict), "POL-006", "replay")
            _members(value["replay"], ("identity",), (), "replay")
            demand(value["replay"]["identity"] in ("fingerprint", "execution"), "POL-006", "replay.identity")
        pending = any(rule.outcome.decision == "pending_override" for rule in rules)
        demand("override" in value or not pending, "POL-024", "override")
        override = self._override(value["override"]) if "override" in value else None
        identity = value.get("replay", {}).get("identity", "fingerprint")
        return Policy(value["policyId"], value["policyVersion"], SCHEMA_VERSION, self.schema, rules, override, identity)

    def _signals(self, value: Any) -> None:
        demand(isinstance(value, dict), "POL-006", "signalsSchema")
        demand(len(value) <= 256, "POL-025", "more than 256 signals")
        for name, declaration in value.items():
            demand(_SIGNAL_NAME.fullmatch(name) is not None, "POL-010", name)
            self.schema[name] = read_declaration(name, declaration)
        check_subjects(self.schema)

    @staticmethod
    def _override(value: Any) -> Override:
        demand(isinstance(value, dict), "POL-026", "override")
        _members(value, ("approverRoles", "quorum", "expiresAfterSeconds"), ("signed",), "override")
        demand(isinstance(value.get("signed", False), bool), "POL-026", "signed")
        roles = value["approverRoles"]
        demand(isinstance(roles, list) and 1 <= len(roles) <= 16, "POL-026", "approverRoles")
        for place, role in enumerate(roles):
            demand(is_id(role), "POL-023", "approverRoles")
            demand(role not in roles[:place], "POL-026", "approverRoles")
        demand(is_whole(value["quorum"], 1, 16), "POL-026", "quorum")
        demand(is_whole(value["expiresAfterSeconds"], 1, 31536000), "POL-026", "expiresAfterSeconds")
        expires = int(value["expiresAfterSeconds"])
        return Override(tuple(roles), int(value["quorum"]), expires, value.get("signed", False))

    def _rules(self, value: Any) -> Tuple[Rule, ...]:
        demand(isinstance(value, list), "POL-006", "rules")
        demand(len(value) <= 10000, "POL-025", "more than 10,000 rules")
        rules: List[Rule] = []
        known: Set[str] = set()
        for entry in value:
            rule = self._rule(entry)
            demand(rule.id not in known, "POL-020", rule.id)
            known.add(rule.id)
            rules.append(rule)
        demand(bool(rules) and rules[-1].condition == Group("all", ()), "POL-021", "the last rule")
        return tuple(rules)

    def _rule(self, value: Any) -> Rule:
        demand(isinstance(value, dict), "POL-006", "a rule is no object")
        _members(value, ("id", "condition", "outcome"), (), "rule")
        demand(is_id(value["id"]), "POL-023", "id of a rule")
        condition = self._condition(value["condition"], 1)
        outcome = value["outcome"]
        demand(isinstance(outcome, dict), "POL-019", "outcome")
        _members(outcome, ("decision", "action", "reason"), (), "outcome")
        demand(outcome["decision"] in DECISIONS, "POL-019", "decision")
        for member, most in (("action", 128), ("reason", 512)):
            text = outcome[member]
            good = is_printable(text, most) and len(text.encode("utf-8")) <= most
            demand(good, "POL-019", member)
        return Rule(value["id"], condition, Outcome(outcome["decision"], outcome["action"], outcome["reason"]))

    def _condition(self, value: Any, depth: int) -> Any:
        demand(depth <= MAX_CONDITION_DEPTH, "POL-025", "conditions are nested too deep")
        demand(isinstance(value, dict), "POL-013", "a condition is no object")
        for kind in ("all", "any", "not"):
            if kind not in value:
                continue
            demand(len(value) == 1, "POL-013", f"members beside {kind}")
            if kind == "not":
                return Group("not", (self._condition(value["not"], depth + 1),))
            parts = value[kind]
            demand(isinstance(parts, list), "POL-013", f"{kind} is no list")
            demand(len(parts) <= 1000, "POL-025", f"{kind} is too long")
            demand(kind == "all" or len(parts) >= 1, "POL-013", "any of nothing")
            return Group(kind, tuple(self._condition(part, depth + 1) for part in parts))
        return self._leaf(value)

    def _leaf(self, value: Dict[str, Any]) -> Leaf:
        demand("signal" in value, "POL-013", "no signal")
        operators = [name for name in value if name != "signal"]
        demand(all(name in _OPERATORS for name in operators), "POL-014", ", ".join(operators))
        demand(len(operators) == 1, "POL-015", f"{len(operators)} operators")
        name, operator = value["signal"], operators[0]
        demand(isinstance(name, str), "POL-013", "signal is no text")
        demand(name in self.schema, "POL-016", name)
        declaration, operand = self.schema[name], value[operator]
        demand(declaration.type in _OPERATORS[operator], "POL-018", f"{operator} of {name}")
        if isinstance(operand, dict):
            return Leaf(name, operator, None, self._other(declaration, operator, operand))
        return Leaf(name, operator, self._operand(name, declaration, operator, operand), None)

    def _other(self, declaration: Declaration, operator: str, operand: Dict[str, Any]) -> str:
        demand(set(operand) == {"signal"}, "POL-017", "an object that is no signal")
        other = operand["signal"]
        demand(isinstance(other, str), "POL-013", "signal is no text")
        demand(other in self.schema, "POL-016", other)
        kind = self.schema[other].kind
        if operator == "contains" and declaration.items:
            demand(kind == (declaration.items.type,), "POL-027", other)
        else:
            demand(operator in _COMPARISONS and kind == declaration.kind, "POL-027", other)
        return other

    def _operand(self, name: str, declaration: Declaration, operator: str, value: Any) -> Any:
        detail = f"{operator} of {name}"
        if operator in _COMPARISONS:
            demand(declaration.accepts(value), "POL-017", detail)
            return comparable(declaration, value)
        if operator == "between":
            demand(isinstance(value, list) and len(value) == 2, "POL-017", detail)
            demand(all(declaration.accepts(bound) for bound in value), "POL-017", detail)
            low, high = (comparable(declaration, bound) for bound in value)
            demand(low <= high, "POL-017", detail)
            return (low, high)
        if operator in ("in", "not_in"):
            demand(isinstance(value, list) and len(value) >= 1, "POL-017", detail)
            demand(len(value) <= 1000, "POL-025", detail)
            demand(all(declaration.accepts(one) for one in value), "POL-017", detail)
            plain = frozenset(comparable(declaration, one) for one in value)
            demand(len(plain) == len(value), "POL-017", f"{detail}: a literal twice")
            return plain
        if operator == "exists":
            demand(isinstance(value, bool), "POL-017", detail)
            return value
        if operator == "contains" and declaration.items:
            demand(declaration.items.accepts(value), "POL-017", detail)
            return comparable(declaration.items, value)
        demand(isinstance(value, str), "POL-017", detail)
        if operator == "matches":
            return self._pattern(name, declaration, value)
        demand(1 <= len(value) <= declaration.max_length, "POL-017", detail)
        return value

    def _pattern(self, name: str, declaration: Declaration, text: str) -> Pattern:
        pattern = read_pattern(text)
        if text not in self.patterns:
            self.patterns.add(text)
            self.pattern_size += pattern.size
            demand(self.pattern_size <= MAX_PATTERNS, "POL-025", "the patterns are too large")
        if (text, name) not in self.pattern_signals:
            self.pattern_signals.add((text, name))
            self.pattern_work += max(1, pattern.positions) * declaration.max_length
            demand(self.pattern_work <= MAX_PATTERN_WORK, "POL-025", "the patterns are too much work")
        return pattern
