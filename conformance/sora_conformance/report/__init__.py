"""The reports of a run: what is told of it, to people and to programs.

Everything here is derived from the lines of a run, the contract and a few facts about the run. Nothing is judged anew,
and no report knows how a case is tried.
"""
