"""Is TensorFlow a drop-in replacement for NumPy? What are the main differences between the two?

**No**: broadcasting and slices work mostly alike, arrays and tensors mix, but code for one often
breaks on the other.

- Many **names** differ: `np.sum` is `tf.reduce_sum`, methods are functions.
- Tensors are **immutable**; a transpose is a copy, not a view.
- TensorFlow defaults to **32 bits** and refuses to add int32 and float32 tensors; NumPy promotes.
- **Indexing** by a list of rows is `tf.gather`.
- Tensors live on a **device**, maybe a GPU.
- NumPy by itself stops **gradients** and adds nothing to a graph.
- Operations have an **overhead**: NumPy adds few numbers faster.

`tf.experimental.numpy` has about half of NumPy's functions outside submodules.
"""

import math
import operator
import platform
import random
import time
import timeit
import warnings

import numpy as np
import pytest
import tensorflow as tf

from answer_key import about, confirms, core, corrects, holds

# A bool tensor cannot be added at all; for other types the two must be the same.
REFUSAL = r"of bool is not in the list|was expected to be a"


def aligned_zeros(length):
    """Float32 zeros that begin at a multiple of 64 bytes, which NumPy does not promise."""
    buffer = np.zeros(4 * length + 64, np.uint8)
    start = -buffer.ctypes.data % 64
    return buffer[start : start + 4 * length].view(np.float32)


def shares_memory(one, other):
    """Whether two tensors on the CPU overlap in memory; `np.asarray` only looks at them."""
    return bool(np.shares_memory(np.asarray(one), np.asarray(other)))


def promotion_table(**switches):
    """The type of each sum of two tensors under NumPy behaviour; `-` where it is refused."""
    tf.config.set_visible_devices([], "GPU")
    tf.experimental.numpy.experimental_enable_numpy_behavior(**switches)
    names = {"u8": "uint8", "i8": "int8", "i16": "int16", "i32": "int32", "i64": "int64"}
    names |= {"f16": "float16", "bf16": "bfloat16", "f32": "float32", "f64": "float64"}
    short = {name: letters for letters, name in names.items()}
    ones = {letters: tf.ones([1], name) for letters, name in names.items()}

    def total(left, right):
        try:
            return short[(ones[left] + ones[right]).dtype.name]
        except TypeError:
            return "-"

    return [" ".join(f"{total(left, right):4}" for right in names).rstrip() for left in names]


def promotion_table_of(mode):
    """The promotion table of a `dtype_conversion_mode`."""
    return promotion_table(dtype_conversion_mode=mode)


def sum_in_mode(mode):
    """The type of an int32 plus a float32 tensor in a `dtype_conversion_mode`."""
    tf.config.set_visible_devices([], "GPU")
    tf.experimental.numpy.experimental_enable_numpy_behavior(dtype_conversion_mode=mode)
    return (tf.constant([1]) + tf.constant([0.5])).dtype.name


def function_in_mode(mode):
    """The type that `tf.add` makes of an int32 and a float32 in a `dtype_conversion_mode`."""
    tf.config.set_visible_devices([], "GPU")
    tf.experimental.numpy.experimental_enable_numpy_behavior(dtype_conversion_mode=mode)
    return tf.add(tf.constant([1]), tf.constant([0.5])).dtype.name


def weak_sums():
    """In mode "all", the types of float16 plus 1.5: as a Python number's tensor, as a float32."""
    tf.config.set_visible_devices([], "GPU")
    tf.experimental.numpy.experimental_enable_numpy_behavior(dtype_conversion_mode="all")
    half = tf.ones([1], tf.float16)
    return [(half + tf.constant(1.5)).dtype.name, (half + tf.constant(1.5, tf.float32)).dtype.name]


def promotion_switched_off():
    """A sum under NumPy behaviour, then in its mode "off" a transpose and a sum; `-` is refused."""
    tf.config.set_visible_devices([], "GPU")
    tf.experimental.numpy.experimental_enable_numpy_behavior()
    before = (tf.constant([1]) + tf.constant([0.5])).dtype.name
    tf.experimental.numpy.experimental_enable_numpy_behavior(dtype_conversion_mode="off")
    transposed = tf.constant([[1, 2], [3, 4]]).T.numpy().tolist()
    try:
        return before, transposed, (tf.constant([1]) + tf.constant([0.5])).dtype.name
    except tf.errors.InvalidArgumentError:
        return before, transposed, "-"


def float_preferring_float32():
    """The type of a Python float's array if float32 is preferred."""
    tf.config.set_visible_devices([], "GPU")
    tf.experimental.numpy.experimental_enable_numpy_behavior(prefer_float32=True)
    return tf.experimental.numpy.asarray(1.5).dtype.name


def devices_of_two_sums():
    """Where two sums live that were computed on the two halves of the CPU."""
    tf.config.set_visible_devices([], "GPU")
    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
    sums = []
    for name in ("/CPU:0", "/CPU:1"):
        with tf.device(name):
            sums.append(tf.constant(1.0) + tf.constant(2.0))
    return [total.device[-5:] for total in sums]


def numpy_behaviour():
    """What NumPy behaviour adds to a tensor that was there before it was switched on."""
    tf.config.set_visible_devices([], "GPU")
    matrix = tf.constant([[1, 2], [3, 4]])
    tf.experimental.numpy.experimental_enable_numpy_behavior()
    return {
        "matrix.T": matrix.T.numpy().tolist(),
        "matrix.reshape(4)": matrix.reshape(4).numpy().tolist(),
        "matrix.astype(np.float32)": matrix.astype(np.float32).numpy().tolist(),
        "matrix[[1, 0]]": matrix[[1, 0]].numpy().tolist(),
        "matrix + 0.5": (matrix + 0.5).numpy().tolist(),
    }


def assign_under_numpy_behaviour():
    """Item assignment with NumPy behaviour switched on."""
    tf.config.set_visible_devices([], "GPU")
    tf.experimental.numpy.experimental_enable_numpy_behavior()
    tf.constant([1, 2])[0] = 9


def mean_under_numpy_behaviour():
    """Two means of the same integers with NumPy behaviour switched on."""
    tf.config.set_visible_devices([], "GPU")
    tf.experimental.numpy.experimental_enable_numpy_behavior()
    numbers = tf.constant([1, 2])
    return float(numbers.mean()), float(tf.reduce_mean(numbers))


class TestNames:
    """Many functions and methods have other names, or none."""

    @core
    @confirms("A2.1")
    @pytest.mark.parametrize(
        "numpy_name, tensorflow_name, result",
        [
            ("sum", "reduce_sum", 10.0),
            ("prod", "reduce_prod", 24.0),
            ("mean", "reduce_mean", 2.5),
            ("max", "reduce_max", 4.0),
            ("min", "reduce_min", 1.0),
        ],
    )
    def test_reductions_have_a_prefix(self, numpy_name, tensorflow_name, result):
        """NumPy's `sum`, `prod`, `mean`, `max`, `min` are called **`reduce_…`** in TensorFlow.

        Only the name differs here. All are in the
        [reference](https://www.tensorflow.org/api_docs/python/tf/math).
        """
        matrix = [[1.0, 2.0], [3.0, 4.0]]

        assert getattr(np, numpy_name)(matrix) == result
        assert getattr(tf, tensorflow_name)(matrix).numpy() == result
        assert not hasattr(tf, numpy_name)

    @confirms("A2.1")
    @pytest.mark.parametrize(
        "numpy_name, tensorflow_name, arguments, result",
        [
            ("arange", "range", (3,), [0, 1, 2]),
            ("full", "fill", ((2,), 7), [7, 7]),
            ("concatenate", "concat", (([1], [2]), 0), [1, 2]),
            ("take", "gather", ([5, 6, 7], [2, 0]), [7, 5]),
            ("flip", "reverse", ([1, 2, 3], (0,)), [3, 2, 1]),
            ("clip", "clip_by_value", ([1, 5, 9], 2, 8), [2, 5, 8]),
            ("power", "pow", ([2, 3], 2), [4, 9]),
            ("absolute", "abs", ([-1, 1],), [1, 1]),
            ("log", "math.log", ([1.0],), [0.0]),
            ("cumprod", "math.cumprod", ([1, 2, 3],), [1, 2, 6]),
            ("var", "math.reduce_variance", ([1.0, 3.0],), 1.0),
            ("argwhere", "where", ([True, False, True],), [[0], [2]]),
            ("bincount", "math.bincount", ([0, 1, 1],), [1, 2]),
        ],
    )
    def test_other_names(self, numpy_name, tensorflow_name, arguments, result):
        """Many of NumPy's functions have a counterpart under **another name**."""
        array = getattr(np, numpy_name)(*arguments)
        tensor = operator.attrgetter(tensorflow_name)(tf)(*arguments)

        assert array.tolist() == result
        assert tensor.numpy().tolist() == result
        assert not hasattr(tf, numpy_name)

    @core
    @confirms("A2.1")
    @pytest.mark.parametrize(
        "attribute, instead",
        [
            ("T", "transpose"),
            ("reshape", "reshape"),
            ("astype", "cast"),
            ("sum", "reduce_sum"),
            ("argmax", "argmax"),
            ("copy", "identity"),
            ("size", "size"),
        ],
    )
    def test_arrays_have_methods(self, attribute, instead):
        """An array's methods such as `reshape` and `sum` are **functions** in TensorFlow.

        So what reads from left to right in NumPy, such as `array.reshape(4).sum()`, is nested:
        `tf.reduce_sum(tf.reshape(tensor, [4]))`.
        """
        array = np.ones([2, 2])
        tensor = tf.ones([2, 2])

        assert hasattr(array, attribute)
        with pytest.raises(AttributeError, match=f"no attribute '{attribute}'"):
            getattr(tensor, attribute)
        assert callable(getattr(tf, instead))

    @confirms("A2.1")
    @pytest.mark.parametrize("name", ["interp", "gradient", "polyfit", "unwrap"])
    def test_functions_without_counterpart(self, name):
        """`np.interp`, `np.gradient` and some others have **no counterpart** of their name in TensorFlow.

        For some, look in
        [TensorFlow Probability](https://www.tensorflow.org/probability/api_docs/python/tfp/math),
        another package.
        """
        places = [tf, tf.math, tf.linalg, tf.signal, tf.keras, tf.experimental.numpy]
        places += [tf.keras.ops] if hasattr(tf.keras, "ops") else []

        assert callable(getattr(np, name))
        assert not any(hasattr(place, name) for place in places)

    @core
    @confirms("A2.1")
    def test_argmax_without_an_axis(self, device):
        """Without an axis, `np.argmax` searches the flat array, `tf.argmax` works along **axis 0**.

        The same name does not promise the same function.
        """
        matrix = [[1.0, 2.0], [4.0, 3.0]]

        assert np.argmax(matrix) == 2
        assert tf.argmax(matrix).numpy().tolist() == [1, 1]

    @confirms("A2.1")
    def test_where_returns_rows(self):
        """`np.where(mask)` returns an array per axis, `tf.where(mask)` a **row** per `True`."""
        mask = [[True, False], [True, True]]

        rows, columns = np.where(mask)
        hits = tf.where(mask)

        print(hits)
        assert (rows.tolist(), columns.tolist()) == ([0, 1, 1], [0, 0, 1])
        assert hits.numpy().tolist() == [[0, 0], [1, 0], [1, 1]]

    @confirms("A2.1")
    def test_unique_keeps_the_order(self):
        """`np.unique` sorts what it finds; `tf.unique` keeps the order of **first appearance**."""
        numbers = [3, 1, 3, 2]

        assert np.unique(numbers).tolist() == [1, 2, 3]
        print(tf.unique(numbers).y)
        assert tf.unique(numbers).y.numpy().tolist() == [3, 1, 2]

    @confirms("A2.1")
    def test_matmul_of_vectors(self):
        """`np.matmul` multiplies two vectors; `tf.matmul` needs **two axes** or more."""
        left, right = [1.0, 2.0], [3.0, 4.0]

        with tf.Graph().as_default(), pytest.raises(ValueError, match="rank 2"):
            tf.matmul(left, right)
        assert np.matmul(left, right) == 11.0
        assert tf.matmul([left], [[3.0], [4.0]]).numpy().tolist() == [[11.0]]
        assert tf.matmul(tf.ones([5, 1, 2]), tf.ones([5, 2, 1])).shape == (5, 1, 1)

    @confirms("A2.1")
    def test_products_of_vectors(self):
        """What `np.matmul` does with vectors, **`tf.linalg.matvec`** and `tf.tensordot` do."""
        matrix, vector = [[1.0, 2.0], [3.0, 4.0]], [1.0, 10.0]

        assert np.matmul(matrix, vector).tolist() == [21.0, 43.0]
        assert tf.linalg.matvec(matrix, vector).numpy().tolist() == [21.0, 43.0]
        assert np.matmul(vector, vector) == 101.0
        assert tf.tensordot(vector, vector, axes=1).numpy() == 101.0

    @holds("tensorflow<2.22", otherwise=ValueError)
    def test_matmul_of_vectors_was_an_invalid_argument(self):
        """Before TensorFlow 2.22, `tf.matmul` of vectors raised **`InvalidArgumentError`** eagerly."""
        vector = tf.constant([1.0, 2.0])

        with pytest.raises(tf.errors.InvalidArgumentError, match=r"ndims must be (>=|==) 2"):
            tf.matmul(vector, vector)

    @holds(
        "tensorflow>=2.22",
        otherwise=tf.errors.InvalidArgumentError,
        was="test_matmul_of_vectors_was_an_invalid_argument",
    )
    def test_matmul_of_vectors_is_a_value_error(self):
        """From TensorFlow 2.22 on, `tf.matmul` of vectors raises a **`ValueError`** eagerly, too.

        In a graph it did before, too, if the rank is known while it is traced:
        `q02::TestNames::test_matmul_of_vectors`.
        Instead: catch `ValueError`, or better, check the number of axes before.
        """
        vector = tf.constant([1.0, 2.0])

        with pytest.raises(ValueError, match="must be at least rank 2"):
            tf.matmul(vector, vector)

    def test_shape_is_no_tuple(self):
        """A tensor's `shape` is a **`TensorShape`**: it can equal a tuple, but is not one.

        From Keras 3 on, the shape of Keras's `Input`, which holds no numbers, is a tuple:
        `q07::TestConfigAndSaving::test_shape_of_an_input_is_a_tuple`.
        """
        array = np.ones([2, 3])
        tensor = tf.ones([2, 3])

        assert isinstance(array.shape, tuple)
        assert not isinstance(tensor.shape, tuple)
        assert isinstance(tensor.shape, tf.TensorShape)
        assert tensor.shape == (2, 3)

    @core
    def test_shape_may_be_unknown(self):
        """In a graph `tensor.shape` may hold **`None`**; `tf.shape(tensor)` is known at each run.

        The first is what is known while a `tf.function` is traced, that is, recorded as a graph.
        The second is an operation of that graph.
        """
        known = []

        @tf.function(input_signature=[tf.TensorSpec([None, 2])])
        def shape(tensor):
            known.append(tensor.shape.as_list())
            return tf.shape(tensor)

        assert shape(tf.ones([5, 2])).numpy().tolist() == [5, 2]
        assert known == [[None, 2]]


class TestWhatIsAlike:
    """Broadcasting, rounding and integer overflow mostly carry over."""

    @core
    @confirms("B2.1")
    @pytest.mark.parametrize(
        "left, right, result",
        [
            ((3,), (2, 3), (2, 3)),
            ((3, 1), (4,), (3, 4)),
            ((), (2, 2), (2, 2)),
            ((2, 1, 3), (5, 1), (2, 5, 3)),
            ((0, 1), (1, 4), (0, 4)),
        ],
    )
    def test_broadcasting(self, execute, left, right, result):
        """Operators such as `+` **broadcast** shapes of up to five axes by the same rules in both.

        An axis of length 1 is stretched to fit, and so is one that is missing in front. Guide:
        [broadcasting](https://www.tensorflow.org/guide/tensor#broadcasting).
        """
        tensor = execute(tf.add, tf.ones(left), tf.ones(right))

        assert (np.ones(left) + np.ones(right)).shape == result
        assert tensor.shape == result

    @confirms("B2.1")
    def test_shapes_that_do_not_broadcast(self):
        """Eagerly, `+` of shapes that do not fit is an **`InvalidArgumentError`**; in NumPy, `ValueError`.

        `==` does not raise: `q02::TestEquality::test_unequal_shapes`.
        """
        with pytest.raises(ValueError, match="could not be broadcast"):
            np.ones([2]) + np.ones([3])

        mismatch = "Incompatible shapes|required broadcastable shapes"
        with pytest.raises(tf.errors.InvalidArgumentError, match=mismatch):
            tf.ones([2]) + tf.ones([3])
        assert not issubclass(tf.errors.InvalidArgumentError, ValueError)

    @confirms("B2.1")
    def test_floor_division(self, execute):
        """Of ints, `//` rounds **down** and `%` takes the divisor's sign, as in NumPy."""

        def divide(x):
            return x // 2, x % 3

        quotient, remainder = execute(divide, tf.constant([7, -7]))

        assert (np.array([7, -7]) // 2).tolist() == [3, -4]
        assert quotient.numpy().tolist() == [3, -4]
        assert remainder.numpy().tolist() == [1, 2]

    @confirms("B2.1")
    def test_round_half_to_even(self, execute):
        """`np.round` and `tf.round` round a half to the **even neighbour**."""
        halves = [0.5, 1.5, 2.5]

        assert np.round(halves).tolist() == [0.0, 2.0, 2.0]
        assert execute(tf.round, tf.constant(halves)).numpy().tolist() == [0.0, 2.0, 2.0]

    @confirms("B2.1")
    def test_integers_wrap_around(self, execute):
        """Added integer arrays, like integer tensors, **wrap around** silently at an overflow."""
        largest = [127]

        array = np.array(largest, np.int8) + np.array([1], np.int8)
        tensor = execute(tf.add, tf.constant(largest, tf.int8), tf.constant([1], tf.int8))

        print(tensor)
        assert array.tolist() == [-128]
        assert tensor.numpy().tolist() == [-128]

    def test_reshape_keeps_the_order(self):
        """By default, a reshape keeps the **order** of the elements in both; it does not swap axes.

        Reshaping to swap axes runs and scrambles the rows.
        Instead: `tf.transpose`.
        A `-1` in a shape stands for whatever fits.
        """
        matrix = tf.constant([[1, 2, 3], [4, 5, 6]])

        assert np.reshape(matrix.numpy(), [3, 2]).tolist() == [[1, 2], [3, 4], [5, 6]]
        assert tf.reshape(matrix, [3, 2]).numpy().tolist() == [[1, 2], [3, 4], [5, 6]]
        assert tf.reshape(matrix, [3, -1]).shape == (3, 2)
        assert tf.transpose(matrix).numpy().tolist() == [[1, 4], [2, 5], [3, 6]]


@pytest.mark.usefixtures("cpu")
class TestMutability:
    """Arrays can be changed in place, tensors cannot."""

    @confirms("A2.2")
    def test_arrays_accept_assignment(self):
        """An array's elements can be **assigned**.

        But not those of a read-only one: `q02::TestMemory::test_asarray_is_a_read_only_view`.
        Guides: [tensors](https://www.tensorflow.org/guide/tensor),
        [variables](https://www.tensorflow.org/guide/variable).
        """
        array = np.array([1, 2, 3])

        array[0] = 9

        assert array.tolist() == [9, 2, 3]

    @core
    @confirms("A2.2", "B2.1")
    def test_tensors_refuse_assignment(self):
        """A tensor is **immutable**: its elements cannot be assigned.

        So what was computed from it, or recorded for its gradient, stays right. But some functions
        share an array's memory: `q02::TestMemory::test_some_functions_share_memory`.
        Instead: make a new tensor, or use a `tf.Variable`.
        """
        tensor = tf.constant([1, 2, 3])

        with pytest.raises(TypeError, match="does not support item assignment"):
            tensor[0] = 9
        assert tensor.numpy().tolist() == [1, 2, 3]

    @core
    @confirms("A2.2")
    def test_scatter_makes_a_new_tensor(self):
        """`tf.tensor_scatter_nd_update` returns a **new** tensor with some elements replaced.

        It stands for `array[0] = 9`. Whoever holds the old tensor still has the old elements.
        """
        tensor = tf.constant([1, 2, 3])

        updated = tf.tensor_scatter_nd_update(tensor, indices=[[0]], updates=[9])

        print(updated)
        assert updated.numpy().tolist() == [9, 2, 3]
        assert tensor.numpy().tolist() == [1, 2, 3]

    @core
    @confirms("A2.2", "B2.1")
    def test_augmented_assignment_rebinds(self):
        """`+= 1` changes an array in place, but only **rebinds** the name of a tensor.

        Whoever else holds the array sees the change; who holds the tensor does not.
        """
        array = same_array = np.array([1, 2])
        tensor = same_tensor = tf.constant([1, 2])

        array += 1
        tensor += 1

        print(same_array, same_tensor.numpy())
        assert same_array.tolist() == [2, 3]
        assert same_tensor.numpy().tolist() == [1, 2]
        assert tensor.numpy().tolist() == [2, 3]

    def test_array_plus_equals_tensor(self):
        """`array += tensor` leaves the array as it was and **rebinds** its name to a tensor."""
        array = same_array = np.array([1.0, 2.0])

        array += tf.constant([1.0, 1.0])

        print(array)
        assert isinstance(array, tf.Tensor)
        assert array.numpy().tolist() == [2.0, 3.0]
        assert same_array.tolist() == [1.0, 2.0]

    @core
    def test_variables_are_mutable(self):
        """A tensor's mutable counterpart is **`tf.Variable`**, and that is not a `tf.Tensor`.

        It exists for what training changes: the weights of a model.
        """
        variable = same_variable = tf.Variable([1, 2, 3])

        variable.assign([4, 5, 6])
        variable[0].assign(9)

        print(same_variable.numpy())
        assert same_variable.numpy().tolist() == [9, 5, 6]
        assert not isinstance(variable, tf.Tensor)

    def test_variables_refuse_plain_assignment(self):
        """`variable[0] = 9` fails, as for a tensor; it is spelled **`variable[0].assign(9)`**."""
        variable = tf.Variable([1, 2, 3])

        with pytest.raises(TypeError, match="does not support item assignment"):
            variable[0] = 9
        variable[0].assign(9)
        assert variable.numpy().tolist() == [9, 2, 3]

    def test_variables_refuse_augmented_assignment(self):
        """`+=` on a `tf.Variable` is refused; **`assign_add`** changes it in place."""
        variable = tf.Variable([1, 2])

        with pytest.raises(RuntimeError, match="assign_add"):
            variable += 1
        variable.assign_add([1, 1])
        assert variable.numpy().tolist() == [2, 3]

    @confirms("A2.2")
    def test_a_value_read_from_a_variable_stays(self):
        """A tensor read from a variable **keeps** its value when the variable changes."""
        variable = tf.Variable([1.0, 2.0])
        before = tf.convert_to_tensor(variable)

        variable[0].assign(9.0)

        print(variable.numpy(), before.numpy())
        assert variable.numpy().tolist() == [9.0, 2.0]
        assert before.numpy().tolist() == [1.0, 2.0]


@pytest.mark.usefixtures("cpu")
class TestMemory:
    """Whether array and tensor share memory depends on the function that converts."""

    def test_numpy_method_copies(self):
        """`tensor.numpy()` of a tensor with axes is a writable **copy**.

        The control is `np.asarray`, which only looks at the tensor's memory.
        More on tensors in the [reference](https://www.tensorflow.org/api_docs/python/tf/Tensor).
        """
        tensor = tf.constant([1.0, 2.0])
        array = tensor.numpy()

        array[0] = 9.0

        assert tensor.numpy().tolist() == [1.0, 2.0]
        assert not np.shares_memory(array, np.asarray(tensor))
        assert np.shares_memory(np.asarray(tensor), np.asarray(tensor))

    def test_asarray_is_a_read_only_view(self):
        """On the CPU, `np.asarray` of a tensor of numbers shares its memory, and is **read-only**."""
        tensor = tf.constant([1.0, 2.0])
        view = np.asarray(tensor)

        assert np.shares_memory(view, memoryview(tensor))
        with pytest.raises(ValueError, match="read-only"):
            view[0] = 9.0
        assert np.array(tensor).flags.writeable

    @holds("numpy<2")
    @pytest.mark.filterwarnings("ignore:__array__ implementation")
    def test_variables_took_copy_false(self):
        """Before NumPy 2, `np.array(variable, copy=False)` made an **array** of the variable."""
        array = np.array(tf.Variable([1.0, 2.0]), copy=False)

        assert array.tolist() == [1.0, 2.0]

    @holds("numpy>=2", was="test_variables_took_copy_false")
    @pytest.mark.filterwarnings("ignore:__array__ implementation")
    def test_variables_refuse_copy_false(self):
        """From NumPy 2 on, `np.array(variable, copy=False)` raises a **`ValueError`**.

        NumPy 2 means it: no copy, or an error.
        Instead: `np.asarray(variable)`.
        """
        variable = tf.Variable([1.0, 2.0])

        with pytest.raises(ValueError, match="Unable to avoid copy"):
            np.array(variable, copy=False)
        assert np.asarray(variable).tolist() == [1.0, 2.0]

    @holds("tensorflow<2.13", otherwise=AssertionError)
    @pytest.mark.parametrize("function", ["constant", "convert_to_tensor", "identity"])
    def test_conversion_shared_memory(self, function):
        """Before TensorFlow 2.13, a tensor made of an aligned array in one piece **shared** its memory.

        So changing the array changed the tensor. Aligned, in one piece:
        `q02::TestMemory::test_some_functions_share_memory`.
        """
        array = aligned_zeros(16)
        tensor = getattr(tf, function)(array)

        array[0] = 9.0

        assert tensor.numpy()[0] == 9.0
        assert np.shares_memory(array, np.asarray(tensor))

    @holds("tensorflow>=2.13", otherwise=AssertionError, was="test_conversion_shared_memory")
    @pytest.mark.parametrize("function", ["constant", "convert_to_tensor", "identity"])
    def test_conversion_copies(self, function):
        """From TensorFlow 2.13 on, what `tf.constant` makes of an array is a **copy**.

        The control is DLPack, through which a tensor does share the array's memory.
        """
        array = aligned_zeros(16)
        tensor = getattr(tf, function)(array)
        sharing = tf.experimental.dlpack.from_dlpack(array.__dlpack__())

        array[0] = 9.0

        assert tensor.numpy()[0] == 0.0
        assert sharing.numpy()[0] == 9.0
        assert not np.shares_memory(array, np.asarray(tensor))

    def test_some_functions_share_memory(self):
        """Of an aligned array in one piece, `tf.expand_dims` makes a tensor that **shares** its memory.

        Aligned means that the array's memory begins at a multiple of 64 bytes; in one piece, that
        it has neither gaps, as a slice of columns has, nor another order, as a transpose has. So
        changing the array changes the tensor.
        Instead: pass `array.copy()`.
        """
        array = aligned_zeros(16)
        sharing = tf.expand_dims(array, 0)
        copied = tf.expand_dims(array.copy(), 0)

        array[0] = 9.0

        assert sharing.numpy()[0, 0] == 9.0
        assert copied.numpy()[0, 0] == 0.0

    def test_dlpack_shares_memory(self):
        """Through **DLPack**, a tensor shares an aligned float array's memory and changes with it.

        Aligned, and in one piece: `q02::TestMemory::test_some_functions_share_memory`.
        """
        array = aligned_zeros(16)
        tensor = tf.experimental.dlpack.from_dlpack(array.__dlpack__())
        before = tensor.numpy()[0]

        array[0] = 9.0

        assert before == 0.0
        assert tensor.numpy()[0] == 9.0


@pytest.mark.usefixtures("cpu")
class TestViews:
    """NumPy makes views where TensorFlow mostly makes copies."""

    @core
    def test_numpy_makes_views(self):
        """NumPy's slices, transposes and most reshapes are **views** of the array, not copies.

        A view looks at the array's memory: making one copies no element, and writing to it changes
        the array. Guide to TensorFlow's reshape and transpose:
        [shapes](https://www.tensorflow.org/guide/tensor#manipulating_shapes).
        """
        array = np.zeros([2, 2])

        array.reshape(4)[0] = 1
        array.T[1, 0] = 2
        array[1:][0, 0] = 3

        print(array)
        assert array.tolist() == [[1.0, 2.0], [3.0, 0.0]]

    def test_reshape_shares(self):
        """Eagerly, `tf.reshape` copies nothing: the result **shares** the tensor's memory.

        That does no harm, because neither can be changed. The control is `+ 0`, which copies.
        """
        matrix = tf.reshape(tf.range(16.0), [4, 4])

        assert shares_memory(tf.reshape(matrix, [2, 8]), matrix)
        assert shares_memory(tf.expand_dims(matrix, 0), matrix)
        assert not shares_memory(matrix + 0, matrix)

    @core
    def test_transpose_copies(self):
        """`tf.transpose` **copies** what it reorders; NumPy's is a view with other strides.

        Strides are the steps in memory from one element to the next along each axis; a tensor has
        none.
        """
        matrix = tf.reshape(tf.range(16.0), [4, 4])
        array = matrix.numpy()

        assert not shares_memory(tf.transpose(matrix), matrix)
        assert np.shares_memory(array.T, array)
        assert not hasattr(matrix, "strides")

    def test_a_slice_of_columns_copies(self):
        """A slice of some columns **copies**; one of whole, well-aligned rows may share memory.

        In NumPy both are views: `q02::TestViews::test_numpy_makes_views`.
        """
        matrix = tf.reshape(tf.range(4096.0), [4, 1024])
        array = matrix.numpy()

        assert not shares_memory(matrix[:, :512], matrix)
        assert shares_memory(matrix[1:3], matrix)
        assert np.shares_memory(array[:, :512], array)

    def test_converting_a_tensor_does_nothing(self):
        """Eagerly, `tf.constant(tensor)` is **that tensor**; `np.array(array)` is a copy."""
        tensor = tf.constant([1, 2])
        array = np.array([1, 2])

        assert tf.constant(tensor) is tensor
        assert np.array(array) is not array


class TestElementTypes:
    """TensorFlow has other default types, and hardly ever converts a tensor's type by itself."""

    @core
    @confirms("B2.1")
    @pytest.mark.parametrize(
        "value, numpy_type, tensorflow_type",
        [
            (1, "int64", "int32"),
            (2**40, "int64", "int64"),
            (1.5, "float64", "float32"),
        ],
    )
    def test_defaults(self, value, numpy_type, tensorflow_type):
        """`np.array` makes Python ints and floats **64-bit**, `tf.constant` 32-bit, except large ints.

        On Windows, [NumPy 1](https://numpy.org/doc/stable/release/2.0.0-notes.html) makes int32. 32
        bits take half of the memory: `q03::TestCost::test_bytes`. Floats of `tf.zeros` and
        `tf.ones` have 32 bits, too: `q03::TestCost::test_default_floats`. Guide:
        [types](https://www.tensorflow.org/guide/tensor#more_on_dtypes).
        """
        assert np.array(value).dtype.name == numpy_type
        assert tf.constant(value).dtype.name == tensorflow_type

    def test_arrays_keep_their_type(self, device):
        """By default, a tensor made of an array **keeps** the array's type, so float64 slips in."""
        array = np.array([1.5])

        tensor = tf.constant(array)

        print(tensor)
        assert tensor.dtype == tf.float64
        assert tf.constant(array.tolist()).dtype == tf.float32

    @core
    @confirms("B2.1")
    @pytest.mark.parametrize(
        "left, right, result",
        [
            ("bool", "uint8", "uint8"),
            ("bool", "int8", "int8"),
            ("bool", "int16", "int16"),
            ("bool", "int32", "int32"),
            ("bool", "int64", "int64"),
            ("bool", "float16", "float16"),
            ("bool", "float32", "float32"),
            ("bool", "float64", "float64"),
            ("bool", "complex64", "complex64"),
            ("uint8", "int8", "int16"),
            ("uint8", "int16", "int16"),
            ("uint8", "int32", "int32"),
            ("uint8", "int64", "int64"),
            ("uint8", "float16", "float16"),
            ("uint8", "float32", "float32"),
            ("uint8", "float64", "float64"),
            ("uint8", "complex64", "complex64"),
            ("int8", "int16", "int16"),
            ("int8", "int32", "int32"),
            ("int8", "int64", "int64"),
            ("int8", "float16", "float16"),
            ("int8", "float32", "float32"),
            ("int8", "float64", "float64"),
            ("int8", "complex64", "complex64"),
            ("int16", "int32", "int32"),
            ("int16", "int64", "int64"),
            ("int16", "float16", "float32"),
            ("int16", "float32", "float32"),
            ("int16", "float64", "float64"),
            ("int16", "complex64", "complex64"),
            ("int32", "int64", "int64"),
            ("int32", "float16", "float64"),
            ("int32", "float32", "float64"),
            ("int32", "float64", "float64"),
            ("int32", "complex64", "complex128"),
            ("int64", "float16", "float64"),
            ("int64", "float32", "float64"),
            ("int64", "float64", "float64"),
            ("int64", "complex64", "complex128"),
            ("float16", "float32", "float32"),
            ("float16", "float64", "float64"),
            ("float16", "complex64", "complex64"),
            ("float32", "float64", "float64"),
            ("float32", "complex64", "complex64"),
            ("float64", "complex64", "complex128"),
        ],
    )
    def test_two_types_do_not_add(self, left, right, result):
        """TensorFlow's `+` **refuses** tensors of two element types, where NumPy promotes.

        To promote is to convert both to a common type: that would copy a tensor. Beware of `*` with
        bools: `q02::TestElementTypes::test_product_with_a_mask_is_a_logical_and`.
        Instead: `tf.cast` one of them.
        """
        array = np.ones([1], left) + np.ones([1], right)

        assert array.dtype.name == result
        with pytest.raises(tf.errors.InvalidArgumentError, match=REFUSAL):
            tf.ones([1], left) + tf.ones([1], right)
        cast = tf.cast(tf.ones([1], left), result) + tf.cast(tf.ones([1], right), result)
        assert cast.dtype.name == result

    def test_the_refusal_while_tracing(self):
        """Eagerly, adding tensors of two types raises `InvalidArgumentError`; traced, **`TypeError`**."""
        numbers, halves = tf.constant([1]), tf.constant([0.5])

        @tf.function
        def add(left, right):
            return left + right

        with pytest.raises(tf.errors.InvalidArgumentError, match="int32 tensor but is a float"):
            numbers + halves
        with pytest.raises(TypeError, match="type float32 that does not match type int32"):
            add(numbers, halves)

    def test_concat_does_not_promote(self):
        """`np.concatenate` makes floats of ints and floats; `tf.concat` **refuses** tensors of both."""
        assert np.concatenate([[1], [0.5]]).tolist() == [1.0, 0.5]

        with pytest.raises(tf.errors.InvalidArgumentError, match="int32 tensor but is a float"):
            tf.concat([tf.constant([1]), tf.constant([0.5])], axis=0)

    def test_conversion_does_not_cast(self):
        """`tf.convert_to_tensor` does not change the type of a tensor; **`tf.cast`** does."""
        tensor = tf.constant([1, 2])

        assert np.asarray(np.array([1, 2]), np.float32).tolist() == [1.0, 2.0]
        with pytest.raises(ValueError, match="requested dtype float32"):
            tf.convert_to_tensor(tensor, tf.float32)
        assert tf.cast(tensor, tf.float32).numpy().tolist() == [1.0, 2.0]

    def test_python_floats_are_not_truncated(self):
        """`np.array([1.5], np.int32)` truncates to 1; `tf.constant([1.5], tf.int32)` **fails**."""
        assert np.array([1.5], np.int32).tolist() == [1]

        with pytest.raises(TypeError, match="Cannot convert"):
            tf.constant([1.5], tf.int32)

    @pytest.mark.usefixtures("cpu")
    def test_cast_out_of_range_under_xla(self):
        """On x86, 130.0 wraps to -126 when cast to int8; compiled by XLA, it **saturates**.

        NumPy wraps, too. Instead: `tf.saturate_cast`, which saturates uncompiled as well.
        """
        if platform.machine() not in ("x86_64", "AMD64"):
            pytest.skip("this processor is no x86")
        numbers = tf.constant([130.0, -130.0])
        compiled = tf.function(tf.cast, jit_compile=True)

        assert numbers.numpy().astype(np.int8).tolist() == [-126, 126]
        assert tf.cast(numbers, tf.int8).numpy().tolist() == [-126, 126]
        assert compiled(numbers, tf.int8).numpy().tolist() == [127, -128]
        assert tf.saturate_cast(numbers, tf.int8).numpy().tolist() == [127, -128]

    @pytest.mark.parametrize("function", ["sqrt", "exp", "sin", "tanh"])
    def test_functions_refuse_integers(self, function):
        """`np.sqrt` and `np.sin` turn integers into floats; `tf.sqrt` and `tf.sin` **refuse** them."""
        assert getattr(np, function)(np.array([4])).dtype.name == "float64"

        with pytest.raises(tf.errors.InvalidArgumentError, match="int32 is not in the list"):
            getattr(tf, function)(tf.constant([4]))

    @pytest.mark.parametrize(
        "operand, numpy_type, tensorflow_type",
        [
            ("int8", "float64", "float32"),
            ("uint8", "float64", "float32"),
            ("int16", "float64", "float32"),
            ("int32", "float64", "float64"),
            ("int64", "float64", "float64"),
        ],
    )
    def test_division_makes_floats(self, operand, numpy_type, tensorflow_type):
        """`/` of integers is a float: of 8 and 16 bits, **float32**, where NumPy makes float64."""
        array = np.ones([1], operand) / np.ones([1], operand)
        tensor = tf.ones([1], operand) / tf.ones([1], operand)

        assert array.dtype.name == numpy_type
        assert tensor.dtype.name == tensorflow_type

    def test_booleans_are_no_numbers(self):
        """`np.sum` counts booleans; `tf.reduce_sum` **refuses** them: cast them first."""
        flags = [True, False, True]

        assert np.sum(flags) == 2
        with pytest.raises(tf.errors.InvalidArgumentError, match="of bool is not in the list"):
            tf.reduce_sum(flags)
        assert tf.reduce_sum(tf.cast(flags, tf.int32)).numpy() == 2

    @holds("tensorflow<2.19", otherwise=pytest.fail.Exception)
    @about("tf.sequence_mask", "tf.not_equal", "tf.logical_not", "tf.cast(1=*bool*)")
    def test_product_with_a_mask_was_refused(self):
        """Before TensorFlow 2.19, a float tensor `*` a bool one raised **`InvalidArgumentError`** eagerly."""
        numbers, mask = tf.constant([3.5, 4.0]), tf.constant([True, False])

        with pytest.raises(tf.errors.InvalidArgumentError, match="float tensor but is a bool"):
            numbers * mask

    @holds(
        "tensorflow>=2.19",
        otherwise=tf.errors.InvalidArgumentError,
        was="test_product_with_a_mask_was_refused",
    )
    def test_product_with_a_mask_is_a_logical_and(self):
        """From TensorFlow 2.19 on, a float tensor `*` a bool one is their **logical and**, silently.

        So a mask loses the numbers that it was to keep, where NumPy multiplies by 1 or 0. It came
        with the product of [two bools](https://github.com/tensorflow/tensorflow/pull/83753).
        Instead: `tf.where(mask, numbers, 0.0)`.
        """
        numbers, mask = tf.constant([3.5, 4.0]), tf.constant([True, False])

        product = numbers * mask

        print(product)
        assert (numbers.numpy() * mask.numpy()).tolist() == [3.5, 0.0]
        assert tf.where(mask, numbers, 0.0).numpy().tolist() == [3.5, 0.0]
        assert product.numpy().tolist() == [True, False]


class TestScalars:
    """Numbers that are not tensors take the tensor's type, or are refused."""

    @pytest.mark.parametrize(
        "tensor_type, number, result",
        [
            ("float16", 1, "float16"),
            ("float16", 0.5, "float16"),
            ("float32", 1, "float32"),
            ("float32", 0.5, "float32"),
            ("float64", 0.5, "float64"),
            ("int8", 1, "int8"),
            ("uint8", 1, "uint8"),
            ("int64", 1, "int64"),
            ("complex64", 0.5, "complex64"),
        ],
    )
    def test_python_numbers_adapt(self, tensor_type, number, result):
        """Beside `+`, a Python int or float takes **the tensor's** type, if that holds such numbers.

        It is converted to the type that the operation needs:
        [reference](https://www.tensorflow.org/api_docs/python/tf/convert_to_tensor).
        """
        tensor = tf.ones([2], tensor_type)

        assert (tensor + number).dtype.name == result
        assert (number + tensor).dtype.name == result

    @core
    def test_python_floats_and_integer_tensors(self, execute):
        """`+` or `*` of an integer tensor and a Python float is **refused**; NumPy makes float64.

        Which exception that raises depends on the operator. To truncate the number would change it.
        Instead: `tf.cast` the tensor to float32.
        """
        assert (np.array([1, 2], np.int32) * 1.5).dtype.name == "float64"

        with pytest.raises(TypeError, match="int32"):
            execute(operator.mul, tf.constant([1, 2]), 1.5)
        with pytest.raises(tf.errors.InvalidArgumentError, match="int32 tensor but is a float"):
            tf.constant([1, 2]) + 1.5

    def test_numpy_scalars_adapt(self, execute):
        """Beside `+`, a `np.float64` number too takes the tensor's type: float32 **stays** float32.

        A trap: beside an int32 tensor, its fraction is lost, where Python's 0.5 is refused:
        `q02::TestScalars::test_python_floats_and_integer_tensors`.
        """

        def add_half(tensor):
            return tensor + np.float64(0.5)

        total = execute(add_half, tf.constant([1.0]))

        print(total)
        assert execute(add_half, tf.constant([1])).numpy().tolist() == [1]
        assert (np.float64(0.5) + tf.constant([1.0])).dtype == tf.float32
        assert total.dtype == tf.float32
        assert total.numpy().tolist() == [1.5]

    @holds("numpy<2", otherwise=AssertionError)
    def test_numpy_scalars_adapted_to_arrays(self):
        """Before NumPy 2, a float32 array with an axis plus `np.float64(0.5)` was **float32**."""
        array = np.array([1.0], np.float32)

        assert (array + np.float64(0.5)).dtype.name == "float32"

    @holds("numpy>=2", otherwise=AssertionError, was="test_numpy_scalars_adapted_to_arrays")
    def test_numpy_scalars_widen_arrays(self):
        """From NumPy 2 on, a float32 array plus `np.float64(0.5)` is **float64**, unlike a tensor.

        Instead: write `0.5`, which takes the array's type, if that is to stay float32.
        """
        array = np.array([1.0], np.float32)

        assert (array + np.float64(0.5)).dtype.name == "float64"
        assert (array + 0.5).dtype.name == "float32"

    @core
    @confirms("B2.1")
    def test_arrays_are_cast_too(self, execute):
        """Beside `+`, an array is **cast** to the tensor's type: an int32 tensor truncates its floats.

        NumPy would promote. Two tensors, or a tensor and a Python float, are refused:
        `q02::TestElementTypes::test_two_types_do_not_add`,
        `q02::TestScalars::test_python_floats_and_integer_tensors`.
        """
        halves = np.array([1.5, 2.5])

        def add_halves(tensor):
            return tensor + halves

        total = execute(add_halves, tf.constant([1, 1]))

        print(total.numpy())
        assert (np.array([1, 1]) + halves).tolist() == [2.5, 3.5]
        assert total.numpy().tolist() == [2, 3]

    def test_two_arrays_in_a_tensorflow_function(self):
        """Of two arrays, `tf.add` casts the second to the type of the **first**."""
        ones, halves = np.array([1]), np.array([1.5])

        print(tf.add(ones, halves))
        print(tf.add(halves, ones))
        assert tf.add(ones, halves).numpy().tolist() == [2]
        assert tf.add(halves, ones).numpy().tolist() == [2.5]

    @pytest.mark.parametrize(
        "dtype, number, result",
        [("int8", 300, 45), ("uint8", -2, 255), ("int32", 2**40, 1)],
    )
    @pytest.mark.filterwarnings("ignore:NumPy will stop allowing conversion")
    def test_numbers_that_do_not_fit(self, execute, dtype, number, result):
        """A 64-bit Python int outside an int8 or int32 tensor's range **wraps around**: int8 1 + 300 is 45.

        So an int32 tensor, which is what TensorFlow makes by default, plus 2⁴⁰ is what it was.
        """
        total = execute(operator.add, tf.constant([1], dtype), number)

        print(total)
        assert total.dtype == dtype
        assert total.numpy().tolist() == [result]

    @holds("numpy<2", otherwise=OverflowError)
    def test_numbers_that_do_not_fit_widened_arrays(self):
        """Before NumPy 2, an int8 array with an axis plus 300 became **int16**."""
        total = np.array([1], np.int8) + 300

        assert total.dtype.name == "int16"
        assert total.tolist() == [301]

    @holds(
        "numpy>=2",
        otherwise=pytest.fail.Exception,
        was="test_numbers_that_do_not_fit_widened_arrays",
    )
    def test_numbers_that_do_not_fit_are_refused(self):
        """From NumPy 2 on, an int8 array plus 300 raises an **`OverflowError`**.

        Instead: widen the array first, with `astype`.
        """
        with pytest.raises(OverflowError, match="out of bounds for int8"):
            np.array([1], np.int8) + 300


class TestReductions:
    """Sum, mean and maximum keep the tensor's type, where NumPy's sum and mean may widen it."""

    @core
    @confirms("B2.1")
    def test_mean_of_integers(self, execute):
        """`tf.reduce_mean` makes the mean of a tensor of integers an **integer**: of `[1, 2]` it is 1.

        It gives the type that it takes.
        Instead: `tf.cast` to a float first.
        [Reference](https://www.tensorflow.org/api_docs/python/tf/math/reduce_mean).
        """
        mean = execute(tf.reduce_mean, tf.constant([1, 2]))

        print("NumPy:     ", float(np.mean([1, 2])))
        print("TensorFlow:", int(mean))
        assert np.mean([1, 2]) == 1.5
        assert mean.numpy() == 1
        assert mean.dtype == tf.int32

    def test_sum_of_small_integers(self, execute):
        """`np.sum` widens int8 to int64; `tf.reduce_sum` stays int8 and **wraps around**."""
        hundreds = np.array([100, 100], np.int8)

        total = execute(tf.reduce_sum, tf.constant(hundreds))

        print("NumPy:     ", int(np.sum(hundreds)))
        print("TensorFlow:", int(total))
        assert np.sum(hundreds) == 200
        assert total.dtype == tf.int8
        assert total.numpy() == -56

    @pytest.mark.usefixtures("cpu")
    def test_mean_of_float16(self):
        """The mean of float16 numbers can **overflow** in TensorFlow; `np.mean` adds up in float32."""
        numbers = np.full(4, 30000, np.float16)

        assert np.mean(numbers) == 30000.0
        assert tf.reduce_mean(numbers).numpy() == math.inf
        assert tf.reduce_mean(tf.cast(numbers, tf.float32)).numpy() == 30000.0

    @pytest.mark.usefixtures("cpu")
    def test_mean_of_float16_under_xla(self):
        """Compiled by **XLA**, the mean of four float16 numbers 30000 does not overflow."""

        @tf.function(jit_compile=True)
        def mean(numbers):
            return tf.reduce_mean(numbers)

        assert mean(np.full(4, 30000, np.float16)).numpy() == 30000.0

    def test_maximum_of_nothing(self):
        """`tf.reduce_max` of an empty tensor of floats is **-inf**; `np.max` of an empty array fails."""
        with pytest.raises(ValueError, match="no identity"):
            np.max(np.array([]))

        assert tf.reduce_max(tf.constant([])).numpy() == -math.inf


@pytest.mark.usefixtures("cpu")
class TestDivisionByZero:
    """Division by zero warns in NumPy; in TensorFlow, on the CPU, ints raise in `//`; floats are silent."""

    @pytest.mark.parametrize("mode", ["eager", "graph"])
    def test_integers(self, mode):
        """On the CPU, an integer tensor `// 0` **raises**; NumPy warns and returns 0.

        For other differences under XLA see its
        [known issues](https://www.tensorflow.org/xla/known_issues).
        """
        divide = operator.floordiv if mode == "eager" else tf.function(operator.floordiv)

        with pytest.warns(RuntimeWarning, match="divide by zero"):
            assert (np.array([1]) // np.array([0])).tolist() == [0]

        with pytest.raises(tf.errors.InvalidArgumentError, match="Integer division by zero"):
            divide(tf.constant([1]), tf.constant([0]))

    def test_integers_under_xla(self):
        """Compiled by XLA, an int32 `1 // 0` does not raise: it is **-1**."""

        @tf.function(jit_compile=True)
        def divide(left, right):
            return left // right

        assert divide(tf.constant([1]), tf.constant([0])).numpy().tolist() == [-1]

    @holds("tensorflow<2.22", otherwise=tf.errors.InvalidArgumentError)
    def test_reciprocal_of_integers_under_xla(self):
        """Before TensorFlow 2.22, XLA made `tf.math.reciprocal` of the **integer** 2 a 0.

        Without XLA it was an error.
        """
        reciprocal = tf.function(tf.math.reciprocal, jit_compile=True)

        assert int(reciprocal(tf.constant(2))) == 0
        with pytest.raises(tf.errors.NotFoundError, match="Reciprocal"):
            tf.math.reciprocal(tf.constant(2))

    @holds("tensorflow>=2.22", was="test_reciprocal_of_integers_under_xla")
    def test_no_reciprocal_of_integers_under_xla(self):
        """From TensorFlow 2.22 on, XLA refuses `tf.math.reciprocal` of an **integer**.

        Without XLA it was an error before, too:
        `q02::TestDivisionByZero::test_reciprocal_of_integers_under_xla`.
        Instead: `1 // number`, or cast to a float first.
        """
        reciprocal = tf.function(tf.math.reciprocal, jit_compile=True)

        with pytest.raises(tf.errors.InvalidArgumentError, match="unsupported operations"):
            reciprocal(tf.constant(2))
        assert float(reciprocal(tf.constant(2.0))) == 0.5

    def test_floats_are_silent(self):
        """A float 1.0 over 0.0 is inf in both; NumPy **warns**, TensorFlow is silent."""
        with pytest.warns(RuntimeWarning, match="divide by zero"):
            assert (np.array([1.0]) / np.array([0.0])).tolist() == [math.inf]

        with warnings.catch_warnings():
            warnings.simplefilter("error")
            quotient = tf.constant([1.0]) / tf.constant([0.0])
        assert quotient.numpy().tolist() == [math.inf]

    def test_divide_no_nan(self):
        """`tf.math.divide_no_nan`, which NumPy lacks, makes a float divided by zero **0**."""
        assert not hasattr(np, "divide_no_nan")
        assert tf.math.divide_no_nan([1.0, 0.0], [0.0, 0.0]).numpy().tolist() == [0.0, 0.0]


@pytest.mark.usefixtures("cpu")
class TestIndexing:
    """Slices work alike up to eight axes; lists, and arrays of integers, as indices do not."""

    @confirms("B2.1")
    def test_slices(self):
        """Up to eight axes, negative indices, steps, ellipsis and new axes work **as in NumPy**.

        Guide: [slicing](https://www.tensorflow.org/guide/tensor_slicing).
        """
        numbers = tf.range(6)
        matrix = tf.constant([[1, 2], [3, 4]])

        assert numbers[-2].numpy() == 4
        assert numbers[4:1:-2].numpy().tolist() == [4, 2]
        assert numbers[4:99].numpy().tolist() == [4, 5]
        assert matrix[..., 0].numpy().tolist() == [1, 3]
        assert matrix[:, tf.newaxis].shape == (2, 1, 2)

    @core
    @confirms("B2.1")
    def test_a_list_is_read_as_a_tuple(self):
        """A list as an index is read as a **tuple**: `matrix[[0, 1]]` is `matrix[0, 1]`.

        To TensorFlow an index is one slice or number per axis, whatever holds them. No error tells
        of it if the tensor has at least as many axes as the list has numbers.
        """
        rows = [[1, 2], [3, 4]]

        print("NumPy:     ", np.array(rows)[[0, 1]].tolist())
        print("TensorFlow:", tf.constant(rows)[[0, 1]].numpy().tolist())
        assert np.array(rows)[[0, 1]].tolist() == [[1, 2], [3, 4]]
        assert tf.constant(rows)[[0, 1]].numpy().tolist() == 2

    @confirms("B2.1")
    def test_a_list_as_index_of_a_vector(self):
        """A list of two as the index of a vector **fails**: `vector[[0, 2]]` asks for a second axis."""
        numbers = [10, 20, 30]

        assert np.array(numbers)[[0, 2]].tolist() == [10, 30]
        with pytest.raises(tf.errors.InvalidArgumentError, match="has only 1 dims"):
            tf.constant(numbers)[[0, 2]]

    def test_arrays_are_no_indices(self):
        """A tensor refuses an **array** or tensor of integers with an axis as its index."""
        numbers = tf.constant([10, 20, 30])

        with pytest.raises(TypeError, match="valid indices"):
            numbers[np.array([0, 2])]
        with pytest.raises(TypeError, match="valid indices"):
            numbers[tf.constant([0, 2])]
        assert numbers[tf.constant(2)].numpy() == 30

    @core
    @confirms("A2.1")
    def test_gather(self):
        """Fancy indexing with integers is **`tf.gather`**, and `tf.gather_nd` with pairs.

        NumPy calls an index fancy if it is a list or an array. To TensorFlow, integers in square
        brackets describe a block of a tensor; to pick rows here and there takes a function. It does
        not count from the end: `q02::TestIndexing::test_gather_does_not_count_from_the_end`.
        """
        matrix = [[1, 2], [3, 4], [5, 6]]

        assert np.array(matrix)[[2, 0]].tolist() == [[5, 6], [1, 2]]
        assert tf.gather(matrix, [2, 0]).numpy().tolist() == [[5, 6], [1, 2]]
        assert np.array(matrix)[[0, 2], [1, 0]].tolist() == [2, 5]
        assert tf.gather_nd(matrix, [[0, 1], [2, 0]]).numpy().tolist() == [2, 5]

    def test_boolean_masks(self):
        """Alone in the brackets, a boolean **tensor** with an axis works as a mask; a list does not."""
        numbers = tf.range(4)

        assert numbers[numbers > 1].numpy().tolist() == [2, 3]
        assert tf.boolean_mask(numbers, [False, False, True, True]).numpy().tolist() == [2, 3]
        with pytest.raises(tf.errors.InvalidArgumentError, match="of bool is not in the list"):
            numbers[[False, False, True, True]]

    def test_index_out_of_range(self):
        """Eagerly, `tensor[99]` out of range raises **`InvalidArgumentError`**, not `IndexError`."""
        with pytest.raises(IndexError, match="out of bounds"):
            np.arange(3)[3]

        with pytest.raises(tf.errors.InvalidArgumentError, match="out of bounds"):
            tf.range(3)[3]
        assert not issubclass(tf.errors.InvalidArgumentError, IndexError)

    def test_gather_does_not_count_from_the_end(self):
        """`np.take` counts -1 from a vector's end; on the CPU `tf.gather` **refuses** it."""
        assert np.take([10, 20, 30], [-1]).tolist() == [30]

        with pytest.raises(tf.errors.InvalidArgumentError, match=r"not in \[0, 3\)"):
            tf.gather([10, 20, 30], [-1])

    def test_gather_out_of_range(self):
        """On the CPU, `tf.gather` from a vector **fails** if an index is out of range, as `np.take` does.

        On a GPU it does not: `q02::TestIndexing::test_gather_out_of_range_on_a_gpu`.
        """
        with pytest.raises(IndexError, match="out of bounds"):
            np.take([10, 20, 30], [9])

        with pytest.raises(tf.errors.InvalidArgumentError, match=r"not in \[0, 3\)"):
            tf.gather([10, 20, 30], [9])

    def test_gather_out_of_range_under_xla(self):
        """Compiled by XLA, `tf.gather` **clamps** an index to the first or last element."""

        @tf.function(jit_compile=True)
        def gather(numbers, indices):
            return tf.gather(numbers, indices)

        assert gather(tf.constant([10, 20, 30]), tf.constant([9, -1])).numpy().tolist() == [30, 10]

    def test_gather_out_of_range_on_a_gpu(self, gpu):
        """On a GPU, `tf.gather` yields **0** for an index out of range, without a word.

        The [documentation](https://www.tensorflow.org/api_docs/python/tf/gather) says so.
        """
        assert tf.gather(tf.constant([1.0, 2.0, 3.0]), [9, 1]).numpy().tolist() == [0.0, 2.0]

    @holds("tensorflow>=2.18", otherwise=TypeError)
    @about("tf.scatter_nd(bad_indices_policy=*)")
    def test_scatter_can_ignore_indices(self):
        """From TensorFlow 2.18 on, `tf.scatter_nd` can **ignore** an index out of range.

        By default it is an error on the CPU.
        """
        indices, updates = [[0], [7]], [9, 9]

        with pytest.raises(tf.errors.InvalidArgumentError, match="does not index into"):
            tf.scatter_nd(indices, updates, [3])
        ignored = tf.scatter_nd(indices, updates, [3], bad_indices_policy="IGNORE")
        assert ignored.numpy().tolist() == [9, 0, 0]


class TestEquality:
    """`==` of one type and shape works element by element, as for arrays; the truth of several is ambiguous."""

    @confirms("B2.1")
    def test_equality_is_elementwise(self, device):
        """`==` compares tensors of one type **element by element**, as it does arrays.

        [Reference](https://www.tensorflow.org/api_docs/python/tf/math/equal).
        """
        left, right = [1, 2, 3], [1, 5, 3]

        print(tf.constant(left) == tf.constant(right))
        assert (np.array(left) == np.array(right)).tolist() == [True, False, True]
        assert (tf.constant(left) == tf.constant(right)).numpy().tolist() == [True, False, True]

    def test_unequal_shapes(self, cpu):
        """On the CPU, `==` of shapes that do not broadcast is one **False**; `tf.equal` raises."""
        pair, triple = tf.constant([1, 2]), tf.constant([1, 2, 3])

        print(pair == triple)
        assert (pair == triple).numpy().tolist() is False
        assert (pair != triple).numpy().tolist() is True
        with pytest.raises(tf.errors.InvalidArgumentError, match="Incompatible shapes"):
            tf.equal(pair, triple)

    def test_unequal_shapes_on_a_gpu(self, gpu):
        """On a GPU, `==` of float tensors whose shapes do not broadcast **raises**."""
        pair, triple = tf.constant([1.0, 2.0]), tf.constant([1.0, 2.0, 3.0])

        with pytest.raises(tf.errors.InvalidArgumentError, match="broadcastable shapes"):
            pair == triple

    def test_comparing_with_none(self):
        """`tensor == None` is Python's **`False`**; for an array it is elementwise."""
        empty = None

        assert (np.array([1, 2]) == empty).tolist() == [False, False]
        assert (tf.constant([1, 2]) == empty) is False

    def test_tensors_are_unhashable(self):
        """Tensors, like arrays, are unhashable; **`tensor.ref()`** can be a dictionary's key."""
        tensor = tf.constant([1, 2])

        with pytest.raises(TypeError, match="unhashable"):
            hash(np.array([1, 2]))
        with pytest.raises(TypeError, match="unhashable"):
            hash(tensor)

        names = {tensor.ref(): "pair"}
        assert names[tensor.ref()] == "pair"

    def test_truth_of_several(self):
        """The truth of several elements is **ambiguous**: eagerly a `ValueError`, as in NumPy."""
        with pytest.raises(ValueError, match="ambiguous"):
            bool(np.array([True, True]))
        with pytest.raises(ValueError, match="ambiguous"):
            bool(tf.constant([True, True]))
        assert bool(tf.reduce_all([True, True])) is True

    def test_scalars_serve_python(self):
        """Eagerly, a scalar integer tensor works as a Python **index**, in `range` and in `int`."""
        two = tf.constant(2)

        assert ["a", "b", "c"][two] == "c"
        assert list(range(two)) == [0, 1]
        assert int(two) == 2


class TestGraphsAndSessions:
    """Neither NumPy nor TensorFlow needs a graph; TensorFlow can have one."""

    @core
    @corrects("B2.3")
    def test_operations_run_at_once(self):
        """By default an operation runs at once, **eagerly**: it needs no graph and no session.

        So each result can be looked at, as in NumPy. A `tf.function` makes graphs:
        `q02::TestGraphsAndSessions::test_functions_make_graphs`. In TensorFlow 1 it was otherwise:
        [what changed](https://www.tensorflow.org/guide/migrate/tf1_vs_tf2).
        """
        total = tf.constant(2) + 3

        print(total)
        assert tf.executing_eagerly()
        assert total.numpy() == 5

    @corrects("B2.3")
    @pytest.mark.parametrize("name", ["Session", "placeholder", "global_variables_initializer"])
    def test_sessions_are_gone(self, name):
        """`tf.Session` is **gone**; what is left of it is in `tf.compat.v1`."""
        with pytest.raises(AttributeError, match=f"no attribute '{name}'"):
            getattr(tf, name)

        assert callable(getattr(tf.compat.v1, name))

    def test_sessions_still_work(self):
        """A graph built by hand still runs in a **`tf.compat.v1.Session`**, as in TensorFlow 1."""
        with tf.Graph().as_default() as graph:
            number = tf.compat.v1.placeholder(tf.int32)
            total = number + 3

        with tf.compat.v1.Session(graph=graph) as session:
            assert session.run(total, feed_dict={number: 2}) == 5

    def test_sessions_cannot_run_eager_tensors(self):
        """A **session** cannot run an eager tensor, which is in no graph."""
        with tf.Graph().as_default() as graph:
            in_graph = tf.constant(2) + 3
        eager = tf.constant(2) + 3

        with tf.compat.v1.Session(graph=graph) as session:
            assert session.run(in_graph) == 5
            with pytest.raises(AttributeError, match="undefined when eager"):
                session.run(eager)

    @corrects("B2.3")
    def test_functions_make_graphs(self):
        """**`tf.function`** makes graphs of a Python function; an eager call needs no session.

        Guide: [graphs](https://www.tensorflow.org/guide/intro_to_graphs).
        """

        @tf.function
        def add(left, right):
            return left + right

        graph = add.get_concrete_function(tf.constant(2), tf.constant(3)).graph
        assert isinstance(graph, tf.Graph)
        assert add(tf.constant(2), tf.constant(3)).numpy() == 5

    @core
    @confirms("B2.4")
    def test_numpy_knows_no_graphs(self):
        """NumPy computes numbers at once, even in a graph, and adds **no operation** to it.

        So what NumPy returns is a constant for the graph, frozen while it is traced:
        `q10::TestTracing::test_python_results_are_frozen`. It cannot compute with the numbers
        of a graph's tensor: `q10::TestTracing::test_numpy_refuses_symbolic_tensors`.
        """
        with tf.Graph().as_default() as graph:
            array = np.add([1, 2], 3)
            after_numpy = [operation.type for operation in graph.get_operations()]
            tf.add([1, 2], 3)
            after_tensorflow = [operation.type for operation in graph.get_operations()]

        print(after_numpy, after_tensorflow)
        assert array.tolist() == [4, 5]
        assert after_numpy == []
        assert after_tensorflow == ["Const", "Const", "AddV2"]


class TestMixing:
    """Arrays and tensors mix, but NumPy by itself stops gradients and adds nothing to a graph."""

    @holds("numpy<2.4", otherwise=TypeError)
    @about("int(0=<tf.*>)", "float(0=<tf.*>)")
    def test_one_element_was_a_number(self):
        """Before NumPy 2.4, `int` and `float` took a tensor of **one element**, of any rank."""
        assert int(tf.constant([3])) == 3
        assert float(tf.constant([[3.0]])) == 3.0

    @holds("numpy>=2.4", was="test_one_element_was_a_number", otherwise=pytest.fail.Exception)
    def test_a_scalar_is_a_number(self):
        """From NumPy 2.4 on, `int` and `float` take only a tensor of rank **0**, as of arrays.

        Instead: `int(tensor[0])`, or `tensor.numpy().item()`.
        """
        assert int(tf.constant(3)) == 3
        assert tf.constant([3]).numpy().item() == 3
        for convert in (int, float):
            with pytest.raises(TypeError, match="only 0-dimensional arrays"):
                convert(tf.constant([3]))

    @holds("keras<3")
    @about("tf.keras.utils.to_categorical")
    def test_categories_were_float32(self):
        """Before Keras 3, `to_categorical` of a list made a **float32** array."""
        assert tf.keras.utils.to_categorical([0, 1]).dtype == np.float32

    @holds("keras>=3", was="test_categories_were_float32")
    def test_categories_are_float64(self):
        """From Keras 3 on, `to_categorical` of a list makes a **float64** array.

        So in an operator its tensor no longer meets a float32 one. It does so of an array, too; of
        a tensor, which needs `num_classes`, it makes a float32 tensor.
        Instead: `to_categorical(…).astype("float32")`, or `tf.one_hot`.
        """
        ones = tf.keras.utils.to_categorical([0, 1])

        assert ones.dtype == np.float64
        with pytest.raises(tf.errors.InvalidArgumentError, match="double"):
            tf.constant([[1.0, 2.0], [3.0, 4.0]]) * tf.constant(ones)

    @core
    @confirms("B2.1")
    def test_numpy_functions_return_arrays(self, device):
        """Eagerly, most NumPy functions take a tensor and return an **array**, or a number.

        NumPy asks the tensor for an array, and knows nothing of the tensor after that. Guide:
        [NumPy API](https://www.tensorflow.org/guide/tf_numpy).
        """
        tensor = tf.constant([0.0, 1.0])

        print(np.square(tensor))
        assert isinstance(np.square(tensor), np.ndarray)
        assert np.square(tensor).tolist() == [0.0, 1.0]
        assert isinstance(np.sum(tensor), np.float32)

    @confirms("B2.1")
    def test_operators_return_tensors(self, device):
        """Array and tensor joined by `+ - * / // % ** @` give a **tensor**, whichever comes first.

        `np.add` returns an array all the same.
        """
        array, tensor = np.ones([2, 2], np.float32), tf.ones([2, 2])
        names = ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul"]
        joins = [getattr(operator, name) for name in names]

        assert all(isinstance(join(tensor, array), tf.Tensor) for join in joins)
        assert all(isinstance(join(array, tensor), tf.Tensor) for join in joins)
        assert isinstance(np.add(array, tensor), np.ndarray)

    @holds("keras<3")
    @about("tf.keras.layers.Layer.kernel")
    def test_array_times_a_weight_was_a_tensor(self):
        """Before Keras 3, an array `@` a layer's weight was a **tensor**."""
        layer = tf.keras.layers.Dense(1)
        layer.build((None, 2))

        assert tf.is_tensor(np.ones((1, 2), np.float32) @ layer.kernel)

    @holds("keras>=3", was="test_array_times_a_weight_was_a_tensor")
    def test_array_times_a_weight_is_an_array(self):
        """From Keras 3 on, an array `@` a layer's weight is eagerly an **array**; a tape records nothing.

        In a graph it is an error.
        Instead: `tf.constant(array) @ layer.kernel`.
        """
        layer = tf.keras.layers.Dense(1)
        layer.build((None, 2))
        array = np.ones((1, 2), np.float32)

        with tf.GradientTape(persistent=True) as tape:
            products = [array @ layer.kernel, tf.constant(array) @ layer.kernel]

        assert [type(product) is np.ndarray for product in products] == [True, False]
        assert tape.gradient(products[1], layer.kernel.value).numpy().tolist() == [[1.0], [1.0]]

    @holds("numpy<2", otherwise=AssertionError)
    @about("repr & .numpy")
    def test_numpy_numbers_looked_like_pythons(self):
        """Before NumPy 2, the `repr` of a scalar tensor's `numpy()` was a **plain number**."""
        assert repr(tf.constant(9.0).numpy()) == "9.0"

    @holds("numpy>=2", otherwise=AssertionError, was="test_numpy_numbers_looked_like_pythons")
    def test_numpy_numbers_tell_their_type(self):
        """From NumPy 2 on, the `repr` of a scalar tensor's `numpy()` tells its **type**.

        So does a printed list of such numbers.
        Instead: `float(tensor)` for a plain number.
        """
        number = tf.constant(9.0).numpy()

        print([number])
        assert repr(number) == "np.float32(9.0)"
        assert repr(float(number)) == "9.0"

    def test_tensorflow_functions_take_arrays(self, device):
        """Most of TensorFlow's functions take arrays, lists and numbers, and return **tensors**."""
        total = tf.reduce_sum(np.array([1.0, 2.0]))

        assert isinstance(total, tf.Tensor)
        assert total.dtype == tf.float64
        assert tf.reduce_sum([1.0, 2.0]).dtype == tf.float32
        assert tf.square(3.0).numpy() == 9.0

    @core
    def test_numpy_stops_gradients(self):
        """Called eagerly on a tensor, a NumPy function by itself lets no gradient through: it is **`None`**.

        A tape records TensorFlow's operations, and sees none of NumPy's.
        """
        x = tf.constant(3.0)

        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            through_numpy = tf.constant(np.square(x))
            through_tensorflow = tf.square(x)

        assert (through_numpy.numpy(), through_tensorflow.numpy()) == (9.0, 9.0)
        assert tape.gradient(through_numpy, x) is None
        assert tape.gradient(through_tensorflow, x).numpy() == 6.0

    def test_numpy_function(self):
        """**`tf.numpy_function`** lets a NumPy function be a step of a graph."""

        @tf.function
        def sort(numbers):
            return tf.numpy_function(np.sort, [numbers], tf.float32)

        assert sort(tf.constant([3.0, 1.0, 2.0])).numpy().tolist() == [1.0, 2.0, 3.0]


class TestCost:
    """Each TensorFlow operation has an overhead, so few large ones are better than many small."""

    @core
    def test_small_arrays(self):
        """To add three numbers takes TensorFlow several times **longer** than NumPy.

        TensorFlow has to dispatch each operation. Large operations repay that, says the
        [guide](https://www.tensorflow.org/guide/tf_numpy#performance_comparisons).
        """
        array, tensor = np.ones(3, np.float32), tf.ones(3)

        numpy_time = min(timeit.repeat(lambda: np.add(array, array), number=50))
        tensorflow_time = min(timeit.repeat(lambda: tf.add(tensor, tensor), number=50))

        assert tensorflow_time > 3 * numpy_time

    def test_vectorized_map(self):
        """**`tf.vectorized_map`** calls a function once, and applies it to all rows together.

        A Python loop over the rows calls it for each. Best is an operation on the whole tensor:
        `q10::TestUnrolling::test_whole_tensors_are_faster`.
        """
        calls = []

        def square_sum(row):
            calls.append(row)
            return tf.reduce_sum(row * row)

        sums = tf.vectorized_map(square_sum, tf.constant([[1.0, 2.0], [3.0, 4.0], [0.0, 1.0]]))

        assert sums.numpy().tolist() == [5.0, 25.0, 1.0]
        assert len(calls) == 1


class TestStringsAndObjects:
    """Not every array can become a tensor."""

    @pytest.mark.usefixtures("cpu")
    def test_strings_are_bytes(self):
        """A string tensor holds **bytes** of any length; NumPy's `<U3` is text of fixed width.

        Guide: [strings](https://www.tensorflow.org/guide/tensor#string_tensors).
        """
        words = np.array(["ab", "cde"])

        tensor = tf.constant(words)

        print(tensor)
        assert words.dtype.str == "<U3"
        assert tensor.dtype == tf.string
        assert tensor.numpy().tolist() == [b"ab", b"cde"]

    def test_no_python_objects(self):
        """An array can hold any **Python object**, such as a dictionary; a tensor cannot."""
        array = np.array([{"a": 1}, None], dtype=object)

        assert array[0] == {"a": 1}
        with pytest.raises(ValueError, match="Unsupported object type"):
            tf.constant(array)

    @pytest.mark.parametrize("dtype", ["datetime64[D]", "timedelta64[s]", "longdouble"])
    def test_types_without_counterpart(self, dtype):
        """NumPy's **dates**, time spans and `longdouble` have no TensorFlow type.

        Given a type, dates become numbers: `q02::TestStringsAndObjects::test_dates_become_numbers`.
        The other way round, NumPy lacks `q01::TestNumericalComputing::test_bfloat16`.
        """
        array = np.zeros([1], dtype)

        with pytest.raises(ValueError, match="Unsupported numpy type"):
            tf.constant(array)

    def test_dates_become_numbers(self):
        """With a numeric `dtype`, `tf.constant` silently makes numbers of dates: days, counted from **1970**.

        Or of hours or nanoseconds: the unit is that of the array. An int32 can be too small for
        them, and then wraps. Beside `+`, too, a tensor gives an array of dates its own type:
        `q02::TestScalars::test_arrays_are_cast_too`.
        """
        days = np.array(["2026-01-01", "2026-01-03"], "datetime64[D]")
        nanoseconds = days.astype("datetime64[ns]")

        print(tf.constant(days, tf.int32))
        assert tf.constant(days, tf.int32).numpy().tolist() == [20454, 20456]
        assert (tf.constant([0, 0]) + days).numpy().tolist() == [20454, 20456]
        assert tf.constant(nanoseconds, tf.int64).numpy()[0] == 1767225600000000000
        assert tf.constant(nanoseconds, tf.int32).numpy()[0] == -302383104


class TestRandomness:
    """Random numbers come from separate sources."""

    @confirms("B2.1")
    def test_numpy_seed(self):
        """**`np.random.seed`** does not seed TensorFlow.

        Guide: [random numbers](https://www.tensorflow.org/guide/random_numbers).
        """
        np.random.seed(1)
        first = np.random.uniform(), tf.random.uniform([]).numpy()
        np.random.seed(1)
        second = np.random.uniform(), tf.random.uniform([]).numpy()

        assert first[0] == second[0]
        assert first[1] != second[1]

    def test_tensorflow_seed(self):
        """**`tf.random.set_seed`** seeds functions such as `tf.random.uniform`, and not NumPy."""
        tf.random.set_seed(1)
        first = np.random.uniform(), tf.random.uniform([]).numpy()
        tf.random.set_seed(1)
        second = np.random.uniform(), tf.random.uniform([]).numpy()

        assert first[0] != second[0]
        assert first[1] == second[1]

    @holds("keras<3", otherwise=AssertionError)
    def test_tensorflow_seed_reached_dropout(self):
        """Before Keras 3, `tf.random.set_seed` seeded a **`Dropout`** layer, too."""

        def drop():
            tf.random.set_seed(1)
            return tf.keras.layers.Dropout(0.5)(tf.ones([64]), training=True).numpy()

        assert np.array_equal(drop(), drop())

    @holds("keras>=3", otherwise=AssertionError, was="test_tensorflow_seed_reached_dropout")
    def test_tensorflow_seed_does_not_reach_dropout(self):
        """From Keras 3 on, `tf.random.set_seed` does not seed a **`Dropout`** layer.

        Instead: `tf.keras.utils.set_random_seed`, before the layer is made, or the layer's own
        `seed`.
        """

        def drop():
            tf.random.set_seed(1)
            return tf.keras.layers.Dropout(0.5)(tf.ones([64]), training=True).numpy()

        assert not np.array_equal(drop(), drop())

    @holds("keras>=3", otherwise=AttributeError)
    def test_keras_random(self):
        """From Keras 3 on, **`tf.keras.random`** gives the same number for one seed each time.

        For new numbers, pass a `tf.keras.random.SeedGenerator` as the seed.
        """
        first, second = (float(tf.keras.random.uniform([], seed=1)) for _ in range(2))
        seeds = tf.keras.random.SeedGenerator(1)
        third, fourth = (float(tf.keras.random.uniform([], seed=seeds)) for _ in range(2))

        assert first == second
        assert third != fourth

    @holds("keras>=3,<3.13")
    @about("tf.keras.utils.set_random_seed & tf.keras.random.*")
    def test_set_random_seed_did_not_restart_keras_random(self):
        """In Keras 3.0 to 3.12, `set_random_seed` did not restart **`tf.keras.random`**."""
        numbers = []

        for _ in range(2):
            tf.keras.utils.set_random_seed(1)
            numbers.append(float(tf.keras.random.uniform([])))

        assert numbers[0] != numbers[1]

    @holds(
        "keras>=3.13",
        was="test_set_random_seed_did_not_restart_keras_random",
    )
    def test_set_random_seed_restarts_keras_random(self):
        """From Keras 3.13 on, `set_random_seed` restarts **`tf.keras.random`** without a seed, too."""
        numbers = []

        for _ in range(2):
            tf.keras.utils.set_random_seed(1)
            numbers.append(float(tf.keras.random.uniform([])))

        assert numbers[0] == numbers[1]

    def test_one_seed_for_both(self):
        """**`tf.keras.utils.set_random_seed`** seeds functions of Python, NumPy and TensorFlow at once."""
        tf.keras.utils.set_random_seed(1)
        first = random.random(), np.random.uniform(), tf.random.uniform([]).numpy()
        tf.keras.utils.set_random_seed(1)
        second = random.random(), np.random.uniform(), tf.random.uniform([]).numpy()

        assert first == second

    def test_seed_argument(self):
        """Eagerly, two calls of `tf.random.uniform` with one `seed` give **different** numbers.

        The calls are counted; `tf.random.set_seed` starts the count anew.
        """
        tf.random.set_seed(1)
        first = tf.random.uniform([], seed=5).numpy()
        second = tf.random.uniform([], seed=5).numpy()
        tf.random.set_seed(1)
        again = tf.random.uniform([], seed=5).numpy()

        assert first != second
        assert again == first

    def test_stateless(self, execute):
        """A **stateless** random function gives the same numbers for the same seed each time."""

        def draw():
            return tf.random.stateless_uniform([2], seed=[1, 2])

        assert execute(draw).numpy().tolist() == execute(draw).numpy().tolist()
        assert draw().numpy().tolist() != tf.random.stateless_uniform([2], [3, 4]).numpy().tolist()

    def test_generators(self):
        """`tf.random.Generator` is like NumPy's generators, with **other** numbers for a seed."""
        one = tf.random.Generator.from_seed(7)
        same = tf.random.Generator.from_seed(7)
        first = one.uniform([]).numpy()

        assert same.uniform([]).numpy() == first
        assert one.uniform([]).numpy() != first
        assert np.random.default_rng(7).random(dtype=np.float32) != first


class TestExperimentalNumpy:
    """`tf.experimental.numpy` is NumPy's interface on tensors, in part."""

    @confirms("B2.1")
    def test_its_arrays_are_tensors(self):
        """An array of `tf.experimental.numpy` is a **`tf.Tensor`**, with NumPy's default types.

        Guide: [NumPy API](https://www.tensorflow.org/guide/tf_numpy).
        """
        array = tf.experimental.numpy.ones(2)

        print(array)
        assert tf.experimental.numpy.ndarray is tf.Tensor
        assert isinstance(array, tf.Tensor)
        assert array.dtype == tf.float64

    @confirms("B2.1")
    def test_its_share_of_numpy(self):
        """`tf.experimental.numpy` has about **half** of NumPy's public functions outside submodules."""
        public = {name: member for name, member in vars(np).items() if name[0] != "_"}
        functions = [n for n, f in public.items() if callable(f) and not isinstance(f, type)]
        present = [name for name in functions if hasattr(tf.experimental.numpy, name)]

        print(f"{len(present)} functions are there")
        assert len(functions) > 300
        assert 0.45 < len(present) / len(functions) < 0.55

    @confirms("B2.1")
    def test_what_it_lacks(self):
        """`tf.experimental.numpy` lacks `fft`, `linalg`, **`unique`**, `histogram` and much else."""
        wanted = ["dot", "einsum", "where", "fft", "linalg", "unique", "histogram", "searchsorted"]
        wanted += ["median", "percentile", "interp", "cov", "convolve", "insert", "polyfit", "load"]

        missing = [name for name in wanted if not hasattr(tf.experimental.numpy, name)]

        print("missing:", ", ".join(missing))
        assert all(hasattr(np, name) for name in wanted)
        assert missing == wanted[3:]

    def test_its_functions_promote(self):
        """Most functions of `tf.experimental.numpy` **promote** types, as NumPy does; operators do not."""
        numbers, halves = tf.constant([1]), tf.constant([0.5])

        total = tf.experimental.numpy.add(numbers, halves)

        print(total)
        assert total.dtype == tf.float64
        assert total.numpy().tolist() == [1.5]
        with pytest.raises(tf.errors.InvalidArgumentError, match="int32 tensor but is a float"):
            numbers + halves

    def test_its_mean(self):
        """`tf.experimental.numpy.mean` of ints is a **float**, unlike `tf.reduce_mean`."""
        assert tf.experimental.numpy.mean([1, 2]).numpy() == 1.5
        assert tf.reduce_mean([1, 2]).numpy() == 1

    @holds("tensorflow<2.22", otherwise=TypeError)
    def test_its_isclose_had_no_tolerance(self):
        """Before TensorFlow 2.22, `tf.experimental.numpy.isclose` of ints had no **tolerance**."""
        isclose = tf.experimental.numpy.isclose

        assert np.isclose([100000], [100001]).tolist() == [True]
        assert isclose([100000.0], [100001.0]).numpy().tolist() == [True]
        assert isclose([100000], [100001]).numpy().tolist() == [False]

    @holds("tensorflow>=2.22", was="test_its_isclose_had_no_tolerance")
    def test_its_isclose_refuses_ints(self):
        """From TensorFlow 2.22 on, `tf.experimental.numpy.isclose` of ints raises **`TypeError`**.

        Instead: make floats of them first.
        """
        assert tf.experimental.numpy.isclose([100000.0], [100001.0]).numpy().tolist() == [True]
        with pytest.raises(TypeError, match="Cannot convert 1e-05"):
            tf.experimental.numpy.isclose([100000], [100001])

    @holds("numpy>=2", otherwise=AssertionError)
    @holds("tensorflow<2.22", otherwise=AssertionError)
    def test_its_linspace_ignored_its_dtype(self):
        """Before TensorFlow 2.22, NumPy 2 made `tf.experimental.numpy.linspace` ignore **`dtype`**.

        Instead: `tf.cast` what it returns, which is float64.
        """
        numbers = tf.experimental.numpy.linspace(0, 10, 5, dtype=np.int32)

        assert np.linspace(0, 10, 5, dtype=np.int32).dtype == np.int32
        assert numbers.dtype == tf.float64

    @holds("tensorflow<2.22")
    def test_its_roots_of_ints_were_an_error(self):
        """Before TensorFlow 2.22, `tf.experimental.numpy.sqrt` of ints raised **`AttributeError`**.

        It converted them with a method that tensors have only under NumPy behaviour.
        """
        assert tf.experimental.numpy.sqrt([4.0]).numpy().tolist() == [2.0]
        with pytest.raises(AttributeError, match="no attribute 'astype'"):
            tf.experimental.numpy.sqrt([4])

    @holds(
        "tensorflow>=2.22",
        otherwise=AttributeError,
        was="test_its_roots_of_ints_were_an_error",
    )
    def test_its_roots_of_ints(self):
        """From TensorFlow 2.22 on, `tf.experimental.numpy.sqrt` of ints is **float64**."""
        root = tf.experimental.numpy.sqrt([4])

        assert root.numpy().tolist() == np.sqrt([4]).tolist() == [2.0]
        assert root.dtype == tf.float64

    @core
    @confirms("B2.1")
    def test_numpy_behaviour(self, fresh_process):
        """`experimental_enable_numpy_behavior()` gives tensors some array **methods**, and promotion.

        It switches most operators and indices of tensors to NumPy's rules, for the whole process;
        `q02::TestExperimentalNumpy::test_promotion_can_be_switched_off` turns part of it back.
        """
        results = fresh_process(numpy_behaviour)

        print(*(f"{code}: {result}" for code, result in results.items()), sep="\n")
        assert results == {
            "matrix.T": [[1, 3], [2, 4]],
            "matrix.reshape(4)": [1, 2, 3, 4],
            "matrix.astype(np.float32)": [[1.0, 2.0], [3.0, 4.0]],
            "matrix[[1, 0]]": [[3, 4], [1, 2]],
            "matrix + 0.5": [[1.5, 2.5], [3.5, 4.5]],
        }

    @confirms("A2.2", "B2.1")
    def test_numpy_behaviour_keeps_tensors_immutable(self, fresh_process):
        """Even with NumPy behaviour on, tensors stay **immutable**."""
        with pytest.raises(TypeError, match="does not support item assignment"):
            fresh_process(assign_under_numpy_behaviour)

    def test_numpy_behaviour_leaves_functions(self, fresh_process):
        """By default, NumPy behaviour leaves **functions** such as `tf.reduce_mean` as they are."""
        method, function = fresh_process(mean_under_numpy_behaviour)

        print("numbers.mean():         ", method)
        print("tf.reduce_mean(numbers):", function)
        assert method == 1.5
        assert function == 1.0

    @holds("tensorflow>=2.14", otherwise=TypeError)
    def test_promotion_can_be_switched_off(self, fresh_process):
        """From TensorFlow 2.14 on, NumPy behaviour's mode **`"off"`** ends operators' promotion; methods stay."""
        before, transposed, after = fresh_process(promotion_switched_off)

        assert before == "float64"
        assert transposed == [[1, 3], [2, 4]]
        assert after == "-"

    def test_preferring_float32(self, fresh_process):
        """NumPy behaviour with **`prefer_float32=True`** makes float32 arrays of Python floats."""
        assert tf.experimental.numpy.asarray(1.5).dtype == tf.float64
        assert fresh_process(float_preferring_float32) == "float32"

    def test_promotion_like_numpy(self, fresh_process):
        """With NumPy behaviour on, sums of tensors of NumPy's number types promote **as in NumPy**.

        Of the types below, bfloat16 mixes only with 8-bit integers, float32 and float64.
        Rows and columns are u8, i8, i16, i32, i64, f16, bf16, f32, f64; `-` is a refusal. Two bools
        are refused, too. A tensor of rank 0 counts like any other, as in NumPy from NumPy 2 on.
        """
        table = fresh_process(promotion_table)

        print(*table, sep="\n")
        assert table == [
            "u8   i16  i16  i32  i64  f16  bf16 f32  f64",
            "i16  i8   i16  i32  i64  f16  bf16 f32  f64",
            "i16  i16  i16  i32  i64  f32  -    f32  f64",
            "i32  i32  i32  i32  i64  f64  -    f64  f64",
            "i64  i64  i64  i64  i64  f64  -    f64  f64",
            "f16  f16  f32  f64  f64  f16  -    f32  f64",
            "bf16 bf16 -    -    -    -    bf16 f32  f64",
            "f32  f32  f32  f64  f64  f32  f32  f32  f64",
            "f64  f64  f64  f64  f64  f64  f64  f64  f64",
        ]

    @holds("tensorflow<2.14")
    def test_no_conversion_mode(self, fresh_process):
        """Before TensorFlow 2.14, NumPy behaviour had no **`dtype_conversion_mode`** to choose."""
        with pytest.raises(TypeError, match="dtype_conversion_mode"):
            fresh_process(sum_in_mode, "all")

    @holds("tensorflow>=2.14,<2.15", was="test_no_conversion_mode")
    def test_conversion_modes_promoted_nothing(self, fresh_process):
        """In TensorFlow 2.14, NumPy behaviour's mode `"all"` **refused** to add an int32 and a float32."""
        with pytest.raises(tf.errors.InvalidArgumentError, match=REFUSAL):
            fresh_process(sum_in_mode, "all")

    @holds("tensorflow>=2.15", was="test_conversion_modes_promoted_nothing")
    def test_conversion_mode_all(self, fresh_process):
        """From TensorFlow 2.15 on, NumPy behaviour's mode **`"all"`** promotes any two number types.

        No float is widened for an integer. Rows and columns are u8, i8, i16, i32, i64, f16, bf16,
        f32, f64.
        """
        table = fresh_process(promotion_table_of, "all")

        print(*table, sep="\n")
        assert table == [
            "u8   i16  i16  i32  i64  f16  bf16 f32  f64",
            "i16  i8   i16  i32  i64  f16  bf16 f32  f64",
            "i16  i16  i16  i32  i64  f16  bf16 f32  f64",
            "i32  i32  i32  i32  i64  f16  bf16 f32  f64",
            "i64  i64  i64  i64  i64  f16  bf16 f32  f64",
            "f16  f16  f16  f16  f16  f16  f32  f32  f64",
            "bf16 bf16 bf16 bf16 bf16 f32  bf16 f32  f64",
            "f32  f32  f32  f32  f32  f32  f32  f32  f64",
            "f64  f64  f64  f64  f64  f64  f64  f64  f64",
        ]

    @holds("tensorflow>=2.15")
    def test_conversion_modes_of_functions(self, fresh_process):
        """From TensorFlow 2.15 on, NumPy behaviour's mode `"all"` lets **functions** promote: `tf.add`."""
        with pytest.raises(tf.errors.InvalidArgumentError, match=REFUSAL):
            fresh_process(function_in_mode, "legacy")

        assert fresh_process(function_in_mode, "all") == "float32"

    @holds("tensorflow>=2.15")
    def test_weak_tensors(self, fresh_process):
        """From TensorFlow 2.15 on, in NumPy behaviour's mode `"all"`, `tf.constant(1.5)` is **weak**.

        Its type gives way to that of the other tensor; a type that was asked for does not, nor does
        that of `tf.convert_to_tensor(1.5)` or `tf.Variable(1.5)`.
        """
        weak, strong = fresh_process(weak_sums)

        assert weak == "float16"
        assert strong == "float32"

    @holds("tensorflow>=2.15")
    def test_conversion_mode_safe(self, fresh_process):
        """From TensorFlow 2.15 on, NumPy behaviour's mode **`"safe"`** can refuse pairs that lose precision.

        It also refuses those for which both types would be widened, such as u8 and i8. Rows and
        columns are u8, i8, i16, i32, i64, f16, bf16, f32, f64; `-` is a refusal.
        """
        table = fresh_process(promotion_table_of, "safe")

        print(*table, sep="\n")
        assert table == [
            "u8   -    i16  i32  i64  f16  bf16 f32  f64",
            "-    i8   i16  i32  i64  f16  bf16 f32  f64",
            "i16  i16  i16  i32  i64  -    -    f32  f64",
            "i32  i32  i32  i32  i64  -    -    -    f64",
            "i64  i64  i64  i64  i64  -    -    -    -",
            "f16  f16  -    -    -    f16  -    f32  f64",
            "bf16 bf16 -    -    -    -    bf16 f32  f64",
            "f32  f32  f32  -    -    f32  f32  f32  f64",
            "f64  f64  f64  f64  -    f64  f64  f64  f64",
        ]


class TestDevices:
    """A tensor lives on a device, such as the CPU or a GPU; an array lives on the CPU."""

    @core
    @confirms("B2.1", "B2.2")
    def test_results_live_on_the_device(self, device):
        """A float result lives on the **device** that computed it.

        The row for a GPU is the proof that tensors can be computed there. Without it, this shows
        only that TensorFlow puts the work where `tf.device` says.
        Guide: [GPUs](https://www.tensorflow.org/guide/gpu).
        """
        matrix = tf.constant([[1.0, 2.0], [3.0, 4.0]])

        product = tf.matmul(matrix, matrix)

        print(product)
        assert device.holds(product)
        assert product.numpy().tolist() == [[7.0, 10.0], [15.0, 22.0]]

    def test_numpy_functions_leave_the_device(self, device):
        """Wherever an eager tensor lives, `np.sqrt` computes on the **CPU**, and returns no tensor."""
        tensor = tf.constant([1.0, 4.0])

        roots = np.sqrt(tensor)

        print(roots)
        assert device.holds(tensor)
        assert isinstance(roots, np.ndarray)
        assert roots.tolist() == [1.0, 2.0]

    def test_several_devices(self, fresh_process):
        """**`tf.device`** chooses where operations on tensors in its block run, if there is such a device.

        Here the CPU is split in two: `q01::TestNumericalComputing::test_logical_devices`. If there
        is none, another is taken: `q01::TestNumericalComputing::test_soft_placement`.
        """
        devices = fresh_process(devices_of_two_sums)

        print(devices)
        assert devices == ["CPU:0", "CPU:1"]

    @confirms("B2.2")
    @pytest.mark.parametrize(
        "kind, strategy",
        [("GPU", "MirroredStrategy"), ("TPU", "TPUStrategy")],
    )
    def test_strategies_for_devices(self, kind, strategy):
        """To train on many devices there are **strategies**, such as one for GPUs and one for TPUs.

        A TPU itself is not tried here. See the
        [guide](https://www.tensorflow.org/guide/distributed_training).
        """
        with tf.Graph().as_default(), tf.device(f"/{kind}:0"):
            placed = tf.constant([1.0])

        assert issubclass(getattr(tf.distribute, strategy), tf.distribute.Strategy)
        assert placed.device == f"/device:{kind}:0"

    @holds("numpy>=2", otherwise=AttributeError)
    @about("np.ones(device=*)")
    def test_arrays_are_on_the_cpu(self):
        """From NumPy 2 on, an array too has a `device`, **`"cpu"`**, and takes no other."""
        array = np.ones(2)

        assert array.device == "cpu"
        with pytest.raises(ValueError, match="not understood"):
            np.ones(2, device="gpu")


@pytest.mark.usefixtures("gpu")
class TestOnAGpu:
    """A GPU lets mistakes pass that the CPU reports, and its last digits may differ."""

    def test_integer_division_by_zero(self):
        """On a GPU, `// 0` of int64 does **not raise**; of int32, which the CPU computes, it does.

        Why: `q03::TestCost::test_int32_is_kept_by_the_cpu`.
        """
        quotients = tf.constant([7, 8], tf.int64) // tf.constant([0, 2], tf.int64)

        assert int(quotients[1]) == 4
        with pytest.raises(tf.errors.InvalidArgumentError, match="Integer division by zero"):
            tf.constant([7, 8]) // tf.constant([0, 2])

    def test_negative_powers(self):
        """On a GPU, `2 ** -1` of int64 is **0**, without a word; on the CPU it is an error."""
        bases, exponents = tf.constant([2, 3], tf.int64), tf.constant([-1, 2], tf.int64)

        assert (bases**exponents).numpy().tolist() == [0, 9]
        with (
            tf.device("/CPU:0"),
            pytest.raises(tf.errors.InvalidArgumentError, match="negative integer powers"),
        ):
            bases**exponents

    def test_scatter_out_of_range(self):
        """By default, on a GPU, updates at an index out of range are **dropped**, without a word.

        On the CPU they are an error: `q02::TestIndexing::test_scatter_can_ignore_indices`.
        """
        scattered = tf.scatter_nd([[0], [7]], [9.0, 9.0], [3])
        variable = tf.Variable([1.0, 2.0, 3.0])
        variable.scatter_nd_update([[7]], [9.0])

        assert scattered.numpy().tolist() == [9.0, 0.0, 0.0]
        assert variable.numpy().tolist() == [1.0, 2.0, 3.0]

    def test_equal_indices(self):
        """On a GPU, of many updates of **one** element any may win, not only the last.

        The [documentation](https://www.tensorflow.org/api_docs/python/tf/tensor_scatter_nd_update)
        promises no order on the CPU, either. Sums, as by `tf.tensor_scatter_nd_add`, count them all.
        """
        indices, updates = [[0]] * 1000, tf.range(1000.0)

        winners = {
            float(tf.tensor_scatter_nd_update([0.0], indices, updates)[0]) for _ in range(10)
        }

        assert winners != {999.0}
        assert winners <= set(range(1000))

    def test_casts_stop_at_the_ends(self):
        """On a GPU, a float too large for int32 becomes the **largest** int32, and nan becomes 0."""
        numbers = tf.constant([3e9, -3e9, math.inf, math.nan])

        whole = tf.cast(numbers, tf.int32).numpy().tolist()

        assert whole == [tf.int32.max, tf.int32.min, tf.int32.max, 0]

    def test_last_digit(self):
        """On a GPU, `tf.sqrt` may be off in the **last digit**; on the CPU it is as NumPy's."""
        numbers = np.arange(1.0, 1001.0, dtype=np.float32)

        roots = tf.sqrt(numbers).numpy()
        with tf.device("/CPU:0"):
            exact_roots = tf.sqrt(numbers).numpy()

        assert exact_roots.tolist() == np.sqrt(numbers).tolist()
        assert roots.tolist() != exact_roots.tolist()
        assert roots == pytest.approx(exact_roots, rel=3e-7)

    def test_tensor_float_32(self):
        """By default, GPUs from Ampere on multiply float32 matrices in **TF32**, of 3 decimal digits.

        Sums, and a matrix times a vector, keep their 7. See the
        [documentation](https://www.tensorflow.org/api_docs/python/tf/config/experimental/enable_tensor_float_32_execution).
        """
        card = tf.config.list_physical_devices("GPU")[0]
        if tf.config.experimental.get_device_details(card)["compute_capability"] < (8, 0):
            pytest.skip("this GPU is older than TF32")
        ones = tf.ones([64, 64])
        more_than_ones = ones + 1 / 4096

        rounded = tf.matmul(more_than_ones, ones)
        tf.config.experimental.enable_tensor_float_32_execution(False)
        exact = tf.matmul(more_than_ones, ones)

        assert float(rounded[0, 0]) == 64.0
        assert float(exact[0, 0]) == 64 + 64 / 4096

    def test_runs_differ(self):
        """On a GPU, a float sum such as `tf.math.unsorted_segment_sum` may **differ** from run to run.

        So may the gradient of `tf.gather`.
        Instead: `tf.config.experimental.enable_op_determinism()`.
        """
        numbers = tf.random.stateless_normal([2_000_000], [1, 1])
        rows = tf.random.stateless_uniform([2_000_000], [2, 2], maxval=3, dtype=tf.int32)

        def sums_of_ten_runs():
            runs = (tf.math.unsorted_segment_sum(numbers, rows, 3) for _ in range(10))
            return {tuple(sums.numpy().tolist()) for sums in runs}

        assert len(sums_of_ten_runs()) > 1
        tf.config.experimental.enable_op_determinism()
        assert len(sums_of_ten_runs()) == 1

    def test_one_seed(self):
        """Without XLA, a seed of `tf.random.stateless_uniform` draws the **same** on CPU and GPU.

        Normal numbers are the same up to rounding.
        """

        def draw():
            draws = (
                tf.random.stateless_uniform([9], [1, 2]),
                tf.random.stateless_normal([9], [1, 2]),
            )
            return [numbers.numpy().tolist() for numbers in draws]

        uniform, normal = draw()
        with tf.device("/CPU:0"):
            uniform_there, normal_there = draw()

        assert uniform == uniform_there
        assert normal == pytest.approx(normal_there, rel=1e-5)

    def test_operations_return_early(self):
        """A GPU's operation may return **before** its result is there; `.numpy()` or `float` waits for it.

        So stop the clock after that.
        """
        matrix = tf.random.normal([4096, 4096])
        float(tf.matmul(matrix, matrix)[0, 0])  # the first call takes longer

        start = time.perf_counter()
        for _ in range(50):
            product = tf.matmul(matrix, matrix)
        returned = time.perf_counter() - start
        float(product[0, 0])
        finished = time.perf_counter() - start

        assert returned < finished / 2

    def test_datasets_yield_on_the_cpu(self):
        """By default a dataset's elements lie on the **CPU**; what is computed of them, on the GPU."""
        batch = next(iter(tf.data.Dataset.from_tensor_slices([1.0, 2.0])))

        assert batch.backing_device.endswith("/device:CPU:0")
        assert (batch + 1).backing_device.endswith("/device:GPU:0")
