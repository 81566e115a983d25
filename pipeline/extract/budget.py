"""What unpacking one dropped file has cost so far, and where it must stop (G7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.errors import Unreadable

if TYPE_CHECKING:
    from pipeline.settings import Limits


class Budget:
    """The expanded bytes of one dropped file, all its layers and members together."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.spent = 0

    @property
    def exhausted(self) -> bool:
        """Whether nothing more may be expanded."""
        return self.spent > self.limits.expanded_bytes

    def spend(self, count: int, where: str) -> None:
        """Account for `count` bytes that came out of a layer; raises Unreadable (bomb) above the limit."""
        self.spent += count
        if self.exhausted:
            raise Unreadable("bomb", self.describe(where))

    def judge(self, came_out: int, went_in: int, where: str) -> None:
        """Raise Unreadable (bomb) when one layer expands by a higher ratio than is allowed."""
        limits = self.limits
        if came_out > limits.expansion_grace and came_out > limits.expansion_ratio * went_in:
            raise Unreadable(
                "bomb",
                f"{where} expands more than {limits.expansion_ratio} times ({went_in} bytes became "
                f"{came_out} so far). If genuine: raise DAGSPRESS_MAX_EXPANSION_RATIO or drop it unpacked.",
            )

    def describe(self, where: str) -> str:
        """The sentence for a file that is too large when it is unpacked."""
        return (
            f"{where} brings the dropped file above {self.limits.expanded_bytes} bytes when unpacked. "
            "Drop it in smaller parts, or raise DAGSPRESS_MAX_EXPANDED_BYTES."
        )
