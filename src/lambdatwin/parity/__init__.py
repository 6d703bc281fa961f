"""The proof of parity: the same request through AWS's own runtime client and through the FastAPI process, compared.

Nothing here imports the runtime's gateway: what API Gateway does is written a second time, from its documentation.
"""
