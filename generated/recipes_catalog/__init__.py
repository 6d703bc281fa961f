# Generated from Lambda handlers: change those, or the templates, and generate this file again.
# Content: sha256:c2afd0f23da22ca7d69d8fc4296e95af03d02a4ce4fd2f27a52e598f86744398
"""Routes of recipes_catalog."""
