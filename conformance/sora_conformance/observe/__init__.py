"""The watch over a command: whatever runs against the mock, such as a project's own tests, judged by what it sends.

Nothing here asks anything of the code that is watched, except that it reads its server's address and key from the
environment. It imports nothing of the mock, which is a process of its own.
"""
