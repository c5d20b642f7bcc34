"""The dialects: wire shape on one side, the engine's commands and outcomes on the other.

One module per dialect. A dialect decides nothing: it reads, asks the understudy, and writes.
"""
