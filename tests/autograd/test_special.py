"""erf against SciPy, to the last digits, and at the ends."""

import numpy as np
import pytest
from scipy import special

from autograd import Tensor, erf


@pytest.mark.parametrize(("dtype", "digits"), [(np.float64, 1e-15), (np.float32, 3e-7)])
def test_erf_is_right_to_the_last_digits(dtype, digits):
    x = np.concatenate([np.linspace(-7, 7, 20_001), 10.0 ** -np.arange(1, 30)]).astype(dtype)
    y = erf(x)
    assert y.dtype == dtype
    np.testing.assert_allclose(y, special.erf(x.astype(np.float64)), rtol=digits)


def test_erf_has_its_limits_and_keeps_nan():
    np.testing.assert_array_equal(erf(np.array([-np.inf, -0.0, np.inf, np.nan])), [-1, 0, 1, np.nan])
    assert erf(Tensor(0.5)).shape == ()
    assert erf(1) == pytest.approx(special.erf(1), rel=1e-15)


def test_erf_is_for_real_numbers():
    with pytest.raises(TypeError, match="erf is for real numbers"):
        erf(np.array([1j]))
