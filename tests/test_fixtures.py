"""The fixtures, on the real TensorFlow: execution modes, isolation, fresh processes."""

import ctypes
import errno
import gc
import logging
import multiprocessing.synchronize
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

import numpy as np
import pytest

from fixtures import isolation, processes
from fixtures.exhibits import Exhibits

tf = pytest.importorskip("tensorflow", reason="TensorFlow is not installed")
pytestmark = pytest.mark.tensorflow

FIXTURES = ["devices", "execution", "importing", "isolation", "machine", "processes"]


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
            """Claim {n} finds the switches as **before**."""
            assert not tf.config.functions_run_eagerly()
            assert tf.keras.backend.floatx() == "float32"
            assert tf.keras.mixed_precision.global_policy().name == "float32"
            assert "mine" not in tf.keras.utils.get_custom_objects()
            print(__import__("random").random())
            tf.config.run_functions_eagerly(True)
            tf.keras.backend.set_floatx("float64")
            tf.keras.mixed_precision.set_global_policy("mixed_float16")
            tf.keras.utils.get_custom_objects()["mine"] = object
    '''
    project = claims(changed.format(n=1) + changed.format(n=2))

    assert project.run().ret == 0
    assert project.cell("1")["output"] == project.cell("2")["output"]


def test_a_claim_that_asks_for_it_starts_afresh(claims):
    drawn = '''
        def test_{n}(self, afresh):
            """Claim {n} starts **afresh**."""
            assert tf.keras.layers.Dense(1).name == "dense"
            print(tf.random.uniform([]).numpy())
    '''
    project = claims(drawn.format(n=1) + drawn.format(n=2))

    assert project.run().ret == 0
    assert project.cell("1")["output"] == project.cell("2")["output"]


def test_a_claim_that_leaves_what_cannot_be_turned_back_is_named(claims, monkeypatch):
    from tensorflow.python.data.ops import debug_mode

    monkeypatch.setattr(debug_mode, "DEBUG_MODE", False)  # turns it back after this test
    project = claims(
        '''
        def test_leaves(self):
            """It **leaves** a switch turned."""
            tf.data.experimental.enable_debug_mode()
            assert True

        def test_next(self):
            """The **next** has nothing to do with it."""
            assert True
        '''
    )

    result = project.run()

    assert result.ret == 1
    assert project.outcomes == {"leaves": "broken", "next": "holds"}
    what = "it leaves turned: debug mode of datasets; do so in a `fresh_process`"
    result.stdout.fnmatch_lines([f"E *LeftTurned: {what}"])


def test_bars_of_nothing_but_zeros_are_drawn():
    shown = []

    Exhibits(lambda kind, content: shown.append(content)).bars("None", {"a": 0, "b": 0})

    assert shown[0]["svg"].count('width="0"') == 2


# How each switch is turned; what this release lacks raises an AttributeError.
TURNS = {
    "eager functions": "tf.config.run_functions_eagerly(True)",
    "TensorFloat-32": "tf.config.experimental.enable_tensor_float_32_execution(False)",
    "op determinism": "tf.config.experimental.enable_op_determinism()",
    "TensorFlow's traceback filtering": "tf.debugging.disable_traceback_filtering()",
    "floatx": "tf.keras.backend.set_floatx('float64')",
    "epsilon": "tf.keras.backend.set_epsilon(0.5)",
    "image data format": "tf.keras.backend.set_image_data_format('channels_first')",
    "dtype policy": "tf.keras.mixed_precision.set_global_policy('mixed_float16')",
    "interactive logging": "tf.keras.utils.disable_interactive_logging()",
    "Keras's traceback filtering": "tf.keras.config.disable_traceback_filtering()",
    "flash attention": "tf.keras.config.disable_flash_attention()",
    "max_epochs": "tf.keras.config.set_max_epochs(1)",
    "max_steps_per_epoch": "tf.keras.config.set_max_steps_per_epoch(1)",
    "Keras's distribution": "tf.keras.distribution.set_distribution(object())",
    "soft placement": "tf.config.set_soft_device_placement(False)",
    "device logging": "tf.debugging.set_log_device_placement(True)",
    "the jit of the optimizer": "tf.config.optimizer.set_jit(True)",
    "optimizer options": "tf.config.optimizer.set_experimental_options({'remapping': False})",
    "the distribution strategy": "tf.distribute.experimental_set_strategy("
    "tf.distribute.OneDeviceStrategy('/CPU:0'))",
    "custom objects": "tf.keras.utils.get_custom_objects()['mine'] = object",
    "the check of numerics": "tf.debugging.enable_check_numerics()",
    "a function of TensorFlow": "tf.range = len",
    "a function of tf.math": "del tf.math.abs",
    "a method of tensors": "tf.Tensor.__add__ = len",
    "a function of NumPy": "np.add = len",
    "a variable": "os.environ['A_VARIABLE'] = '1'",
    "a variable less": "del os.environ['PATH']",
    "the time zone": "os.environ['TZ'] = 'Asia/Kathmandu'; time.tzset()",
    "the working directory": "os.chdir('/')",
    "sys.path": "sys.path.insert(0, '/')",
    "signal handlers": "signal.signal(signal.SIGTERM, signal.SIG_IGN)",
    "the umask": "os.umask(0o777)",
    "the recursion limit": "sys.setrecursionlimit(5000)",
    "the garbage collector": "gc.disable()",
    "the root logger's level": "logging.root.setLevel(1)",
    "logging.disable": "logging.disable(50)",
    "NumPy's handling of errors": "np.seterr(all='raise')",
    "NumPy's print options": "np.set_printoptions(precision=1)",
}
FOR_GOOD = {
    "NumPy behavior": "tf.experimental.numpy.experimental_enable_numpy_behavior()",
    "debug mode of datasets": "tf.data.experimental.enable_debug_mode()",
    "unsafe deserialization": "(getattr(tf.keras, 'config', None) or tf.keras.__internal__)"
    ".enable_unsafe_deserialization()",
    "eager execution": "tf.compat.v1.disable_eager_execution()",
}


def turn_one_by_one(turns):
    """By name, the switches that are seen to be turned, and those that stay so."""
    names = {"tf": tf, "np": np, "os": os, "sys": sys, "gc": gc, "time": time, "signal": signal}
    switches = isolation._switches()
    found = {}
    for name, turn in turns.items():
        before = [switch.read() for switch in switches]
        try:
            exec(turn, {**names, "logging": logging})
        except AttributeError:
            continue
        changed = [
            each for each, value in zip(switches, before, strict=True) if each.read() != value
        ]
        left = [
            each.name
            for each, value in zip(switches, before, strict=True)
            if not each.turn_back(value)
        ]
        found[name] = [each.name for each in changed], left
    return found


def test_every_switch_is_seen_and_turned_back(fresh_process):
    found = fresh_process(turn_one_by_one, TURNS)

    assert {name: seen for name, seen in found.items() if not seen[0] or seen[1]} == {}
    assert found.keys() >= TURNS.keys() - {
        "Keras's traceback filtering",
        "flash attention",
        "max_epochs",
        "max_steps_per_epoch",
        "Keras's distribution",
    }


@pytest.mark.parametrize("name", FOR_GOOD)
def test_what_cannot_be_turned_back_is_seen(fresh_process, name):
    found = fresh_process(turn_one_by_one, {name: FOR_GOOD[name]})

    assert name in found[name][1]


def switched_off_and_back():
    switches = isolation._switches()
    before = [switch.read() for switch in switches]
    tf.config.set_soft_device_placement(False)
    for switch, value in zip(switches, before, strict=True):
        switch.turn_back(value)
    with tf.device("/GPU:99"):
        return float(tf.add(tf.constant(1.0), 1.0))


def test_soft_placement_acts_again_and_does_not_only_say_so(fresh_process):
    assert fresh_process(switched_off_and_back) == 2.0


def cost_of_isolation():
    switches = isolation._switches()
    seconds = []
    for _ in range(50):
        start = time.process_time()
        before = [switch.read() for switch in switches]
        assert all(switch.turn_back(value) for switch, value in zip(switches, before, strict=True))
        seconds.append(time.process_time() - start)
    return sorted(seconds)[25]


def test_isolation_costs_less_than_three_tenths_of_a_millisecond(fresh_process):
    assert fresh_process(cost_of_isolation) < 0.0003


# What the user's settings and the machine have to do with it.


def test_another_backend_of_keras_is_refused_in_one_line(claims, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")

    result = claims(HOLDS).run()

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert result.stderr.lines == [
        "ERROR: KERAS_BACKEND is 'jax', and the claims are about Keras on TensorFlow; unset it",
        "",
    ]


def test_a_tensorflow_that_cannot_be_imported_is_one_line(claims, monkeypatch):
    project = claims(HOLDS)
    monkeypatch.setitem(sys.modules, "tensorflow", None)

    result = project.run()

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert result.stderr.lines[0] == (
        "ERROR: TensorFlow cannot be imported: ModuleNotFoundError: "
        "import of tensorflow halted; None in sys.modules"
    )
    assert "Traceback" not in result.stdout.str() + result.stderr.str()


def test_it_is_one_line_also_where_xdists_workers_import_it(claims, monkeypatch):
    project = claims(HOLDS)
    project.write("broken/tensorflow/__init__.py", "raise ImportError('no such processor')")
    path = [str(project.path / "broken"), os.path.dirname(os.path.dirname(__file__))]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path))

    result = project.run_alone("-n", "2")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    line = "ERROR: TensorFlow cannot be imported: ImportError: no such processor"
    assert result.stdout.lines.count(line) == 1
    assert "Traceback" not in result.stdout.str() + result.stderr.str()


def test_what_the_user_has_set_for_keras_does_not_reach_the_claims(tmp_path):
    (tmp_path / ".keras").mkdir()
    (tmp_path / ".keras/keras.json").write_text('{"floatx": "float64"}')
    code = "import runpy; runpy.run_path('conftest.py'); import tensorflow as tf; "
    environment = {**os.environ, "HOME": str(tmp_path), "KERAS_MAX_EPOCHS": "1"}
    environment.pop("KERAS_HOME")

    floatx = subprocess.run(
        [sys.executable, "-c", code + "print(tf.keras.backend.floatx())"],
        cwd=os.path.dirname(os.path.dirname(__file__)),
        env=environment,
        capture_output=True,
        text=True,
    )

    assert floatx.stdout == "float32\n"


HOLDS = '''
def test_holds(self):
    """It **holds**."""
    assert True
'''


def test_a_claim_that_finds_no_space_is_unchecked_and_another_error_is_its_own(claims):
    project = claims(
        '''
        def test_full(self):
            """The disk is **full**."""
            assert True
            raise OSError(28, "No space left on device")

        def test_read_only(self):
            """TensorFlow says what the **system** says."""
            assert True
            raise tf.errors.PermissionDeniedError(None, None, "x; Read-only file system")

        def test_missing(self):
            """A file is **missing**."""
            open("nowhere")
            assert True
        '''
    )

    assert project.run().ret == 1
    assert project.outcomes == {
        "full": "unchecked",
        "read_only": "unchecked",
        "missing": "broken",
    }


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
    print("to the reader", end="")
    os.write(1, b", also from below\n")
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
    assert printed.out == "to the reader, also from below\n"
    assert printed.err.endswith("to the log\n")


def skip():
    pytest.skip("something is missing")


def test_a_skip_comes_back_as_one(fresh_process):
    with pytest.raises(pytest.skip.Exception, match=r"^something is missing$"):
        fresh_process(skip)


def refuse(*args, **kwargs):
    raise OSError(errno.EROFS, "Read-only file system")


@pytest.mark.parametrize(
    "place, name", [(tempfile, "TemporaryDirectory"), (processes._context, "Process")]
)
def test_where_the_system_gives_no_process_the_claim_is_unchecked(
    fresh_process, monkeypatch, place, name
):
    monkeypatch.setattr(place, name, refuse)

    with pytest.raises(pytest.skip.Exception, match=r"no fresh process: .* Read-only file"):
        fresh_process(os.getpid)


def gpus_that_cuda_may_use():
    return os.environ.get("CUDA_VISIBLE_DEVICES")


def test_a_fresh_process_sees_a_gpu_only_if_it_asks(fresh_process, monkeypatch):
    assert fresh_process(gpus_that_cuda_may_use) == "-1"
    assert fresh_process(gpus_that_cuda_may_use, gpu=True) != "-1"


def is_untouched():
    from tensorflow.python.eager import context

    return context.context()._context_handle is None, len(os.listdir("/proc/self/task"))


@pytest.mark.skipif(not os.path.exists("/proc"), reason="looks for threads in /proc")
def test_nothing_has_started_tensorflow_or_a_thread_in_a_fresh_process(fresh_process):
    assert fresh_process(is_untouched) == (True, 1)


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


def meet_as_a_user():
    """Without root's rights, and where no semaphore can be made, as with a read-only /dev/shm."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(1000)
        os.setuid(1000)
    multiprocessing.synchronize.SemLock.__init__ = refuse
    return processes._together([(call_and_listen, 5001), (listen_and_echo, 5001)])


def test_a_user_who_is_not_root_gets_a_network_without_shared_memory(fresh_process):
    assert fresh_process(meet_as_a_user, timeout=60) == [b"HELLO", "served"]


def meet_where_no_namespace_is_given():
    new_user = 0x10000000
    user = os.getuid()
    if ctypes.CDLL(None).unshare(new_user):
        pytest.skip("there is none to begin with")
    with open("/proc/self/uid_map", "w") as file:
        file.write(f"0 {user} 1")
    for kind in ("user", "net"):
        with open(f"/proc/sys/user/max_{kind}_namespaces", "w") as file:
            file.write("0")
    return processes._together([(os.getpid,)])


def test_where_the_system_gives_no_network_the_claim_is_unchecked(fresh_process):
    with pytest.raises(pytest.skip.Exception, match="gives no process a network of its own"):
        fresh_process(meet_where_no_namespace_is_given)


def test_a_process_of_a_fresh_network_that_dies_is_an_error(fresh_network):
    with pytest.raises(RuntimeError, match="the process of leave died"):
        fresh_network((hang,), (leave,))


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


def leave_a_file():
    return tempfile.mkstemp()[1]


def test_temporary_files_of_a_fresh_process_go_with_it(fresh_process):
    assert not os.path.exists(fresh_process(leave_a_file))


@pytest.mark.skipif(not os.path.exists("/proc"), reason="looks for processes in /proc")
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
