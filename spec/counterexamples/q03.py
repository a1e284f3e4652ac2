"""Faults under which the claims of question 3 must fail."""

import functools

import numpy as np
import tensorflow as tf

from answer_key import refutes


def change_result(monkeypatch, owner, name, change):
    """Let a function return something else than its result."""
    right = getattr(owner, name)
    monkeypatch.setattr(owner, name, lambda *args, **kwargs: change(right(*args, **kwargs)))


def promoting(operation):
    """The operation, on tensors of the type to which NumPy promotes its two operands."""

    def promote(x, y):
        x, y = tf.convert_to_tensor(x), tf.convert_to_tensor(y)
        wide = np.result_type(x.dtype.as_numpy_dtype, y.dtype.as_numpy_dtype)
        return operation(tf.cast(x, wide), tf.cast(y, wide))

    return promote


@refutes(
    "TestElementTypes::test_range_is_int32",
    "TestValues::test_comparison_is_refused",
    "TestWhereTheTypeComesFrom::test_numpy_limit_keeps_its_type",
    "TestWhenTheyMeet::test_addition_is_refused",
    "TestWhenTheyMeet::test_addition_is_refused_while_tracing",
    "TestOverflow::test_int32_wraps",
    "TestOverflow::test_sum_needs_int64",
    "TestCost::test_bytes",
)
def range_yields_int64(monkeypatch):
    """`tf.range` yields int64."""
    change_result(monkeypatch, tf, "range", lambda numbers: tf.cast(numbers, tf.int64))


@refutes(
    "TestElementTypes::test_constant_of_arange_is_int64",
    "TestWhereTheTypeComesFrom::test_constant_keeps_an_arrays_type",
    "TestWhereTheTypeComesFrom::test_lists_of_numpy_numbers",
    "TestInAGraph::test_graph_stores_the_constant",
    "TestOverflow::test_int32_wraps",
    "TestOverflow::test_sum_needs_int64",
    "TestCost::test_bytes",
)
def constant_narrows_arrays(monkeypatch):
    """`tf.constant` narrows arrays of 64 bits to 32."""
    right, narrow = tf.constant, {"int64": "int32", "float64": "float32"}

    def constant(value, dtype=None, **kwargs):
        if dtype is None and isinstance(value, np.ndarray):
            dtype = narrow.get(value.dtype.name)
        return right(value, dtype, **kwargs)

    monkeypatch.setattr(tf, "constant", constant)


@refutes(
    "TestValues::test_values_are_equal",
    "TestInAGraph::test_range_counts_to_a_tensor",
    "TestMakingThemAgree::test_dtype_on_either_side",
    "TestMakingThemAgree::test_numpy_behavior_promotes",
)
def range_counts_from_one(monkeypatch):
    """`tf.range` counts from 1."""
    change_result(monkeypatch, tf, "range", lambda numbers: numbers + 1)


@refutes(
    "TestWhereTheTypeComesFrom::test_range_takes_the_highest_type",
    "TestWhereTheTypeComesFrom::test_numpy_limit_keeps_its_type",
    "TestOverflow::test_large_python_ints_are_int64",
)
def range_always_yields_int32(monkeypatch):
    """`tf.range` yields int32, whatever its arguments are."""
    change_result(monkeypatch, tf, "range", lambda numbers: tf.cast(numbers, tf.int32))


@refutes(
    "TestWhereTheTypeComesFrom::test_constant_of_python_numbers",
    "TestWhereTheTypeComesFrom::test_lists_of_numpy_numbers",
    "TestOverflow::test_large_python_ints_are_int64",
)
def constant_chooses_as_numpy(monkeypatch):
    """`tf.constant` gives numbers and lists the type that NumPy gives them."""
    right = tf.constant
    monkeypatch.setattr(tf, "constant", lambda value, *args: right(np.array(value), *args))


@refutes("TestWhereTheTypeComesFrom::test_range_refused_16_bits")
@refutes("TestWhereTheTypeComesFrom::test_range_refused_short_integers")
def range_counts_in_float32(monkeypatch):
    """`tf.range` counts in float32, whatever the type of its limit."""
    right = tf.range
    monkeypatch.setattr(tf, "range", lambda limit: right(tf.cast(limit, tf.float32)))


@refutes(
    "TestWhereTheTypeComesFrom::test_range_counts_in_16_bits",
    "TestWhereTheTypeComesFrom::test_range_widens_short_integers",
)
def range_yields_its_limit(monkeypatch):
    """`tf.range` yields its limit."""
    monkeypatch.setattr(tf, "range", tf.constant)


@refutes("TestInAGraph::test_graph_stores_the_constant")
def range_stores_its_numbers(monkeypatch):
    """In a graph, `tf.range` stores the numbers it counts."""
    monkeypatch.setattr(tf, "range", lambda *limits: tf.constant(np.arange(*limits, dtype="int32")))


@refutes("TestInAGraph::test_range_counts_to_a_tensor")
def arange_counts_to_a_tensor(monkeypatch):
    """`np.arange` counts to a traced tensor, and `tf.constant` keeps what it yields."""
    right = np.arange
    monkeypatch.setattr(np, "arange", lambda n: tf.range(n) if tf.is_tensor(n) else right(n))
    monkeypatch.setattr(tf, "constant", tf.convert_to_tensor)


@refutes(
    "TestValues::test_comparison_is_refused",
    "TestWhenTheyMeet::test_addition_is_refused",
    "TestWhenTheyMeet::test_addition_is_refused_while_tracing",
    "TestWhenTheyMeet::test_raw_array_takes_the_tensors_type",
    "TestWhenTheyMeet::test_first_argument_sets_the_type",
)
def operations_promote(monkeypatch):
    """TensorFlow promotes one type to the other, as NumPy does."""
    for name in ("__add__", "__radd__", "__eq__"):
        monkeypatch.setattr(tf.Tensor, name, promoting(getattr(tf.Tensor, name)))
    monkeypatch.setattr(tf, "add", promoting(tf.add))


@refutes("TestOverflow::test_int32_wraps", "TestOverflow::test_sum_needs_int64")
def sums_are_int64(monkeypatch):
    """Sums of int32 numbers are computed in int64."""

    def in_int64(operation):
        return lambda x, *others: operation(tf.cast(x, tf.int64), *others)

    for owner, name in ((tf.Tensor, "__add__"), (tf, "reduce_sum")):
        monkeypatch.setattr(owner, name, in_int64(getattr(owner, name)))


@refutes("TestMakingThemAgree::test_dtype_on_either_side", by=tf.errors.InvalidArgumentError)
def dtype_is_ignored(monkeypatch):
    """`tf.range` and `tf.constant` ignore `dtype`."""
    for name in ("range", "constant"):
        right = getattr(tf, name)
        monkeypatch.setattr(tf, name, lambda *args, right=right, dtype=None: right(*args))


@refutes("TestMakingThemAgree::test_numpy_behavior_promotes", by=tf.errors.InvalidArgumentError)
def numpy_behavior_stays_off(monkeypatch):
    """`experimental_enable_numpy_behavior` does nothing."""
    switch = "experimental_enable_numpy_behavior"
    monkeypatch.setattr(tf.experimental.numpy, switch, lambda: None)


@refutes("TestCost::test_default_floats")
def floats_are_float64(monkeypatch):
    """`tf.zeros`, `tf.ones` and `tf.eye` default to float64."""
    for name in ("zeros", "ones", "eye"):
        monkeypatch.setattr(tf, name, functools.partial(getattr(tf, name), dtype=tf.float64))


@refutes("TestCost::test_training_needs_no_float64")
def float32_means_are_coarse(monkeypatch):
    """`tf.reduce_mean` averages float32 numbers in 16 bits."""
    right = tf.reduce_mean

    def reduce_mean(x):
        coarse = tf.bfloat16 if x.dtype == tf.float32 else x.dtype
        return tf.cast(right(tf.cast(x, coarse)), x.dtype)

    monkeypatch.setattr(tf, "reduce_mean", reduce_mean)


@refutes("TestCost::test_float64_takes_longer")
def float32_products_take_longer(monkeypatch):
    """`tf.matmul` multiplies float32 matrices in float64, in three passes."""
    right = tf.matmul

    def matmul(a, b):
        passes = 3 if a.dtype == tf.float32 else 1
        return [right(tf.cast(a, tf.float64), tf.cast(b, tf.float64)) for _ in range(passes)][-1]

    monkeypatch.setattr(tf, "matmul", matmul)


@refutes("TestCost::test_keras_casts_down")
def layers_keep_their_inputs_type(monkeypatch):
    """A Keras layer computes in the type of its input."""
    dense = functools.partial(tf.keras.layers.Dense, autocast=False)
    monkeypatch.setattr(tf.keras.layers, "Dense", dense)


@refutes("TestCost::test_int32_is_kept_by_the_cpu")
def gpus_keep_every_type(monkeypatch):
    """A tensor lies on the device that computed it, whatever its type."""
    tensor = type(tf.constant(0))
    monkeypatch.setattr(tensor, "backing_device", property(lambda self: self.device))


@refutes("TestOverflow::test_narrowing_wraps")
def casts_saturate(monkeypatch):
    """`tf.cast` stops at the largest number of the type."""
    monkeypatch.setattr(tf, "cast", tf.saturate_cast)
