"""Eras at their exact edges."""

import re

import pytest

from answer_key import eras

AXES = ("tensorflow", "keras", "numpy")


@pytest.mark.parametrize(
    "era, inside, outside",
    [
        ("keras>=3", ["3.0.0", "3.0", "3.15.1", "10.0"], ["2.15.0", "2.99"]),
        ("keras<3", ["2.15.0"], ["3.0.0", "3.0.0rc1", "3.0.0.dev1"]),
        ("keras!=3.0.*", ["2.15.0", "3.1.0"], ["3.0.0", "3.0.5", "3.0.5.dev1"]),
        ("tensorflow>=2.13", ["2.13.0", "2.13.1"], ["2.12.1", "2.9.0"]),
        ("tensorflow>=2.22", ["2.22.0rc0", "2.23.0.dev20261026"], ["2.21.0", "2.21.1rc0"]),
        ("tensorflow<2.22", ["2.21.0"], ["2.22.0rc0", "2.22.0.dev1", "2.22.0"]),
        ("tensorflow>=2.12,<2.15", ["2.12.0", "2.14.1"], ["2.15.0rc0", "2.11.1"]),
        ("tensorflow>=2.22.0rc1", ["2.22.0rc1", "2.22.0"], ["2.22.0rc0", "2.22.0.dev1"]),
        ("tensorflow>=2.20,<2.22.0rc1", ["2.21.0", "2.22.0rc0"], ["2.22.0rc1", "2.22.0"]),
        ("tensorflow!=2.22.0rc1", ["2.22.0rc0", "2.22.0"], ["2.22.0rc1"]),
        ("numpy<2", ["1.26.4"], ["2.0.0", "2.0.0rc1"]),
        ("numpy==2.4.*", ["2.4.0", "2.4.6"], ["2.3.9", "2.5.0"]),
    ],
)
def test_an_era_includes_what_pip_would_and_counts_a_candidate_as_its_release(era, inside, outside):
    assert [version for version in inside if not eras.includes(era, version)] == []
    assert [version for version in outside if eras.includes(era, version)] == []


@pytest.mark.parametrize(
    "era, problem",
    [
        ("keras", "names no version"),
        ("keras 3", "is no requirement"),
        ("torch>=2", "is not about one of tensorflow, keras, numpy"),
        ("keras[x]>=3", "is not about one of"),
        ("keras>=3; python_version>'3'", "is not about one of"),
    ],
)
def test_what_is_no_era_is_refused(era, problem):
    with pytest.raises(ValueError, match=re.escape(f"{era!r} {problem}")):
        eras.parse(era, AXES)


@pytest.mark.parametrize(
    "all_of_them, included",
    [
        ([], True),
        (["keras>=3"], True),
        (["keras>=3", "numpy>=2"], True),
        (["keras>=3", "numpy<2"], False),
        (["keras<3", "numpy>=2"], False),
    ],
)
def test_versions_lie_in_several_eras_if_in_each_of_them(all_of_them, included):
    versions = {"tensorflow": "2.21.0", "keras": "3.15.1", "numpy": "2.4.6"}

    assert eras.include(all_of_them, versions) is included


@pytest.mark.parametrize(
    "old, new, they_do",
    [
        ("keras<3", "keras>=3", True),
        ("keras<3.4", "keras>=3.4", True),
        ("keras>=3,<3.7", "keras>=3.7", True),
        ("keras==3.0.*", "keras!=3.0.*", True),
        ("keras<3", "keras>=3.1", False),
        ("keras<3.1", "keras>=3", False),
        ("keras>=3", "keras<3", False),
        ("keras<3", "tensorflow>=3", False),
        ("keras<3", "keras<3", False),
    ],
)
def test_two_eras_meet_where_one_ends_and_the_other_begins(old, new, they_do):
    assert eras.meet(old, new) is they_do


@pytest.mark.parametrize(
    "era, versions",
    [
        ("keras>=3", ["3"]),
        ("keras<3", ["3"]),
        ("keras>=2.13,<3", ["2.13", "3"]),
        ("keras!=3.9.*,!=3.10.*", ["3.9", "3.11"]),
        ("keras==3.15.*", ["3.15", "3.16"]),
    ],
)
def test_an_era_has_boundaries_where_it_begins_and_ends(era, versions):
    assert eras.boundaries(era) == versions
