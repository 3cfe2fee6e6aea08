"""Settings whose option may stand alone."""

import pytest

from vst_core.catalog import find_parameter
from vst_core.errors import UsageError
from vst_core.job import StylizeJob


@pytest.mark.parametrize(
    ("given", "meant"), [(True, "all"), (False, "none"), ("Depth,N*", "Depth,N*")]
)
def test_true_in_a_job_means_what_the_option_alone_does(given, meant):
    job = StylizeJob.from_dict({"input": "in", "output": "out", "keep_layers": given})
    assert job.keep_layers == meant
    assert StylizeJob.from_toml(job.to_toml()) == job


def test_other_texts_take_no_boolean():
    with pytest.raises(UsageError):
        find_parameter("layer").check(True)
