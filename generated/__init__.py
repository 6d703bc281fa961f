# Generated from Lambda handlers: change those, or the templates, and generate this file again.
# Content: sha256:dc34b93cf64c4c2b469fd3bf314c7672abf40670093ef56dcdac555ff8ffa92a
"""Generated routers: `registry` lists them."""
