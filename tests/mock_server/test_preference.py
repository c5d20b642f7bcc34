"""The `Prefer` header."""

import time

import pytest

from sora_mock.engine.effects import NAMED
from sora_mock.engine.problems import Refused
from sora_mock.preference import faults_of
from sora_mock.wire import Request


def preferred(header, operation="createGeneration"):
    headers = {} if header is None else {"prefer": header}
    firings = faults_of(Request(method="POST", path="/", headers=headers), operation)
    assert all(firing.effect == NAMED[firing.name] for firing in firings)
    return [firing.name for firing in firings]


def refusal(header, operation="createGeneration"):
    with pytest.raises(Refused) as refused:
        preferred(header, operation)
    return refused.value.problem


@pytest.mark.parametrize("name", NAMED)
def test_every_ready_made_effect_can_be_preferred(name):
    assert preferred(f"fault={name}") == [name]


@pytest.mark.parametrize(
    ("header", "names"),
    [
        (None, []),
        ("", []),
        ("respond-async, wait=10", []),
        ("fault", []),
        ("default=hang", []),
        ("fault=hang", ["hang"]),
        ('fault="hang"', ["hang"]),
        ("Fault = hang ", ["hang"]),
        ("fault=hang; loud=yes", ["hang"]),
        ("respond-async, fault=slow,fault=reset", ["slow", "reset"]),
        ('note="a, fault=hang, b"', []),
        ('note="a, fault=hang, b", fault=slow', ["slow"]),
        ('note="say \\\\", fault=hang', ["hang"]),
        ('note="say \\", fault=hang, \\"", fault=slow', ["slow"]),
        ('fault=slow; why="a, fault=hang"', ["slow"]),
        ('fault="ha\\ng"', ["hang"]),
        ('note="without end, fault=hang', []),
    ],
)
def test_the_header_is_read_as_rfc_7240_writes_it(header, names):
    assert preferred(header) == names


@pytest.mark.parametrize("header", ["fault=hnag", "fault=", "fault=HANG", "fault=hang, fault=none", 'fault="a\tb"'])
def test_a_fault_that_there_is_not_is_refused(header):
    problem = refusal(header)
    assert (problem.status, problem.code, problem.param) == (400, "unknown_fault", "Prefer")
    assert "\t" not in problem.message


def test_a_near_miss_is_told():
    assert "Did you mean 'hang'?" in refusal("fault=hnag").message


@pytest.mark.parametrize("operation", ["createCharacter", "retrieveGeneration"])
def test_a_fault_that_means_nothing_for_the_operation_is_refused(operation):
    problem = refusal("fault=task-stuck", operation)
    assert (problem.status, problem.code) == (400, "misplaced_fault")
    assert operation in problem.message


@pytest.mark.parametrize(
    "header", ['"' * 60_000, '"\\' * 30_000, "a" * 60_000 + '"', ' "' * 30_000, 'fault="' + "\\a" * 30_000]
)
def test_a_header_full_of_signs_is_read_at_once(header):
    began = time.perf_counter()
    assert preferred(header) == []
    assert time.perf_counter() - began < 1
