"""What one change does, in the same histories before and after it."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool

from hokushin.query.evaluator import (
    Evaluator,
    Progress,
    as_histories,
    check_evaluator,
    evaluate_coalitions,
    present_without,
)
from hokushin.query.statistics import (
    Estimate,
    JointTable,
    Proportion,
    joint_table,
    mean_and_error,
)


@dataclass(frozen=True)
class Contrast:
    """Two settings of the switches, compared history by history."""

    joint: JointTable

    @property
    def before(self) -> Proportion:
        """Probability of the outcome before the change."""
        return self.joint.before

    @property
    def after(self) -> Proportion:
        """Probability of the outcome after the change."""
        return self.joint.after

    @property
    def difference(self) -> Estimate:
        """After minus before, with the counting error of a paired difference."""
        return self.joint.difference


@dataclass(frozen=True)
class TotalAndDirect:
    """The effect of removing one cause, all ways together and with decisions held fixed.

    `total` lets everything that follows follow; `direct` forces the documented decisions up to
    the branch date; `through_decisions` is total minus direct, paired history by history.
    """

    total: Contrast
    direct: Contrast
    through_decisions: Estimate


def contrast(
    evaluator: Evaluator,
    histories: np.ndarray | range,
    before: Bool[np.ndarray, "cause"],
    after: Bool[np.ndarray, "cause"],
    progress: Progress | None = None,
) -> Contrast:
    """Run the same histories under two settings of the switches and compare them.

    Histories keep their noise and their parameters (common random numbers), so the error is
    that of the histories that change, not of both probabilities.
    """
    check_evaluator(evaluator)
    n_causes = len(evaluator.causes)
    settings = np.stack([np.asarray(before), np.asarray(after)])
    if settings.shape != (2, n_causes) or settings.dtype != bool:
        raise ValueError(
            f"before and after are {settings.dtype}{list(settings.shape[1:])}; "
            f"give {n_causes} bools each, one per cause (see present_without)"
        )
    outcome = evaluate_coalitions(evaluator, settings, as_histories(histories), progress)
    return Contrast(joint_table(outcome[0], outcome[1]))


def leave_one_out(
    evaluator: Evaluator,
    histories: np.ndarray | range,
    progress: Progress | None = None,
) -> dict[str, Contrast]:
    """Remove each cause alone from the full world: what this world would be without it.

    `before` is the full world and `after` the world without the cause. These effects do not
    add up; wrap the evaluator in `ByGroup` to remove whole groups.
    """
    outcome = _all_and_each_removed(evaluator, histories, progress)
    return {
        name: Contrast(joint_table(outcome[0], without))
        for name, without in zip(evaluator.causes, outcome[1:], strict=True)
    }


def total_and_direct(
    total: Evaluator,
    direct: Evaluator,
    histories: np.ndarray | range,
    progress: Progress | None = None,
) -> dict[str, TotalAndDirect]:
    """Remove each cause alone, once freely and once with the documented decisions forced.

    Args:
        total: runs freely from the earliest date at which a cause is cut.
        direct: the same causes, with the documented decisions forced up to the branch date.
    """
    if total.causes != direct.causes:
        raise ValueError(
            f"the evaluators differ in their causes, {total.causes} and {direct.causes}; "
            "a direct effect can only be set beside the total effect of the same cause"
        )
    free = _all_and_each_removed(total, histories, progress)
    forced = _all_and_each_removed(direct, histories, progress)
    effects = {}
    for column, name in enumerate(total.causes, start=1):
        change_free = free[column].astype(int) - free[0]
        change_forced = forced[column].astype(int) - forced[0]
        effects[name] = TotalAndDirect(
            Contrast(joint_table(free[0], free[column])),
            Contrast(joint_table(forced[0], forced[column])),
            mean_and_error(change_free - change_forced),
        )
    return effects


def _all_and_each_removed(
    evaluator: Evaluator, histories: np.ndarray | range, progress: Progress | None
) -> Bool[np.ndarray, "coalition history"]:
    check_evaluator(evaluator)
    rows = [present_without(evaluator)]
    rows += [present_without(evaluator, name) for name in evaluator.causes]
    return evaluate_coalitions(evaluator, np.stack(rows), as_histories(histories), progress)
