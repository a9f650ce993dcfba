"""Any content can be named, and nothing is taken for another one."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aae_jax.algorithms.recipes import DEFAULT, RECIPES
from aae_jax.commands.contents import MAX_WRITTEN, content_names, parse_labels
from aae_jax.errors import ConfigError

NAMES = st.lists(st.text("ab12-é", min_size=1, max_size=3), min_size=2, unique=True)


def read(text: str, names: list[str]) -> list[int]:
    config = replace(DEFAULT, num_classes=len(names))
    return parse_labels("--write", text, config, names).tolist()


@given(names=NAMES, data=st.data())
def test_every_content_can_be_written(names: list[str], data: st.DataObject) -> None:
    drawn = data.draw(
        st.lists(st.sampled_from(names), min_size=1, max_size=MAX_WRITTEN)
    )
    numbers = [names.index(name) for name in drawn]
    assert read(", ".join(drawn), names) == numbers
    if not any(name.isdecimal() for name in names) and len(numbers) > 1:
        assert read(",".join(map(str, numbers)), names) == numbers


@given(names=NAMES, text=st.text("ab12-é", min_size=1, max_size=6))
def test_without_commas_nothing_has_two_meanings(names: list[str], text: str) -> None:
    try:
        found = read(text, names)
    except ConfigError:
        return
    if len(found) > 1:
        assert len(found) == len(text)
        assert not [name for name in names if len(name) > 1 and name in text]


def test_digits_need_no_commas_and_numbers_beyond_nine_do() -> None:
    assert read("20260", list("0123456789")) == [2, 0, 2, 6, 0]
    many = [str(number) for number in range(13)]
    assert read("12", many) == [12]
    assert read("1,2", many) == [1, 2]
    assert read("20260", many) == [2, 0, 2, 6, 0]
    with pytest.raises(ConfigError, match=r"--write 1212 .* more than one way.* 1,2,1"):
        read("1212", many)
    assert read("hello", list("ehlo")) == [1, 0, 2, 2, 3]


@pytest.mark.parametrize("text", ["", "3,,7", "3,10", "-1", "3.5", "٣", "1," * 99])
def test_contents_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ConfigError, match=r"at most 40, as in 0,1,2, not .*: there"):
        read(text, list("0123456789"))


def test_a_decoder_that_is_told_no_label_takes_none() -> None:
    with pytest.raises(ConfigError, match="of unsupervised is told no label"):
        parse_labels("--digits", "3", RECIPES["unsupervised"])


def test_contents_are_called_as_the_data_calls_them() -> None:
    assert content_names(("zero", "one"), 3) == ["zero", "one", "2"]
