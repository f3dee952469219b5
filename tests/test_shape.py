import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from gradviz.errors import ShapeError
from gradviz.shape import broadcast, broadcast_axes, show, size

SHAPES = st.lists(st.integers(0, 3), max_size=4).map(tuple)


@given(st.lists(SHAPES, max_size=4))
def test_broadcast_is_numpys(shapes):
    try:
        expected = np.broadcast_shapes(*shapes)
    except ValueError:
        with pytest.raises(ShapeError):
            broadcast(*shapes)
    else:
        assert broadcast(*shapes) == expected


@given(arrays.mutually_broadcastable_shapes(num_shapes=2, min_side=0, max_side=3))
def test_summing_over_the_axes_returns_to_the_small_shape(pair):
    small, large = pair.input_shapes[0], pair.result_shape
    summed = np.ones(large).sum(axis=broadcast_axes(small, large)).reshape(small)
    assert np.all(summed == math.prod(large) / max(1, math.prod(small)))


def test_equal_shapes_need_no_sum():
    assert broadcast_axes((2, 1), (2, 1)) == ()
    assert broadcast_axes((), (2, 3)) == (0, 1)


def test_the_error_names_the_shapes():
    with pytest.raises(ShapeError, match="the shapes 2×3 and 4 do not fit together elementwise"):
        broadcast((2, 3), (4,))


@pytest.mark.parametrize(("shape", "entries", "text"), [((), 1, "scalar"), ((4,), 4, "4"), ((2, 0), 0, "2×0")])
def test_size_and_show(shape, entries, text):
    assert size(shape) == entries
    assert show(shape) == text
