"""Fit: the joint posterior of the engagement model, by the No-U-Turn sampler.

The chains run in double precision, one after the other; nothing global is set for that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import jax
import numpy as np
from numpyro.diagnostics import summary
from numpyro.infer import MCMC, NUTS

from hokushin.infer.battles.draws import ATTRIBUTION, SCHEMA, Gates, Posterior
from hokushin.infer.battles.model import (
    Grouping,
    Variant,
    engagement,
    grouping,
    losses_known,
)
from hokushin.infer.battles.table import ERAS, Battles, read_battles
from hokushin.infer.battles.terms import COEFFICIENT

_FITTING_CODE = ("columns.py", "table.py", "terms.py", "model.py", "fit.py")


def fit(
    path: str | Path,
    *,
    since: int | None = None,
    until: int | None = None,
    draws: int = 1000,
    warmup: int = 500,
    chains: int = 4,
    keep: int = 1000,
    seed: int = 1,
    progress: bool = False,
) -> Posterior:
    """Fit the engagement model to the battles of a file whose outcomes are known.

    Args:
        since: First year of the battles that are used; all from the first if absent.
        until: Last year.
        draws: Draws of each chain, after `warmup` that are thrown away.
        keep: Joint draws that the result holds, at equal distances in the chains.
        progress: Show a bar on standard error.
    """
    battles = read_battles(path).battles
    first, last = battles.year.min(), battles.year.max()
    if since is not None or until is not None:
        chosen = (battles.year >= (since or first)) & (battles.year <= (until or last))
        battles = battles.take(chosen)
    fitted = fit_battles(battles, draws, warmup, chains, keep, seed, Variant(), progress)
    fitted.about["data_sha256"] = hashlib.sha256(Path(path).read_bytes()).hexdigest()
    fitted.about["asked_years"] = [since, until]
    return fitted


def fit_battles(
    battles: Battles,
    draws: int = 1000,
    warmup: int = 500,
    chains: int = 4,
    keep: int = 1000,
    seed: int = 1,
    variant: Variant | None = None,
    progress: bool = False,
) -> Posterior:
    """Fit the model, or a variant of it, to the battles of a table whose outcomes are known."""
    battles = battles.take(battles.scored)
    if len(battles) < 10:
        raise ValueError(
            f"{len(battles)} battles have a known outcome; a fit needs 10 at the very least"
        )
    if min(draws, warmup, chains, keep) < 1 or draws * chains < keep:
        raise ValueError(
            f"draws={draws}, warmup={warmup}, chains={chains}, keep={keep}: all need to be at "
            "least 1, and no more draws can be kept than there are"
        )
    variant, groups = variant or Variant(), grouping(battles)
    with jax.enable_x64(True):
        sampler = MCMC(
            NUTS(engagement, target_accept_prob=0.95),
            num_warmup=warmup,
            num_samples=draws,
            num_chains=chains,
            chain_method="sequential",
            progress_bar=progress,
        )
        sampler.run(jax.random.key(seed), battles, groups, variant)
        sites = {k: np.asarray(v) for k, v in sampler.get_samples(group_by_chain=True).items()}
        divergences = int(np.sum(np.asarray(sampler.get_extra_fields()["diverging"])))
    gates = _gates(sites, divergences)
    names, values = _columns(sites, groups, variant)
    every = np.linspace(0, draws * chains - 1, keep).round().astype(int)
    about = _about(battles, variant, seed, chains, draws, warmup)
    return Posterior(names, values[every].astype(np.float32), gates, about)


def _gates(sites: dict[str, np.ndarray], divergences: int) -> Gates:
    """Worst split R-hat and effective number of draws over all that is sampled or derived."""
    if next(iter(sites.values())).shape[1] < 4:
        return Gates(r_hat=float("inf"), effective_draws=0.0, divergences=divergences)
    diagnosed = summary(sites).values()
    return Gates(
        r_hat=float(max(np.max(each["r_hat"]) for each in diagnosed)),
        effective_draws=float(min(np.min(each["n_eff"]) for each in diagnosed)),
        divergences=divergences,
    )


def _columns(
    sites: dict[str, np.ndarray], groups: Grouping, variant: Variant
) -> tuple[tuple[str, ...], np.ndarray]:
    """Lay the sites out as named columns; effects of single campaigns are left out."""
    eras = [ERAS[era] for era in groups.eras]
    pairs = [f"{power}.{ERAS[era]}" for power, era in groups.powers_in_eras]
    columns: dict[str, np.ndarray] = {}
    for site, drawn in sorted(sites.items()):
        flat = drawn.reshape(-1, *drawn.shape[2:])
        group, _, field = site.partition(".")
        if field.endswith(("_own", "_mean", "_apart_sd", "_in_z")):
            continue
        if flat.ndim == 1:
            columns[site] = flat
            continue
        labels: Sequence[str] = eras
        if field == "slopes":
            labels = [COEFFICIENT.get(term, term) for term in variant.terms(group)]
        elif field in ("always", "in_era"):
            labels = groups.powers if field == "always" else pairs
        stem = site if labels is eras else group
        columns |= {f"{stem}.{label}": flat[:, i] for i, label in enumerate(labels)}
    return tuple(columns), np.stack(list(columns.values()), axis=-1)


def _about(
    battles: Battles, variant: Variant, seed: int, chains: int, draws: int, warmup: int
) -> dict[str, Any]:
    """What a reader has to know about where the draws come from."""
    return {
        "schema": SCHEMA,
        "attribution": ATTRIBUTION,
        "code_sha256": _code_digest(),
        "battles": len(battles),
        "battles_with_losses": int(losses_known(battles).sum()),
        "clusters": len(set(battles.cluster.tolist())),
        "years": [int(battles.year.min()), int(battles.year.max())],
        "base_rates": [float(np.mean(battles.outcome == x)) for x in (-1.0, 0.0, 1.0)],
        "powers": variant.powers,
        "surprise": variant.surprise,
        "sampler": {"seed": seed, "chains": chains, "draws": draws, "warmup": warmup},
    }


def _code_digest() -> str:
    """Digest of the files that decide what a fit comes to."""
    folder = files("hokushin.infer.battles")
    digest = hashlib.sha256()
    for name in _FITTING_CODE:
        digest.update(folder.joinpath(name).read_bytes())
    return digest.hexdigest()
