"""Faults under which the claims of question 2 must fail."""

import contextlib
import ctypes
import functools
import random
import types
import warnings

import numpy as np
import tensorflow as tf
from tensorflow.python.eager import context, core
from tensorflow.python.framework import ops
from tensorflow.python.framework.ops import EagerTensor
from tensorflow.python.ops.resource_variable_ops import ResourceVariable

from answer_key import refutes


def add_missing(monkeypatch, module, members):
    """Give a module the public members of another one that it lacks."""
    for name, member in list(vars(members).items()):
        if not name.startswith("_") and not hasattr(module, name):
            monkeypatch.setattr(module, name, member, raising=False)


def writable(tensor):
    """The memory of a tensor on the CPU, as an array that can be written to."""
    seen = np.frombuffer(tensor, tensor.dtype.as_numpy_dtype)
    memory = (ctypes.c_uint8 * seen.nbytes).from_address(seen.ctypes.data)
    return np.frombuffer(memory, seen.dtype).reshape(tensor.shape)


# Names


@refutes(
    "TestNames::test_reductions_have_a_prefix",
    "TestNames::test_other_names",
    "TestNames::test_functions_without_counterpart",
)
def numpys_names_exist(monkeypatch):
    """TensorFlow has all of NumPy's functions, by NumPy's names."""
    add_missing(monkeypatch, tf, np)


@refutes("TestNames::test_arrays_have_methods", "TestViews::test_transpose_copies")
def tensors_have_what_arrays_have(monkeypatch):
    """A tensor has every method and attribute of an array."""
    monkeypatch.setattr(tf.Tensor, "__getattr__", lambda self, name: getattr(self.numpy(), name))


@refutes(
    "TestNames::test_argmax_without_an_axis",
    "TestNames::test_matmul_of_vectors",
    "TestNames::test_matmul_of_vectors_was_an_invalid_argument",
    "TestElementTypes::test_concat_does_not_promote",
    "TestElementTypes::test_booleans_are_no_numbers",
    "TestScalars::test_two_arrays_in_a_tensorflow_function",
    "TestReductions::test_mean_of_integers",
    "TestReductions::test_sum_of_small_integers",
    "TestExperimentalNumpy::test_its_mean",
    "TestExperimentalNumpy::test_numpy_behaviour_leaves_functions",
)
def functions_are_numpys(monkeypatch):
    """The functions of `tf` are those of `tf.experimental.numpy`."""
    names = {name: name for name in ("add", "argmax", "matmul")}
    names |= {"concat": "concatenate", "reduce_mean": "mean", "reduce_sum": "sum"}
    for name, numpys in names.items():
        monkeypatch.setattr(tf, name, getattr(tf.experimental.numpy, numpys))


@refutes("TestNames::test_other_names", "TestNames::test_where_returns_rows")
def where_returns_columns(monkeypatch):
    """`tf.where` of a mask has a row per axis, as `np.where`."""
    right = tf.where
    monkeypatch.setattr(tf, "where", lambda mask: tf.transpose(right(mask)))


@refutes("TestNames::test_unique_keeps_the_order")
def unique_sorts(monkeypatch):
    """`tf.unique` sorts what it finds, as `np.unique`."""
    right = tf.unique
    monkeypatch.setattr(tf, "unique", lambda numbers: right(tf.sort(numbers)))


@refutes("TestNames::test_shape_is_no_tuple")
def shape_is_a_tuple(monkeypatch):
    """A tensor's `shape` is a tuple, as an array's."""
    right = EagerTensor.shape
    monkeypatch.setattr(EagerTensor, "shape", property(lambda self: tuple(right.fget(self))))


@refutes("TestNames::test_products_of_vectors")
def matvec_multiplies_from_the_left(monkeypatch):
    """`tf.linalg.matvec` multiplies the vector by the matrix, not the matrix by the vector."""
    monkeypatch.setattr(tf.linalg, "matvec", functools.partial(tf.linalg.matvec, transpose_a=True))


@refutes("TestNames::test_shape_may_be_unknown")
def signatures_are_ignored(monkeypatch):
    """`tf.function` ignores its `input_signature`: it traces the shapes that it is called with."""
    right = tf.function
    monkeypatch.setattr(tf, "function", lambda input_signature: right)


# What is alike


@refutes("TestWhatIsAlike::test_reshape_keeps_the_order")
def reshape_swaps_axes(monkeypatch):
    """`tf.reshape` goes through a matrix column by column."""
    right = tf.reshape
    monkeypatch.setattr(tf, "reshape", lambda matrix, shape: right(tf.transpose(matrix), shape))


@refutes("TestWhatIsAlike::test_broadcasting", by=tf.errors.InvalidArgumentError)
def addition_does_not_broadcast(monkeypatch):
    """`tf.add` refuses tensors whose shapes differ."""
    right = tf.add

    def add(left, other):
        if left.shape != other.shape:
            raise tf.errors.InvalidArgumentError(None, None, "Incompatible shapes")
        return right(left, other)

    monkeypatch.setattr(tf, "add", add)


@refutes("TestWhatIsAlike::test_shapes_that_do_not_broadcast", by=ValueError)
def operations_raise_value_errors(monkeypatch):
    """An operation that fails raises a `ValueError`, as in NumPy."""
    monkeypatch.setattr(core, "_status_to_exception", lambda status: ValueError(status.message))


@refutes("TestWhatIsAlike::test_floor_division")
def division_rounds_towards_zero(monkeypatch):
    """`//` rounds towards zero and `%` takes the dividend's sign, as in C."""
    monkeypatch.setattr(tf.Tensor, "__floordiv__", lambda x, y: tf.truncatediv(x, y))
    monkeypatch.setattr(tf.Tensor, "__mod__", lambda x, y: tf.truncatemod(x, y))


@refutes("TestWhatIsAlike::test_round_half_to_even")
def round_rounds_halves_up(monkeypatch):
    """`tf.round` rounds a half up."""
    monkeypatch.setattr(tf, "round", lambda numbers: tf.floor(numbers + 0.5))


@refutes("TestWhatIsAlike::test_integers_wrap_around")
def addition_saturates(monkeypatch):
    """`tf.add` of integers that overflow yields the largest integer of their type."""
    right = tf.add

    def add(left, other):
        total = right(tf.cast(left, tf.int64), tf.cast(other, tf.int64))
        return tf.saturate_cast(total, left.dtype)

    monkeypatch.setattr(tf, "add", add)


# Mutability


@refutes("TestMutability::test_arrays_accept_assignment", by=ValueError)
def arrays_are_read_only(monkeypatch):
    """`np.array` makes arrays that are read-only."""
    right = np.array

    def array(*args, **kwargs):
        made = right(*args, **kwargs)
        made.flags.writeable = False
        return made

    monkeypatch.setattr(np, "array", array)


@refutes(
    "TestMutability::test_tensors_refuse_assignment",
    "TestExperimentalNumpy::test_numpy_behaviour_keeps_tensors_immutable",
)
def tensors_accept_assignment(monkeypatch):
    """A tensor's elements can be assigned."""

    def assign(self, key, value):
        writable(self)[key] = value

    monkeypatch.setattr(tf.Tensor, "__setitem__", assign, raising=False)


@refutes("TestMutability::test_scatter_makes_a_new_tensor")
def scatter_works_in_place(monkeypatch):
    """`tf.tensor_scatter_nd_update` replaces elements in place."""

    def update(tensor, indices, updates):
        writable(tensor)[tuple(np.transpose(indices))] = updates
        return tensor

    monkeypatch.setattr(tf, "tensor_scatter_nd_update", update)


@refutes("TestMutability::test_augmented_assignment_rebinds")
def augmented_assignment_works_in_place(monkeypatch):
    """`+=` changes a tensor in place."""

    def add(self, other):
        writable(self)[...] += other
        return self

    monkeypatch.setattr(tf.Tensor, "__iadd__", add, raising=False)


@refutes(
    "TestMutability::test_array_plus_equals_tensor",
    "TestMixing::test_operators_return_tensors",
)
def arrays_have_priority(monkeypatch):
    """An array joined to a tensor by an operator gives an array if it comes first."""
    monkeypatch.setattr(tf.Tensor, "__array_priority__", -1)


@refutes("TestMutability::test_variables_are_mutable")
def assign_makes_a_new_variable(monkeypatch):
    """`variable.assign` returns a new variable, and leaves the variable as it was."""
    monkeypatch.setattr(ResourceVariable, "assign", lambda self, value: tf.Variable(value))


@refutes(
    "TestMutability::test_variables_refuse_plain_assignment",
    "TestMutability::test_variables_refuse_augmented_assignment",
)
def variables_accept_plain_assignment(monkeypatch):
    """`variable[0] = 9` and `variable += 1` change a variable in place."""

    def assign(self, key, value):
        self[key].assign(value)

    def add(self, number):
        return self.assign(self + number)

    monkeypatch.setattr(ResourceVariable, "__setitem__", assign, raising=False)
    monkeypatch.setattr(ResourceVariable, "__iadd__", add)


@refutes("TestMutability::test_a_value_read_from_a_variable_stays")
def reading_a_variable_is_no_copy(monkeypatch):
    """`tf.convert_to_tensor` of a variable is the variable itself."""
    monkeypatch.setattr(tf, "convert_to_tensor", lambda variable: variable)


# Memory


@refutes("TestMemory::test_numpy_method_copies")
def numpy_method_shares(monkeypatch):
    """`tensor.numpy()` is a writable view of the tensor's memory."""
    monkeypatch.setattr(EagerTensor, "numpy", writable)


@refutes("TestMemory::test_asarray_is_a_read_only_view")
def asarray_copies(monkeypatch):
    """`np.asarray` copies."""
    monkeypatch.setattr(np, "asarray", np.array)


@refutes("TestMemory::test_asarray_is_a_read_only_view")
def asarray_is_writable(monkeypatch):
    """`np.asarray` of a tensor is a view that can be written to."""
    monkeypatch.setattr(np, "asarray", writable)


@refutes("TestMemory::test_variables_refuse_copy_false")
def copy_is_made_if_needed(monkeypatch):
    """`copy=False` allows `np.array` to copy if it must, as before NumPy 2."""
    monkeypatch.setattr(np, "array", lambda value, copy: np.asarray(value))


@refutes("TestMemory::test_conversion_copies")
def conversion_shares(monkeypatch):
    """A tensor made of an array shares the array's memory, as before 2.13."""

    def share(array):
        return tf.experimental.dlpack.from_dlpack(array.__dlpack__())

    for name in ("constant", "convert_to_tensor", "identity"):
        monkeypatch.setattr(tf, name, share)


@refutes("TestMemory::test_some_functions_share_memory")
def expand_dims_copies(monkeypatch):
    """`tf.expand_dims` copies the array."""
    right = tf.expand_dims
    monkeypatch.setattr(tf, "expand_dims", lambda array, axis: right(tf.constant(array), axis))


@refutes("TestMemory::test_dlpack_shares_memory")
def dlpack_copies(monkeypatch):
    """A tensor made through DLPack is a copy."""
    right = tf.experimental.dlpack.from_dlpack
    monkeypatch.setattr(
        tf.experimental.dlpack, "from_dlpack", lambda capsule: tf.constant(right(capsule).numpy())
    )


# Views


@refutes("TestViews::test_numpy_makes_views")
def reshape_of_an_array_copies(monkeypatch):
    """The reshape of an array is a copy."""

    class Array(np.ndarray):
        def reshape(self, *shape):
            return np.array(self).reshape(*shape)

    right = np.zeros
    monkeypatch.setattr(np, "zeros", lambda shape: right(shape).view(Array))


@refutes("TestViews::test_reshape_shares")
def reshape_copies(monkeypatch):
    """`tf.reshape` copies the tensor."""
    right = tf.reshape
    monkeypatch.setattr(tf, "reshape", lambda tensor, shape: right(tensor, shape) + 0)


@refutes("TestViews::test_transpose_copies")
def transpose_shares(monkeypatch):
    """`tf.transpose` copies nothing: its result lies in the tensor's memory."""
    monkeypatch.setattr(tf, "transpose", lambda matrix: tf.reshape(matrix, matrix.shape[::-1]))


@refutes("TestViews::test_a_slice_of_columns_copies")
def slices_of_rows_copy(monkeypatch):
    """Every slice of a tensor is a copy."""
    right = tf.Tensor.__getitem__
    monkeypatch.setattr(tf.Tensor, "__getitem__", lambda self, key: right(self, key) + 0)


@refutes("TestViews::test_converting_a_tensor_does_nothing")
def constant_of_a_tensor_is_a_copy(monkeypatch):
    """`tf.constant` of a tensor is another tensor."""
    right = tf.constant
    monkeypatch.setattr(tf, "constant", lambda value: tf.identity(right(value)))


# Element types


@refutes("TestElementTypes::test_defaults")
def defaults_have_64_bits(monkeypatch):
    """Python's numbers become 64-bit tensors, as in NumPy."""
    right = tf.constant
    monkeypatch.setattr(tf, "constant", lambda value: right(np.array(value)))


@refutes("TestElementTypes::test_arrays_keep_their_type")
def arrays_become_float32(monkeypatch):
    """`tf.constant` makes a float32 tensor of every array."""
    right = tf.constant
    monkeypatch.setattr(tf, "constant", lambda value: tf.cast(right(value), tf.float32))


@refutes(
    "TestElementTypes::test_two_types_do_not_add",
    "TestElementTypes::test_the_refusal_while_tracing",
    "TestScalars::test_python_numbers_adapt",
    "TestScalars::test_python_floats_and_integer_tensors",
    "TestScalars::test_numpy_scalars_adapt",
    "TestScalars::test_arrays_are_cast_too",
    "TestScalars::test_numbers_that_do_not_fit",
    "TestExperimentalNumpy::test_its_functions_promote",
)
def operators_promote(monkeypatch):
    """The operators of tensors promote element types; a number counts as the tensor it makes."""
    add, multiply = tf.experimental.numpy.add, tf.experimental.numpy.multiply
    tensor = tf.convert_to_tensor
    monkeypatch.setattr(tf.Tensor, "__add__", lambda x, y: add(x, tensor(y)))
    monkeypatch.setattr(tf.Tensor, "__radd__", lambda x, y: add(tensor(y), x))
    monkeypatch.setattr(tf.Tensor, "__mul__", lambda x, y: multiply(x, tensor(y)))


@refutes("TestElementTypes::test_conversion_does_not_cast")
def conversion_casts(monkeypatch):
    """`tf.convert_to_tensor` casts a tensor to the type that is asked for."""
    monkeypatch.setattr(tf, "convert_to_tensor", lambda value, dtype: tf.cast(value, dtype))


@refutes("TestElementTypes::test_python_floats_are_not_truncated")
def constant_truncates(monkeypatch):
    """`tf.constant` truncates floats to integers if an integer type is asked for."""
    right = tf.constant
    monkeypatch.setattr(tf, "constant", lambda value, dtype: tf.cast(right(value), dtype))


@refutes("TestElementTypes::test_functions_refuse_integers")
def functions_take_integers(monkeypatch):
    """`tf.sqrt`, `tf.exp`, `tf.sin` and `tf.tanh` turn integers into floats."""

    def casting(function):
        return lambda numbers: function(tf.cast(numbers, tf.float64))

    for name in ("sqrt", "exp", "sin", "tanh"):
        monkeypatch.setattr(tf, name, casting(getattr(tf, name)))


@refutes("TestElementTypes::test_division_makes_floats")
def division_keeps_integers(monkeypatch):
    """`/` of integer tensors is an integer tensor."""
    monkeypatch.setattr(tf.Tensor, "__truediv__", lambda x, y: x // y)


@refutes(
    "TestElementTypes::test_product_with_a_mask_was_refused",
    "TestElementTypes::test_product_with_a_mask_is_a_logical_and",
)
def masks_are_cast(monkeypatch):
    """`*` casts a bool tensor to the other's type."""
    monkeypatch.setattr(tf.Tensor, "__mul__", lambda x, y: tf.multiply(x, tf.cast(y, x.dtype)))


# Scalars


@refutes("TestScalars::test_numpy_scalars_widen_arrays")
def float64_is_pythons_float(monkeypatch):
    """`np.float64(0.5)` takes an array's type like a Python float, as before NumPy 2."""
    monkeypatch.setattr(np, "float64", float)


@refutes("TestScalars::test_numbers_that_do_not_fit_are_refused")
def arrays_are_widened(monkeypatch):
    """An int8 array plus a number that does not fit is widened, as before NumPy 2."""

    class Array(np.ndarray):
        def __add__(self, number):
            return super().__add__(np.asarray(number))

    right = np.array
    monkeypatch.setattr(np, "array", lambda *args: right(*args).view(Array))


# Reductions


@refutes("TestReductions::test_mean_of_float16")
def mean_adds_up_in_float32(monkeypatch):
    """`tf.reduce_mean` adds up float16 numbers in float32, as NumPy."""
    right = tf.reduce_mean

    def mean(numbers):
        return tf.cast(right(tf.cast(numbers, tf.float32)), numbers.dtype)

    monkeypatch.setattr(tf, "reduce_mean", mean)


@refutes("TestReductions::test_mean_of_float16_under_xla")
@refutes("TestElementTypes::test_cast_out_of_range_under_xla")
@refutes(
    "TestDivisionByZero::test_integers_under_xla",
    "TestIndexing::test_gather_out_of_range_under_xla",
    by=tf.errors.InvalidArgumentError,
)
def xla_is_not_used(monkeypatch):
    """`jit_compile=True` changes nothing: the graph runs without XLA."""
    right = tf.function
    monkeypatch.setattr(tf, "function", lambda function=None, jit_compile=None: right(function))


@refutes("TestReductions::test_maximum_of_nothing")
def maximum_begins_with_a_finite_number(monkeypatch):
    """The maximum of no numbers is the lowest finite number of their type."""
    right = tf.reduce_max
    monkeypatch.setattr(
        tf, "reduce_max", lambda numbers: tf.maximum(right(numbers), numbers.dtype.min)
    )


# Division by zero


@refutes("TestDivisionByZero::test_integers", "TestDivisionByZero::test_integers_under_xla")
def integers_divided_by_zero_are_zero(monkeypatch):
    """An integer tensor divided by 0 with `//` is 0, as in NumPy."""
    right = tf.Tensor.__floordiv__

    def divide(left, other):
        return tf.where(other == 0, 0, right(left, tf.where(other == 0, 1, other)))

    monkeypatch.setattr(tf.Tensor, "__floordiv__", divide)


@refutes("TestDivisionByZero::test_floats_are_silent", by=RuntimeWarning)
def division_by_zero_warns(monkeypatch):
    """A float tensor divided by 0 warns, as an array does."""
    right = tf.Tensor.__truediv__

    def divide(left, other):
        if 0.0 in other.numpy():
            warnings.warn("divide by zero", RuntimeWarning, stacklevel=2)
        return right(left, other)

    monkeypatch.setattr(tf.Tensor, "__truediv__", divide)


@refutes("TestDivisionByZero::test_divide_no_nan")
def divide_no_nan_divides(monkeypatch):
    """`tf.math.divide_no_nan` divides by zero as `/` does."""
    monkeypatch.setattr(tf.math, "divide_no_nan", tf.divide)


# Indexing


@refutes("TestIndexing::test_slices")
def negative_indices_count_from_zero(monkeypatch):
    """A negative index counts from 0 at the last element: -1 is the last but one."""
    right = tf.Tensor.__getitem__

    def item(self, key):
        return right(self, key - 1 if isinstance(key, int) and key < 0 else key)

    monkeypatch.setattr(tf.Tensor, "__getitem__", item)


@refutes(
    "TestIndexing::test_a_list_is_read_as_a_tuple",
    "TestIndexing::test_a_list_as_index_of_a_vector",
    "TestIndexing::test_arrays_are_no_indices",
    "TestIndexing::test_boolean_masks",
)
@refutes("TestIndexing::test_index_out_of_range", by=IndexError)
def tensors_are_indexed_as_arrays(monkeypatch):
    """An index of a tensor means, and raises, what it does for an array."""
    monkeypatch.setattr(tf.Tensor, "__getitem__", lambda self, key: tf.constant(self.numpy()[key]))


@refutes("TestIndexing::test_gather")
def gather_nd_gathers_rows(monkeypatch):
    """`tf.gather_nd` takes the two numbers of a pair for two rows, as `tf.gather`."""
    monkeypatch.setattr(tf, "gather_nd", tf.gather)


@refutes(
    "TestIndexing::test_gather_does_not_count_from_the_end",
    "TestIndexing::test_gather_out_of_range",
    "TestIndexing::test_gather_out_of_range_under_xla",
)
def gather_pads_with_zeros(monkeypatch):
    """`tf.gather` yields 0 for an index out of range, as on a GPU."""
    right = tf.gather

    def gather(numbers, indices):
        inside = tf.logical_and(tf.less(-1, indices), tf.less(indices, tf.size(numbers)))
        return tf.where(inside, right(numbers, tf.where(inside, indices, 0)), 0)

    monkeypatch.setattr(tf, "gather", gather)


@refutes("TestIndexing::test_gather_out_of_range_on_a_gpu")
def gather_clamps(monkeypatch):
    """`tf.gather` yields the last element for an index out of range."""
    right = tf.gather
    monkeypatch.setattr(
        tf, "gather", lambda numbers, indices: right(numbers, tf.minimum(indices, 2))
    )


@refutes("TestIndexing::test_scatter_can_ignore_indices")
def scatter_ignores_indices(monkeypatch):
    """`tf.scatter_nd` ignores indices out of range without being asked."""
    ignoring = functools.partial(tf.scatter_nd, bad_indices_policy="IGNORE")
    monkeypatch.setattr(tf, "scatter_nd", ignoring)


# Equality


@refutes("TestEquality::test_equality_is_elementwise")
def equality_is_one_truth(monkeypatch):
    """`==` of two tensors is one truth value, as of two lists."""
    monkeypatch.setattr(tf.Tensor, "__eq__", lambda x, y: tf.reduce_all(tf.equal(x, y)))


@refutes("TestEquality::test_unequal_shapes")
def equal_takes_any_shapes(monkeypatch):
    """`tf.equal` of shapes that do not broadcast is False, as `==` is."""
    monkeypatch.setattr(tf, "equal", lambda x, y: x == y)


@refutes("TestEquality::test_unequal_shapes_on_a_gpu")
def unequal_shapes_are_unequal(monkeypatch):
    """`==` of shapes that do not broadcast is False everywhere."""
    monkeypatch.setattr(tf.Tensor, "__eq__", lambda x, y: tf.constant(False))


@refutes("TestEquality::test_comparing_with_none")
def none_is_compared_with_each_element(monkeypatch):
    """`tensor == None` is elementwise, as for an array."""
    right = tf.Tensor.__eq__

    def equal(self, other):
        return tf.zeros_like(self, tf.bool) if other is None else right(self, other)

    monkeypatch.setattr(tf.Tensor, "__eq__", equal)


@refutes("TestEquality::test_tensors_are_unhashable")
def tensors_hash_by_identity(monkeypatch):
    """Tensors are hashable, as in TensorFlow 1."""
    monkeypatch.setattr(EagerTensor, "__hash__", object.__hash__)


@refutes("TestEquality::test_truth_of_several")
def several_are_true_together(monkeypatch):
    """The truth of several elements is whether all are true."""
    monkeypatch.setattr(EagerTensor, "__bool__", lambda self: bool(self.numpy().all()))


@refutes("TestEquality::test_scalars_serve_python", by=TypeError)
def scalars_are_no_index(monkeypatch):
    """A scalar tensor does not serve as a Python index."""
    monkeypatch.delattr(EagerTensor.__base__, "__index__")


# Mixing


@refutes(
    "TestMixing::test_numpy_functions_return_arrays",
    "TestMixing::test_operators_return_tensors",
    "TestMixing::test_numpy_stops_gradients",
    "TestDevices::test_numpy_functions_leave_the_device",
)
def numpy_dispatches_to_tensorflow(monkeypatch):
    """NumPy's functions let TensorFlow compute what they are asked of a tensor."""

    def compute(self, function, method, *args):
        return getattr(tf.experimental.numpy, function.__name__)(*args)

    monkeypatch.setattr(tf.Tensor, "__array_ufunc__", compute, raising=False)


@refutes("TestMixing::test_numpy_numbers_tell_their_type")
def scalars_become_python_numbers(monkeypatch):
    """`numpy()` of a scalar tensor is a Python number."""
    right = EagerTensor.numpy
    monkeypatch.setattr(EagerTensor, "numpy", lambda self: right(self).item())


@refutes("TestMixing::test_tensorflow_functions_take_arrays")
def sum_of_an_array_is_an_array(monkeypatch):
    """`tf.reduce_sum` of an array is a NumPy number."""
    right = tf.reduce_sum
    monkeypatch.setattr(tf, "reduce_sum", lambda numbers: right(numbers).numpy())


@refutes("TestMixing::test_numpy_function", by=NotImplementedError)
def numpy_function_runs_while_tracing(monkeypatch):
    """`tf.numpy_function` calls the function while tracing."""
    monkeypatch.setattr(tf, "numpy_function", lambda function, inputs, dtype: function(*inputs))


# Cost


@refutes("TestCost::test_small_arrays")
def addition_costs_nothing(monkeypatch):
    """`tf.add` costs no more than a call of a Python function."""
    monkeypatch.setattr(tf, "add", lambda left, right: left)


@refutes("TestCost::test_vectorized_map")
def vectorized_map_loops(monkeypatch):
    """`tf.vectorized_map` calls the function once a row."""
    monkeypatch.setattr(
        tf, "vectorized_map", lambda function, rows: tf.stack([function(row) for row in rows])
    )


# Strings and objects


@refutes("TestStringsAndObjects::test_strings_are_bytes")
def strings_come_back_as_text(monkeypatch):
    """`tensor.numpy()` of strings is an array of text."""
    right = EagerTensor.numpy
    monkeypatch.setattr(EagerTensor, "numpy", lambda self: right(self).astype(str))


@refutes(
    "TestStringsAndObjects::test_no_python_objects",
    "TestStringsAndObjects::test_types_without_counterpart",
)
def anything_becomes_text(monkeypatch):
    """`tf.constant` makes strings of an array that it has no type for."""
    right = tf.constant
    monkeypatch.setattr(tf, "constant", lambda array: right(array.astype(str)))


@refutes("TestStringsAndObjects::test_dates_become_numbers")
def dates_count_in_seconds(monkeypatch):
    """`tf.constant` counts the seconds of dates, whatever their unit is."""
    right = tf.constant

    def constant(value, dtype=None):
        dates = isinstance(value, np.ndarray)
        return right(value.astype("datetime64[s]") if dates else value, dtype)

    monkeypatch.setattr(tf, "constant", constant)


# Randomness


@refutes("TestRandomness::test_numpy_seed", "TestRandomness::test_tensorflow_seed")
def seeds_are_shared(monkeypatch):
    """`np.random.seed` and `tf.random.set_seed` each seed NumPy and TensorFlow."""
    seeds = np.random.seed, tf.random.set_seed
    monkeypatch.setattr(np.random, "seed", lambda seed: [each(seed) for each in seeds])
    monkeypatch.setattr(tf.random, "set_seed", lambda seed: [each(seed) for each in seeds])


@refutes(
    "TestRandomness::test_tensorflow_seed",
    "TestRandomness::test_tensorflow_seed_does_not_reach_dropout",
)
def tensorflow_seed_seeds_everything(monkeypatch):
    """`tf.random.set_seed` seeds Python's `random`, which Keras asks for seeds, and NumPy."""
    right = tf.random.set_seed

    def set_seed(seed):
        for each in (random.seed, np.random.seed, right):
            each(seed)

    monkeypatch.setattr(tf.random, "set_seed", set_seed)


@refutes("TestRandomness::test_keras_random")
def keras_random_draws_anew(monkeypatch):
    """`tf.keras.random.uniform` gives another number at each call."""
    monkeypatch.setattr(tf.keras.random, "uniform", lambda shape, seed: tf.random.uniform(shape))


@refutes("TestRandomness::test_one_seed_for_both")
def set_random_seed_seeds_python(monkeypatch):
    """`tf.keras.utils.set_random_seed` seeds Python's `random` only."""
    monkeypatch.setattr(tf.keras.utils, "set_random_seed", random.seed)


@refutes("TestRandomness::test_seed_argument")
def seed_argument_fixes_the_numbers(monkeypatch):
    """Two calls of `tf.random.uniform` with the same `seed` give the same numbers."""
    monkeypatch.setattr(
        tf.random,
        "uniform",
        lambda shape, seed: tf.random.stateless_uniform(shape, [seed, 0]),
    )


@refutes("TestRandomness::test_stateless")
def stateless_functions_have_state(monkeypatch):
    """`tf.random.stateless_uniform` gives other numbers at each call."""
    monkeypatch.setattr(
        tf.random, "stateless_uniform", lambda shape, seed: tf.random.uniform(shape)
    )


@refutes("TestRandomness::test_generators")
def generators_ignore_their_seed(monkeypatch):
    """`tf.random.Generator.from_seed` makes a generator that starts anywhere."""
    start = tf.random.Generator.from_non_deterministic_state
    monkeypatch.setattr(tf.random.Generator, "from_seed", lambda seed: start())


# tf.experimental.numpy


@refutes("TestExperimentalNumpy::test_its_arrays_are_tensors")
def numpys_ones_are_float32(monkeypatch):
    """`tf.experimental.numpy.ones` makes float32, as `tf.ones` does."""
    monkeypatch.setattr(tf.experimental.numpy, "ones", tf.ones)


@refutes(
    "TestNames::test_functions_without_counterpart",
    "TestExperimentalNumpy::test_its_share_of_numpy",
    "TestExperimentalNumpy::test_what_it_lacks",
)
def numpy_is_covered(monkeypatch):
    """`tf.experimental.numpy` has everything that NumPy has."""
    add_missing(monkeypatch, tf.experimental.numpy, np)


@refutes("TestExperimentalNumpy::test_its_mean")
def numpys_mean_keeps_integers(monkeypatch):
    """`tf.experimental.numpy.mean` of integers is an integer."""
    monkeypatch.setattr(tf.experimental.numpy, "mean", tf.reduce_mean)


@refutes(
    "TestExperimentalNumpy::test_its_isclose_had_no_tolerance",
    "TestExperimentalNumpy::test_its_isclose_refuses_ints",
)
def numpys_isclose_takes_ints_for_floats(monkeypatch):
    """`tf.experimental.numpy.isclose` takes integers, with a tolerance."""
    right = tf.experimental.numpy.isclose

    def isclose(left, other):
        return right(tf.cast(left, tf.float64), tf.cast(other, tf.float64))

    monkeypatch.setattr(tf.experimental.numpy, "isclose", isclose)


@refutes("TestExperimentalNumpy::test_its_linspace_ignored_its_dtype")
def numpys_linspace_casts(monkeypatch):
    """`tf.experimental.numpy.linspace` returns the type that it is asked for."""
    right = tf.experimental.numpy.linspace

    def linspace(*args, dtype):
        return tf.cast(right(*args), dtype)

    monkeypatch.setattr(tf.experimental.numpy, "linspace", linspace)


@refutes("TestExperimentalNumpy::test_its_roots_of_ints_were_an_error")
def numpys_roots_take_integers(monkeypatch):
    """`tf.experimental.numpy.sqrt` of integers is a float64."""
    right = tf.experimental.numpy.sqrt
    monkeypatch.setattr(tf.experimental.numpy, "sqrt", lambda x: right(tf.cast(x, tf.float64)))


@refutes("TestExperimentalNumpy::test_its_roots_of_ints")
def numpys_roots_are_narrow(monkeypatch):
    """`tf.experimental.numpy.sqrt` of integers is a float32."""
    monkeypatch.setattr(tf.experimental.numpy, "sqrt", lambda x: tf.sqrt(tf.cast(x, tf.float32)))


@refutes("TestNames::test_matmul_of_vectors_is_a_value_error", by=tf.errors.InvalidArgumentError)
def matmul_leaves_vectors_to_its_kernel(monkeypatch):
    """`tf.matmul` leaves it to its kernel to refuse vectors."""
    monkeypatch.setattr(tf, "matmul", lambda a, b: tf.raw_ops.MatMul(a=a, b=b))


@refutes("TestExperimentalNumpy::test_numpy_behaviour")
def numpy_behaviour_leaves_indexing(monkeypatch):
    """NumPy behaviour leaves the meaning of a list as an index as it is."""
    monkeypatch.setattr(ops, "enable_numpy_style_slicing", lambda: None)


@refutes(
    "TestExperimentalNumpy::test_promotion_like_numpy",
    "TestExperimentalNumpy::test_conversion_mode_all",
    "TestExperimentalNumpy::test_conversion_mode_safe",
    "TestExperimentalNumpy::test_conversion_modes_of_functions",
    "TestExperimentalNumpy::test_promotion_can_be_switched_off",
)
def conversion_modes_are_confused(monkeypatch):
    """NumPy behaviour promotes in another mode than the one that is asked for."""
    right = tf.experimental.numpy.experimental_enable_numpy_behavior
    other = {"legacy": "all", "all": "legacy", "safe": "all", "off": "legacy"}

    def enable(dtype_conversion_mode="legacy"):
        right(dtype_conversion_mode=other[dtype_conversion_mode])

    monkeypatch.setattr(tf.experimental.numpy, "experimental_enable_numpy_behavior", enable)


@refutes(
    "TestExperimentalNumpy::test_weak_tensors", "TestExperimentalNumpy::test_preferring_float32"
)
def numpy_behaviour_takes_no_arguments(monkeypatch):
    """NumPy behaviour is the same whatever it is asked for."""
    right = tf.experimental.numpy.experimental_enable_numpy_behavior
    monkeypatch.setattr(
        tf.experimental.numpy, "experimental_enable_numpy_behavior", lambda **kwargs: right()
    )


# Graphs and sessions


@refutes("TestGraphsAndSessions::test_operations_run_at_once")
def operations_are_recorded(monkeypatch):
    """Operations are recorded in the default graph, as in TensorFlow 1."""
    monkeypatch.setattr(context.context()._thread_local_data, "is_eager", False)
    # A graph of its own, so that nothing is left in the one that others use.
    monkeypatch.setattr(ops._default_graph_stack, "_global_default_graph", tf.Graph())


@refutes("TestGraphsAndSessions::test_sessions_are_gone")
def sessions_are_still_there(monkeypatch):
    """`tf` still has the names of TensorFlow 1."""
    add_missing(monkeypatch, tf, tf.compat.v1)


@refutes("TestGraphsAndSessions::test_sessions_still_work", by=RuntimeError)
def sessions_ignore_their_graph(monkeypatch):
    """A session runs the default graph, not the one that it is given."""
    right = tf.compat.v1.Session
    monkeypatch.setattr(tf.compat.v1, "Session", lambda graph: right())


@refutes("TestGraphsAndSessions::test_sessions_cannot_run_eager_tensors")
def sessions_run_eager_tensors(monkeypatch):
    """A session takes eager tensors, and returns their values."""
    right = tf.compat.v1.Session.run

    def run(self, tensor):
        return tensor.numpy() if hasattr(tensor, "numpy") else right(self, tensor)

    monkeypatch.setattr(tf.compat.v1.Session, "run", run)


@refutes("TestGraphsAndSessions::test_functions_make_graphs")
def functions_make_no_graph(monkeypatch):
    """`tf.function` makes no graph of what it is called with."""

    def concrete_function(self, *args):
        return types.SimpleNamespace(graph=None)

    kind = type(tf.function(print))
    monkeypatch.setattr(kind, "get_concrete_function", concrete_function)


@refutes("TestGraphsAndSessions::test_numpy_knows_no_graphs")
def numpy_is_recorded(monkeypatch):
    """`np.add` is recorded in a graph, too."""
    right = np.add

    def add(left, other):
        tf.add(left, other)
        return right(left, other)

    monkeypatch.setattr(np, "add", add)


# Devices


@refutes(
    "TestDevices::test_results_live_on_the_device",
    "TestDevices::test_numpy_functions_leave_the_device",
)
def tensors_do_not_know_their_device(monkeypatch):
    """A tensor does not say on which device it lives."""
    for name in ("device", "backing_device"):
        monkeypatch.setattr(EagerTensor, name, "")


@refutes(
    "TestDevices::test_several_devices",
    "TestDevices::test_strategies_for_devices",
)
def device_is_ignored(monkeypatch):
    """`tf.device` has no effect."""
    monkeypatch.setattr(tf, "device", lambda name: contextlib.nullcontext())


@refutes("TestDevices::test_arrays_are_on_the_cpu")
def arrays_take_any_device(monkeypatch):
    """`np.ones` takes the name of any device."""
    right = np.ones
    monkeypatch.setattr(np, "ones", lambda shape, device=None: right(shape))


@refutes(
    "TestDivisionByZero::test_reciprocal_of_integers_under_xla",
    "TestDivisionByZero::test_no_reciprocal_of_integers_under_xla",
)
def reciprocals_are_the_numbers(monkeypatch):
    """`tf.math.reciprocal` returns what it is given."""
    monkeypatch.setattr(tf.math, "reciprocal", tf.identity)


@refutes("TestRandomness::test_set_random_seed_restarts_keras_random")
def set_random_seed_does_nothing(monkeypatch):
    """`tf.keras.utils.set_random_seed` seeds nothing."""
    monkeypatch.setattr(tf.keras.utils, "set_random_seed", lambda seed: None)


@refutes("TestMixing::test_one_element_was_a_number", by=TypeError)
def only_scalars_are_numbers(monkeypatch):
    """`int` and `float` take only a tensor of rank 0."""
    for name in ("__int__", "__float__"):
        right = getattr(EagerTensor, name)

        def convert(tensor, right=right):
            if tensor.shape.rank:
                raise TypeError("only 0-dimensional arrays can be converted")
            return right(tensor)

        monkeypatch.setattr(EagerTensor, name, convert)


@refutes("TestMixing::test_a_scalar_is_a_number")
def one_element_is_a_number(monkeypatch):
    """`int` takes a tensor of one element."""
    monkeypatch.setattr(EagerTensor, "__int__", lambda tensor: tensor.numpy().item())


@refutes("TestMixing::test_categories_were_float32", "TestMixing::test_categories_are_float64")
def categories_are_integers(monkeypatch):
    """`to_categorical` makes integers."""
    right = tf.keras.utils.to_categorical
    monkeypatch.setattr(tf.keras.utils, "to_categorical", lambda labels: right(labels).astype(int))


@refutes("TestMixing::test_array_times_a_weight_was_a_tensor")
def weights_are_arrays(monkeypatch):
    """A layer's weight is an array."""
    layer = types.SimpleNamespace(build=lambda shape: None, kernel=np.ones((2, 1), np.float32))
    monkeypatch.setattr(tf.keras.layers, "Dense", lambda units: layer)


@refutes("TestMixing::test_array_times_a_weight_is_an_array")
def weights_are_variables(monkeypatch):
    """A layer's weight is a `tf.Variable`."""
    layer = types.SimpleNamespace(build=lambda shape: None, kernel=tf.Variable([[1.0], [1.0]]))
    monkeypatch.setattr(tf.keras.layers, "Dense", lambda units: layer)


# On a GPU


def on_the_cpu(function):
    """The function, which computes on the CPU, wherever it is called."""

    def computed(*arguments):
        with tf.device("/CPU:0"):
            return function(*arguments)

    return computed


@refutes(
    "TestOnAGpu::test_equal_indices",
    "TestOnAGpu::test_casts_stop_at_the_ends",
    "TestOnAGpu::test_last_digit",
    "TestOnAGpu::test_tensor_float_32",
    "TestOnAGpu::test_runs_differ",
)
@refutes(
    "TestOnAGpu::test_integer_division_by_zero",
    "TestOnAGpu::test_negative_powers",
    "TestOnAGpu::test_scatter_out_of_range",
    by=tf.errors.InvalidArgumentError,
)
def gpu_is_left_out(monkeypatch):
    """Operations on tensors of a GPU are computed by the CPU."""
    names = "scatter_nd", "tensor_scatter_nd_update", "cast", "sqrt", "matmul"
    for owner, name in (
        *((tf, name) for name in names),
        (tf.math, "unsorted_segment_sum"),
        (tf.Tensor, "__floordiv__"),
        (tf.Tensor, "__pow__"),
    ):
        monkeypatch.setattr(owner, name, on_the_cpu(getattr(owner, name)))


@refutes("TestOnAGpu::test_one_seed")
def each_device_draws_by_itself(monkeypatch):
    """A seed says nothing about what another device draws."""
    monkeypatch.setattr(
        tf.random, "stateless_uniform", lambda shape, seed: tf.random.uniform(shape)
    )


@refutes("TestOnAGpu::test_operations_return_early")
def operations_wait(monkeypatch):
    """`tf.matmul` returns when its result is there."""
    right = tf.matmul

    def matmul(a, b):
        product = right(a, b)
        float(product[0, 0])
        return product

    monkeypatch.setattr(tf, "matmul", matmul)


@refutes("TestOnAGpu::test_datasets_yield_on_the_cpu")
def elements_go_to_the_gpu(monkeypatch):
    """A dataset yields its elements where `tf.device` says."""
    owner = next(each for each in tf.data.Dataset.__mro__ if "__iter__" in vars(each))
    right = owner.__iter__
    monkeypatch.setattr(owner, "__iter__", lambda dataset: map(tf.identity, right(dataset)))
