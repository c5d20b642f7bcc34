"""Requests and their facts, made by hand for the tests of the dialects."""

import json

from sora_conformance.client.dialects import Facts
from tests.conformance.client.trying import arrival


def facts(method, path, fields=None):
    return Facts(
        method=method,
        path=path,
        fields=fields,
        key="sk-canary",
        token="t0",
        elsewhere="http://localhost:1/x/t0",
        video="http://127.0.0.1:2/x/t0/results",
        unique="0a1b2c3d4e5f60718293a4b5",
        now=1_790_208_000.25,
    )


def sent(path, method="POST", **fields):
    """Return a request with JSON."""
    return arrival(path=path, method=method, body=json.dumps(fields).encode())


def findings(dialect, one):
    """Return what the looks of a dialect find in a request, by rule."""
    found = {look.rule: list(look.look(one)) for look in dialect.looks if look.concerns(one)}
    return {rule: said for rule, said in found.items() if said}


def concerned(dialect, one):
    """Return the rules whose looks are at a request."""
    return {look.rule for look in dialect.looks if look.concerns(one)}
