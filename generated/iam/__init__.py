# Generated from Lambda handlers: change those, or the templates, and generate this file again.
# Content: sha256:e2c02a650e19ac204ceb2f352e9d7267e9f68f3401625b0a3a4d0b626cdf22c2
"""Routes of iam."""
