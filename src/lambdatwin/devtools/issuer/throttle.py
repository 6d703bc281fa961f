"""Cognito's request quota, in small: so many requests a second, then TooManyRequestsException."""

from ...auth.claims import Clock


class Throttle:
    """A bucket that fills at `per_second`."""

    def __init__(self, per_second: float, *, clock: Clock) -> None:
        self._rate, self._clock = per_second, clock
        self._left, self._at = per_second, clock()

    def take(self) -> bool:
        """Whether one more request is within the quota."""
        now = self._clock()
        self._left = min(self._rate, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
