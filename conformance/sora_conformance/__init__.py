"""sora-conformance: the contract of the Sora 2 character API, and the judge of it.

So far it holds the contract as data, in `sora_conformance.contract`.
"""

__all__: list[str] = []
