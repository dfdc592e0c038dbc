import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from hokushin.page.report.lattice import LEVELS, pack, unpack
from hokushin.page.report.switches import known_worlds, script_data
from tests.page.conftest import a_table

GROUPS = tuple(f"g{i}" for i in range(13))


@pytest.mark.parametrize("histories", [1, 7, 2_048, LEVELS, 1_000_003])
@pytest.mark.parametrize("happened", [True, False])
def test_what_a_page_reads_is_the_document_within_the_rounding_told(histories, happened):
    hits = np.random.default_rng(3).integers(0, histories + 1, 8_192)
    packed = pack(a_table(GROUPS, [int(h) for h in hits], histories), happened)
    value = hits / histories if happened else 1 - hits / histories
    error = np.sqrt(value * (1 - value) / histories)
    read, read_error = unpack(packed)
    slack = 1e-12
    assert np.abs(read - value).max() <= packed.rounding + slack
    assert np.abs(read_error - error).max() <= packed.error_rounding + slack
    assert packed.rounding == (0.0 if histories <= LEVELS else 0.5 / LEVELS)


def test_8192_combinations_take_less_than_100_kilobytes(large):
    packed = pack(large.table, large.outcome.happened)
    assert len(packed.values) + len(packed.errors) < 44_000
    assert len(script_data(large, 100, packed)) < 100_000


def test_a_table_without_counts_is_not_carried(large):
    assert pack(replace(large.table, hits=None), False) is None


def test_a_table_of_another_size_is_refused(large):
    with pytest.raises(ValueError, match="there are 8,192"):
        pack(replace(large.table, hits=(1, 2, 3)), False)
    with pytest.raises(ValueError, match="of 2048 histories"):
        pack(replace(large.table, hits=(4_000,) * 8_192), False)


def test_a_real_table_lists_what_it_says_of_its_ends(tiny):
    table = tiny[0].table
    assert len(table.hits) == table.combinations == 2 ** len(table.switches)
    assert table.hits[-1] / table.histories == table.with_all
    assert table.hits[0] / table.histories == table.with_none


def test_worlds_that_were_run_by_themselves_are_listed_once(made_up):
    answer = made_up()
    known = {one.off: one for one in known_worlds(answer)}
    assert known["navy",].value == answer.cause("navy").if_alone
    assert known["navy",].source == "made-alone"
    assert known["pact", "winter"].value == 0.3
    assert known["pact", "winter"].source == "made-sets"
    everything = known["navy", "pact", "winter"]
    assert everything.value == 0.6
    assert len(known) == len(known_worlds(answer))


def test_sets_that_prevent_what_happened_are_told_as_chances_of_the_event(made_up):
    answer = made_up()
    happened = replace(answer, outcome=replace(answer.outcome, happened=True))
    known = {one.off: one for one in known_worlds(happened)}
    pair = known["pact", "winter"]
    assert (pair.value, pair.low, pair.high) == pytest.approx((0.7, 0.5, 0.9))


def test_what_the_script_reads_is_json_that_cannot_end_its_element(large):
    titled = replace(large, groups={**large.groups, "group_0": "</script><!--"})
    cause = replace(large.causes[0], title="</script><!--")
    text = script_data(replace(titled, causes=(cause, *large.causes[1:])), 100, None)
    assert "<" not in text
    data = json.loads(text)
    assert data["titles"][cause.name] == "</script><!--"
    assert "table" not in data


def test_the_table_that_the_script_reads_is_the_packed_one(large):
    packed = pack(large.table, False)
    data = json.loads(script_data(large, 100, packed))
    assert data["table"] == json.loads(json.dumps(asdict(packed)))
