"""Base64url without padding (RFC 7515 §2), one spelling per value.

`base64.urlsafe_b64decode` skips foreign characters and ignores the unused bits of the last one, so that two texts
mean the same bytes: with a cache or a deny-list keyed by the text, the second spelling would slip past it.
"""

from binascii import a2b_base64, b2a_base64

# The standard alphabet's own last letters and the padding become a letter that no alphabet has.
_TO_STANDARD = bytes.maketrans(b"-_+/=", b"+/!!!")
_TO_URL = bytes.maketrans(b"+/", b"-_")
# What may stand last, so that the bits which belong to no byte are zero; a length of 4n+1 holds no whole byte.
_LAST = {
    0: b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
    1: b"",
    2: b"AQgw",
    3: b"AEIMQUYcgkosw048",
}
_PADDING = {0: b"", 2: b"==", 3: b"="}


def decode(text: bytes) -> bytes:
    """The bytes; raises ValueError for an empty text and for any spelling but the canonical one."""
    over = len(text) % 4
    if not text or text[-1] not in _LAST[over]:
        raise ValueError("not the canonical base64url spelling")
    return a2b_base64(text.translate(_TO_STANDARD) + _PADDING[over], strict_mode=True)


def encode(raw: bytes) -> bytes:
    """The canonical spelling."""
    return b2a_base64(raw, newline=False).translate(_TO_URL).rstrip(b"=")
