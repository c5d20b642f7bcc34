"""The judge of clients: what a program that calls the API does, watched on the wire.

Owns the ways in which a client is put under test, and how its doings are judged. It knows a client by the lines it
speaks and the requests it sends.
"""
