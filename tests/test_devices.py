"""Where claims run, on the real TensorFlow; a second logical CPU stands for the GPU."""

import os
from pathlib import Path

import pytest

from answer_key import record
from fixtures import devices
from tests import keras_sees_a_gpu

tf = pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
pytestmark = pytest.mark.tensorflow

PLUGINS = ["answer_key.plugin", "fixtures.devices", "fixtures.processes"]

CLAIMS = '''
def test_places(self, device):
    """A result lives on the device of its **scope**."""
    assert device.kind in ("cpu", "gpu")
    assert device.holds(tf.ones(2) + tf.random.normal([2]))
    assert device.holds(tf.Variable(1.0))
    print(tf.ones(2).device[-5:])

def test_needs_a_gpu(self, gpu):
    """It runs on the **GPU**."""
    assert not tf.ones(2).device.endswith("CPU:0")

def test_names_none(self):
    """A claim that names none runs on the **CPU**."""
    assert tf.ones(2).device.endswith("/device:CPU:0")

def test_is_unplaced(self, unplaced):
    """TensorFlow chooses the **device**."""
    assert tf.ones(2).device.endswith("/device:CPU:0")
'''


@pytest.fixture
def claims(project):
    project.pytester.makeconftest(f"pytest_plugins = {PLUGINS}")
    path = project.question(CLAIMS)
    path.write_text(path.read_text().replace("import pytest", "import pytest, tensorflow as tf"))
    return project


def cells(project):
    return {
        name: [(cell.get("device"), cell["outcome"]) for cell in project.claim(name)["cells"]]
        for name in project.outcomes
    }


@pytest.fixture
def no_gpu():
    """Skip where there is a GPU; at import, a fresh process would ask before it is hidden."""
    if tf.config.list_physical_devices("GPU"):
        pytest.skip("there is a GPU")


@pytest.mark.usefixtures("no_gpu")
def test_each_device_is_a_cell_and_a_missing_gpu_is_unchecked_with_its_reason(claims):
    assert claims.run().ret == 0

    assert cells(claims)["places"] == [("cpu", "holds"), ("gpu", "unchecked")]
    assert cells(claims)["needs_a_gpu"] == [(None, "unchecked")]
    assert claims.claim("places")["cells"][1]["reason"] == "no GPU is visible"
    assert record.devices(claims.record) == ["cpu"]


def test_a_run_on_the_cpu_hides_the_gpu_from_keras_too(claims, monkeypatch):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)

    assert claims.run("--devices", "cpu").ret == 0

    assert os.environ["CUDA_VISIBLE_DEVICES"] == "-1"
    assert cells(claims)["places"] == [("cpu", "holds")]


@pytest.mark.usefixtures("no_gpu")
def test_asking_for_a_gpu_where_there_is_none_is_a_usage_error(claims):
    result = claims.run("--devices", "gpu")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert result.stderr.lines[0] == "ERROR: --devices gpu: TensorFlow sees no GPU here"


def test_a_device_that_does_not_exist_is_a_usage_error(claims):
    result = claims.run("--devices", "cpu,tpu")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --devices: no such device 'tpu'; choose from cpu, gpu"])


def test_a_gpu_that_compiles_no_kernel_is_one_usage_error(claims, monkeypatch):
    def fail(number):
        raise tf.errors.UnknownError(None, None, "JIT compilation failed.")

    monkeypatch.setattr(devices, "has_gpu", lambda: True)
    monkeypatch.setattr(tf, "sqrt", fail)

    result = claims.run()

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert result.stderr.lines[0] == (
        "ERROR: the GPU cannot run TensorFlow's kernels: JIT compilation failed.; "
        "install tensorflow[and-cuda], or use --devices cpu"
    )


def test_integers_of_a_gpu_are_not_held_by_it():
    class OnHost:
        device = "/job:localhost/replica:0/task:0/device:GPU:0"
        backing_device = "/job:localhost/replica:0/task:0/device:CPU:0"

    assert not devices.Device("gpu").holds(OnHost)
    assert devices.Device("cpu").holds(OnHost)


# What follows runs in a fresh process, where TensorFlow can still be given a second CPU.


def run_with_two_cpus(folder, *args):
    cpu = tf.config.list_physical_devices("CPU")[0]
    two = [tf.config.LogicalDeviceConfiguration()] * 2
    tf.config.set_logical_device_configuration(cpu, two)
    devices.NAMES["gpu"] = "CPU:1"
    os.chdir(folder)
    return int(pytest.main(["-p", "no:randomly", *args]))


def jit_compile_and_gpus():
    keras_sees_a_gpu.pytest_collection_finish()
    model = tf.keras.Sequential([tf.keras.Input([1])])
    model.compile("sgd", "mse")
    return model.jit_compile, tf.config.list_physical_devices("GPU")


def test_keras_compiles_where_it_sees_a_gpu_that_is_none(fresh_process):
    assert fresh_process(jit_compile_and_gpus) == (True, [])


def test_claims_run_on_both_devices_and_the_others_on_the_cpu(claims, fresh_process):
    assert fresh_process(run_with_two_cpus, Path(claims.path), timeout=50) == 0

    assert cells(claims) == {
        "places": [("cpu", "holds"), ("gpu", "holds")],
        "needs_a_gpu": [(None, "holds")],
        "names_none": [(None, "holds")],
        "is_unplaced": [(None, "holds")],
    }
    assert record.devices(claims.record) == ["cpu", "gpu"]


def test_a_run_on_the_gpu_leaves_out_what_runs_on_the_cpu(claims, fresh_process, capfd):
    assert fresh_process(run_with_two_cpus, Path(claims.path), "--devices=gpu", timeout=50) == 0

    assert cells(claims) == {
        "places": [("gpu", "holds")],
        "needs_a_gpu": [(None, "holds")],
        "is_unplaced": [(None, "holds")],
    }
    printed = capfd.readouterr().out
    assert "1 deselected" in printed
    assert "--devices gpu: only claims that name `device`, `gpu` or `unplaced` run" in printed
