"""What a record tells of the environment, without TensorFlow."""

import pytest

from answer_key import environment


@pytest.mark.parametrize("version", ["2.21.0-custom-abc", "", None])
def test_a_version_that_is_none_is_one_clear_line(monkeypatch, version):
    monkeypatch.setattr(environment.metadata, "version", lambda name: version)

    with pytest.raises(environment.MissingPackage) as caught:
        environment.describe()

    message = str(caught.value)
    assert f"calls its version {version!r}, which is none" in message
    assert "\n" not in message


def test_flags_are_kept_by_name_and_nobody_elses(monkeypatch):
    monkeypatch.delenv("TF_XLA_FLAGS", raising=False)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setenv("TF_NUM_INTEROP_THREADS", "1")
    monkeypatch.setenv("TF_VAR_password", "secret")  # Terraform's

    flags = environment.describe()["flags"]

    assert flags["TF_XLA_FLAGS"] is None
    assert flags["TF_NUM_INTEROP_THREADS"] == "1"
    assert "CUDA_VISIBLE_DEVICES" not in flags
    assert "TF_VAR_password" not in flags
