"""The judge of servers: cases in layers, and what is said of each.

Owns what is asked of a server and how its answers are judged. It knows a server by its address alone.
"""
