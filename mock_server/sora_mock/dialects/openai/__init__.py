"""The openai dialect: the Videos API as OpenAI served it under `/v1/videos`.

Owns the wire shape of that API. It decides nothing: what is offered goes to the engine as terms.
"""

from sora_mock.dialects.openai.dialect import OpenAIDialect

__all__ = ["OpenAIDialect"]
