"""Clients of both forms, for tests that hold for both."""

import asyncio

import pytest

from tests.conformance.reference.support import Driven, Server


@pytest.fixture(params=["sync", "async"])
def driven(request):
    """Return a function that makes a client in front of these answers; every test runs with both forms."""
    made = []
    with asyncio.Runner() as runner:

        def make(*answers, **options):
            made.append(Driven(request.param, runner, Server(*answers), **options))
            return made[-1]

        yield make
        for each in made:
            each.end()
