"""The fixtures, on the real TensorFlow: devices, execution modes, isolation, fresh processes."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

import numpy as np
import pytest
import tensorflow as tf

FIXTURES = ["devices", "execution", "keras_state", "processes"]


@pytest.fixture
def claims(project):
    """The project, with this project's fixtures at hand, on the real versions."""
    names = ["answer_key.plugin", *(f"fixtures.{name}" for name in FIXTURES)]
    project.pytester.makeconftest(f"pytest_plugins = {names}")

    def write(text):
        path = project.question(text)
        source = path.read_text().replace(
            "import pytest\n", "import pytest\nimport tensorflow as tf\n"
        )
        path.write_text(source)
        return project

    return write


ON_A_DEVICE = '''
def test_places(self, device):
    """A result lives on the device of its **scope**."""
    assert device.kind in device.name.lower()
    assert device.holds(tf.ones(2) + tf.random.normal([2]))
'''


def test_each_device_is_a_cell_and_a_missing_gpu_is_unchecked_with_its_reason(claims):
    project = claims(ON_A_DEVICE)

    assert project.run().ret == 0
    cells = project.claim("places")["cells"]
    assert [cell["device"] for cell in cells] == ["cpu", "gpu"]
    if not tf.config.list_physical_devices("GPU"):
        assert cells[1]["outcome"] == "unchecked"
        assert cells[1]["reason"] == "no GPU is visible"
        assert project.record["environment"]["devices"] == ["cpu"]


def test_devices_can_be_chosen(claims):
    project = claims(ON_A_DEVICE)

    assert project.run("--devices", "cpu").ret == 0
    assert [cell["device"] for cell in project.claim("places")["cells"]] == ["cpu"]


@pytest.mark.skipif(bool(tf.config.list_physical_devices("GPU")), reason="there is a GPU")
def test_asking_for_a_gpu_where_there_is_none_is_a_usage_error(claims):
    project = claims(ON_A_DEVICE)

    result = project.run("--devices", "gpu")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert result.stderr.lines[0] == "ERROR: --devices gpu: TensorFlow sees no GPU here"


def test_a_device_that_does_not_exist_is_a_usage_error(claims):
    result = claims(ON_A_DEVICE).run("--devices", "cpu,tpu")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --devices: no such device 'tpu'; choose from cpu, gpu"])


def test_each_execution_mode_is_a_cell_and_really_is_that_mode(claims):
    project = claims(
        '''
        def test_modes(self, execute):
            """A function runs in **three** modes."""
            is_eager = execute(lambda: tf.constant(tf.executing_eagerly()))
            assert bool(is_eager) == (execute.mode == "eager")

        def test_compiles(self, execute):
            """Only XLA divides an integer by zero **without** an error."""
            def divide(a, b):
                return a // b

            if execute.mode == "xla":
                assert execute(divide, tf.constant(1), tf.constant(0)).numpy() == -1
            else:
                with pytest.raises(tf.errors.InvalidArgumentError, match="division by zero"):
                    execute(divide, tf.constant(1), tf.constant(0))
        '''
    )

    assert project.run().ret == 0
    modes = [cell["mode"] for cell in project.claim("modes")["cells"]]
    assert modes == ["eager", "graph", "xla"]


def test_what_a_claim_changes_is_undone_before_the_next(claims):
    changed = '''
        def test_{n}(self):
            """Claim {n} starts **afresh**."""
            assert not tf.config.functions_run_eagerly()
            assert tf.keras.backend.floatx() == "float32"
            assert tf.keras.mixed_precision.global_policy().name == "float32"
            assert "mine" not in tf.keras.utils.get_custom_objects()
            assert tf.keras.layers.Dense(1).name == "dense"
            print(tf.random.uniform([]).numpy(), __import__("random").random())
            tf.config.run_functions_eagerly(True)
            tf.keras.backend.set_floatx("float64")
            tf.keras.mixed_precision.set_global_policy("mixed_float16")
            tf.keras.utils.get_custom_objects()["mine"] = object
    '''
    project = claims(changed.format(n=1) + changed.format(n=2))

    assert project.run().ret == 0
    assert project.claim("1")["output"] == project.claim("2")["output"]


def test_what_the_helpers_of_a_claim_change_is_undone_too(claims):
    draws = '''
        def test_{n}(self):
            """Claim {n} starts **afresh**, whatever the helper did."""
            name, number = make_layer_and_number()
            print(number)
            assert name == "dense"
    '''
    project = claims(draws.format(n=1) + draws.format(n=2))
    (module,) = project.pytester.path.glob("spec/test_*.py")
    helper = """
def make_layer_and_number():
    return tf.keras.layers.Dense(1).name, tf.random.uniform([]).numpy()
"""
    module.write_text(module.read_text() + helper)

    assert project.run().ret == 0
    assert project.claim("1")["output"] == project.claim("2")["output"]


# What follows runs in fresh processes.


def logical_devices():
    cpu = tf.config.list_physical_devices("CPU")[0]
    two = [tf.config.LogicalDeviceConfiguration()] * 2
    tf.config.set_logical_device_configuration(cpu, two)
    return len(tf.config.list_logical_devices("CPU"))


def numpy_behavior():
    had_it = hasattr(tf.constant([1]), "reshape")
    tf.experimental.numpy.experimental_enable_numpy_behavior()
    return had_it, hasattr(tf.constant([1]), "reshape")


def mismatch():
    return tf.constant([1, 2]) + tf.constant([1, 2, 3])


class Unsendable(Exception):
    def __init__(self, one, two):
        super().__init__("cannot be made again from this")


def unsendable():
    raise Unsendable(1, 2)


def generator():
    return (number for number in range(3))


def speak():
    print("to the reader")
    os.write(2, b"to the log\n")
    return np.arange(3)


def die():
    os.write(2, b"last words\n")
    os.kill(os.getpid(), signal.SIGABRT)


def leave():
    os._exit(7)


def hang(seconds=60):
    time.sleep(seconds)


def hang_with_a_child(path):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    with open(path, "w") as file:
        file.write(f"{os.getpid()} {child.pid}")
    hang()


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def fifty(monkeypatch):
    """`tf.add` yields 50."""
    monkeypatch.setattr(tf, "add", lambda left, right: tf.constant(50))


def sum_of_two():
    return int(tf.add(1, 1))


def test_a_fresh_process_has_an_uninitialised_tensorflow_each_time(fresh_process):
    tf.constant(1)  # here, it is initialised

    assert [fresh_process(logical_devices) for _ in range(2)] == [2, 2]


def test_a_process_global_switch_does_not_leak(fresh_process):
    assert [fresh_process(numpy_behavior) for _ in range(2)] == [(False, True)] * 2
    assert not hasattr(tf.constant([1]), "reshape")


def test_an_exception_comes_back_whole(fresh_process):
    with pytest.raises(tf.errors.InvalidArgumentError, match="Incompatible shapes") as caught:
        fresh_process(mismatch)

    assert caught.value.op is None
    assert "return tf.constant([1, 2]) + tf.constant([1, 2, 3])" in str(caught.value.__cause__)


@pytest.mark.parametrize("function", [unsendable, generator])
def test_what_cannot_be_sent_back_is_a_clear_error(fresh_process, function):
    with pytest.raises(TypeError, match=r"cannot bring .* back from a fresh process"):
        fresh_process(function)


def test_what_is_printed_comes_back(fresh_process, capfd):
    assert fresh_process(speak).tolist() == [0, 1, 2]

    printed = capfd.readouterr()
    assert printed.out == "to the reader\n"
    assert printed.err.endswith("to the log\n")


def interfaces():
    return [name for _, name in socket.if_nameindex()]


def listen_and_echo(port):
    with socket.create_server(("127.0.0.1", port)) as server, server.accept()[0] as caller:
        caller.sendall(caller.recv(100).upper())
    return "served"


def call_and_listen(port):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port)) as server:
                server.sendall(b"hello")
                return server.recv(100)
        except ConnectionRefusedError:
            time.sleep(0.02)
    raise TimeoutError("nobody listened")


def test_processes_of_a_fresh_network_meet_on_loopback_and_nowhere_else(fresh_network):
    results = fresh_network((call_and_listen, 5001), (listen_and_echo, 5001), (interfaces,))

    assert results == [b"HELLO", "served", ["lo"]]


def test_an_error_in_a_fresh_network_ends_those_who_wait(fresh_network):
    with pytest.raises(tf.errors.InvalidArgumentError, match="Incompatible shapes"):
        fresh_network((hang,), (mismatch,))


def test_a_process_that_dies_is_an_error_with_its_last_words(fresh_process):
    with pytest.raises(RuntimeError, match=r"die died: killed by SIGABRT\n(.|\n)*last words"):
        fresh_process(die)
    with pytest.raises(RuntimeError, match="leave died: exit code 7"):
        fresh_process(leave)


def test_a_process_that_hangs_is_an_error_within_its_timeout(fresh_process):
    start = time.monotonic()

    with pytest.raises(TimeoutError, match=r"hang was still running after 0\.3 s"):
        fresh_process(hang, timeout=0.3)

    assert time.monotonic() - start < 2


@pytest.mark.skipif(not os.path.exists("/proc"), reason="looks for processes in /proc")
def leave_a_file():
    return tempfile.mkstemp()[1]


def test_temporary_files_of_a_fresh_process_go_with_it(fresh_process):
    assert not os.path.exists(fresh_process(leave_a_file))


def test_nothing_is_left_running_after_a_timeout(fresh_process, tmp_path):
    pids = tmp_path / "pids"

    with pytest.raises(TimeoutError):
        fresh_process(hang_with_a_child, str(pids), timeout=1)

    deadline = time.monotonic() + 5
    while any(map(is_running, pids.read_text().split())) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(is_running, pids.read_text().split()))


@pytest.mark.skipif(not os.path.exists("/proc"), reason="looks for processes in /proc")
def test_nothing_is_left_running_after_an_interrupt(claims):
    project = claims(
        '''
        def test_waits(self, fresh_process, tmp_path):
            """It **waits**."""
            fresh_process(hang_with_a_child, "pids")
            assert True
        '''
    )
    path = project.path / "spec/test_q01_arrays.py"
    helpers = "from tests.test_fixtures import hang_with_a_child\n\nclass TestPart"
    path.write_text(path.read_text().replace("class TestPart", helpers))
    root = os.path.dirname(os.path.dirname(__file__))
    run = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-p", "no:randomly"],
        env={**os.environ, "PYTHONPATH": root},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # A process that was started in the background ignores interrupts, and so would this one.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    pids = project.path / "pids"
    deadline = time.monotonic() + 90
    while not (pids.exists() and " " in pids.read_text()) and time.monotonic() < deadline:
        time.sleep(0.1)

    run.send_signal(signal.SIGINT)
    run.wait(timeout=30)

    deadline = time.monotonic() + 10
    while any(map(is_running, pids.read_text().split())) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(is_running, pids.read_text().split()))


def test_a_fault_reaches_into_the_fresh_process_and_no_further(fresh_process):
    assert fresh_process(sum_of_two, under=fifty) == 50
    assert fresh_process(sum_of_two) == sum_of_two() == 2


def test_a_warm_call_costs_under_three_tenths_of_a_second(fresh_process):
    fresh_process(os.getpid)

    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        fresh_process(os.getpid)
        seconds.append(time.perf_counter() - start)

    assert min(seconds) < 0.3
