"""What all tests share: how Hypothesis runs."""

import hypothesis

# A busy machine is slow for reasons that no test is about.
hypothesis.settings.register_profile("steady", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("steady")
