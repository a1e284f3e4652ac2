"""Do you get the same result with `tf.range(10)` and `tf.constant(np.arange(10))`?

No: the **numbers** are equal, the types are not. TensorFlow defaults to 32 bits, NumPy to 64. So
`tf.range(10)` counts in **int32**, while `np.arange(10)` is an **int64** array (on Linux and
macOS), and `tf.constant` keeps an array's type. By default TensorFlow's operators do not promote:
even `==` between the two tensors is an error, unless one of them is **cast** or made with a
`dtype`. The wider type takes twice the memory. It buys **range** past 2³¹ − 1, which sums can need.
"""

import time

import numpy as np
import pytest
import tensorflow as tf

from answer_key import about, confirms, core, corrects, holds


def add_with_numpy_behavior():
    """Add the two tensors after switching the whole process to NumPy's promotion."""
    tf.experimental.numpy.experimental_enable_numpy_behavior()
    counted, converted = tf.range(3), tf.constant(np.arange(3))
    total = counted + converted
    return total.dtype.name, total.numpy().tolist(), (counted == converted).numpy().tolist()


class TestElementTypes:
    """The two tensors differ in their element type."""

    @core
    @confirms("A3.1", "A3.2", "B3.2")
    def test_range_is_int32(self, device, execute):
        """`tf.range` of a Python int that fits in 32 bits makes an **int32** tensor.

        TensorFlow defaults to 32 bits, which cost less (`q03::TestCost::test_bytes`): see the
        [guide to tensors](https://www.tensorflow.org/guide/tensor).
        """
        numbers = execute(tf.range, 10)

        print(numbers)
        assert numbers.dtype == tf.int32

    @core
    @confirms("A3.1", "A3.2", "B3.2")
    def test_constant_of_arange_is_int64(self, device, execute):
        """`np.arange(10)` is an int64 array, and `tf.constant` keeps its type: **int64**.

        That is NumPy's default integer on 64-bit Linux and macOS. On Windows it had 32 bits
        [before NumPy 2](https://numpy.org/doc/stable/release/2.0.0-notes.html).
        """
        array = np.arange(10)

        def convert():
            return tf.constant(array)

        numbers = execute(convert)

        print(numbers)
        assert array.dtype == np.dtype("int64")
        assert numbers.dtype == tf.int64


class TestValues:
    """The two tensors' values are equal, yet `==` refuses to compare them."""

    @core
    @confirms("B3.1")
    def test_values_are_equal(self, device):
        """The two tensors hold equal numbers, as a **cast** to one type shows.

        So the calls agree in what is counted, and differ in how it is stored. See
        [tf.cast](https://www.tensorflow.org/api_docs/python/tf/cast).
        """
        counted = tf.range(10)
        converted = tf.constant(np.arange(10))

        equal = tf.cast(counted, tf.int64) == converted

        print(equal)
        assert converted.numpy().tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
        assert equal.numpy().tolist() == [True] * 10

    @core
    def test_comparison_is_refused(self, device):
        """Eagerly, comparing the two tensors with `==` raises **`InvalidArgumentError`**.

        TensorFlow does not promote one type to the other, as NumPy does, not even to compare. See
        [type promotion](https://www.tensorflow.org/guide/tf_numpy_type_promotion).
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
        """Of int32, int64, float32 and float64, `tf.range` takes its arguments' **highest** type.

        The [reference](https://www.tensorflow.org/api_docs/python/tf/range) gives the order.
        """
        numbers = tf.range(tf.constant(0, start), tf.constant(3, limit))

        assert numbers.dtype == result

    @holds("tensorflow<2.18")
    @pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
    @about("tf.range(dtype=*float16)")
    def test_range_refused_16_bits(self, dtype):
        """Before 2.18, `tf.range` did not count in **float16** or bfloat16, but failed."""
        with pytest.raises(AssertionError):
            tf.range(tf.constant(3.0, dtype))

    @holds("tensorflow>=2.18", was="test_range_refused_16_bits", otherwise=AssertionError)
    @pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
    def test_range_counts_in_16_bits(self, dtype):
        """From 2.18 on, `tf.range` counts eagerly in **float16** and bfloat16, too.

        In a graph, numbers that are known while it is traced are still refused in float16.
        """
        numbers = tf.range(tf.constant(3.0, dtype))

        assert numbers.dtype == dtype
        assert tf.cast(numbers, tf.int32).numpy().tolist() == [0, 1, 2]

    @holds("tensorflow<2.22")
    @pytest.mark.parametrize("limit", [np.int8(3), np.int16(3)])
    def test_range_refused_short_integers(self, limit):
        """Before 2.22, `tf.range` without `dtype` refused limits of type **int8** and int16."""
        with pytest.raises(AssertionError):
            tf.range(limit)

    @holds("tensorflow>=2.22", was="test_range_refused_short_integers", otherwise=AssertionError)
    @pytest.mark.parametrize("limit", [np.int8(3), np.int16(3)])
    def test_range_widens_short_integers(self, limit):
        """From 2.22 on, `tf.range` counts to limits of type int8 and int16 in **int32**."""
        numbers = tf.range(limit)

        assert numbers.dtype == tf.int32
        assert numbers.numpy().tolist() == [0, 1, 2]

    def test_numpy_limit_keeps_its_type(self, device):
        """A small Python limit makes `tf.range` count in 32 bits, a 64-bit NumPy limit in **64**.

        A product that NumPy computes of Python numbers, as here, has NumPy's type.
        """
        assert tf.range(10).dtype == tf.int32
        assert tf.range(10.0).dtype == tf.float32
        assert tf.range(np.prod([2, 5])).dtype == tf.int64
        assert tf.range(np.prod([2.0, 5.0])).dtype == tf.float64

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
        """By default, `tf.constant` gives Python's floats, and ints that all fit, **32** bits."""
        tensor = tf.constant(value)

        assert tensor.dtype == result

    @core
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
        """`tf.constant` **keeps** the element type of a NumPy array of numbers.

        It is NumPy that chose the type. To get another, ask for it:
        `q03::TestMakingThemAgree::test_dtype_on_either_side`.
        """
        array = np.ones(3, dtype=array_type)

        assert tf.constant(array).dtype == tensor_type

    @pytest.mark.parametrize(
        "number, eagerly, in_a_graph",
        [("int64", "int32", "int32"), ("float64", "float64", "float32")],
    )
    def test_lists_of_numpy_numbers(self, number, eagerly, in_a_graph):
        """By itself, `tf.constant` can narrow a **list** of NumPy numbers to 32 bits, but no array.

        The list of float64 numbers even changes its type between eager mode and a graph. Eagerly, a
        list of int64 arrays is narrowed to int32, too, if the numbers fit, also by `tf.stack`;
        `tf.concat` keeps int64.
        """
        array = np.ones(3, dtype=number)

        @tf.function
        def traced():
            return tf.constant(list(array))

        assert tf.constant(array).dtype == number
        assert tf.constant(list(array)).dtype == eagerly
        assert traced().dtype == in_a_graph


class TestInAGraph:
    """In a graph, `tf.range` is a computation, and the array is data."""

    @confirms("A3.2")
    def test_graph_stores_the_constant(self):
        """In a graph, `tf.range` is a computation; `tf.constant` **stores** an array's numbers.

        Ten thousand int64 numbers add 80 000 bytes to the graph, the range a few hundred. See the
        [guide to graphs](https://www.tensorflow.org/guide/intro_to_graphs).
        """
        with tf.Graph().as_default() as computing:
            counted = tf.range(10_000)
        with tf.Graph().as_default() as storing:
            converted = tf.constant(np.arange(10_000))

        assert counted.op.type == "Range"
        assert converted.op.type == "Const"
        assert computing.as_graph_def().ByteSize() < 1_000
        assert storing.as_graph_def().ByteSize() > 80_000

    def test_range_counts_to_a_tensor(self):
        """In a `tf.function`, **`tf.range`** can count to a tensor's value, `np.arange` cannot.

        NumPy needs the number itself, which a tensor does not have while the function is traced.
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
    """When the two types meet in an operator, tensors refuse; beside `+`, an array gives in."""

    @core
    def test_addition_is_refused(self, device):
        """Adding the two tensors eagerly raises **`InvalidArgumentError`**.

        To choose a type silently could lose digits, or double the memory: TensorFlow makes you
        choose. See [type promotion](https://www.tensorflow.org/guide/tf_numpy_type_promotion).
        """
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

    @core
    def test_raw_array_takes_the_tensors_type(self, device):
        """Beside `+`, a NumPy array of int64 takes on the tensor's type: **int32**.

        TensorFlow has to convert the array anyway, on either side, and converts it to that type. A
        trap: so an array of floats loses its fractions,
        `q02::TestScalars::test_arrays_are_cast_too`.
        """
        tensor = tf.range(3)
        array = np.arange(3)

        print(tensor + array)
        assert (tensor + array).dtype == tf.int32
        assert (array + tensor).dtype == tf.int32

    def test_first_argument_sets_the_type(self, device):
        """In `tf.add` the **first** argument sets the type, be it an array; eagerly, not in `tf.maximum`."""
        tensor = tf.range(3)
        array = np.arange(3)

        assert tf.add(tensor, array).dtype == tf.int32
        assert tf.maximum(array, tensor).dtype == tf.int32
        with pytest.raises(tf.errors.InvalidArgumentError, match="int64 tensor but is a int32"):
            tf.add(array, tensor)


class TestOverflow:
    """Past 2³¹ − 1, int32 wraps and int64 counts on."""

    def test_int32_wraps(self, device, execute):
        """One past 2³¹ − 1, an int32 tensor silently wraps to **-2147483648**; int64 counts on.

        See the [ranges of the types](https://www.tensorflow.org/api_docs/python/tf/dtypes).
        """
        largest = 2**31 - 1

        def add():
            converted = tf.constant(np.arange(largest - 1, largest))
            return tf.range(largest - 1, largest) + 2, converted + 2

        counted, converted = execute(add)

        print(counted, converted, sep="\n")
        assert counted.numpy().tolist() == [-2147483648]
        assert converted.numpy().tolist() == [2147483648]

    def test_narrowing_wraps(self, device, execute):
        """Narrowed to int32 by `dtype` or `tf.cast`, an int64 past 2³¹ − 1 silently **wraps**.

        Instead: `tf.saturate_cast` stops at the largest int32.
        """
        array = np.array([2**31])

        def narrow():
            converted = tf.constant(array)
            narrowed = tf.constant(array, dtype=tf.int32)
            return narrowed, tf.cast(converted, tf.int32), tf.saturate_cast(converted, tf.int32)

        narrowed, cast, saturated = execute(narrow)

        assert narrowed.numpy().tolist() == [-2147483648]
        assert cast.numpy().tolist() == [-2147483648]
        assert saturated.numpy().tolist() == [2147483647]

    @core
    @corrects("A3.3")
    def test_sum_needs_int64(self, device):
        """`tf.reduce_sum(tf.range(100_000))` wraps to **704982704**; in int64 it is 4999950000.

        A sum has the type of its terms, so 64 bits are needed before it is taken. To keep int32
        elsewhere, `tf.cast` the terms. See
        [tf.reduce_sum](https://www.tensorflow.org/api_docs/python/tf/math/reduce_sum).
        """
        counted = tf.range(100_000)
        converted = tf.constant(np.arange(100_000))

        print(tf.reduce_sum(counted), tf.reduce_sum(converted), sep="\n")
        assert tf.reduce_sum(counted).numpy() == 704982704
        assert tf.reduce_sum(tf.cast(counted, tf.int64)).numpy() == 4999950000
        assert tf.reduce_sum(converted).numpy() == 4999950000

    def test_large_python_ints_are_int64(self, device):
        """Among ints, one that needs 64 bits makes `tf.range` and `tf.constant` take **int64**."""
        counted = tf.range(2**31 - 2, 2**31 + 1)

        print(counted)
        assert counted.dtype == tf.int64
        assert tf.constant(2**31).dtype == tf.int64
        assert tf.constant(-(2**31) - 1).dtype == tf.int64
        assert tf.constant(2**31 - 1).dtype == tf.int32


class TestMakingThemAgree:
    """The two agree when one side names the other's type; with promotion on, `==` at least compares them."""

    @core
    @confirms("B3.2")
    def test_dtype_on_either_side(self, device):
        """Given the other's type as **`dtype`**, `tf.range`, `np.arange` or `tf.constant` agrees.

        The way out of the error; `np.arange` is given NumPy's own type, `np.int32`. Int32 is enough
        for numbers and sums below 2³¹; larger ones wrap:
        `q03::TestOverflow::test_narrowing_wraps`. See
        [tf.range](https://www.tensorflow.org/api_docs/python/tf/range).
        """
        widened = tf.range(10, dtype=tf.int64) == tf.constant(np.arange(10))
        narrowed = tf.range(10) == tf.constant(np.arange(10), dtype=tf.int32)
        narrow_array = tf.range(10) == tf.constant(np.arange(10, dtype=np.int32))

        assert widened.numpy().tolist() == [True] * 10
        assert narrowed.numpy().tolist() == [True] * 10
        assert narrow_array.numpy().tolist() == [True] * 10

    def test_numpy_behavior_promotes(self, fresh_process):
        """After `experimental_enable_numpy_behavior()`, `==` compares the two tensors; `+` makes **int64**.

        The switch holds for the whole process: `q02::TestExperimentalNumpy::test_numpy_behaviour`.
        See the [guide](https://www.tensorflow.org/guide/tf_numpy).
        """
        dtype, total, equal = fresh_process(add_with_numpy_behavior)

        assert dtype == "int64"
        assert total == [0, 2, 4]
        assert equal == [True, True, True]


class TestCost:
    """64 bits cost memory, and can cost time; fitting a line need not gain from them."""

    @core
    @confirms("A3.3")
    def test_bytes(self, device):
        """Ten numbers take **40** bytes in int32 and **80** in int64.

        To save more, see [mixed precision](https://www.tensorflow.org/guide/mixed_precision).
        """
        counted = tf.range(10)
        converted = tf.constant(np.arange(10))

        assert counted.numpy().nbytes == 40
        assert converted.numpy().nbytes == 80

    @core
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
        """NumPy's `zeros`, `ones` and `eye` make float64, TensorFlow's **float32**.

        By default NumPy takes 64 bits and TensorFlow 32: `q02::TestElementTypes::test_defaults`.
        """
        array = getattr(np, function)(3)
        tensor = getattr(tf, function)(3)

        assert array.dtype == in_numpy
        assert tensor.dtype == in_tensorflow

    @confirms("A3.3")
    @pytest.mark.parametrize("dtype, loss", [("float32", 0.02425), ("float64", 0.02425)])
    def test_training_needs_no_float64(self, dtype, loss):
        """Fitting a line can end at the **same** loss, to 5 decimals, in float32 and in float64.

        A toy shows no more than that. Many models can be trained in 16 bits for the most part:
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
        """On a CPU, multiplying large float64 matrices takes **longer** than float32 ones.

        What is measured is the computing time of this process.
        """
        with tf.device("/CPU:0"):
            narrow = tf.ones([512, 512])
            wide = tf.cast(narrow, tf.float64)
            seconds = {tf.float32: [], tf.float64: []}
            for matrix in [narrow, wide] * 10:
                start = time.process_time()
                tf.matmul(matrix, matrix).numpy()
                seconds[matrix.dtype].append(time.process_time() - start)

        assert np.median(seconds[tf.float64]) > np.median(seconds[tf.float32])

    @corrects("A3.3")
    def test_keras_casts_down(self, device):
        """A Keras layer such as `Dense` casts NumPy's float64 to its own type, by default **float32**.

        So the layer computes at 32-bit cost, unless the layer itself is asked for float64.
        """
        batch = np.ones([1, 3])
        layer = tf.keras.layers.Dense(2)
        wide_layer = tf.keras.layers.Dense(2, dtype="float64")

        assert batch.dtype == np.float64
        assert layer(batch).dtype == tf.float32
        assert wide_layer(batch).dtype == tf.float64

    def test_int32_is_kept_by_the_cpu(self, gpu):
        """A GPU keeps int64 and float tensors itself, but leaves those of **int32** to the CPU.

        `backing_device` tells where a tensor's memory is.
        """
        counted = tf.range(10)
        converted = tf.constant(np.arange(10))

        assert "/device:CPU:0" in counted.backing_device
        assert "/device:GPU:0" in converted.backing_device
        assert "/device:GPU:0" in tf.ones([10]).backing_device
