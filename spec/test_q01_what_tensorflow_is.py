"""How would you describe TensorFlow in a short sentence? What are its main features? Can you \
name other popular deep learning libraries?

TensorFlow is an open-source library for **numerical computing**, tuned for machine learning.

- It computes with arrays much as NumPy does, on **CPUs, GPUs and TPUs**.
- It can spread a computation over devices, processes and machines.
- It turns a Python function into a **graph**, which it optimises and can **export**.
- It has **automatic differentiation**.
- It comes with the kit to train models: optimizers, losses, data pipelines, and **Keras**, a
  library of its own that runs on top of it.

Other deep learning libraries are **PyTorch** and **JAX**, on which Keras 3 runs, too; Keras 3
refuses Theano, CNTK and MXNet.
"""

import contextlib
import importlib
import importlib.metadata
import importlib.util
import json
import os
import socket
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from answer_key import about, confirms, core, corrects, holds

HALVES = ["/CPU:0", "/CPU:1"]


def split_cpu():
    """Let the one CPU act as two devices; only possible before TensorFlow first uses it."""
    cpu = tf.config.list_physical_devices("CPU")[0]
    halves = [tf.config.LogicalDeviceConfiguration(), tf.config.LogicalDeviceConfiguration()]
    tf.config.set_logical_device_configuration(cpu, halves)


def use_both_halves():
    """Compute one sum on each half of the CPU."""
    split_cpu()
    with tf.device("/CPU:0"):
        first = tf.add(1.0, 2.0)
    with tf.device("/CPU:1"):
        second = tf.add(first, 4.0)
    print(first.device, second.device, sep="\n")
    names = [device.name for device in tf.config.list_logical_devices("CPU")]
    return names, second.device, float(second)


def train(strategy):
    """Fit a slope in two steps, each on four points that the strategy shares out."""
    points = tf.data.Dataset.from_tensor_slices(([1.0, 2.0, 3.0, 4.0], [2.0, 4.0, 6.0, 8.0]))
    batches = strategy.experimental_distribute_dataset(points.batch(4).repeat(2))
    with strategy.scope():
        slope = tf.Variable(0.0, aggregation=tf.VariableAggregation.MEAN)

    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(slope * x - y))
        slope.assign_sub(tape.gradient(loss, slope) / 16)

    @tf.function
    def descend(x, y):
        strategy.run(step, args=(x, y))

    for x, y in batches:
        descend(x, y)
    return slope


def train_on_both_halves():
    """Train with a copy of the slope on each half of the CPU."""
    split_cpu()
    strategy = tf.distribute.MirroredStrategy(HALVES)
    copies = strategy.experimental_local_results(train(strategy))
    for copy in copies:
        print(copy.device, float(copy))
    return [float(copy) for copy in copies]


def fit_on_both_halves():
    """Fit a slope by Keras's `fit`, on one device and on both halves of the CPU."""
    split_cpu()
    points = np.array([[1.0], [2.0], [3.0], [4.0]])
    slopes = []
    for strategy in (tf.distribute.get_strategy(), tf.distribute.MirroredStrategy(HALVES)):
        with strategy.scope():
            slope = tf.keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
            model = tf.keras.Sequential([tf.keras.Input((1,)), slope])
            model.compile(tf.keras.optimizers.SGD(1 / 16), "mse")
        model.fit(points, 2 * points, batch_size=4, verbose=0)
        slopes.append(slope.get_weights()[0].item())
    return slopes


def share_out_a_batch():
    """Split a batch of four between the halves of the CPU."""
    split_cpu()
    strategy = tf.distribute.MirroredStrategy(HALVES)
    numbers = tf.data.Dataset.range(4).batch(4)
    batch = next(iter(strategy.experimental_distribute_dataset(numbers)))
    return [part.numpy().tolist() for part in strategy.experimental_local_results(batch)]


def number_both_halves(aggregation):
    """Let each half of the CPU assign its number, 1 or 2, to its copy of a variable."""
    split_cpu()
    strategy = tf.distribute.MirroredStrategy(HALVES)
    with strategy.scope():
        number = tf.Variable(0.0, aggregation=tf.VariableAggregation[aggregation])

    def assign():
        replica = tf.distribute.get_replica_context().replica_id_in_sync_group
        number.assign(tf.cast(replica + 1, tf.float32))

    tf.function(strategy.run)(assign)
    return [float(copy) for copy in strategy.experimental_local_results(number)]


def reduce_over_both_halves():
    """Let the halves of the CPU compute 1 and 2, then add the two and average them."""
    split_cpu()
    strategy = tf.distribute.MirroredStrategy(HALVES)

    @tf.function
    def compute():
        replica = tf.distribute.get_replica_context().replica_id_in_sync_group
        return tf.cast(replica + 1, tf.float32)

    results = strategy.run(compute)
    return [float(strategy.reduce(how, results, axis=None)) for how in ("SUM", "MEAN")]


def work(addresses, index):
    """Train as one of several workers, which find each other through `TF_CONFIG`."""
    task = {"type": "worker", "index": index}
    os.environ["TF_CONFIG"] = json.dumps({"cluster": {"worker": addresses}, "task": task})
    strategy = tf.distribute.MultiWorkerMirroredStrategy()
    slope = train(strategy)
    return strategy.num_replicas_in_sync, float(tf.convert_to_tensor(slope))


def serve(cluster, job):
    """Serve a cluster, for as long as this process lives."""
    tf.distribute.Server(cluster, job_name=job, task_index=0)
    return job


def wait_for(address):
    """Wait until somebody serves there: TensorFlow would ask again only after a second."""
    host, port = address.split(":")
    while True:
        try:
            return socket.create_connection((host, port)).close()
        except ConnectionRefusedError:
            time.sleep(0.01)


def coordinate(cluster):
    """Keep a variable on the parameter server, and add to it what the worker computes."""
    for (address,) in cluster.values():
        wait_for(address)
    tf.config.experimental_connect_to_cluster(tf.train.ClusterSpec(cluster))
    with tf.device("/job:ps/task:0"):
        total = tf.Variable(10.0)
    with tf.device("/job:worker/task:0"):
        update = tf.square(3.0)
        total.assign_add(update)
    print(total.device, update.device, sep="\n")
    return total.device, update.device, float(total)


def one_step_of_keras(backend):
    """What a Keras layer computes in a new interpreter, where the backend can still be chosen."""
    code = (
        "import keras; import numpy as np; layer = keras.layers.Dense(1, kernel_initializer='ones')"
        "; print(keras.backend.backend(), float(layer(np.ones((1, 2), 'float32'))[0, 0]))"
    )
    environment = {**os.environ, "KERAS_BACKEND": backend}
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    return run.stdout.split()


def refused_backends(package, names):
    """Import Keras anew on one backend after the other; return those on which it will not run."""
    refused = []
    for os.environ["KERAS_BACKEND"] in names:
        for module in [name for name in sys.modules if name.partition(".")[0] == package]:
            del sys.modules[module]
        try:
            importlib.import_module(package)
        except ValueError as error:
            if "backend : " in str(error):
                refused.append(os.environ["KERAS_BACKEND"])
    return refused


def ask_for_keras_2():
    """What `tf.keras` is, or what is missing, once the environment asks for Keras 2."""
    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    messages = []
    tf.get_logger().addFilter(lambda record: messages.append(record.getMessage()))
    try:
        return tf.keras.Model.__module__
    except ImportError:
        return messages[0]


def export_a_profile(folder):
    """Profile an addition, and name the folder only when the profile is exported."""
    tf.summary.trace_on(graph=False, profiler=True)
    tf.add(1.0, 2.0)
    try:
        tf.summary.trace_export("steps", step=0, profiler_outdir=folder)
    except tf.errors.UnavailableError as error:
        return error.message
    return "exported"


def lite_warnings():
    """What TensorFlow warns of when a LiteRT interpreter is made, here of no model at all."""
    with warnings.catch_warnings(record=True) as caught, contextlib.suppress(ValueError):
        warnings.simplefilter("always")
        tf.lite.Interpreter(model_content=b"no model")
    return " ".join(str(warning.message) for warning in caught)


def distribution():
    """The metadata of the package that TensorFlow was installed from."""
    return importlib.metadata.metadata(importlib.metadata.packages_distributions()["tensorflow"][0])


def types(graph):
    """The types of a graph's operations."""
    return [operation.type for operation in graph.get_operations()]


def executed(graph, fetch):
    """The types of the operations that a session executes to compute a tensor, and its value."""
    options = tf.compat.v1.RunOptions(output_partition_graphs=True)
    record = tf.compat.v1.RunMetadata()
    with tf.compat.v1.Session(graph=graph) as session:
        value = session.run(fetch, options=options, run_metadata=record)
    return [node.op for part in record.partition_graphs for node in part.node], float(value)


def load_and_call(path):
    """Load a SavedModel and triple some numbers with it."""
    return tf.saved_model.load(path)(tf.constant([1.0, 2.0])).numpy().tolist()


def convert_and_interpret():
    """Convert a function to LiteRT's format, and run it there and in TensorFlow."""

    @tf.function(input_signature=[tf.TensorSpec([3])])
    def ramp(x):
        return tf.nn.relu(2.0 * x - 1.0)

    concrete = ramp.get_concrete_function()
    model = tf.lite.TFLiteConverter.from_concrete_functions([concrete], ramp).convert()
    interpreter = tf.lite.Interpreter(model_content=model)
    interpreter.allocate_tensors()
    numbers = np.array([0.0, 1.0, 2.0], np.float32)
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], numbers)
    interpreter.invoke()
    interpreted = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
    return model, interpreted.tolist(), ramp(numbers).numpy().tolist()


class TestNumericalComputing:
    """It computes with arrays much as NumPy does, on devices that have names."""

    @core
    def test_open_source(self):
        """TensorFlow is **open source**, under the Apache License 2.0.

        The [licence](https://github.com/tensorflow/tensorflow/blob/master/LICENSE) lets anyone use
        it, read it and change it.
        """
        licences = distribution().get_all("Classifier")

        assert "License :: OSI Approved :: Apache Software License" in licences
        assert "the Apache License, Version 2.0" in Path(tf.__file__).read_text()

    @core
    @confirms("A1.1", "A1.2")
    def test_arrays(self, device):
        """Tensors slice, broadcast and multiply much as **NumPy** arrays do.

        So what you know of NumPy carries over; what does not is question 2. See the
        [guide to tensors](https://www.tensorflow.org/guide/tensor).
        """
        rows = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
        tensor, array = tf.constant(rows), np.array(rows)

        from_tensor = (tensor[:, 1:] * [1.0, 10.0]) @ tf.ones([2, 1])
        from_array = (array[:, 1:] * [1.0, 10.0]) @ np.ones([2, 1])

        print(from_tensor)
        assert from_array.tolist() == [[32.0], [65.0]]
        assert from_tensor.numpy().tolist() == [[32.0], [65.0]]

    @confirms("A1.1")
    def test_bfloat16(self, device):
        """For machine learning there is **`bfloat16`**: 16 bits, float32's range, fewer digits.

        It is the type of [Google's TPUs](https://cloud.google.com/tpu/docs/bfloat16). NumPy itself
        lacks it; NumPy's own type of 16 bits, `float16`, has more digits and ends at 65504.
        """
        digits = tf.cast(257.0, tf.bfloat16)
        large = tf.cast(2.0**127, tf.bfloat16)

        assert tf.bfloat16.size == 2
        assert not hasattr(np, "bfloat16")
        assert float(digits) == 256.0
        assert float(large) == 2.0**127
        assert float(tf.cast(257.0, tf.float16)) == 257.0
        assert float(tf.cast(2.0**127, tf.float16)) == float("inf")
        assert float(np.finfo(np.float16).max) == 65504.0

    def test_images_and_signals(self):
        """Beside arithmetic there are operations for **images** and for **signals**.

        See [tf.image](https://www.tensorflow.org/api_docs/python/tf/image) and
        [tf.signal](https://www.tensorflow.org/api_docs/python/tf/signal).
        """
        image = tf.constant([[[1.0], [2.0]], [[3.0], [4.0]]])
        wave = tf.constant([1.0, 0.0, -1.0, 0.0])

        flipped = tf.image.flip_left_right(image)
        spectrum = tf.signal.rfft(wave)

        assert flipped[..., 0].numpy().tolist() == [[2.0, 1.0], [4.0, 3.0]]
        assert tf.abs(spectrum).numpy().tolist() == [0.0, 2.0, 0.0]

    @core
    @confirms("A1.2", "B1.3")
    def test_gpu_is_used(self, unplaced):
        """By default, an operation with a GPU kernel runs on the **GPU**, if there is one.

        So code need not name its device. A kernel is the code of an operation for one kind of
        device. The result stays there: `q02::TestDevices::test_results_live_on_the_device`. See the
        [guide](https://www.tensorflow.org/guide/gpu).
        """
        if not tf.config.list_physical_devices("GPU"):
            pytest.skip("no GPU is visible")

        product = tf.matmul(tf.ones([2, 3]), tf.ones([3, 2]))

        assert product.device == "/job:localhost/replica:0/task:0/device:GPU:0"
        assert product.numpy().tolist() == [[3.0, 3.0], [3.0, 3.0]]

    def test_no_gpu_kernel(self, gpu):
        """What has no GPU kernel, such as an int32 mean, silently runs on the **CPU**."""
        numbers = tf.constant([1, 2, 6])

        mean = tf.reduce_mean(numbers)
        tf.config.set_soft_device_placement(False)

        assert int(mean) == 3
        with pytest.raises(tf.errors.InvalidArgumentError, match="Could not satisfy device"):
            tf.reduce_mean(numbers)

    def test_memory_of_a_gpu(self, gpu):
        """Whether TensorFlow takes nearly **all** memory of a GPU is to be said before its first use.

        By default it does: see the
        [guide](https://www.tensorflow.org/guide/gpu#limiting_gpu_memory_growth).
        """
        card = tf.config.list_physical_devices("GPU")[0]

        with pytest.raises(RuntimeError, match="cannot be modified after being initialized"):
            tf.config.experimental.set_memory_growth(card, True)

    def test_tpu(self):
        """Before TensorFlow computes on a **TPU**, it connects to it by the TPU's name or address.

        `tf.distribute.TPUStrategy` then trains there: see the
        [guide](https://www.tensorflow.org/guide/tpu).
        """
        if tf.config.list_physical_devices("TPU"):
            pytest.skip("a TPU is connected")

        with pytest.raises(ValueError, match="TPU Name"):
            tf.tpu.experimental.initialize_tpu_system()

    def test_logical_devices(self, fresh_process):
        """One CPU can act as two **logical devices**, `/CPU:0` and `/CPU:1`.

        That is how code for several devices is tried out on one. So
        [can one GPU](https://www.tensorflow.org/guide/gpu).
        """
        names, device, total = fresh_process(use_both_halves)

        assert names == ["/device:CPU:0", "/device:CPU:1"]
        assert device == "/job:localhost/replica:0/task:0/device:CPU:1"
        assert total == 7.0

    def test_soft_placement(self):
        """Except in a session, an operation for a missing GPU runs elsewhere: **soft placement**.

        A `tf.compat.v1.Session` raises an error, unless it is made with `allow_soft_placement=True`
        in a `tf.compat.v1.ConfigProto`.
        """
        number = tf.constant(1.0)

        assert tf.config.get_soft_device_placement()
        with tf.device("/GPU:99"):
            moved = tf.add(number, 1.0)
        tf.config.set_soft_device_placement(False)

        assert float(moved) == 2.0
        assert "GPU:99" not in moved.device
        with (
            tf.device("/GPU:99"),
            pytest.raises(tf.errors.InvalidArgumentError, match="Could not satisfy device"),
        ):
            tf.add(number, 1.0)


class TestDistribution:
    """It can spread a computation over devices, processes and machines."""

    @core
    @confirms("A1.3")
    def test_share_of_a_batch(self, fresh_process):
        """A `MirroredStrategy` can split each **batch** of a dataset among its devices.

        It trains on several devices of one machine. Each computes the gradient of its part of the
        batch; here their mean is applied: `q01::TestDistribution::test_copies_stay_equal`. See the
        [guide](https://www.tensorflow.org/guide/distributed_training).
        """
        parts = fresh_process(share_out_a_batch)

        assert parts == [[0, 1], [2, 3]]

    @confirms("A1.3")
    def test_copies_stay_equal(self, fresh_process):
        """Under a `MirroredStrategy`, devices have copies of a variable; aggregation can keep them **equal**.

        Each device sees half of the points, yet both copies get the mean of the two gradients, so
        they end where one device alone ends. Keras's `fit` does so, too, in most releases:
        `q01::TestDistribution::test_fit_on_two_devices`.
        """
        alone = float(train(tf.distribute.get_strategy()))
        copies = fresh_process(train_on_both_halves)

        assert alone == 1.9921875
        assert copies == [1.9921875, 1.9921875]

    @holds("keras!=3.0.*,!=3.1.*,!=3.2.*,!=3.3.*,!=3.4.*,!=3.5.*,!=3.6.*,!=3.7.*")
    @about("tf.distribute.MirroredStrategy & tf.keras.Model.fit")
    def test_fit_on_two_devices(self, fresh_process):
        """Except in Keras 3.0 to 3.7, `fit` of even batches trains a dense model on two devices as on **one**.

        A `MirroredStrategy` does so. In 3.0 to 3.7 the copies
        [got no common gradient](https://github.com/keras-team/keras/issues/19891) or, in 3.5 to
        3.7, twice the right one, and nothing told so. An odd batch, parted unevenly, is an error
        from 3.5 on, and trains otherwise in Keras 2; `BatchNormalization` sees each device's part
        alone. In Keras 3 `clipnorm` and its like clip each device's gradient before the sum.
        """
        assert fresh_process(fit_on_both_halves) == [1.875, 1.875]

    def test_copies_can_differ(self, fresh_process):
        """Without an **aggregation**, a device assigns only to its own copy of a variable.

        Here the devices assign 1 and 2. A variable is made with an
        [aggregation](https://www.tensorflow.org/api_docs/python/tf/VariableAggregation) or without.
        """
        assert fresh_process(number_both_halves, "NONE") == [1.0, 2.0]
        assert fresh_process(number_both_halves, "MEAN") == [1.5, 1.5]

    @confirms("A1.3")
    def test_reduce(self, fresh_process):
        """`strategy.reduce` **sums or averages** what the devices computed, here 1 and 2."""
        assert fresh_process(reduce_over_both_halves) == [3.0, 1.5]

    @confirms("A1.3")
    def test_two_workers(self, fresh_network):
        """Two processes under a `MultiWorkerMirroredStrategy` **share** a custom loop, as devices do.

        Their gradients travel over a network, here one of a single machine. The processes trust
        whoever connects to them, so they belong on a
        [private network](https://github.com/tensorflow/tensorflow/blob/master/SECURITY.md). The
        [tutorial](https://www.tensorflow.org/tutorials/distribute/multi_worker_with_keras) has
        more, but its `fit` needs Keras 2: that of Keras 3, says Keras's author,
        [does not work](https://github.com/keras-team/keras/issues/20585) with this strategy.
        """
        addresses = ["127.0.0.1:5001", "127.0.0.1:5002"]

        workers = fresh_network((work, addresses, 0), (work, addresses, 1))

        assert workers == [(2, 1.9921875), (2, 1.9921875)]
        assert float(train(tf.distribute.get_strategy())) == 1.9921875

    @confirms("A1.3")
    def test_parameter_server(self, fresh_network):
        """A variable can live in one process, the **parameter server**, and be updated by another.

        `tf.distribute.ParameterServerStrategy` builds on this:
        [tutorial](https://www.tensorflow.org/tutorials/distribute/parameter_server_training). Its
        `fit`, too, needs Keras 2, as that of `q01::TestDistribution::test_two_workers` does; its
        custom loop works with both.
        """
        cluster = {"ps": ["127.0.0.1:5001"], "worker": ["127.0.0.1:5002"]}

        served = [(serve, cluster, job) for job in cluster]
        *_, (home, workplace, total) = fresh_network(*served, (coordinate, cluster))

        assert home == "/job:ps/replica:0/task:0/device:CPU:0"
        assert workplace == "/job:worker/replica:0/task:0/device:CPU:0"
        assert total == 19.0


class TestGraphs:
    """It turns a Python function into a graph of operations."""

    @core
    @confirms("A1.4")
    def test_operations(self):
        """`tf.function` calls a Python function once per kind of call, to record its **operations**.

        That is *tracing*: the graph that it records is then run without the Python code. A call
        without `tf.function` runs *eagerly*, each operation at once. Above all, the arguments make
        a kind: `q10::TestRetracing::test_dtype_and_shape_retrace`. Code that makes variables runs
        twice: `q10::TestCreatingVariables::test_first_call_may_create_a_variable`. See the
        [guide](https://www.tensorflow.org/guide/intro_to_graphs).
        """
        calls = []

        @tf.function
        def line(x):
            calls.append(x)
            return 3.0 * x + 1.0

        results = [float(line(tf.constant(x))) for x in (1.0, 2.0)]
        graph = line.get_concrete_function(tf.constant(1.0)).graph

        print(*types(graph))
        assert len(calls) == 1
        assert results == [4.0, 7.0]
        assert line(tf.constant([1.0, 2.0])).numpy().tolist() == [4.0, 7.0]
        assert len(calls) == 2
        assert types(graph) == ["Placeholder", "Const", "Mul", "Const", "AddV2", "Identity"]

    @confirms("A1.4")
    def test_branches(self):
        """In a `tf.function`, an `if` on a bool tensor is **one operation** with both branches.

        AutoGraph rewrites the Python code; see the
        [guide](https://www.tensorflow.org/guide/function#autograph_transformations).
        """

        @tf.function
        def magnitude(x):
            if x > 0.0:
                return x
            return -x

        concrete = magnitude.get_concrete_function(tf.TensorSpec([]))

        print(*types(concrete.graph))
        assert types(concrete.graph).count("StatelessIf") == 1
        assert types(concrete.graph).count("Neg") == 0
        assert float(concrete(tf.constant(-2.0))) == 2.0
        assert float(concrete(tf.constant(3.0))) == 3.0

    @confirms("A1.4")
    def test_loops(self):
        """A `for` over `range(3)` is unrolled in the graph; one over a tensor stays **a loop**.

        Unrolled means that each round has operations of its own.
        """

        @tf.function
        def unrolled(x):
            for _ in range(3):
                x = tf.sin(x)
            return x

        @tf.function
        def looping(x):
            for _ in tf.range(3):
                x = tf.sin(x)
            return x

        written_out = types(unrolled.get_concrete_function(tf.constant(1.0)).graph)
        kept = types(looping.get_concrete_function(tf.constant(1.0)).graph)

        print(*written_out)
        assert written_out.count("Sin") == 3
        assert kept.count("StatelessWhile") == 1
        assert kept.count("Sin") == 0


class TestOptimisation:
    """It optimises a graph before it runs it."""

    @core
    @confirms("A1.4")
    def test_dead_code(self):
        """What no result needs is **not executed** in a graph, unless it has a side effect.

        So its errors are not raised either: here an index out of range. An assertion has a side
        effect, it raises: `q10::TestSideEffects::test_unused_operations_are_dropped`. See the
        [guide](https://www.tensorflow.org/guide/intro_to_graphs).
        """

        def increment(x, counter):
            counter.assign_add(1.0)
            tf.gather(x, 99)
            return x + 1.0

        with tf.device("/CPU:0"):
            number, counter = tf.constant([1.0]), tf.Variable(0.0)

            with pytest.raises(tf.errors.InvalidArgumentError, match="99 is not in"):
                increment(number, counter)
            assert tf.function(increment)(number, counter).numpy().tolist() == [2.0]
            assert float(counter) == 2.0

    @confirms("A1.4")
    def test_constant_folding(self):
        """A stateless operation on constants can be run **ahead** of time.

        Its result then stands in its place. Stateless means that a result depends on the inputs
        alone, as a random number does not.
        """
        with tf.Graph().as_default() as graph, tf.device("/CPU:0"):
            length = tf.sqrt(tf.constant(3.0) ** 2 + tf.constant(4.0) ** 2)

        ran, value = executed(graph, length)

        print("Written:", *types(graph))
        print("Run:", *ran)
        assert types(graph).count("Pow") == 2
        assert ran == ["Const", "_Retval"]
        assert value == 5.0

    @confirms("A1.4")
    def test_common_subexpressions(self):
        """The same operation on the same inputs can be **computed once** in a graph, unless stateful.

        The two random numbers here are both drawn; the exponential of their sum is taken once.
        """
        with tf.Graph().as_default() as graph, tf.device("/CPU:0"):
            number = tf.random.uniform([], seed=1) + tf.random.uniform([], seed=2)
            difference = tf.exp(number) - tf.exp(number)

        ran, value = executed(graph, difference)

        assert types(graph).count("Exp") == 2
        assert ran.count("Exp") == 1
        assert ran.count("RandomUniform") == 2
        assert value == 0.0

    @confirms("A1.4")
    def test_fusion(self):
        """The compiler XLA can **fuse** elementwise operations, each used once, into a single loop.

        Elementwise means number by number, as in a sum of two tensors. What lies between them is
        then not stored. See [XLA](https://openxla.org/xla).
        """

        @tf.function(jit_compile=True)
        def bell(x):
            return 2.0 * tf.exp(-x * x) + 1.0

        compiler_ir = bell.experimental_get_compiler_ir(tf.constant([0.0, 1.0, 2.0]))
        written = compiler_ir(stage="hlo").partition("ENTRY")[2]
        compiled = compiler_ir(stage="optimized_hlo").partition("ENTRY")[2]

        assert written.count(" fusion(") == 0
        assert written.count(" exponential(") == 1
        assert compiled.count(" fusion(") == 1
        assert compiled.count(" exponential(") == 0

    @confirms("A1.4")
    def test_modes_agree(self, device, execute):
        """Eagerly, in a graph and under XLA, a polynomial is the **same**, up to rounding and overflow."""

        def polynomial(x):
            return tf.reduce_sum(x * x - 2.0 * x + 1.0)

        result = execute(polynomial, tf.constant([1.0, 2.0, 3.0]))

        assert float(result) == 5.0


class TestDifferentiation:
    """It can differentiate what was computed, automatically."""

    @core
    @confirms("A1.6", "B1.2")
    def test_nested_tapes(self, device, execute):
        """A tape records a computation and gives its **gradient**; nested tapes can give a second one.

        Training needs the first. For x³ that is 3x² and 6x: 27 and 18 where x is 3. See the
        [guide](https://www.tensorflow.org/guide/autodiff).
        """

        def derivatives(x):
            with tf.GradientTape() as outer:
                outer.watch(x)
                with tf.GradientTape() as inner:
                    inner.watch(x)
                    cube = x * x * x
                slope = inner.gradient(cube, x)
            return slope, outer.gradient(slope, x)

        first, second = execute(derivatives, tf.constant(3.0))

        assert float(first) == 27.0
        assert float(second) == 18.0

    @core
    def test_one_backward_pass(self):
        """One **backward** pass gives the gradient for all inputs at once: reverse mode.

        One loss depends on all weights: that is why training differentiates backwards. The other
        way is [forward mode](https://www.tensorflow.org/api_docs/python/tf/autodiff/ForwardAccumulator).
        """

        @tf.function
        def gradients(x, y, at_once):
            with tf.GradientTape(persistent=True) as tape:
                tape.watch([x, y])
                result = tf.sin(x * y)
            if at_once:
                return tape.gradient(result, [x, y])
            return [tape.gradient(result, x), tape.gradient(result, y)]

        traced = [
            gradients.get_concrete_function(tf.constant(1.0), tf.constant(2.0), at_once)
            for at_once in (True, False)
        ]

        assert [types(concrete.graph).count("Cos") for concrete in traced] == [1, 2]

    @confirms("A1.6", "B1.2")
    def test_finite_differences(self, device):
        """A smooth formula's gradient is **exact** up to rounding; finite differences approximate it.

        Smooth means that each function in it has a slope there: `abs` has a corner at 0, so none,
        and `sin(x) / x` is not defined there. A number that overflows, as `exp(100.0)` does in
        float32, can make the gradient nan.
        """

        def wave(x):
            return tf.sin(x) * tf.exp(-x)

        x, h = tf.constant(1.0, tf.float64), 1e-3
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = wave(x)
        gradient = float(tape.gradient(y, x))
        difference = float((wave(x + h) - wave(x - h)) / (2 * h))

        print(f"{gradient:.9f}\n{difference:.9f}")
        assert round(gradient, 12) == -0.110793765307
        assert 1e-8 < abs(difference - gradient) < 1e-6

    @confirms("A1.6", "B1.2")
    def test_control_flow(self, execute):
        """A gradient flows through **loops** over a tensor: what counts is what was computed.

        Through a loop over a dataset it flows only eagerly:
        `q01::TestDifferentiation::test_no_gradient_through_a_dataset`.
        """

        def derivative_of_cube(x):
            power = tf.constant(1.0)
            with tf.GradientTape() as tape:
                tape.watch(x)
                for _ in tf.range(3):
                    power = power * x
            return tape.gradient(power, x)

        assert float(execute(derivative_of_cube, tf.constant(3.0))) == 27.0

    def test_no_gradient_through_a_dataset(self):
        """In a `tf.function`, no gradient flows through a loop over a **dataset**: it is `None`.

        Instead: loop over its iterator, `iter(dataset)`.
        """
        dataset = tf.data.Dataset.from_tensor_slices([1.0, 2.0, 3.0])

        def derivative(x, numbers):
            total = tf.constant(0.0)
            with tf.GradientTape() as tape:
                tape.watch(x)
                for number in numbers:
                    total = total + number * x
            return tape.gradient(total, x)

        assert float(derivative(tf.constant(5.0), dataset)) == 6.0
        assert tf.function(derivative)(tf.constant(5.0), dataset) is None
        assert float(tf.function(derivative)(tf.constant(5.0), iter(dataset))) == 6.0

    def test_watch(self, device):
        """By default a tape watches trainable float variables; a constant only if told to **watch** it."""
        variable, frozen = tf.Variable(3.0), tf.Variable(3.0, trainable=False)
        constant, watched = tf.constant(3.0), tf.constant(3.0)
        sources = [variable, frozen, constant, watched]

        with tf.GradientTape() as tape:
            tape.watch(watched)
            total = tf.add_n([tf.square(source) for source in sources])
        gradients = tape.gradient(total, sources)

        assert float(gradients[0]) == 6.0
        assert gradients[1] is None
        assert gradients[2] is None
        assert float(gradients[3]) == 6.0

    def test_persistent_tape(self, device):
        """Of one recording, a tape gives gradients once, unless it is **persistent**."""
        x = tf.Variable(3.0)

        with tf.GradientTape() as once, tf.GradientTape(persistent=True) as often:
            y = x * x

        assert [float(often.gradient(y, x)) for _ in range(2)] == [6.0, 6.0]
        assert float(once.gradient(y, x)) == 6.0
        with pytest.raises(RuntimeError, match="non-persistent"):
            once.gradient(y, x)

    def test_stop_gradient(self, device):
        """For the gradient, what goes through `tf.stop_gradient` counts as a **constant**."""
        x = tf.Variable(3.0)

        with tf.GradientTape(persistent=True) as tape:
            square = x * x
            stopped = x * tf.stop_gradient(x)

        assert float(stopped) == 9.0
        assert float(tape.gradient(square, x)) == 6.0
        assert float(tape.gradient(stopped, x)) == 3.0

    def test_unconnected(self, device):
        """The gradient of what no operation ties to x is **`None`**, and zeros only on request."""
        x, other = tf.Variable([1.0, 2.0]), tf.Variable(3.0)

        with tf.GradientTape(persistent=True) as tape:
            square = other * other
        zeros = tape.gradient(square, x, unconnected_gradients=tf.UnconnectedGradients.ZERO)

        assert tape.gradient(square, x) is None
        assert zeros.numpy().tolist() == [0.0, 0.0]

    def test_jacobian(self, device):
        """`tape.gradient` **sums** the outputs' derivatives; `tape.jacobian` keeps them apart."""
        x = tf.Variable([3.0, 4.0])

        with tf.GradientTape(persistent=True) as tape:
            y = tf.stack([x[0] * x[1], x[0] * x[0]])

        jacobian = tape.jacobian(y, x)

        print(jacobian)
        assert tape.gradient(y, x).numpy().tolist() == [10.0, 3.0]
        assert jacobian.numpy().tolist() == [[4.0, 3.0], [6.0, 0.0]]

    def test_custom_gradient(self, device):
        """`tf.custom_gradient` **replaces** a gradient: here, rounding gets that of the identity.

        By itself rounding has none. This one, known as a straight-through estimator, lets the
        gradient through. It does so for arguments given by position; eagerly, one given by name,
        as in `round_straight_through(x=x)`, gets `None`.
        """

        @tf.custom_gradient
        def round_straight_through(x):
            return tf.round(x), lambda upstream: upstream

        x = tf.Variable(1.75)
        with tf.GradientTape(persistent=True) as tape:
            plain, custom = 4.0 * tf.round(x), 4.0 * round_straight_through(x)

        assert float(plain) == float(custom) == 8.0
        assert tape.gradient(plain, x) is None
        assert float(tape.gradient(custom, x)) == 4.0

    @holds("tensorflow<2.22")
    def test_gradient_of_contrast_was_missing(self):
        """Before TensorFlow 2.22, `tf.image.adjust_contrast` had no **gradient**."""
        image = tf.constant([[[1.0], [3.0]]])

        with tf.GradientTape() as tape:
            tape.watch(image)
            adjusted = tf.image.adjust_contrast(image, 2.0)

        with pytest.raises(LookupError, match="AdjustContrast"):
            tape.gradient(adjusted, image)

    @holds("tensorflow>=2.22", otherwise=LookupError, was="test_gradient_of_contrast_was_missing")
    def test_gradient_of_contrast(self):
        """From TensorFlow 2.22 on, `tf.image.adjust_contrast` has a **gradient**."""
        image = tf.constant([[[1.0], [3.0]]])

        with tf.GradientTape() as tape:
            tape.watch(image)
            adjusted = tf.image.adjust_contrast(image, 2.0)

        assert tape.gradient(adjusted, image).numpy().tolist() == [[[1.0], [1.0]]]

    @holds("tensorflow<2.22")
    def test_softsign_was_differentiated_once(self):
        """Before TensorFlow 2.22, `tf.nn.softsign` had no **second** derivative."""
        x = tf.constant(1.0)

        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = tf.nn.softsign(x)
            slope = inner.gradient(y, x)

        assert float(slope) == 0.25
        with pytest.raises(LookupError, match="SoftsignGrad"):
            outer.gradient(slope, x)

    @holds("tensorflow>=2.22", otherwise=LookupError, was="test_softsign_was_differentiated_once")
    def test_softsign_is_differentiated_twice(self):
        """From TensorFlow 2.22 on, `tf.nn.softsign` has a **second** derivative."""
        x = tf.constant(1.0)

        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = tf.nn.softsign(x)
            slope = inner.gradient(y, x)

        assert float(outer.gradient(slope, x)) == -0.25


class TestPortability:
    """Its graphs can run without the Python code that they were made from."""

    @core
    @confirms("A1.5")
    def test_saved_model(self, fresh_process, tmp_path):
        """A SavedModel runs in a process that never saw the **Python class** it was made from.

        Graphs and the values of variables are saved, and no Python; so C++ can run it, too. What
        has no graph is not in it: a method without `tf.function`, or one that neither a call nor an
        `input_signature` has traced. What `tf.py_function` calls stays behind, too:
        `q09::TestPrice::test_saved_model_lacks_the_python`. See the [guide](https://www.tensorflow.org/guide/saved_model).
        """

        class Tripler(tf.Module):
            def __init__(self):
                self.factor = tf.Variable(3.0)

            @tf.function(input_signature=[tf.TensorSpec([None])])
            def __call__(self, x):
                return self.factor * x

        tf.saved_model.save(Tripler(), str(tmp_path))

        assert fresh_process(load_and_call, str(tmp_path)) == [3.0, 6.0]

    @confirms("A1.5")
    def test_graph_def(self):
        """A graph without variables can be written as a **protocol buffer**, and run from its bytes.

        A variable's value is not in it, but in a SavedModel:
        `q01::TestPortability::test_saved_model`.
        """

        @tf.function
        def double(x):
            return tf.multiply(x, 2.0, name="doubled")

        graph = double.get_concrete_function(tf.TensorSpec([2], name="x")).graph
        exported = graph.as_graph_def().SerializeToString()
        with tf.Graph().as_default() as imported:
            definition = tf.compat.v1.GraphDef.FromString(exported)
            tf.graph_util.import_graph_def(definition, name="")

        assert isinstance(exported, bytes)
        with tf.compat.v1.Session(graph=imported) as session:
            assert session.run("doubled:0", {"x:0": [1.0, 2.0]}).tolist() == [2.0, 4.0]

    @confirms("A1.5")
    def test_lite(self, fresh_process):
        """For phones and small devices, many graphs convert to **LiteRT**, formerly TensorFlow Lite.

        Its interpreter is also a package of its own, `ai-edge-litert`:
        [LiteRT](https://ai.google.dev/edge/litert).
        """
        model, interpreted, computed = fresh_process(convert_and_interpret)

        assert model[4:8] == b"TFL3"
        assert interpreted == [0.0, 1.0, 3.0]
        assert computed == [0.0, 1.0, 3.0]

    @holds("tensorflow<2.18")
    def test_lite_was_silent(self):
        """Before 2.18, a `tf.lite.Interpreter` was made without a **warning**."""
        assert lite_warnings() == ""

    @holds("tensorflow>=2.18,<2.19", was="test_lite_was_silent")
    def test_lite_pointed_elsewhere(self):
        """In 2.18, a `tf.lite.Interpreter` warned to use the package **`ai_edge_litert`** instead.

        Instead: `from ai_edge_litert.interpreter import Interpreter`.
        """
        warned = lite_warnings()

        assert "use the LiteRT interpreter from the ai_edge_litert package" in warned
        assert "deletion" not in warned

    @holds("tensorflow>=2.19", was="test_lite_pointed_elsewhere")
    def test_lite_is_to_go(self):
        """From 2.19 on, making a `tf.lite.Interpreter` warns of its **deletion**.

        Instead: `pip install ai-edge-litert`, and
        `from ai_edge_litert.interpreter import Interpreter`. See the
        [migration guide](https://ai.google.dev/edge/litert/migration).
        """
        warned = lite_warnings()

        assert "scheduled for deletion" in warned
        assert "ai_edge_litert" in warned

    @holds("keras<3", otherwise=TypeError)
    @about("tf.saved_model.save(0=<tf.keras.Model>)")
    def test_saved_keras_models_were_called(self, tmp_path):
        """Before Keras 3, a built Keras model saved by `tf.saved_model.save` could be **called** again."""
        path = str(tmp_path / "model")
        inputs = tf.constant([[2.0]])
        model = tf.keras.Sequential([tf.keras.Input((1,)), tf.keras.layers.ReLU()])

        tf.saved_model.save(model, path)

        assert tf.saved_model.load(path)(inputs).numpy().tolist() == [[2.0]]

    @holds("keras>=3", was="test_saved_keras_models_were_called")
    def test_saved_keras_models_have_signatures(self, tmp_path):
        """From Keras 3 on, `tf.saved_model.save` saves a built model's **signatures**, but no call.

        A signature is a function with a name, here `serving_default`.
        Instead: save it by `model.export(path)`, then `loaded = tf.saved_model.load(path)`, and call
        `loaded.serve(inputs)`. In one line, `load(path).serve(inputs)` loses the variables.
        """
        path = str(tmp_path / "model")
        inputs = tf.constant([[2.0]])
        model = tf.keras.Sequential([tf.keras.Input((1,)), tf.keras.layers.ReLU()])

        tf.saved_model.save(model, path)
        loaded = tf.saved_model.load(path)
        (outputs,) = loaded.signatures["serving_default"](inputs).values()

        assert outputs.numpy().tolist() == [[2.0]]
        with pytest.raises(TypeError, match="not callable"):
            loaded(inputs)


class TestTrainingKit:
    """It brings what it takes to build and train models."""

    @confirms("A1.7")
    @pytest.mark.parametrize(
        "name, value",
        [
            ("SGD", 0.8),
            ("Adagrad", 0.9012),
            ("RMSprop", 0.6838),
            ("Adam", 0.9),
            ("Nadam", 0.8937),
            ("Ftrl", 0.7451),
        ],
    )
    def test_optimizers(self, name, value):
        """An optimizer turns a **gradient** into a step: here from 1.0, by gradient 2 at rate 0.1.

        See [optimizers](https://keras.io/api/optimizers/) for what each of them does.
        """
        weight = tf.Variable(1.0)
        optimizer = getattr(tf.keras.optimizers, name)(learning_rate=0.1)

        optimizer.apply_gradients([(tf.constant(2.0), weight)])

        assert round(float(weight), 4) == value

    @confirms("A1.7")
    @pytest.mark.parametrize(
        "name, value",
        [
            ("MeanSquaredError", 2.0),
            ("MeanAbsoluteError", 1.0),
            ("Huber", 0.75),
            ("Hinge", 0.5),
        ],
    )
    def test_losses(self, name, value):
        """A loss says **how far** predictions are from their targets: here (0, 3) from (0, 1)."""
        loss = getattr(tf.keras.losses, name)()

        assert float(loss(tf.constant([[0.0, 1.0]]), tf.constant([[0.0, 3.0]]))) == value

    @holds("keras!=3.0.*,!=3.1.*,!=3.2.*,!=3.3.*,!=3.4.*,!=3.5.*,!=3.6.*")
    def test_losses_of_lists(self):
        """Except in Keras 3.0 to 3.6, most losses take Python **lists** as well as tensors.

        Instead: `tf.constant` makes a tensor of a list.
        """
        loss = tf.keras.losses.MeanSquaredError()

        assert float(loss([[0.0, 1.0]], [[0.0, 3.0]])) == 2.0

    @confirms("A1.7")
    def test_datasets(self):
        """A `tf.data` pipeline **shuffles, transforms and batches** what a model is fed."""
        numbers = tf.data.Dataset.range(6)

        def is_wanted(number):
            return number != 3

        batches = numbers.filter(is_wanted).map(tf.square).batch(2)

        shuffled = [int(number) for number in numbers.shuffle(6, seed=0).as_numpy_iterator()]
        assert [batch.tolist() for batch in batches.as_numpy_iterator()] == [[0, 1], [4, 16], [25]]
        assert shuffled != [0, 1, 2, 3, 4, 5]
        assert sorted(shuffled) == [0, 1, 2, 3, 4, 5]

    @confirms("B1.1")
    def test_three_ways(self, device):
        """A network can be a **stack**, a **graph of layers** or a **Python class**.

        Keras calls them Sequential, functional and subclassed models: see
        [Keras models](https://keras.io/api/models/).
        """
        layer = tf.keras.layers.Dense(1, kernel_initializer="ones")
        inputs = tf.keras.Input([2])

        class Doubling(tf.keras.Model):
            def call(self, x):
                return layer(x) + layer(x)

        stack = tf.keras.Sequential([layer, tf.keras.layers.Rescaling(2.0)])
        graph = tf.keras.Model(inputs, tf.keras.layers.add([layer(inputs), layer(inputs)]))

        outputs = [
            float(model(tf.constant([[3.0, 4.0]]))[0, 0]) for model in (stack, graph, Doubling())
        ]

        assert outputs == [14.0, 14.0, 14.0]

    @core
    @confirms("A1.7")
    def test_fit_and_callbacks(self):
        """`fit` trains epoch by epoch, while **callbacks** watch, and may end it.

        By default, an epoch is one pass over the data. See the
        [guide](https://www.tensorflow.org/guide/keras/training_with_built_in_methods).
        """

        class StopBelowOne(tf.keras.callbacks.Callback):
            def on_epoch_end(self, epoch, logs=None):
                self.model.stop_training = logs["loss"] < 1.0

        x = tf.constant([[1.0], [2.0], [3.0], [4.0]])
        batch = tf.data.Dataset.from_tensors((x, 2.0 * x))
        layer = tf.keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
        model = tf.keras.Sequential([tf.keras.Input([1]), layer])
        model.compile(tf.keras.optimizers.SGD(1 / 16), "mse")
        run = model.fit(batch, epochs=9, verbose=0, callbacks=[StopBelowOne()])

        print(run.history["loss"])
        assert run.history["loss"] == [30.0, 0.1171875]

    @confirms("B1.4")
    def test_architectures(self):
        """`tf.keras.applications` ships 40 or more **architectures** for images, ready to train.

        One of them is VGG16. Without the part that classifies it has 14 714 688 parameters.
        """
        names = [name for name in dir(tf.keras.applications) if name[0].isupper()]

        model = tf.keras.applications.VGG16(
            weights=None, include_top=False, input_shape=(32, 32, 3)
        )

        assert len(names) >= 40
        assert {"EfficientNetB0", "MobileNetV2", "ResNet50", "VGG16", "Xception"} <= set(names)
        assert model.count_params() == 14714688

    @corrects("B1.4")
    def test_no_trained_weights(self):
        """All of Keras's package is smaller than the trained **weights** of VGG16 alone.

        So it does not hold them: `weights="imagenet"` downloads them on
        [first use](https://keras.io/api/applications/vgg/). 14 714 688 float32 numbers take 59 MB.
        """
        module = tf.keras.applications.VGG16.__module__.partition(".")[0]
        package = Path(sys.modules[module].__file__).parent

        files = [path for path in package.rglob("*") if path.is_file()]

        assert len(files) > 100
        assert sum(path.stat().st_size for path in files) < 14714688 * 4

    @confirms("B1.4")
    @holds("tensorflow<2.16", otherwise=AttributeError)
    def test_estimators(self, tmp_path):
        """Before 2.16, `tf.estimator` had **classical** models, such as linear regression, too."""
        column = tf.feature_column.numeric_column("size")

        model = tf.estimator.LinearRegressor([column], model_dir=str(tmp_path))

        assert isinstance(model, tf.estimator.Estimator)

    @corrects("B1.4")
    @holds("tensorflow>=2.16", was="test_estimators")
    def test_no_estimators(self):
        """From 2.16 on, `tf.estimator` is **gone**, and with it the classical models.

        Instead: Keras and TensorFlow Decision Forests, as the guide to
        [canned estimators](https://www.tensorflow.org/guide/migrate/canned_estimators) shows.
        """
        with pytest.raises(AttributeError, match="estimator"):
            tf.estimator.LinearRegressor

    @confirms("B1.4")
    @holds("keras<3", otherwise=AttributeError)
    def test_linear_model(self):
        """Before Keras 3, `tf.keras.experimental` had a **linear** model and a Wide & Deep one."""
        linear = tf.keras.experimental.LinearModel(kernel_initializer="ones")
        deep = tf.keras.Sequential([tf.keras.layers.Dense(1, kernel_initializer="ones")])
        both = tf.keras.experimental.WideDeepModel(linear, deep)

        assert float(linear(tf.constant([[1.0, 2.0]]))[0, 0]) == 3.0
        assert float(both(tf.constant([[1.0, 2.0]]))[0, 0]) == 6.0

    @corrects("B1.4")
    @holds("keras>=3", was="test_linear_model")
    def test_no_linear_model(self):
        """From Keras 3 on, `tf.keras.experimental` is **gone**, with the linear and the wide model.

        A wide and deep one is in `q08::TestSeveralOptimizers::test_train_step_with_two_optimizers`.
        Instead: `tf.keras.layers.Dense(1)` is a linear model; add its output to another's for a
        wide one.
        """
        with pytest.raises(AttributeError, match="experimental"):
            tf.keras.experimental.LinearModel

    @confirms("B1.4")
    @holds("keras<3")
    @about(
        "tf.keras.applications.RegNet*",
        "tf.keras.applications.ResNetRS*",
        "tf.keras.applications.regnet",
        "tf.keras.applications.resnet_rs",
    )
    def test_more_architectures(self):
        """Before Keras 3, `tf.keras.applications` also had **RegNet** and ResNet-RS networks."""
        names = {name for name in dir(tf.keras.applications) if name[0].isupper()}

        assert {"RegNetX002", "ResNetRS50"} <= names

    @corrects("B1.4")
    @holds("keras>=3", was="test_more_architectures")
    def test_fewer_architectures(self):
        """From Keras 3 on, `tf.keras.applications` has neither **RegNet** nor ResNet-RS networks.

        Instead: Keras 2, as `q01::TestKeras::test_keras_2_on_request` asks for it.
        """
        with pytest.raises(AttributeError, match="RegNetX002"):
            tf.keras.applications.RegNetX002
        with pytest.raises(AttributeError, match="ResNetRS50"):
            tf.keras.applications.ResNetRS50

    @holds("tensorflow<2.21")
    @about("tf.summary", "tf.keras.callbacks.TensorBoard")
    def test_tensorboard_came_along(self):
        """Before 2.21, **TensorBoard** was installed along with TensorFlow, for its summaries."""
        needed = " ".join(distribution().get_all("Requires-Dist"))

        assert "tensorboard" in needed
        assert not tf.summary.scalar("loss", 1.0, step=0)  # no writer, nothing written

    @holds("tensorflow>=2.21", was="test_tensorboard_came_along")
    def test_tensorboard_is_apart(self):
        """From 2.21 on, TensorFlow is installed without **TensorBoard**.

        Where it is missing, `tf.summary.scalar` raises an error:
        `q01::TestTrainingKit::test_summaries_need_tensorboard`.
        Instead: `pip install tensorboard`. See
        [TensorBoard](https://www.tensorflow.org/tensorboard/get_started).
        """
        needed = " ".join(distribution().get_all("Requires-Dist"))

        assert "keras" in needed
        assert "tensorboard" not in needed
        assert "tb-nightly" not in needed

    @holds("tensorflow>=2.21")
    def test_summaries_need_tensorboard(self):
        """From 2.21 on, `tf.summary.scalar` **raises** an error where TensorBoard is missing."""
        if importlib.util.find_spec("tensorboard"):
            pytest.skip("TensorBoard is installed")

        with pytest.raises(Exception, match="TensorBoard is not installed"):
            tf.summary.scalar("loss", 1.0, step=0)

    @holds("tensorflow<2.16")
    @about("tf.summary.trace_export")
    def test_profile_was_named_when_exported(self, fresh_process, tmp_path):
        """Before 2.16, a profiling trace was given its **folder** when it was exported."""
        assert fresh_process(export_a_profile, str(tmp_path)) == "exported"

    @holds("tensorflow>=2.16", was="test_profile_was_named_when_exported")
    def test_profile_is_named_when_started(self, fresh_process, tmp_path):
        """From 2.16 on, a profiling trace not given its **folder** at the start cannot be exported.

        Instead: `tf.summary.trace_on(profiler=True, profiler_outdir=…)`. See
        [trace_on](https://www.tensorflow.org/api_docs/python/tf/summary/trace_on).
        """
        message = fresh_process(export_a_profile, str(tmp_path))

        assert "No profiler is running" in message

    @holds("keras<3", otherwise=AttributeError)
    def test_feature_columns_fed_models(self):
        """Before Keras 3, a **`DenseFeatures`** layer fed feature columns to a model."""
        column = tf.feature_column.numeric_column("size")

        layer = tf.keras.layers.DenseFeatures([column])

        assert layer({"size": tf.constant([[2.0]])}).numpy().tolist() == [[2.0]]

    @holds("keras>=3", was="test_feature_columns_fed_models")
    def test_feature_columns_feed_no_models(self):
        """From Keras 3 on, `DenseFeatures`, a layer that took **feature columns**, is gone.

        Instead: preprocessing layers, many at once in a `tf.keras.utils.FeatureSpace`.
        """
        column = tf.feature_column.numeric_column("size")

        with pytest.raises(AttributeError, match="DenseFeatures"):
            tf.keras.layers.DenseFeatures([column])


class TestKeras:
    """Keras is a library of its own that runs on top of TensorFlow."""

    @core
    @confirms("B1.5")
    def test_keras_is_a_package(self, device):
        """`tf.keras` is **Keras**, a package of its own, which by default computes with TensorFlow.

        So Keras has versions of its own. See [Keras](https://keras.io/about/).
        """
        home = tf.keras.Model.__module__.partition(".")[0]
        layer = tf.keras.layers.Dense(1, kernel_initializer="ones")

        output = layer(np.array([[1.0, 2.0]], np.float32))

        assert home in ("keras", "tf_keras")
        assert tf.keras.backend.backend() == "tensorflow"
        assert isinstance(output, tf.Tensor)
        assert output.numpy().tolist() == [[3.0]]

    @confirms("B1.5")
    @holds("keras<3")
    @about("isinstance(1=*tf.Variable*)")
    def test_weights_were_variables(self):
        """Before Keras 3, a layer's weight was a **`tf.Variable`**."""
        layer = tf.keras.layers.Dense(1, kernel_initializer="ones")

        layer.build((None, 2))

        assert isinstance(layer.kernel, tf.Variable)

    @confirms("B1.5")
    @holds("keras>=3", was="test_weights_were_variables")
    def test_weights_wrap_variables(self):
        """From Keras 3 on, a layer's weight is Keras's own and **wraps** a `tf.Variable`.

        On another backend it wraps something else: see [Keras 3](https://keras.io/keras_3/).
        Instead: `layer.kernel.value`, where a `tf.Variable` is wanted.
        """
        layer = tf.keras.layers.Dense(1, kernel_initializer="ones")

        layer.build((None, 2))

        assert not isinstance(layer.kernel, tf.Variable)
        assert isinstance(layer.kernel.value, tf.Variable)

    @holds("keras<3", otherwise=TypeError)
    @about(
        "tf.keras.layers.Layer.kernel.value()",
        "tf.keras.layers.Layer.bias.value()",
        "tf.keras.layers.Layer.kernel.read_value",
        "tf.keras.layers.Layer.bias.read_value",
    )
    def test_value_was_a_method(self):
        """Before Keras 3, **`value`** and `read_value` were methods of a layer's weight."""
        layer = tf.keras.layers.Dense(1, kernel_initializer="ones")
        layer.build((None, 1))

        assert layer.kernel.value().numpy().tolist() == [[1.0]]
        assert layer.kernel.read_value().numpy().tolist() == [[1.0]]

    @holds("keras>=3", was="test_value_was_a_method")
    def test_value_is_an_attribute(self):
        """From Keras 3 on, **`value`** of a layer's weight is an attribute, by default the `tf.Variable`.

        There is no `read_value`, either.
        Instead: `tf.convert_to_tensor(weight)` gives its value as a tensor.
        """
        layer = tf.keras.layers.Dense(1, kernel_initializer="ones")
        layer.build((None, 1))

        assert isinstance(layer.kernel.value, tf.Variable)
        assert not hasattr(layer.kernel, "read_value")
        assert tf.convert_to_tensor(layer.kernel).numpy().tolist() == [[1.0]]
        with pytest.raises(TypeError, match="not callable"):
            layer.kernel.value()

    @holds("keras<3", otherwise=AttributeError)
    @about("tf.keras.layers.Layer.kernel.dtype.is_floating", "tf.keras.Input.dtype.is_floating")
    def test_type_of_a_weight_was_tensorflows(self):
        """Before Keras 3, a weight's `dtype` was a **`tf.DType`**, and knew if it was a float."""
        layer = tf.keras.layers.Dense(1)
        layer.build((None, 1))

        assert layer.kernel.dtype.is_floating

    @holds("keras>=3", was="test_type_of_a_weight_was_tensorflows")
    def test_type_of_a_weight_is_a_string(self):
        """From Keras 3 on, a weight's `dtype` is a **string**, and has no `is_floating`.

        It is still equal to `tf.float32`.
        Instead: `tf.as_dtype(weight.dtype)`.
        """
        layer = tf.keras.layers.Dense(1)
        layer.build((None, 1))

        dtype = layer.kernel.dtype

        assert type(dtype) is str
        assert dtype == tf.float32
        assert tf.as_dtype(dtype).is_floating

    @holds("tensorflow>=2.15")
    def test_keras_2_on_request(self, fresh_process):
        """From 2.15 on, `TF_USE_LEGACY_KERAS=1` asks for Keras 2, of the package **`tf_keras`**.

        Set it before `tf.keras` is first used; where the package is missing, `tf.keras` is an error.
        See [Keras 3](https://keras.io/getting_started/).
        """
        answer = fresh_process(ask_for_keras_2)

        assert "tf_keras" in answer

    @holds("keras<2.13", otherwise=AttributeError)
    def test_wrappers_for_scikit_learn(self):
        """Before Keras 2.13, `tf.keras.wrappers` made **scikit-learn** estimators of models."""

        def make():
            return tf.keras.Sequential([tf.keras.layers.Dense(1)])

        regressor = tf.keras.wrappers.scikit_learn.KerasRegressor(make)

        assert regressor.build_fn is make

    @holds("keras>=2.13", was="test_wrappers_for_scikit_learn")
    def test_no_old_wrappers(self):
        """From Keras 2.13 on, `tf.keras.wrappers.scikit_learn` is **gone**.

        Instead: [SciKeras](https://adriangb.com/scikeras/stable/migration.html), or, from Keras 3.8
        on, [SKLearnClassifier](https://keras.io/api/utils/sklearn_wrappers/) and its kin.
        """
        with pytest.raises(AttributeError, match="has no attribute"):
            tf.keras.wrappers.scikit_learn.KerasRegressor

    @holds("keras<2.13", otherwise=ModuleNotFoundError)
    def test_engine(self):
        """Before Keras 2.13, private modules such as **`keras.engine`** could be imported."""
        engine = importlib.import_module("keras.engine.training")

        assert engine.Model is tf.keras.Model

    @holds("keras>=2.13", was="test_engine")
    def test_no_engine(self):
        """From Keras 2.13 on, private modules such as **`keras.engine`** are hidden.

        Instead: the public name, here `tf.keras.Model`.
        """
        package = tf.keras.Model.__module__.partition(".")[0]

        with pytest.raises(ModuleNotFoundError, match="engine"):
            importlib.import_module(f"{package}.engine")


class TestOtherLibraries:
    """Other libraries differentiate, too, and Keras 3 runs on two of them, PyTorch and JAX."""

    def test_pytorch(self):
        """Of a smooth function, PyTorch finds the **same** gradient: it records operations, too.

        At a corner, such as that of `abs` at 0, each library chooses one. See [PyTorch](https://pytorch.org).
        """
        torch = pytest.importorskip("torch", reason="torch is not installed")
        x, same_x = tf.Variable([1.0, 2.0]), torch.tensor([1.0, 2.0], requires_grad=True)

        with tf.GradientTape() as tape:
            y = tf.reduce_sum(x * x * x)
        (same_x * same_x * same_x).sum().backward()

        assert tape.gradient(y, x).numpy().tolist() == [3.0, 12.0]
        assert same_x.grad.tolist() == [3.0, 12.0]

    def test_jax(self):
        """Of a smooth function, JAX finds the same gradient by **transforming** it, without a tape."""
        jax = pytest.importorskip("jax", reason="jax is not installed")
        x = tf.Variable([1.0, 2.0])

        with tf.GradientTape() as tape:
            y = tf.reduce_sum(x * x * x)
        gradient = jax.grad(lambda x: (x * x * x).sum())(jax.numpy.array([1.0, 2.0]))

        assert tape.gradient(y, x).numpy().tolist() == [3.0, 12.0]
        assert gradient.tolist() == [3.0, 12.0]

    @core
    @holds("keras>=3")
    @pytest.mark.parametrize("backend", ["torch", "jax"])
    def test_keras_on_another_backend(self, backend):
        """From Keras 3 on, a dense layer of Keras runs on PyTorch and **JAX** as it does on TensorFlow.

        The backend is chosen before Keras is imported, so this takes an interpreter of its own. See
        [Keras 3](https://keras.io/keras_3/).
        """
        pytest.importorskip(backend, reason=f"{backend} is not installed")

        assert one_step_of_keras(backend) == [backend, "2.0"]

    @holds("keras>=3")
    def test_libraries_of_the_past(self, fresh_process):
        """From Keras 3 on, **Theano**, CNTK and MXNet are refused as its backend.

        [Theano](https://github.com/Theano/Theano) and
        [MXNet](https://attic.apache.org/projects/mxnet.html) say of themselves that they have
        ended. Which libraries are popular is an opinion.
        """
        package = tf.keras.Model.__module__.partition(".")[0]

        refused = fresh_process(refused_backends, package, ["theano", "cntk", "mxnet"])

        assert refused == ["theano", "cntk", "mxnet"]
