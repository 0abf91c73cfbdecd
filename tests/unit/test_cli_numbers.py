"""Numbers as arguments of commands."""

import argparse

import pytest

from cli.numbers import seconds, whole


@pytest.mark.parametrize("text", ["1", "7", "1000"])
def test_a_number_within_the_bounds_is_read(text):
    assert int(text) == whole(most=1000)(text)


@pytest.mark.parametrize("text", ["0", "-1", "1001", "1.5", "ten", "", " 7", "²"])
def test_anything_else_is_told_with_the_bounds(text):
    with pytest.raises(argparse.ArgumentTypeError, match=r"is not a number from 1 to 1000$"):
        whole(most=1000)(text)


def test_nothing_may_be_allowed():
    assert whole(least=0)("0") == 0


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("0.5", 0.5), ("300", 300), ("86400", 86400)])
def test_an_amount_within_the_bounds_is_read(text, number):
    assert seconds(text) == number


@pytest.mark.parametrize("text", ["-1", "86401", "nan", "inf", "soon", ""])
def test_an_amount_of_anything_else_is_told_with_the_bounds(text):
    with pytest.raises(argparse.ArgumentTypeError, match=r"of seconds from 0 to 86,400$"):
        seconds(text)
