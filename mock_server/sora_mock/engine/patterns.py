"""Patterns: texts in which `*` stands for any text, and nothing else is special.

Owns what fits what. Fitting takes time in proportion to the text, whatever the pattern: nothing is tried twice.
"""


def fits(pattern: str, text: str) -> bool:
    """Tell whether the whole `text` is one that `pattern` describes; case counts."""
    head, *rest = pattern.split("*")
    if not rest:
        return text == pattern
    tail = rest.pop()
    end = len(text) - len(tail)
    if len(head) > end or not text.startswith(head) or not text.endswith(tail):
        return False
    position = len(head)
    for part in rest:
        # The first place where a part fits leaves the most text for those behind it.
        found = text.find(part, position, end)
        if found < 0:
            return False
        position = found + len(part)
    return True
