"""The proof of parity: the same request through AWS's own runtime client and through the FastAPI process, compared.

Nothing here imports the bridge of the FastAPI runtime: the gateway is told a second time, from its documentation.
"""
