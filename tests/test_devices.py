"""Where claims run, on the real TensorFlow; a second logical CPU stands for the GPU."""

import os
from pathlib import Path

import pytest

from answer_key import record
from answer_key.claims import claim_id
from fixtures import devices
from tests.conftest import ROOT

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


@pytest.mark.skipif(bool(tf.config.list_physical_devices("GPU")), reason="there is a GPU")
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


@pytest.mark.skipif(bool(tf.config.list_physical_devices("GPU")), reason="there is a GPU")
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


# The claims with a GPU cell


class Kernels:
    """A plugin that runs the claims that name `device`, and notes their operations."""

    def __init__(self):
        self.operations = {}

    def pytest_collection_modifyitems(self, items):
        items[:] = [item for item in items if "device" in item.fixturenames]

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self, pyfuncitem):
        from tensorflow.python.framework import op_callbacks

        seen = self.operations.setdefault(claim_id(pyfuncitem.nodeid), set())

        def note(operation, *_, **__):
            seen.add(operation.decode() if isinstance(operation, bytes) else operation)

        op_callbacks.add_op_callback(note)
        try:
            return (yield)
        finally:
            op_callbacks.remove_op_callback(note)


def computes_on_gpu(operation):
    """Whether an operation has a kernel for the GPU that leaves a result in the GPU's memory."""
    from tensorflow.python.framework import kernels, op_def_registry

    definition = op_def_registry.get(operation)
    if definition is None:  # it is a function
        return False
    results = {output.name for output in definition.output_arg}
    found = kernels.get_registered_kernels_for_op(operation).kernel
    return any(
        kernel.device_type == "GPU" and not results.issubset(kernel.host_memory_arg)
        for kernel in found
    )


def operations_of_claims(folder):
    os.chdir(ROOT)
    seen = Kernels()
    files = (f"--record={folder}/record.json", f"--answer-key={folder}/key.html")
    options = ("--devices=cpu", *files, "-p", "no:html", "-p", "no:randomly")
    status = pytest.main([*options, "-p", "no:cacheprovider", "spec"], plugins=[seen])
    return int(status), seen.operations


@pytest.mark.timeout(180)
def test_each_claim_with_a_gpu_cell_computes_on_the_gpu(fresh_process, tmp_path):
    if not computes_on_gpu("MatMul"):
        pytest.skip("this TensorFlow is built without kernels for the GPU")

    status, operations = fresh_process(operations_of_claims, str(tmp_path), timeout=150)

    on_gpu = {each: computes_on_gpu(each) for each in set().union(*operations.values())}
    assert status == 0
    assert not on_gpu["Placeholder"]
    # These only read what lies on the GPU: a constant is copied there without an operation.
    assert {claim for claim, used in operations.items() if not any(map(on_gpu.get, used))} == {
        "q02::TestElementTypes::test_arrays_keep_their_type",
        "q02::TestMixing::test_numpy_functions_return_arrays",
        "q02::TestDevices::test_numpy_functions_leave_the_device",
    }
