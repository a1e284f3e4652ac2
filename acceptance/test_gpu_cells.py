"""Claims with a cell for the GPU compute there, as far as the kernels of this TensorFlow tell."""

import os
from pathlib import Path

import pytest

from answer_key.claims import claim_id

pytestmark = pytest.mark.tensorflow

ROOT = Path(__file__).parents[1]


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
