"""Specimens: clients to try the judge of clients on, each with the adapter through which it is judged.

`reference_adapter` puts the reference client under test, which has to pass; `guide_adapter` a client that behaves as
the guide describes its own, which has to fail where the guide's falls short.
"""
