# Generated from Lambda handlers: change those, or the templates, and generate this file again.
# Content: sha256:104a16134b792350d12d45bd4c37a3f95c5cd3b27fbbca86c845c1c4ba59578a
"""Routes of products_catalog."""
