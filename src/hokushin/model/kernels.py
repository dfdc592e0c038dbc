"""The ways of deciding that an answer can be asked under, behind one signature.

`propose_and_assent` is the account the model stands on; a conclusion that changes with the kernel
is reported as one that does.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Protocol

import numpy as np
from jaxtyping import Array, Float

from hokushin.model.choice import Decision, propose_and_assent
from hokushin.model.kernels_rival import mean, pce


class Kernel(Protocol):
    """From what factions gain, weigh and may block to the chances of each option."""

    def __call__(
        self,
        gain: Float[Array, "pair option #history"],
        influence: Float[Array, "pair #history"],
        block: Float[Array, "pair #history"],
        deference: Float[Array, "pair #history"],
        available: Float[Array, "matter option #history"],
        sharpness: Array | float,
        matter_of_pair: np.ndarray,
        *,
        holders: np.ndarray | None = None,
        exists: np.ndarray | None = None,
    ) -> Decision:
        """Decide every matter in one tabling."""
        ...


KERNELS: Mapping[str, Kernel] = MappingProxyType(
    {"assent": propose_and_assent, "pce": pce, "mean": mean}
)
