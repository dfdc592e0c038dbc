"""Battles that never were, with coefficients that are known."""

from __future__ import annotations

import numpy as np

from hokushin.infer.battles.table import read_battles

FORCE, FORTIFIED, WIN, EXCHANGE = 1.2, -0.8, -0.6, 1.0
"""Per ln ratio and of works [logit]; of a victory on the attacker's ln hazard; of A over B."""

HEADER = (
    "isqno,year,attacker_main,defender_main,att_str,def_str,posture1,wina,att_cas,def_cas,"
    "fight_days,advance_km,cluster"
)


def made_table(n: int, seed: int = 1) -> str:
    """A table of battles of 1943, five to a cluster, between A and B in either role."""
    dice = np.random.default_rng(seed)
    lines = [HEADER]
    for i in range(n):
        log_ratio = dice.normal(0.3, 0.6)
        fortified = dice.random() < 0.4
        attacker, defender = ("A", "B") if dice.random() < 0.5 else ("B", "A")
        defenders = int(np.exp(dice.normal(10.0, 0.5)))
        attackers = int(defenders * np.exp(log_ratio))
        log_odds = FORCE * log_ratio + FORTIFIED * fortified
        won = dice.random() < 1.0 / (1.0 + np.exp(0.2 - log_odds))
        lost = not won and dice.random() < 0.8
        days = max(1, round(np.exp(dice.normal(0.8, 0.7))))
        side = EXCHANGE / 2.0 if attacker == "A" else -EXCHANGE / 2.0
        of_attacker = -3.0 + 0.6 * np.log(days) + WIN * won - side + dice.normal(0.0, 0.5)
        of_defender = -3.0 + 0.6 * np.log(days) + side + dice.normal(0.0, 0.5)
        cas = [
            max(1, round(men * -np.expm1(-np.exp(hazard))))
            for men, hazard in ((attackers, of_attacker), (defenders, of_defender))
        ]
        gained = round(float(np.exp(dice.normal(0.5, 0.8))), 2) if won else 0.0
        lines.append(
            f"{i + 1},1943,{attacker},{defender},{attackers},{defenders},"
            f"{'FD' if fortified else 'HD'},{1 if won else -1 if lost else 0},"
            f"{cas[0]},{cas[1]},{days},{gained},{i // 5 + 1}"
        )
    return "\n".join(lines) + "\n"


def read_text(text: str, folder):
    """Read a table from its text."""
    path = folder / "battles.csv"
    path.write_text(text, encoding="utf-8")
    return read_battles(path)
