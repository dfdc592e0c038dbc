"""The index sets of a scenario and the constant tables between them.

Everything here is fixed when a scenario is built: names, and NumPy tables of zeros and ones (or
positions) that say which member of one set belongs to which member of another. Mechanisms read
them as compile-time constants; nothing in them varies from history to history.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Table = np.ndarray
NEVER = 1.0e6
"""A time, in months or steps, that no history reaches."""


@dataclass(frozen=True)
class Term:
    """One consideration of one option: what it is about, as positions.

    `index` holds, by consideration: a front (prospect, threat, ripeness, window), exposures, deals,
    fronts and sides that the option opens (strain), acts (commitment), worths (spoils), or
    nothing. `enemy` is the place of the enemy among those its power remembers, where a faction's
    own memory counts; -1 where it does not.
    """

    what: str
    sign: float
    index: tuple[int, ...] = ()
    enemy: int = -1
    yields: tuple[tuple[int, int, int], ...] = ()
    """(account, region, resource) that the option would draw (relief)."""
    called: tuple[int, ...] = ()
    """Sizes (positions in `DealParams.effect`) of what the option calls to its front."""
    factions: tuple[tuple[int, int], ...] = ()
    """(conditional or doctrine, place of the faction in its power) where only some are moved."""


@dataclass(frozen=True)
class Act:
    """One option that changes something, with what it is weighed by."""

    matter: int
    option: int
    power: int
    first_pair: int
    first_faction: int
    n_factions: int
    first_memory: int
    n_enemies: int
    terms: tuple[Term, ...]
    inertia: str
    scaled: bool
    """Whether the option has an intensity of its own."""


@dataclass(frozen=True)
class Variable:
    """Something a stated condition can be about: a verb, and what it is about."""

    verb: str
    index: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Watch:
    """Memories whose holders watch a third power fight their enemy, one front for each memory."""

    memory: Table
    front: Table
    side: Table
    """Side of the power that fights the enemy there."""
    observation: Table
    """How the watcher sees the enemy's pool there; -1 if it does not."""


@dataclass(frozen=True, eq=False)
class Effects:
    """Effects of one verb, in parallel arrays: which act, on what, and the size's position."""

    act: Table
    target: Table
    size: Table  # position in `DealParams.effect`, -1 where the verb has no size


@dataclass(frozen=True)
class EventRule:
    """An event to watch: a verb, what it is about, and the numbers it needs."""

    verb: str
    index: tuple[int, ...]
    numbers: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Axes:
    """Names along each axis, in order, and the incidence between axes.

    Tables named `x_of_y` are float32 of shape (x, y) with a one where y belongs to x; tables
    named `y_x` are int arrays of shape (y,) that give the position of x for each y (-1: none).
    """

    # names
    powers: tuple[str, ...]
    factions: tuple[str, ...]  # "power.faction"
    resources: tuple[str, ...]
    accounts: tuple[str, ...]
    imports: tuple[str, ...]  # "account.supplier"
    regions: tuple[str, ...]
    sites: tuple[str, ...]  # climates
    fronts: tuple[str, ...]
    pools: tuple[str, ...]
    routes: tuple[str, ...]
    deals: tuple[str, ...]
    consents: tuple[str, ...]  # "deal.party"
    asks: tuple[str, ...]
    restrictions: tuple[str, ...]
    trusts: tuple[str, ...]  # "of.towards"
    exposures: tuple[str, ...]
    observations: tuple[str, ...]
    memories: tuple[str, ...]  # "power.faction.enemy"
    engagements: tuple[str, ...]
    matters: tuple[str, ...]  # "power.matter"
    options: tuple[tuple[str, ...], ...]  # per matter, padded to n_options with ""
    pairs: tuple[str, ...]  # "power.faction.matter"
    conditionals: tuple[str, ...]
    responses: tuple[str, ...]
    events: tuple[str, ...]
    conditions: tuple[str, ...]  # 0/1 indicators that needs refer to
    causes: tuple[str, ...]
    rewrites: tuple[str, ...]  # "cause.n"

    # clock
    n_steps: int
    months_per_step: float

    # supply
    account_power: Table  # (account,)
    account_branch: Table  # (account, branch) 1 where the branch uses it
    import_account: Table  # (import,)
    import_restriction: Table  # (import,) or -1
    import_stopped_by: Table  # (import, front)
    restriction_follows: Table  # (restriction,) or -1

    # regions: each has at most one challenger
    yield_account: Table  # (account, region, resource): 1 where the account's power could draw it

    # fronts and pools; side 0 is a, side 1 is b
    front_power: Table  # (front, 2)
    front_pool: Table  # (front, 2)
    front_site: Table  # (front,)
    front_afloat: Table  # (front,) 1 where a side has a fleet and no divisions
    front_driven: Table  # (front,) 0/1
    front_border: Table  # (front,) 0/1: has incidents
    front_gain: Table  # (gain,) front of each gain
    gain_region: Table  # (gain,)
    gain_side: Table  # (gain,) 0/1
    halt_front: Table  # (halt,)
    pool_power: Table  # (pool,)
    pool_hub: Table  # (pool,) position of the hub pool of its power
    pool_route: Table  # (pool,) or -1
    exposure_pool: Table
    observation_pool: Table  # (observation,)

    # minds
    faction_power: Table  # (faction,)
    faction_budget: Table  # (faction, branch) 0/1
    memory_faction: Table  # (memory,)
    memory_enemy: Table  # (memory,) power
    engagement_own: Table  # (memory, engagement): 1 own service's battle with that enemy
    engagement_other: Table  # (memory, engagement): 1 another service's battle with it
    engagement_foreign: Table  # (memory, engagement): 1 another power's battle with it
    engagement_attacker: Table  # (engagement,): +1 holder attacked, -1 enemy did
    engagement_before: Table  # (engagement,) years before the start; -1 if inside the span
    engagement_scripted: tuple[int, ...]  # those of the record that end within the span
    trust_of: Table
    trust_towards: Table
    deal_party: Table  # (deal, power) 1 where the power is a party
    consent_deal: Table

    front_open_at_start: Table
    deal_at_start: Table
    deal_years_at_start: Table

    # choosing
    n_options: int
    option_exists: Table  # (matter, option)
    pair_faction: Table
    pair_matter: Table
    matter_of_pair: Table  # (matter, pair)
    pair_block: Table  # (pair,) 1 where the faction has a documented right to block
    pair_field: Table  # (pair,) 1 where the pair is the matter's field route
    option_field: Table  # (matter, option) 1 where the field route may take it
    need_on: Table  # (matter * option, condition)
    need_off: Table  # (matter * option, condition)

    # considerations
    acts: tuple[Act, ...]
    """Every option but carrying on, in order of matter and option."""
    deviates: Table  # (faction, consideration) 1 where a source claims a weight of its own
    ask_trust: Table  # (ask,) position of the asked power's trust in the asker
    clause_conditional: Table  # (clause,)
    clause_variable: Table  # (clause,) position in the list of variables
    clause_sign: Table  # (clause,) +1 above, -1 below
    variables: tuple[Variable, ...]
    memory_observation: Table  # (memory,) or -1
    memory_front: Table  # (memory,) or -1
    memory_side: Table  # (memory,) side of the holder on that front
    memory_service: Table  # (memory,) 1 where the front is fought by the holder's own service
    watches: tuple[Watch, ...]
    """Who watches which front; apart, so that each holds a memory at most once."""

    # effects: acts are the options (matter * option) and then the responses
    effects: dict[str, Effects]
    n_dates: int
    response_on: Table  # (response, condition)
    response_off: Table
    act_power: Table  # (act,) power whose option or response it is
    field_acts: Table  # (act,) 1 where a field army's own option opens a front
    rewrite_cause: Table  # (rewrite,)
    rewrite_alternative: Table  # (rewrite,) 1 for rewrites of the alternative null
    rewrite_forces: Table  # (rewrite,) matter * option that it forces, or -1
    rewrite_forbids: Table  # (rewrite,) matter * option that it forbids, or -1
    events_of: tuple[EventRule, ...]

    def position(self, axis: str, name: str) -> int:
        """Position of `name` along `axis`, with an error that lists what there is."""
        names = getattr(self, axis)
        if name not in names:
            raise ValueError(f"no {name!r} among {axis}: {', '.join(names)}")
        return names.index(name)
