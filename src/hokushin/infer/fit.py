"""Fit: from a scenario and its record to draws of what choices and measurements inform."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from hokushin.engine.fitted import Fitted
from hokushin.engine.run import WARM_UP
from hokushin.infer.likelihood import STATEMENT_WEIGHT, Latent, RecordLikelihood, weighing_numbers
from hokushin.infer.nuts import Chains, Effort, Gates, Progress, check_gates, sample
from hokushin.infer.positions import Positions, read_positions
from hokushin.infer.posterior import Posterior, likelihood_digest
from hokushin.infer.record_path import walk_record
from hokushin.infer.world import N_MEMBERS, WorldDraws, anything_measured, learn_world
from hokushin.model.build import Model, build
from hokushin.model.build.quantities import KINDS
from hokushin.scenario.dates import parse_date
from hokushin.scenario.load import Loaded

N_KEPT = 512
"""Draws that a posterior keeps, evenly spaced over its chains."""
_N_SCORED = 64
"""Draws, evenly spaced among those kept, from which mean log-likelihoods are told."""
_NEXT_TO_NOTHING = -20.0
"""Standard normal deviate at which a number that is never negative is as good as nought."""


def fit(
    loaded: Loaded,
    end: date | None = None,
    effort: Effort | None = None,
    seed: int = 1,
    folder: Path | None = None,
    progress: Progress | None = None,
    scale: float = 1.0,
    statement_weight: float = STATEMENT_WEIGHT,
    world: int | None = None,
    members: int = N_MEMBERS,
    positions: bool = False,
) -> Posterior:
    """Draw what choices and measurements inform, given what the record holds before a day.

    First the numbers that shape the world, from what was measured (`infer.world`). Then what minds
    weigh by, from the choices, in the world that lies in the mean of those draws. The two are
    joined draw by draw as if independent: a cut posterior in the sense of Plummer (2015, Statistics
    and Computing 25), in which choices do not speak of the world. `docs/second-front.md` shows what
    other worlds would have taught.

    Args:
        loaded: A scenario with its record.
        end: First day that is not learnt from; by default the day after the record's last decision.
        effort: How much is drawn.
        seed: Of dice and sampler.
        folder: Where finished parts are kept, so that an interrupted fit goes on there.
        progress: Told what runs.
        scale: Factor on the spread of the priors of what is fitted.
        statement_weight: Choices that a stated condition counts for.
        world: Draw of the numbers that shape the world; None for the mean of what was measured.
        members: Draws of the world; 0 leaves its numbers to their priors.
        positions: Whether what bodies were known to favour counts too (`infer.positions`).
    """
    began = time.monotonic()
    effort = effort or Effort()
    report = progress or (lambda stage, done, total: None)
    model = build(loaded.scenario)
    end = end or last_day_of(loaded, model)
    measured = None
    if members and anything_measured(model, loaded.record, end):
        measured = learn_world(model, loaded.record, end, seed, members, progress, folder)
        measured = measured.keep(N_KEPT).rounded()
    report("walking the record", 0, 0)
    known = None if measured is None else measured.fitted()
    likelihood = likelihood_of(loaded, end, seed, statement_weight, world, known)
    factor = float(scale)
    favoured = read_positions(model, loaded.record, end) if positions else Positions((), ())

    def log_density(x: dict[str, Any]) -> Any:
        scaled = Latent(**x)._replace(numbers=factor * x["numbers"])
        prior = sum(jnp.sum(jnp.square(part)) for part in x.values())
        return likelihood(scaled) + favoured.log_likelihood(likelihood, scaled) - 0.5 * prior

    asked = (loaded.digest, likelihood_digest(), end, scale, statement_weight, world, positions)
    start, identity = likelihood.start()._asdict(), " ".join(str(part) for part in asked)
    chains = sample(log_density, start, effort, seed, folder, progress, identity)
    names = {"numbers": likelihood.names, "recording": likelihood.recording_names}
    gates = check_gates(chains, names)
    chosen = gather_posterior(loaded, likelihood, chains, gates, effort, seed, factor)
    made = {
        **chosen.made,
        "world": world,
        "positions": [row.id for row in favoured.rows],
        "positions_unused": [list(row) for row in favoured.unused],
        "seconds": time.monotonic() - began,
    }
    chosen = replace(chosen, made=made)
    return chosen if measured is None else join(chosen, measured)


def likelihood_of(
    loaded: Loaded,
    end: date | None = None,
    seed: int = 1,
    statement_weight: float = STATEMENT_WEIGHT,
    world: int | None = None,
    known: Fitted | None = None,
) -> RecordLikelihood:
    """Give the likelihood of a scenario's record before a day, in one world; see `fit`.

    Args:
        loaded: A scenario with its record.
        end: First day that is not learnt from; by default the day after the record's last decision.
        seed: Of dice.
        statement_weight: Choices that a stated condition counts for.
        world: Which draw of what is known, or without that of the priors; None for the middle.
        known: Draws of the numbers that shape the world, if they have been learnt.
    """
    model = build(loaded.scenario)
    end = end or last_day_of(loaded, model)
    draw, spread = np.array([world or 0], np.uint32), 0.0
    if known is not None:
        z = known.normals
        one = z.mean(axis=1) if world is None else z[:, world % known.n_draws]
        known = Fitted(known.names, one[:, None])
    elif world is not None:
        spread = 1.0
    path = walk_record(model, loaded.record, end, draw, seed, spread, known)
    informed = weighing_numbers(model)
    return RecordLikelihood(path, informed, statement_weight=statement_weight, seed=seed)


def last_day_of(loaded: Loaded, model: Model) -> date:
    """First day of the step after the last decision of a record.

    Raises:
        ValueError: If the record holds no decisions.
    """
    calendar = model.sets.calendar
    days = [row.day for row in loaded.record.decisions]
    if not days:
        raise ValueError(
            f"the record of {loaded.scenario.scenario.id} holds no decisions to learn from"
        )
    step = calendar.index(min(max(days), calendar.last_of(calendar.n_steps - 1)))
    return calendar.start_of(min(step + 1, calendar.n_steps - 1))


def join(chosen: Posterior, measured: WorldDraws) -> Posterior:
    """Put what choices and what measurements taught side by side, draw by draw."""
    same = measured.keep(chosen.normals.shape[1])
    return replace(
        chosen,
        names=(*chosen.names, *same.names),
        normals=np.concatenate([chosen.normals, same.normals]),
        made={**chosen.made, "measured": measured.as_dict()},
    )


def gather_posterior(
    loaded: Loaded,
    likelihood: RecordLikelihood,
    chains: Chains,
    gates: Gates,
    effort: Effort,
    seed: int,
    scale: float,
) -> Posterior:
    """Thin the chains to the draws that are kept, and note how they came about."""
    model, calendar = likelihood.path.model, likelihood.path.model.sets.calendar
    total = effort.chains * effort.draws
    picked = np.linspace(0, total - 1, min(N_KEPT, total)).round().astype(int)
    latents = [
        Latent(*(jnp.asarray(chains.flat(name)[i]) for name in Latent._fields)) for i in picked
    ]
    felt = jax.jit(likelihood.held)
    held = np.stack([np.asarray(felt(x._replace(numbers=scale * x.numbers))) for x in latents], -1)
    branches = sorted({parse_date(q.branch).first for q in loaded.scenario.questions.values()})
    dispositions = {
        branch: held[:, step]
        for branch in branches
        if calendar.start_of(0) < branch <= calendar.last_of(calendar.n_steps - 1)
        and (step := max(0, calendar.index(branch) - WARM_UP)) < held.shape[1]
    }
    normals = scale * np.stack([np.asarray(x.numbers) for x in latents], axis=-1)
    return Posterior(
        names=likelihood.names,
        normals=normals.astype(np.float32),
        years=likelihood.years,
        recording=np.stack([np.asarray(x.recording) for x in latents], axis=-1),
        pairs=tuple(model.axes.pairs),
        dispositions=dispositions,
        made={
            "scenario": loaded.scenario.scenario.id,
            "scenario_digest": loaded.digest,
            "code_digest": likelihood_digest(),
            "end": likelihood.path.end.isoformat(),
            "seed": seed,
            "scale": scale,
            "statement_weight": likelihood.statement_weight,
            "effort": asdict(effort),
            "gates": {**asdict(gates), "failures": list(gates.failures)},
            "episodes": len(likelihood.path.episodes),
            "unused": [list(pair) for pair in likelihood.path.unused],
            "witness": witness(likelihood),
            "scores": scores(likelihood, latents, scale),
            "steps_of_a_draw": chains.mean_steps,
            "weighed": len(likelihood.names),
        },
    )


def witness(likelihood: RecordLikelihood) -> list[float]:
    """Log-likelihoods at the medians and at two fixed places, in nats.

    Where code or notes have changed and these have not, the draws are as good as they were.
    """
    value, start = jax.jit(likelihood.__call__), likelihood.start()
    generator = np.random.default_rng(2026)
    places = [start] + [
        jax.tree.map(lambda x: jnp.asarray(generator.standard_normal(x.shape), jnp.float32), start)
        for _ in range(2)
    ]
    return [float(value(place)) for place in places]


def scores(likelihood: RecordLikelihood, latents: list[Latent], scale: float) -> dict[str, float]:
    """Log-likelihoods in nats: at the prior medians, in the mean of draws, and without leanings.

    `doctrine_share` is what doctrine carries of all that reasons and leanings add to a model in
    which nothing speaks for or against any option. Over a third, the model restates positions.
    """
    value = jax.jit(likelihood.__call__)
    parts = jax.jit(likelihood.parts)
    some = latents[:: max(1, len(latents) // _N_SCORED)]
    some = [x._replace(numbers=scale * x.numbers) for x in some]
    mean = Latent(*(jnp.mean(jnp.stack(x), axis=0) for x in zip(*some, strict=True)))
    doctrine = _without(likelihood, lambda name: ".doctrine." in name)
    reasons = _without(
        likelihood, lambda name: ".doctrine." in name or name.startswith("weights.considerations.")
    )
    whole = float(value(mean))
    no_doctrine = float(value(mean._replace(numbers=doctrine(mean.numbers))))
    no_reasons = float(value(mean._replace(numbers=reasons(mean.numbers))))
    prior, drawn = parts(likelihood.start()), [parts(x) for x in some]
    told = {
        f"prior_{name}": float(jnp.sum(getattr(prior, name))) for name in ("direction", "timing")
    }
    told |= {
        f"posterior_{name}": float(np.mean([float(jnp.sum(getattr(p, name))) for p in drawn]))
        for name in ("direction", "timing")
    }
    gained = whole - no_reasons
    return told | {
        "prior": float(value(likelihood.start())),
        "posterior_mean": whole,
        "without_doctrine": no_doctrine,
        "without_reasons": no_reasons,
        "doctrine_share": (whole - no_doctrine) / gained if gained > 0 else float("nan"),
        "statements": float(np.mean([float(jnp.sum(likelihood.statements(x))) for x in some])),
    }


def _without(likelihood: RecordLikelihood, takes: Callable[[str], bool]) -> Callable:
    """Give a function that sets some numbers to nothing: normals to zero, positive ones to none."""
    priors = likelihood.path.model.priors
    positions = likelihood.informed
    own = np.array([takes(name) for name in likelihood.names])
    is_normal = priors.kind[positions] == KINDS.index("normal")
    zero = -priors.location[positions] / priors.scale[positions]
    nothing = np.where(is_normal, zero, _NEXT_TO_NOTHING)
    return lambda numbers: jnp.where(own, jnp.asarray(nothing, jnp.float32), numbers)
