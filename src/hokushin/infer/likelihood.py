r"""Likelihood of the record: what every step of the documented past brought, and what it did not.

With everything the powers did forced (teacher forcing), the chance of what step t brought in matter
m is that of the engine's own `step_log_probability`, and of what was written down about it a marked
point process (Berman and Turner; Bürkner et al. 2020 for the scoring of time blocks):

$$\log L = \sum_{m,t} \begin{cases}
  \log \bar P_{mt}(o) & \text{the record took } o,\\
  \log \bar P_{mt}(0) & \text{it took nothing,}
\end{cases} \; + \; \sum_{m,t} \bigl[ n_{mt} \log(\pi \lambda_{mt}) - \pi \lambda_{mt} \bigr],
\qquad \lambda_{mt} = r_{mt} \Delta\, \bar P_{0,mt}.$$

Tablings of rate r that end in carrying on are a Poisson process of their own; each leaves a row
with chance $\pi$, and $n_{mt}$ rows did. Every step counts, also those in which nothing was done.

The chance $\pi$ is one for each calendar year, since a record is denser in some years than in
others. A decision whose day is not known to the step may have been taken in any step of its window
up to the one it is written in, and its chance is their sum,
$\log \sum_{s \in W} \bar P_{ms} \prod_{t \in W \setminus s} (1 - \bar P_{mt})$; the window
does not go on beyond that step, where the path has the choice behind it.

Judgement has two parts. The one that lasts is a disposition for each faction and matter, an
Ornstein-Uhlenbeck process on a grid of `knot` steps, and is left free. The fresh part is averaged
over, $\bar P = E_\varepsilon[P]$, at a few nodes that differ from step to step (`infer.nodes`).
News depends on utilities alone, so the rate of tabling is a running maximum along the lanes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Int

from hokushin.infer.council import council_of, decide_cells, pull
from hokushin.infer.features import Features, extract_features
from hokushin.infer.nodes import judgement_nodes
from hokushin.infer.record_path import RecordPath
from hokushin.model.build import Model
from hokushin.model.choice import step_log_probability
from hokushin.model.mechanisms.choosing import availability, tabling_rate
from hokushin.model.params import Params

HALF = np.log(2.0)
"""What a half-life is measured in: after t of them e^(-t HALF) is left."""
LABEL_NOISE = {"high": 0.02, "medium": 0.10, "low": 0.25}
"""Chance that a row's option is coded wrongly, by the coder's confidence."""
WEIGHED = (
    "weight", "factor", "influence", "doctrine", "rate", "route_share", "intensity", "sharpness",
    "deference", "right", "right_of_power", "inertia_act", "inertia_war", "disposition_sd",
    "disposition_half_life", "disposition_persistent", "news_gain", "news_half_life",
    "conditional_strength",
)  # fmt: skip
"""Fields of `ChoiceParams` that minds weigh by."""
RECORDING_PRIOR = (0.0, 1.0)
"""Mean and spread of the log-odds that a decision to change nothing leaves a row, in each year:
about .16 to .84 in nine cases of ten, since editors note such decisions by their own judgement."""
STATEMENT_WEIGHT = 5.0
"""Choices that a stated condition counts for: a judgement, to be shown with a band."""


class Latent(NamedTuple):
    """What the likelihood is a function of, in standard units: all independent normals before."""

    numbers: Float[Array, " number"]
    """The numbers of the scenario that choices can inform (`RecordLikelihood.informed`)."""
    dispositions: Float[Array, "pair knot"]
    """Innovations of the dispositions."""
    recording: Float[Array, " year"]
    """How freely decisions to change nothing were noted, in each calendar year of the path."""


class Parts(NamedTuple):
    """Log-probabilities, in nats, matter by matter and step by step."""

    direction: Float[Array, "matter lane"]
    """Of which option was taken, given that one was; 0 where none was."""
    timing: Float[Array, "matter lane"]
    """Of whether one was taken in the step."""
    rows: Float[Array, "matter lane"]
    """Of the rows that say that nothing was changed."""

    def total(self) -> Float[Array, "matter lane"]:
        """Sum of all three."""
        return self.direction + self.timing + self.rows


@dataclass(frozen=True, eq=False)
class RecordLikelihood:
    """The log-likelihood of one record along one path, as a function of `Latent`."""

    path: RecordPath
    informed: Int[np.ndarray, " number"]
    """Positions of the numbers that are free; `weighing_numbers` lists those that can be."""
    world: int = 0
    """Which of the path's worlds the states come from."""
    knot: int = 6
    """Steps for which a disposition is held."""
    nodes: int = 6
    """Nodes at which the fresh part of judgement is averaged; even."""
    statement_weight: float = STATEMENT_WEIGHT
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse numbers that would be ignored."""
        known = set(weighing_numbers(self.path.model).tolist())
        strange = [i for i in self.informed if int(i) not in known]
        if strange:
            name = self.path.model.priors.names[strange[0]]
            raise ValueError(
                f"{name} shapes the world, so choices along a forced path do not inform it; "
                "leave it out, or learn it from what is measured"
            )
        _ = self.features, self.available  # made now: not while a gradient is being traced
        if self.nodes < 2 or self.nodes % 2:
            raise ValueError(f"nodes is {self.nodes}, but must be an even number of at least 2")

    @cached_property
    def features(self) -> Features:
        """What speaks for and against each option along the path, before any weight."""
        path, model = self.path, self.path.model
        theta = model.from_normals(jnp.asarray(path.normals[:, [self.world]]))
        params = model.params(jnp.broadcast_to(theta, (theta.shape[0], path.n_steps)))
        return extract_features(path, self.world, params)

    @cached_property
    def available(self) -> Float[np.ndarray, "matter option lane"]:
        """1 where an option could be taken, as the engine has it."""
        path, axes = self.path, self.path.model.axes
        state, _ = path.world(self.world)
        rewrites = jnp.zeros((len(axes.rewrites), path.n_steps))
        return np.asarray(jax.jit(lambda: availability(axes, state, path.moment, rewrites))())

    @property
    def n_knots(self) -> int:
        """Knots of each disposition."""
        return -(-self.path.n_steps // self.knot)

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Calendar years that the path touches."""
        return tuple(sorted(set(self.path.year.tolist())))

    @property
    def recording_names(self) -> tuple[str, ...]:
        """What the entries of `Latent.recording` are called."""
        return tuple(f"recording.{year}" for year in self.years)

    @property
    def names(self) -> tuple[str, ...]:
        """Paths of the free numbers."""
        return tuple(self.path.model.priors.names[i] for i in self.informed)

    def start(self) -> Latent:
        """The medians."""
        pairs = len(self.path.model.axes.pairs)
        return Latent(
            jnp.zeros(len(self.informed)),
            jnp.zeros((pairs, self.n_knots)),
            jnp.zeros(len(self.years)),
        )

    def params(self, numbers: Float[Array, " number"]) -> Params:
        """Numbers of the path's world, with the free ones replaced; every array has one lane."""
        model = self.path.model
        z = jnp.asarray(self.path.normals[:, self.world]).at[self.informed].set(numbers)
        return model.params(model.from_normals(z[:, None]))

    def __call__(self, latent: Latent) -> Array:
        """Log-likelihood of the whole record, in nats: decisions, non-events and stated words."""
        return jnp.sum(self.parts(latent).total()) + jnp.sum(self.statements(latent))

    def statements(self, latent: Latent) -> Float[Array, " statement"]:
        r"""Log-likelihood of what bodies said they would do, condition by condition.

        $n\,[\log\sigma(\lambda g^{met}) + \log\sigma(-\lambda g^{unmet})]$ with g the gain by the
        option over carrying on, judgement left out: who says "if X, then o" would choose o where X
        holds and not where it does not. The words count as `statement_weight` choices.
        """
        params = self.params(latent.numbers)
        gain = params.choice.sharpness[0] * self.features.stated(params.choice)
        said = jax.nn.log_sigmoid(gain[:, 0]) + jax.nn.log_sigmoid(-gain[:, 1])
        return said * (self.statement_weight * self.features.statements.share)

    def log_density(self, latent: Latent) -> Array:
        """Log-likelihood plus the log-density of the standard normal prior, up to a constant."""
        prior = sum(jnp.sum(jnp.square(x)) for x in latent)
        return self(latent) - 0.5 * prior

    def parts(self, latent: Latent) -> Parts:
        """Log-probabilities of what each step brought."""
        log_step, log_kept, rate = self.chances(latent)
        return self._score(log_step, log_kept, rate, latent.recording)

    def chances(
        self, latent: Latent
    ) -> tuple[
        Float[Array, "matter option lane"], Float[Array, "matter lane"], Float[Array, "matter lane"]
    ]:
        """Logarithms of what each step would bring, and of a tabling's carrying on; rates a month.

        The fresh part of judgement is averaged over, in both.
        """
        axes = self.path.model.axes
        params = self.params(latent.numbers)
        gain = self.features.gains(params.choice)
        felt = self._judgement(params, latent)
        council = council_of(axes, params, self.features)
        utility = pull(council, gain)
        rate = self._rate(params, utility)
        decision = decide_cells(council, gain, felt, utility, self.available)
        tiled = jnp.repeat(rate, self.nodes, axis=-1)
        log_each = step_log_probability(decision, tiled, axes.months_per_step)
        log_carry = jnp.log(jnp.maximum(decision.probability[:, 0], 1e-12))
        return self._mean(log_each), self._mean(log_carry), rate

    # --- parts --------------------------------------------------------------------------------

    def _mean(self, log_each: Array) -> Array:
        """Mean over the nodes of a lane, of logarithms."""
        apart = log_each.reshape(*log_each.shape[:-1], self.path.n_steps, self.nodes)
        return jax.nn.logsumexp(apart, axis=-1) - np.log(self.nodes)

    def _rate(self, params: Params, utility: Array) -> Float[Array, "matter lane"]:
        r"""Rate of tabling: news is the running maximum of what was seen, fading with time."""
        path, axes = self.path, self.path.model.axes
        state, _ = path.world(self.world)
        moved = jnp.abs(jnp.diff(utility, axis=-1)) * self.features.exists[..., None]
        seen = 1.0 - jnp.exp(-jnp.max(moved, axis=1))
        left = state.review - axes.months_per_step
        due = jnp.where(left < 1.5 * axes.months_per_step, 1.0, 0.0)
        # What a step's end tells of the step to come is news at the start of the next lane.
        told = jnp.maximum(due, jnp.asarray(path.moment.holder_news))[:, :-1]
        heard = jnp.maximum(seen, told)
        heard = jnp.concatenate([jnp.zeros_like(heard[:, :1]), heard], axis=1)
        kept = jnp.exp(-HALF * axes.months_per_step / params.choice.news_half_life)
        kept = jnp.broadcast_to(kept, heard.shape)
        _, news = lax.associative_scan(_fade_and_renew, (kept, heard), axis=1)
        return tabling_rate(axes, params, news, path.moment)

    def held(self, latent: Latent) -> Float[Array, "pair lane"]:
        r"""Dispositions, in standard units: $d_j = \rho d_{j-1} + \sqrt{1-\rho^2} z_j$.

        Held for `knot` steps each, and written out as powers of $\rho$ below the diagonal.
        """
        choice = self.params(latent.numbers).choice
        months = self.path.model.axes.months_per_step * self.knot
        kept = jnp.exp(-HALF * months / choice.disposition_half_life)
        knots = np.arange(self.n_knots)
        apart = knots[:, None] - knots[None]
        news = jnp.where(knots == 0, 1.0, jnp.sqrt(1.0 - kept * kept))
        powers = jnp.where(apart >= 0, kept ** np.maximum(apart, 0), 0.0) * news
        by_knot = latent.dispositions @ powers.T
        return jnp.repeat(by_knot, self.knot, axis=-1)[:, : self.path.n_steps]

    def _judgement(self, params: Params, latent: Latent) -> Float[Array, "pair node_lane"]:
        r"""Judgement at each node of each lane, $\sigma(\sqrt{k}\,d + \sqrt{1-k}\,\varepsilon)$."""
        choice, persistent = params.choice, params.choice.disposition_persistent
        lasting = jnp.sqrt(persistent) * self.held(latent)
        nodes = judgement_nodes(self.path.model.axes, self.path.n_steps, self.nodes, self.seed)
        fresh = jnp.sqrt(1.0 - persistent) * nodes
        judged = choice.disposition_sd * (lasting[..., None] + fresh)
        return judged.reshape(judged.shape[0], -1)

    def _score(self, log_step: Array, log_kept: Array, rate: Array, recording: Array) -> Parts:
        """Score what each step brought, and the rows that say that it brought nothing."""
        path, axes = self.path, self.path.model.axes
        open_now = np.asarray(path.moment.matter_open)
        chosen, n_chosen = path.chosen, path.chosen.sum(1)
        log_nothing = log_step[:, 0]
        log_something = _log_complement(log_nothing)
        changes = jnp.where(np.arange(axes.n_options)[:, None] > 0, log_step, -jnp.inf)
        log_given = log_step - jax.nn.logsumexp(changes, axis=1)[:, None]
        # Where nothing was taken the ratio may overflow; its gradient must not be asked for.
        log_given = jnp.where(chosen > 0, log_given, -1.0)
        noise = self._label_noise()
        n_open = jnp.maximum(jnp.sum(self.available[:, 1:], axis=1), 1.0)[:, None]
        mixed = jnp.log((1.0 - noise) * jnp.exp(log_given) + noise / n_open)
        direction = jnp.sum(jnp.where(chosen > 0, mixed, 0.0), axis=1)
        timing = jnp.where(n_chosen > 0, n_chosen * log_something, log_nothing)
        timing = (timing + self._other_days(log_something - log_nothing)) * open_now
        mean, spread = RECORDING_PRIOR
        of_year = np.searchsorted(self.years, path.year)
        log_written = jax.nn.log_sigmoid(mean + spread * recording)[of_year]
        log_intensity = jnp.log(jnp.maximum(rate, 1e-12) * axes.months_per_step) + log_kept
        expected = log_written + log_intensity
        rows = jnp.where(path.kept > 0, path.kept * expected, 0.0) - jnp.exp(expected) * open_now
        return Parts(direction, timing, rows)

    def _other_days(self, log_odds: Float[Array, "matter lane"]) -> Float[Array, "matter lane"]:
        """What the earlier steps of a window add to a decision whose day is not known."""
        window = self._window()
        added = jnp.zeros_like(log_odds)
        for back in range(1, int(window.max(initial=0)) + 1):
            earlier = jnp.roll(log_odds, back, axis=1) - log_odds
            # Where there is no window the difference may overflow; no gradient is asked of it.
            added += jnp.exp(jnp.where(window >= back, earlier, -jnp.inf))
        return jnp.log1p(added)

    def _window(self) -> Int[np.ndarray, "matter lane"]:
        """Steps before the written one in which a decision may have been taken."""
        window = np.zeros((len(self.path.model.axes.matters), self.path.n_steps), np.int64)
        for episode in self.path.episodes:
            if episode.option > 0:
                window[episode.matter, episode.step] = episode.window
        return window

    def _label_noise(self) -> Float[np.ndarray, "matter option lane"]:
        """Chance of a wrong code wherever the record took something."""
        noise = np.full(self.path.chosen.shape, LABEL_NOISE["high"], np.float32)
        for episode in self.path.episodes:
            coded = LABEL_NOISE[episode.confidence]
            noise[episode.matter, :, episode.step] = coded
        return noise


def weighing_numbers(model: Model) -> Int[np.ndarray, " number"]:
    """Positions of the free numbers that choices along a forced path depend on.

    They are what minds weigh by (`WEIGHED` in `ChoiceParams`), not what they look at: a gain is
    linear in the former, and the latter would change the path itself.
    """
    free = set(model.priors.free.tolist())
    choice = model.template.choice
    read = {int(i) for name in WEIGHED for i in np.asarray(getattr(choice, name)).ravel()}
    return np.array(sorted(read & free), np.int64)


def _fade_and_renew(
    earlier: tuple[Array, Array], later: tuple[Array, Array]
) -> tuple[Array, Array]:
    """Compose two stretches of `news -> max(kept * news, heard)`."""
    return earlier[0] * later[0], jnp.maximum(earlier[1] * later[0], later[1])


def _log_complement(log_p: Array) -> Array:
    """Logarithm of 1 - p, finite where p is one."""
    return jnp.log(jnp.maximum(-jnp.expm1(jnp.minimum(log_p, 0.0)), 1e-12))
