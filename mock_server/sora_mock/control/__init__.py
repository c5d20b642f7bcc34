"""The control plane under `/_mock`: the strings behind the stage.

Owns what only the mock can do and no contract describes. Its replies never show a key.
"""
