"""How fast, how big and how quick to start the mock is, each beside a yardstick measured in the same run."""
