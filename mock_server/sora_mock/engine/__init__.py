"""The engine: what the contract says, as pure functions over values.

Owns every rule of the contract. Knows nothing of HTTP, sockets, files, clocks or randomness: the present instant
is an argument, ids and chances are drawn from the account's own seed. Instants and spans of time are whole
milliseconds everywhere in the engine, instants counted from the Unix epoch.
"""
