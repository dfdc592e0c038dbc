"""Columns: which columns of a battle table are read, and which stay outside.

A cell reaches the model only if its column is named in `EX_ANTE`, or in `OUTCOMES` for what is to
be explained. The coders' judgements of leadership, morale, training, initiative and the like
(`EX_POST`) were given by people who knew who had won; they correlate with the result at up to .84
and lift any model to the accuracy that published, hindsight-fed models report. They are known by
name, so that a table that has them can be read, and their cells are dropped unread.
"""

from __future__ import annotations

from hokushin.scenario.problems import Place, Problems
from hokushin.scenario.strict_csv import Row, read_csv

_EX_POST_STEMS = (
    *("cea", "leada", "trnga", "morala", "logsa", "momnta", "intela", "techa", "inita"),
    *("inf_quala", "inf_resa", "inf_mobila", "inf_aira", "inf_fprepa", "inf_wxa", "inf_terra"),
    *("inf_leadaa", "inf_plana", "inf_surpaa", "inf_mana", "inf_logsaa", "inf_fortsa"),
    *("inf_deepa", "mission_att", "mission_def", "att_scheme", "att_scheme2", "att_resolution"),
    *("def_scheme", "def_scheme2", "def_resolution"),
)

EX_POST = tuple(f"xp_{stem}" for stem in _EX_POST_STEMS)
"""Judgements that coders gave after the event. Never read."""

NEEDED = ("isqno", "att_str", "def_str")
"""Columns without which nothing can be said, beside a date and the two powers."""

DATES = ("year", "start_date")
"""One of these says in which era a battle was fought."""

POWERS = {"attacker": ("attacker_main", "attacker"), "defender": ("defender_main", "defender")}
"""Who fought: the first-named power, or a list of powers joined by &."""

CONDITIONS = (
    *("att_tank", "def_tank", "air_superiority", "surprise", "posture1", "posture2"),
    *("terrain1_relief", "terrain2_relief", "terrain1_cover", "terrain2_cover"),
    *("wx_temp", "wx_ground", "season"),
)
"""What else is known before the outcome. An absent column or an empty cell is unknown."""

EX_ANTE = (*NEEDED, *DATES, *(c for names in POWERS.values() for c in names), *CONDITIONS)
"""All columns that predictions are made from."""

OUTCOMES = ("wina", "att_cas", "def_cas", "fight_days", "advance_km")
"""What is predicted or explained. Read for fitting and scoring, never for predicting."""

BOOKKEEPING = ("cluster", "dup_of", "cas_gt_str")
"""Which battles belong together, are entered twice, or lost more men than were recorded."""

_PASSED_OVER = (
    *("name", "war", "war_std", "theater", "campaign", "location", "source_batch", "end_date"),
    *("span_days", "active_hours", "attacker_force", "defender_force", "attacker_initiated_war"),
    *(
        f"{side}_{what}"
        for side in ("att", "def")
        for what in (
            *("intst", "rerp", "finst", "cav", "lt", "mbt", "arty", "fly"),
            *("ctank", "carty", "cfly", "str_kind", "str_err_plus_pct", "str_err_minus_pct"),
            *("cas_err_plus_pct", "cas_err_minus_pct"),
        )
    ),
    *("width_att_km", "width_def_km", "n_fronts_recorded", "posture_type", "terrain1_special"),
    *("terrain2_special", "wx_sky", "climate", "wx_changes", "outcome", "win_criterion"),
    *("advance_km_per_day", "parent_isqno", "clean_note", "usable_win", "usable_cas", "stratum"),
)

USED = (*EX_ANTE, *OUTCOMES, *BOOKKEEPING)
"""Every column that is read. None is in `EX_POST`."""


def read_rows(text: str | bytes, file: str, problems: Problems) -> list[Row]:
    """Read a battle table; each row holds the columns of `USED` that the table has, no other.

    Noted as problems: all that `read_csv` notes, an unknown column among it, and a table without
    any of the columns that give the date, or one of the powers.
    """
    optional = [c for c in (*USED, *EX_POST, *_PASSED_OVER) if c not in NEEDED]
    whole = read_csv(text, file, problems, NEEDED, optional, unique="isqno")
    rows = [
        Row({c: row[c] for c in USED if c in row}, row.line, {c: row.places[c] for c in row})
        for row in whole
    ]
    lacking = [
        choice
        for choice in (DATES, *POWERS.values())
        if rows and not any(column in rows[0] for column in choice)
    ]
    for choice in lacking:
        hint = f"Give {' or '.join(choice)}."
        problems.add(Place(file, 1, 1), choice[0], "the column is missing.", hint)
    return [] if lacking else rows
