"""Do you get the same result with `tf.range(10)` and `tf.constant(np.arange(10))`?

The same **numbers**, but not the same type: `tf.range(10)` counts in **int32**, while
`np.arange(10)` is an **int64** array on Linux and macOS, and `tf.constant` keeps an array's type.
By default TensorFlow does not promote, so even `==` between the two tensors is an error until one
of them is **cast**. The wider type takes twice the memory. It buys **range** past 2³¹ − 1, which
sums and large indices can need; training itself rarely needs more than 32 bits.
"""

import time

import numpy as np
import pytest
import tensorflow as tf

from answer_key import confirms, corrects


def add_with_numpy_behavior():
    """Add the two tensors after switching the whole process to NumPy's promotion."""
    tf.experimental.numpy.experimental_enable_numpy_behavior()
    total = tf.range(3) + tf.constant(np.arange(3))
    return total.dtype.name, total.numpy().tolist()


class TestElementTypes:
    """They differ in their element type."""

    @confirms("A3.1", "A3.2", "B3.2")
    def test_range_is_int32(self, device, execute):
        """`tf.range` of a Python int makes an **int32** tensor."""
        numbers = execute(tf.range, 10)

        print(numbers)
        assert numbers.dtype == tf.int32

    @confirms("A3.1", "A3.2", "B3.2")
    def test_constant_of_arange_is_int64(self, device, execute):
        """`np.arange` makes an int64 array, and `tf.constant` keeps its type: **int64**.

        That is NumPy's default integer on 64-bit Linux and macOS. On Windows it had 32 bits
        [until NumPy 2](https://numpy.org/doc/stable/release/2.0.0-notes.html).
        """
        array = np.arange(10)

        def convert():
            return tf.constant(array)

        numbers = execute(convert)

        print(numbers)
        assert array.dtype == np.dtype("int64")
        assert numbers.dtype == tf.int64


class TestValues:
    """Their values are equal, yet `==` refuses to compare them."""

    @confirms("B3.1")
    def test_values_are_equal(self, device):
        """The two tensors hold **equal** numbers, as a cast to one type shows."""
        counted = tf.range(10)
        converted = tf.constant(np.arange(10))

        equal = tf.cast(counted, tf.int64) == converted

        print(equal)
        assert converted.numpy().tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
        assert equal.numpy().tolist() == [True] * 10

    def test_comparison_is_refused(self, device):
        """Comparing the two tensors with `==` raises **`InvalidArgumentError`**.

        TensorFlow does not promote one type to the other, not even to compare.
        """
        counted = tf.range(10)
        converted = tf.constant(np.arange(10))

        with pytest.raises(tf.errors.InvalidArgumentError, match="int32 tensor but is a int64"):
            counted == converted


class TestWhereTheTypeComesFrom:
    """`tf.range` looks at its arguments, `tf.constant` at its value."""

    @pytest.mark.parametrize(
        "start, limit, result",
        [
            ("int32", "int32", "int32"),
            ("int32", "int64", "int64"),
            ("int64", "int32", "int64"),
            ("int64", "float32", "float32"),
            ("float32", "float64", "float64"),
            ("float64", "int64", "float64"),
        ],
    )
    def test_range_takes_the_highest_type(self, start, limit, result):
        """`tf.range` counts in its arguments' **highest** type: int32, int64, float32, float64.

        The [reference](https://www.tensorflow.org/api_docs/python/tf/range) gives the order. An
        int64 limit with a float32 start can lose digits: higher does not mean more exact.
        """
        numbers = tf.range(tf.constant(0, start), tf.constant(3, limit))

        assert numbers.dtype == result

    def test_numpy_limit_keeps_its_type(self, device):
        """A Python limit makes `tf.range` count in 32 bits, a NumPy limit often in **64**.

        Whatever NumPy computed, such as `array.max()` or `np.prod(shape)`, carries NumPy's type.
        """
        assert tf.range(10).dtype == tf.int32
        assert tf.range(10.0).dtype == tf.float32
        assert tf.range(np.int64(10)).dtype == tf.int64
        assert tf.range(np.float64(10)).dtype == tf.float64

    @pytest.mark.parametrize(
        "value, result",
        [
            (10, "int32"),
            (-2147483648, "int32"),
            ((1, 2), "int32"),
            (1.5, "float32"),
            ((1, 2.5), "float32"),
        ],
    )
    def test_constant_of_python_numbers(self, value, result):
        """`tf.constant` gives Python's ints and floats **32** bits."""
        tensor = tf.constant(value)

        assert tensor.dtype == result

    @confirms("A3.2")
    @pytest.mark.parametrize(
        "array_type, tensor_type",
        [
            ("bool", "bool"),
            ("int8", "int8"),
            ("uint8", "uint8"),
            ("int16", "int16"),
            ("int32", "int32"),
            ("int64", "int64"),
            ("uint64", "uint64"),
            ("float16", "float16"),
            ("float32", "float32"),
            ("float64", "float64"),
            ("complex128", "complex128"),
        ],
    )
    def test_constant_keeps_an_arrays_type(self, array_type, tensor_type):
        """`tf.constant` **keeps** the element type of a NumPy array."""
        array = np.ones(3, dtype=array_type)

        assert tf.constant(array).dtype == tensor_type

    @pytest.mark.parametrize(
        "number, eagerly, in_a_graph",
        [("int64", "int32", "int32"), ("float64", "float64", "float32")],
    )
    def test_lists_of_numpy_numbers(self, number, eagerly, in_a_graph):
        """`tf.constant` can narrow a **list** of NumPy numbers to 32 bits, never an array.

        The list of float64 numbers even changes its type between eager mode and a graph.
        """
        array = np.ones(3, dtype=number)

        @tf.function
        def traced():
            return tf.constant(list(array))

        assert tf.constant(array).dtype == number
        assert tf.constant(list(array)).dtype == eagerly
        assert traced().dtype == in_a_graph


class TestInAGraph:
    """In a graph, one is a computation and the other is data."""

    @confirms("A3.2")
    def test_graph_stores_the_constant(self):
        """In a graph, `tf.range` is a computation, while `tf.constant` **stores** every number.

        Ten thousand int64 numbers add 80 000 bytes to a saved model, the range a few hundred.
        """
        with tf.Graph().as_default() as computing:
            counted = tf.range(10_000)
        with tf.Graph().as_default() as storing:
            converted = tf.constant(np.arange(10_000))

        assert counted.op.type == "Range"
        assert converted.op.type == "Const"
        assert computing.as_graph_def().ByteSize() < 1_000
        assert storing.as_graph_def().ByteSize() > 80_000

    def test_only_range_counts_to_a_tensor(self):
        """While a function is traced, only **`tf.range`** can count to a tensor's value.

        NumPy needs the number itself, and a traced tensor has none yet.
        """

        @tf.function
        def count(limit):
            return tf.range(limit)

        @tf.function
        def convert(limit):
            return tf.constant(np.arange(limit))

        assert count(tf.constant(3)).numpy().tolist() == [0, 1, 2]
        with pytest.raises(NotImplementedError, match="symbolic"):
            convert(tf.constant(3))


class TestWhenTheyMeet:
    """When the two types meet, tensors refuse and arrays give in."""

    def test_addition_is_refused(self, device):
        """Adding the two tensors eagerly raises **`InvalidArgumentError`**."""
        counted = tf.range(3)
        converted = tf.constant(np.arange(3))

        with pytest.raises(tf.errors.InvalidArgumentError, match="int32 tensor but is a int64"):
            counted + converted

    def test_addition_is_refused_while_tracing(self):
        """In a `tf.function`, adding the two tensors raises **`TypeError`**, while it is traced."""

        @tf.function
        def add():
            return tf.range(3) + tf.constant(np.arange(3))

        with pytest.raises(TypeError, match="int64 that does not match type int32"):
            add.get_concrete_function()

    def test_raw_array_takes_the_tensors_type(self, device):
        """Beside an operator, a raw int64 array takes on the tensor's type: **int32**.

        Only a tensor has settled on its type; an array is still to be converted, on either side.
        """
        tensor = tf.range(3)
        array = np.arange(3)

        print(tensor + array)
        assert (tensor + array).dtype == tf.int32
        assert (array + tensor).dtype == tf.int32

    def test_first_argument_sets_the_type(self, device):
        """In a call such as `tf.add`, the **first** argument sets the type, even a raw array."""
        tensor = tf.range(3)
        array = np.arange(3)

        assert tf.add(tensor, array).dtype == tf.int32
        with pytest.raises(tf.errors.InvalidArgumentError, match="int64 tensor but is a int32"):
            tf.add(array, tensor)

    def test_float_array_loses_its_fractions(self, device):
        """Added to an int32 tensor, a float array silently loses its **fractions**.

        A Python float is refused instead.
        """
        tensor = tf.range(3)
        array = np.array([0.5, 1.5, 2.5])

        total = tensor + array

        print(total)
        assert total.numpy().tolist() == [0, 2, 4]
        with pytest.raises(tf.errors.InvalidArgumentError, match="int32 tensor but is a float"):
            tensor + 0.5


class TestOverflow:
    """Past 2³¹ − 1, the two go different ways."""

    def test_int32_wraps(self, device, execute):
        """One past 2³¹ − 1, an int32 tensor silently wraps to **-2147483648**; int64 counts on."""
        largest = 2**31 - 1

        def add():
            converted = tf.constant(np.arange(largest - 1, largest))
            return tf.range(largest - 1, largest) + 2, converted + 2

        counted, converted = execute(add)

        print(counted, converted, sep="\n")
        assert counted.numpy().tolist() == [-2147483648]
        assert converted.numpy().tolist() == [2147483648]

    @corrects("A3.3")
    def test_sum_needs_int64(self, device):
        """`tf.reduce_sum(tf.range(100_000))` wraps to **704982704**; in int64 it is 4999950000.

        A sum has the type of its terms. For integers, 64 bits buy range, not precision,
        and sums and large indices do need it.
        """
        counted = tf.range(100_000)
        converted = tf.constant(np.arange(100_000))

        print(tf.reduce_sum(counted), tf.reduce_sum(converted), sep="\n")
        assert tf.reduce_sum(counted).numpy() == 704982704
        assert tf.reduce_sum(converted).numpy() == 4999950000

    def test_large_python_ints_are_int64(self, device):
        """Given a Python int past 2³¹ − 1, `tf.range` and `tf.constant` choose **int64**."""
        counted = tf.range(2**31 - 2, 2**31 + 1)

        print(counted)
        assert counted.dtype == tf.int64
        assert tf.constant(2**31).dtype == tf.int64
        assert tf.constant(2**31 - 1).dtype == tf.int32


class TestMakingThemAgree:
    """They agree when one side names a type, or when promotion is switched on."""

    @confirms("B3.2")
    def test_dtype_on_either_side(self, device):
        """Given **`dtype`** in any one of the three calls, the tensors agree and compare."""
        widened = tf.range(10, dtype=tf.int64) == tf.constant(np.arange(10))
        narrowed = tf.range(10) == tf.constant(np.arange(10), dtype=tf.int32)
        narrow_array = tf.range(10) == tf.constant(np.arange(10, dtype=np.int32))

        assert widened.numpy().tolist() == [True] * 10
        assert narrowed.numpy().tolist() == [True] * 10
        assert narrow_array.numpy().tolist() == [True] * 10

    def test_numpy_behavior_promotes(self, fresh_process):
        """After `experimental_enable_numpy_behavior()`, the sum of the two is **int64**.

        The switch holds for the whole process; see the
        [guide](https://www.tensorflow.org/guide/tf_numpy).
        """
        dtype, total = fresh_process(add_with_numpy_behavior)

        assert dtype == "int64"
        assert total == [0, 2, 4]


class TestCost:
    """64 bits cost memory and time, and training gains little from them."""

    @confirms("A3.3")
    def test_bytes(self, device):
        """Ten numbers take **40** bytes in int32 and **80** in int64."""
        counted = tf.range(10)
        converted = tf.constant(np.arange(10))

        assert counted.numpy().nbytes == 40
        assert converted.numpy().nbytes == 80

    @confirms("A3.3")
    @pytest.mark.parametrize(
        "function, in_numpy, in_tensorflow",
        [
            ("zeros", "float64", "float32"),
            ("ones", "float64", "float32"),
            ("eye", "float64", "float32"),
        ],
    )
    def test_default_floats(self, function, in_numpy, in_tensorflow):
        """Where NumPy defaults to float64, TensorFlow defaults to **float32**."""
        array = getattr(np, function)(3)
        tensor = getattr(tf, function)(3)

        assert array.dtype == in_numpy
        assert tensor.dtype == in_tensorflow

    @confirms("A3.3")
    @pytest.mark.parametrize("dtype, loss", [("float32", 0.02425), ("float64", 0.02425)])
    def test_training_needs_no_float64(self, dtype, loss):
        """Fitting a line by gradient descent ends at the **same** loss in float32 and float64.

        A toy shows no more than that. Real models train with most of their arithmetic in 16 bits:
        [mixed precision](https://www.tensorflow.org/guide/mixed_precision).
        """
        x = tf.constant([1.0, 2.0, 3.0, 4.0], dtype)
        y = tf.constant([2.1, 3.9, 6.2, 7.8], dtype)
        slope = tf.Variable(0.0, dtype=dtype)

        for _ in range(15):
            with tf.GradientTape() as tape:
                error = tf.reduce_mean((slope * x - y) ** 2)
            slope.assign_sub(0.05 * tape.gradient(error, slope))

        assert round(float(error), 5) == loss

    @confirms("A3.3")
    def test_float64_takes_longer(self):
        """On a CPU, multiplying float64 matrices takes **longer** than multiplying float32 ones.

        About twice as long, because a vector register holds half as many float64 numbers. What is
        measured is computing time, which no other program lengthens.
        """
        with tf.device("/CPU:0"):
            narrow = tf.random.normal([512, 512])
            wide = tf.cast(narrow, tf.float64)
            seconds = {tf.float32: [], tf.float64: []}
            for matrix in [narrow, wide] * 10:
                start = time.process_time()
                tf.matmul(matrix, matrix).numpy()
                seconds[matrix.dtype].append(time.process_time() - start)

        assert np.median(seconds[tf.float64]) > np.median(seconds[tf.float32])

    @corrects("A3.3")
    def test_keras_casts_down(self, device):
        """A Keras layer casts NumPy's float64 input to its own type, **float32** by default.

        So the layer computes at 32-bit cost, unless the layer itself is asked for float64.
        """
        batch = np.ones([1, 3])
        layer = tf.keras.layers.Dense(2)
        wide_layer = tf.keras.layers.Dense(2, dtype="float64")

        assert batch.dtype == np.float64
        assert layer(batch).dtype == tf.float32
        assert wide_layer(batch).dtype == tf.float64
