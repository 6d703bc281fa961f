from .order import ApiThingFilter as Filter
from . import order

__all__ = ["Filter", "order"]
