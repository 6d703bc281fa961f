"""Refuses, before LibCST sees it, a source whose nesting would overflow the stack of its native parser.

LibCST's parser recurses in Rust without a limit: two thousand open brackets end the process with a segmentation fault,
and long operator chains cost it quadratic time. No handwritten module comes near the limit below.
"""

import io
import re
import tokenize

NESTING = 400
SAFE = 800  # LibCST reads a thousand levels, so a statement with fewer operators can do no harm
_TOP_LEVEL = re.compile(rb"\n(?!elif\b)(?=[A-Za-z_@])")
_RISKY = b"([{.+-*/%|&^~<>@"
_WORDS = (b"not ", b"elif ", b"if ", b"lambda", b"await", b" in ", b" or ", b" and ", b"for ")
_RESETS = {",", ":", ";", "="}
_OPENS, _CLOSES = {"(", "[", "{"}, {")", "]", "}"}
_KEYWORDS = {"not", "and", "or", "if", "else", "lambda", "await", "in", "is", "for", "elif"}


def nested_too_deeply(source: bytes) -> bool:
    """Cheap for ordinary files: only one with very many operators is looked at token by token."""
    if all(_operators(chunk) < SAFE for chunk in _TOP_LEVEL.split(source)):
        return False
    try:
        return _deepest(source) >= NESTING
    except (tokenize.TokenError, SyntaxError, SystemError, ValueError, RecursionError, MemoryError):
        # Python's own tokenizer already refuses it (CPython 3.12.1 with a SystemError for a NUL); LibCST says where,
        # unless brackets alone could hurt it.
        return source.count(b"(") + source.count(b"[") + source.count(b"{") >= NESTING * 2


def _operators(source: bytes) -> int:
    return len(source) - len(source.translate(None, _RISKY)) + sum(source.count(word) for word in _WORDS)


def _deepest(source: bytes) -> int:
    """The greatest sum, over open brackets, of operators since the last separator."""
    chains, deepest, elifs, lambdas = [0], 0, 0, 0
    for token in tokenize.tokenize(io.BytesIO(source).readline):
        text = token.string
        if token.type == tokenize.NEWLINE:
            chains, lambdas = [0], 0
        elif text == ":" and lambdas:  # the colon of a lambda ends nothing: its body nests in it
            lambdas -= 1
        elif token.type == tokenize.OP and text in _OPENS:
            chains[-1] += 1
            chains.append(0)
        elif token.type == tokenize.OP and text in _CLOSES:
            if len(chains) > 1:
                chains.pop()
        elif token.type == tokenize.OP:
            chains[-1] = 0 if text in _RESETS else chains[-1] + 1
        elif text in _KEYWORDS:
            chains[-1] += 1
            elifs += text == "elif"
            lambdas += text == "lambda"
        deepest = max(deepest, sum(chains) if len(chains) < NESTING else NESTING)
    return max(deepest, elifs)
