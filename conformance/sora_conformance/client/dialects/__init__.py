"""The dialects that clients are judged in.

Owns which there are. What each is like is its own module's business.
"""

from sora_conformance.client.dialects.base import Dialect, Facts
from sora_conformance.client.dialects.guide import GUIDE
from sora_conformance.client.dialects.openai import OPENAI
from sora_conformance.client.dialects.relay import RELAY

__all__ = ("DIALECTS", "GUIDE", "OPENAI", "RELAY", "Dialect", "Facts")

DIALECTS = {dialect.name: dialect for dialect in (GUIDE, OPENAI, RELAY)}
"""All of them, by name."""
