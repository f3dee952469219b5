"""The words of layers, apart from their rows."""

from __future__ import annotations

import pytest

from gradviz.networks import table, words


def test_the_words_are_those_of_the_rows() -> None:
    assert set(table.WORDS) == words.KNOWN, "write the names and aliases of new rows into gradviz/networks/words.py"


@pytest.mark.parametrize("count", range(5))
@pytest.mark.parametrize("word", [*sorted(table.WORDS), "sin", "add", "nothing"])
def test_a_call_means_the_same_block(word: str, count: int) -> None:
    assert words.block_of(word, count) is table.block_of(word, count)
