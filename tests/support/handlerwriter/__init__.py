"""A seeded writer of handler code bases in the idioms of the Lambda side, each with its own truth."""
