# Generated from Lambda handlers: change those, or the templates, and generate this file again.
# Content: sha256:cffa186ae504a1a212498b0dc7b666de12ebc48b317864da12bf1230dac6819b
"""Routes of client_onboarding."""
