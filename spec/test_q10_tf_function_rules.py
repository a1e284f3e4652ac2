"""What are the main rules to respect if you want a function to be convertible to a TF Function?

What is to happen at each call must be a TensorFlow **operation**, for Python runs only while the
function is **traced**, recorded as a graph:

- What NumPy, `random` or `time` return then is **frozen**.
- Pass what varies as **tensors**: a new Python value, dtype or shape costs a trace.
- Create variables **once**, best outside, and change them with `assign`.
- **AutoGraph** converts `if`, `while` and `for` over tensors or datasets, if names, dtypes and
  shapes agree, and needs their **source**.
- Called functions follow the **same** rules.
- Prefer **whole-tensor** operations to loops.
- The way out is `tf.py_function`; a SavedModel lacks its Python.
"""

import builtins
import copy
import dataclasses
import functools
import importlib
import operator
import time

import numpy as np
import pytest
import tensorflow as tf

from answer_key import about, confirms, core, corrects, holds


def seconds(function, arguments):
    """Call the function with each of the arguments and return the computing time."""
    start = time.process_time()
    for argument in arguments:
        function(argument)
    return time.process_time() - start


def is_odd(number):
    return number % 2 == 1


def squared(number):
    return number * number


@dataclasses.dataclass
class Pair:
    """Two values, which TensorFlow takes apart and puts together by the last two methods."""

    first: object
    second: object

    def __tf_flatten__(self):
        return (), (self.first, self.second)

    @classmethod
    def __tf_unflatten__(cls, metadata, components):
        return cls(*components)


class TestTracing:
    """Python runs while tracing; later calls run only the operations that it recorded."""

    @core
    @corrects("B10.4")
    def test_python_runs_while_tracing(self):
        """Python's side effects happen while **tracing**; those of the graph's operations, at each call.

        Both are allowed: the function need be neither stateless nor free of side effects.
        A TF Function is what `tf.function` makes. Tracing runs the Python function to record its
        operations in a graph; a call runs the graph, which holds operations alone.
        See the [guide to functions](https://www.tensorflow.org/guide/function#tracing).
        """
        python_count = []
        tensorflow_count = tf.Variable(0)

        @tf.function
        def square(number):
            print("tracing with", number.dtype.name, number.shape)
            python_count.append(1)
            tensorflow_count.assign_add(1)
            return number**2

        results = [int(square(tf.constant(number))) for number in (1, 2, 3)]

        assert results == [1, 4, 9]
        assert len(python_count) == 1
        assert tensorflow_count.numpy() == 3

    @core
    @confirms("A10.1")
    @pytest.mark.parametrize(
        "module, name",
        [("numpy.random", "rand"), ("random", "random"), ("time", "perf_counter")],
    )
    def test_python_results_are_frozen(self, module, name):
        """A number that a Python library returned while tracing is **frozen**; `tf.random.uniform` draws anew.

        The first assertion is the control: called by itself, the function returns new numbers.
        A graph keeps the number, not the call that returned it.
        """
        source = getattr(importlib.import_module(module), name)

        @tf.function
        def draw():
            return tf.constant(source(), tf.float64), tf.random.uniform([])

        first, second = draw(), draw()

        assert source() != source()
        assert float(first[0]) == float(second[0])
        assert float(first[1]) != float(second[1])

    def test_iterators_advance_while_tracing(self):
        """A Python **iterator** advances while tracing: all calls of a trace get the same element.

        Instead: loop over a `tf.data.Dataset` inside the function, or pass it the elements; or take
        `next` of a dataset's iterator, an operation, which advances at each call.
        """
        elements = iter([10, 20, 30])
        tens = iter(tf.data.Dataset.range(10, 40, 10, output_type=tf.int32))

        @tf.function
        def add_next(number):
            return number + next(elements), number + next(tens)

        results = [add_next(tf.constant(number)) for number in (1, 2, 3)]

        assert [int(from_dataset) for _, from_dataset in results] == [11, 22, 33]
        assert [int(from_python) for from_python, _ in results] == [11, 12, 13]
        assert next(elements) == 20

    @confirms("A10.1")
    def test_third_party_call_is_not_in_graph(self):
        """A third-party call that returns numbers leaves only these in the graph, as a **constant**."""

        @tf.function
        def scale(number):
            return number * np.median([1, 3, 9])

        graph = scale.get_concrete_function(tf.constant(2.0)).graph
        types = [operation.type for operation in graph.get_operations()]

        print(types)
        assert types == ["Placeholder", "Const", "Mul", "Identity"]

    @core
    @confirms("B10.1")
    def test_numpy_refuses_symbolic_tensors(self):
        """Most NumPy functions refuse a TF Function's tensor: while tracing, it has no **value**.

        NumPy needs numbers; a traced tensor stands for those of all later calls.
        Instead: TensorFlow's own, such as `tf.square` and `tf.reduce_sum`, or `tf.numpy_function`.
        """
        numbers = tf.constant([1.0, 2.0])

        @tf.function
        def square(numbers):
            return np.square(numbers)

        assert np.square(numbers).tolist() == [1.0, 4.0]
        with pytest.raises(NotImplementedError, match="symbolic"):
            square(numbers)

    @holds("tensorflow<2.14")
    def test_type_of_a_traced_tensor_was_tensor(self):
        """Before TensorFlow 2.14, the type of a traced tensor was **`tf.Tensor`** itself."""
        types = []

        @tf.function
        def note(number):
            types.append(type(number))

        note(tf.constant(1))

        assert types == [tf.Tensor]

    @holds("tensorflow>=2.14", was="test_type_of_a_traced_tensor_was_tensor")
    def test_type_of_a_traced_tensor_is_a_subclass(self):
        """From TensorFlow 2.14 on, the type of a traced tensor is a **subclass** of `tf.Tensor`.

        Instead: `isinstance(x, tf.Tensor)` for `type(x) is tf.Tensor`, and
        `tf.is_symbolic_tensor(x)` to tell a traced tensor from an eager one.
        """
        traced = []

        @tf.function
        def note(number):
            traced.append(number)

        note(tf.constant(1))

        assert type(traced[0]) is not tf.Tensor
        assert isinstance(traced[0], tf.Tensor)
        assert tf.is_symbolic_tensor(traced[0])
        assert not tf.is_symbolic_tensor(tf.constant(1))

    @corrects("B10.1")
    def test_numpy_arrays_become_constants(self):
        """NumPy arrays and numbers from outside mix with a function's tensors, as **constants**.

        Beside an int32 tensor, floats of an array lose their fractions:
        `q02::TestScalars::test_arrays_are_cast_too`.
        """
        offsets = np.array([10, 20], dtype=np.int32)

        @tf.function
        def shift(number):
            return number + np.cumsum(offsets) + len(offsets)

        graph = shift.get_concrete_function(tf.constant(1)).graph
        types = [operation.type for operation in graph.get_operations()]

        assert shift(tf.constant(1)).numpy().tolist() == [13, 33]
        assert types == ["Placeholder", "Const", "AddV2", "Const", "AddV2", "Identity"]

    @holds("tensorflow>=2.13", otherwise=AttributeError)
    def test_is_symbolic_tensor(self):
        """From TensorFlow 2.13 on, **`tf.is_symbolic_tensor`** tells a traced tensor from an eager one."""
        seen = []

        @tf.function
        def look(x):
            seen.append(tf.is_symbolic_tensor(x))
            return x

        result = look(tf.constant(1))

        assert seen == [True]
        assert not tf.is_symbolic_tensor(result)


class TestRetracing:
    """A call retraces when its arguments are of a new kind, and tracing is slow."""

    @core
    @pytest.mark.parametrize(
        "dtype, shape, traces",
        [
            ("float32", (2,), 1),
            ("int32", (2,), 2),
            ("float32", (3,), 2),
            ("float32", (2, 1), 2),
            ("float32", (), 2),
        ],
    )
    def test_dtype_and_shape_retrace(self, dtype, shape, traces):
        """After float32 zeros of shape `(2,)`, a tensor of a new **dtype or shape** retraces.

        A graph's operations are made for the dtypes and shapes that they were traced with.
        See the [guide to functions](https://www.tensorflow.org/guide/function#rules_of_tracing).
        """

        @tf.function
        def identity(tensor):
            return tensor

        identity(tf.zeros([2]))
        identity(tf.ones(shape, dtype))

        assert identity.experimental_get_tracing_count() == traces

    @core
    def test_each_python_number_retraces(self):
        """Each new Python number is a **trace**; tensors and NumPy numbers of a dtype share one.

        Python may do anything with a number, so each value has a graph of its own.
        With an `input_signature` it is converted, as a list is:
        `q10::TestRetracing::test_input_signature_traces_once`.
        """

        @tf.function
        def double(number):
            print("tracing with", "a tensor" if tf.is_tensor(number) else number)
            return 2 * number

        for number in (3, 4, 4):
            double(number)
        assert double.experimental_get_tracing_count() == 2

        for number in (np.int32(5), np.int32(6), np.array(7, np.int32), tf.constant(8)):
            double(number)
        assert double.experimental_get_tracing_count() == 3

    @core
    def test_new_python_numbers_are_slow(self):
        """A TF Function of a few small operations, given ever new Python numbers, is **slower** than Python.

        Each of them costs a trace, which takes far longer than a call of these operations.
        Instead: pass a tensor.
        """

        def chain(number):
            for _ in range(20):
                number = number + 1
            return number

        converted = tf.function(chain)
        eager = seconds(chain, [tf.constant(number) for number in range(20)])
        traced = seconds(converted, range(20))
        reused = seconds(converted, [tf.constant(number) for number in range(20)])

        assert traced > 2 * eager
        assert traced > 2 * reused

    def test_functions_share_no_traces(self):
        """A `tf.function` made anew in a **loop** traces each time: no two of them share traces.

        Instead: make it once, outside the loop.
        """
        traces = []

        def identity(tensor):
            traces.append(1)
            return tensor

        for _ in range(3):
            tf.function(identity)(tf.constant(1))
        assert len(traces) == 3

        once = tf.function(identity)
        for _ in range(3):
            once(tf.constant(1))
        assert len(traces) == 4

    def test_bound_methods_retrace(self):
        """Passing an undecorated method, `net.step`, **retraces** each time, unless one passed before is kept.

        `net.step` makes an object, and a trace is found again only while its argument lives. A method
        that `@tf.function` decorates is kept by its instance.
        Instead: pass `net` and call its method inside, or keep the bound method in a name.
        """

        class Net:
            def step(self, number):
                return number

            decorated = tf.function(step)

        @tf.function
        def apply(function, number):
            return function(number)

        net, calls = Net(), 4
        for _ in range(calls):
            apply(net.step, tf.constant(1))
        assert apply.experimental_get_tracing_count() == 4

        for _ in range(calls):
            apply(net.decorated, tf.constant(1))
        assert apply.experimental_get_tracing_count() == 5

        step = net.step
        for method in (step, step, net.step):
            apply(method, tf.constant(1))
        assert apply.experimental_get_tracing_count() == 6

    def test_known_calls_reuse_their_trace(self, exhibit):
        """A call with an int or a tensor like an earlier one **reuses** its trace, whatever came between."""
        calls, traces = [], []

        @tf.function
        def identity(argument):
            traces.append(argument)
            return argument

        for argument in (tf.constant(1), tf.constant(2), 7, 8, tf.constant([1]), 7, tf.constant(3)):
            identity(argument)
            calls.append((f"identity({argument!r})", len(traces)))

        exhibit.table("Seven calls", ["call", "traces so far"], calls)
        assert [count for _, count in calls] == [1, 1, 2, 3, 4, 4, 4]

    @holds("tensorflow<2.23", otherwise=AssertionError)
    def test_equal_python_numbers_shared_a_trace(self):
        """Before TensorFlow 2.23, `1`, `1.0` and `True` **shared** a trace, and so a dtype."""

        @tf.function
        def to_tensor(number):
            return tf.constant(number)

        results = [to_tensor(number) for number in (1, 1.0, True)]

        print(results)
        assert [result.dtype.name for result in results] == ["int32", "int32", "int32"]
        assert tf.constant(1.0).dtype == tf.float32

    @holds(
        "tensorflow>=2.23",
        otherwise=AssertionError,
        was="test_equal_python_numbers_shared_a_trace",
    )
    def test_equal_python_numbers_of_other_types_retrace(self):
        """From TensorFlow 2.23 on, `1`, `1.0` and `True` have a trace and a dtype **each**."""

        @tf.function
        def to_tensor(number):
            return tf.constant(number)

        results = [to_tensor(number) for number in (1, 1.0, True)]

        assert [result.dtype.name for result in results] == ["int32", "float32", "bool"]
        assert to_tensor.experimental_get_tracing_count() == 3

    @pytest.mark.parametrize(
        "second, traces",
        [([8, 9], 1), ([8], 2), ((8, 9), 2), ({"a": 8, "b": 9}, 2)],
    )
    def test_new_structures_retrace(self, second, traces):
        """After a list of two tensors, another **structure** of tensors retraces."""

        @tf.function
        def identity(structure):
            return structure

        identity([tf.constant(1), tf.constant(2)])
        identity(tf.nest.map_structure(tf.constant, second))

        assert identity.experimental_get_tracing_count() == traces

    @core
    def test_input_signature_traces_once(self):
        """An `input_signature` of `[None]` makes **one trace** serve every length, and lists.

        It says beforehand what may come, and what may vary.
        See the [guide to functions](https://www.tensorflow.org/guide/function#controlling_retracing).
        """

        @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
        def total(numbers):
            return tf.reduce_sum(numbers)

        results = [float(total(numbers)) for numbers in (tf.ones([2]), tf.ones([3]), [4.0, 5.0])]

        assert results == [2.0, 3.0, 9.0]
        assert total.experimental_get_tracing_count() == 1

    @holds("tensorflow<2.13", otherwise=TypeError)
    def test_signature_mismatch_was_value_error(self):
        """Before TensorFlow 2.13, tensors unlike the `input_signature` raised **`ValueError`**."""

        @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
        def total(numbers):
            return tf.reduce_sum(numbers)

        assert total(tf.ones([2])).numpy() == 2.0
        with pytest.raises(ValueError, match="incompatible with input_signature"):
            total(tf.ones([2, 2]))

    @holds("tensorflow>=2.13", otherwise=ValueError, was="test_signature_mismatch_was_value_error")
    def test_signature_mismatch_is_type_error(self):
        """From TensorFlow 2.13 on, tensors unlike the `input_signature` raise **`TypeError`**.

        Instead: catch `TypeError` where `ValueError` was caught.
        """

        @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
        def total(numbers):
            return tf.reduce_sum(numbers)

        assert total(tf.ones([2])).numpy() == 2.0
        with pytest.raises(TypeError, match="Can not cast"):
            total(tf.ones([2, 2]))

    @pytest.mark.parametrize("option", ["reduce_retracing", "experimental_relax_shapes"])
    def test_reduce_retracing_relaxes_shapes(self, option):
        """`reduce_retracing=True` relaxes a vector's length at the **second** trace, which serves any length.

        `experimental_relax_shapes` is its older name, and still works.
        """
        shapes = []

        @tf.function(**{option: True})
        def identity(tensor):
            shapes.append(tensor.shape.as_list())
            return tensor

        for length in (1, 2, 3, 4, 5):
            identity(tf.zeros([length]))

        assert shapes == [[1], [None]]

    def test_get_concrete_function_traces_ahead(self):
        """`get_concrete_function` traces **without running**; later calls that fit use that trace.

        See the [guide to functions](https://www.tensorflow.org/guide/function#obtaining_concrete_functions).
        """
        calls = tf.Variable(0)

        @tf.function
        def double(numbers):
            calls.assign_add(1)
            return 2 * numbers

        double.get_concrete_function(tf.TensorSpec([None], tf.int32))
        assert (double.experimental_get_tracing_count(), int(calls)) == (1, 0)

        double(tf.constant([1, 2, 3]))
        assert (double.experimental_get_tracing_count(), int(calls)) == (1, 1)

    @holds("tensorflow<2.13", otherwise=TypeError)
    def test_concrete_functions_did_not_check(self):
        """Before TensorFlow 2.13, a concrete function did **not check** the shape of a tensor in a dict.

        Nor did it ask for a Python argument beside the dict.
        """

        @tf.function
        def total(features, factor):
            return factor * tf.reduce_sum(features["x"])

        concrete = total.get_concrete_function({"x": tf.TensorSpec([2], tf.float32)}, 2.0)

        assert concrete({"x": tf.ones([3])}).numpy() == 6.0

    @holds("tensorflow>=2.13", was="test_concrete_functions_did_not_check")
    def test_concrete_functions_check(self):
        """From TensorFlow 2.13 on, a concrete function **checks** the shape of a tensor in a dict.

        Not that of an argument that is a tensor itself, if all are, now as then.
        Instead: trace it for `tf.TensorSpec([None], …)`, and pass each argument again.
        """

        @tf.function
        def total(features, factor):
            return factor * tf.reduce_sum(features["x"])

        two = tf.TensorSpec([2], tf.float32)
        concrete = total.get_concrete_function({"x": two}, 2.0)

        assert tf.function(tf.reduce_sum).get_concrete_function(two)(tf.ones([3])).numpy() == 3.0
        assert concrete({"x": tf.ones([2])}, 2.0).numpy() == 4.0
        with pytest.raises(TypeError, match="Can not cast"):
            concrete({"x": tf.ones([3])}, 2.0)
        with pytest.raises(TypeError, match="missing a required argument"):
            concrete({"x": tf.ones([2])})

    @holds("tensorflow>=2.15", otherwise=AttributeError)
    def test_inference_function(self):
        """From TensorFlow 2.15 on, a concrete function's **`inference_fn`** gives no gradients.

        It refuses to be called where the function captures a variable or a tensor.
        See the [reference](https://www.tensorflow.org/api_docs/python/tf/types/experimental/ConcreteFunction).
        """

        number, factor = tf.constant(3.0), tf.Variable(2.0)
        square = tf.function(lambda x: x * x).get_concrete_function(number)
        scale = tf.function(lambda x: factor * x).get_concrete_function(number)

        with tf.GradientTape(persistent=True) as tape:
            tape.watch(number)
            results = [square(number), square.inference_fn(number)]

        assert [result.numpy() for result in results] == [9.0, 9.0]
        assert tape.gradient(results[0], number).numpy() == 6.0
        assert tape.gradient(results[1], number) is None
        with pytest.raises(ValueError, match="captured inputs"):
            scale.inference_fn(number)

    @holds("tensorflow>=2.15", otherwise=AttributeError)
    def test_type_of_a_tf_function(self):
        """From TensorFlow 2.15 on, a TF Function is an instance of **`PolymorphicFunction`**.

        Its older name, `GenericFunction`, means the same type.
        """
        kinds = tf.types.experimental

        @tf.function
        def identity(tensor):
            return tensor

        assert isinstance(identity, kinds.PolymorphicFunction)
        assert kinds.GenericFunction is kinds.PolymorphicFunction

    @holds("tensorflow>=2.14", otherwise=AttributeError)
    @about(".function_type")
    def test_function_type(self):
        """From TensorFlow 2.14 on, a concrete function tells its signature: **`function_type`**."""

        @tf.function
        def add(left, right):
            return left + right

        concrete = add.get_concrete_function(tf.constant(1.0), tf.constant(2.0))

        print(concrete.function_type)
        assert list(concrete.function_type.parameters) == ["left", "right"]
        assert concrete.function_type.output.dtype == tf.float32


class TestCaptures:
    """What a function reads from outside is frozen, unless it is state such as a variable's."""

    @core
    def test_captured_python_value_is_frozen(self):
        """A Python value from outside is **frozen**: its new value reaches only later traces.

        The same holds for a list changed in place.
        A value from outside takes no part in the choice of the trace.
        See the [guide to functions](https://www.tensorflow.org/guide/function#changing_python_global_and_free_variables).
        """
        factor, offsets = 10, [1]

        @tf.function
        def compute(number):
            return factor * number + sum(offsets)

        before = compute(tf.constant(1))
        factor = 100
        offsets.append(2)
        same_trace, new_trace = compute(tf.constant(1)), compute(tf.constant([1]))

        print(before, same_trace, new_trace, sep="\n")
        assert same_trace.numpy() == 11
        assert new_trace.numpy().tolist() == [103]

    @core
    def test_captured_variable_is_followed(self):
        """A variable from outside is read by **reference**: the function sees what `assign` did.

        The graph holds an operation that reads it, and that runs at each call.
        """
        factor = tf.Variable(10)

        @tf.function
        def scale(number):
            return factor * number

        scale(tf.constant(1))
        factor.assign(100)

        assert scale(tf.constant(1)).numpy() == 100
        assert scale.experimental_get_tracing_count() == 1

    @pytest.mark.parametrize("kind", ["constant", "Variable"])
    def test_rebound_name_is_not_followed(self, kind):
        """A function keeps the **object** that a name meant when traced, tensor or variable."""
        make = getattr(tf, kind)
        original = factor = make(10)

        @tf.function
        def scale(number):
            return factor * number

        scale(tf.constant(1))
        factor = make(100)

        assert factor is not original
        assert scale(tf.constant(1)).numpy() == 10


class TestCreatingVariables:
    """A function may create variables once, while its first call traces."""

    @core
    @confirms("A10.3")
    def test_first_call_may_create_a_variable(self):
        """A variable created under `if … is None` lives on; that first call traces **twice**.

        The first run of the body creates the variable, the second records a graph without that.
        See the [guide to functions](https://www.tensorflow.org/guide/function#creating_tfvariables).
        """
        traces = []

        class Counter(tf.Module):
            value = None

            @tf.function
            def add(self, number):
                traces.append(1)
                if self.value is None:
                    self.value = tf.Variable(100)
                return self.value.assign_add(number)

        counter = Counter()

        assert [int(counter.add(tf.constant(number))) for number in (1, 2)] == [101, 103]
        assert len(traces) == 2

    @core
    @corrects("A10.3")
    def test_unguarded_creation_fails_at_first_call(self):
        """A variable created at every run of the body fails already at the **first call**.

        A graph that is run again cannot make a new Python object each time.
        """

        @tf.function
        def add(number):
            value = tf.Variable(100)
            return value.assign_add(number)

        with pytest.raises(ValueError, match="only supports singleton"):
            add(tf.constant(1))

    @holds("keras<3", otherwise=ValueError)
    @about("tf.keras.layers.Dropout.__call__(training=*) & tf.function")
    def test_dropout_could_be_made_inside(self):
        """Before Keras 3, a dropout layer could be made **inside** a TF Function."""

        @tf.function
        def drop(numbers):
            return tf.keras.layers.Dropout(0.5)(numbers, training=True)

        assert {*drop(tf.ones([100])).numpy().tolist()} == {0.0, 2.0}

    @holds("keras>=3", was="test_dropout_could_be_made_inside", otherwise=pytest.fail.Exception)
    def test_dropout_is_made_outside(self):
        """From Keras 3 on, a dropout layer made **inside** a TF Function is refused there.

        It keeps its seed in a variable, as layers of noise do.
        Instead: make the layer outside, and call it inside.
        """
        outer = tf.keras.layers.Dropout(0.5)

        @tf.function
        def drop(numbers, inside):
            layer = tf.keras.layers.Dropout(0.5) if inside else outer
            return layer(numbers, training=True)

        with pytest.raises(ValueError, match="only supports singleton"):
            drop(tf.ones([100]), inside=True)
        assert {*drop(tf.ones([100]), inside=False).numpy().tolist()} == {0.0, 2.0}

    @confirms("A10.3")
    def test_later_call_must_not_create_a_variable(self):
        """A variable created at a later call, by a **retrace**, raises `ValueError`."""
        variables = []

        @tf.function
        def add(number, create):
            if create:
                variables.append(tf.Variable(100))
            return number + 1

        assert add(tf.constant(1), create=False).numpy() == 2
        with pytest.raises(ValueError, match="non-first call"):
            add(tf.constant(1), create=True)

    @core
    @confirms("A10.4")
    def test_variable_outside_needs_no_guard(self):
        """A variable created **outside** needs no guard, and the first call traces only once.

        So no retrace can make a second one.
        """
        traces = []
        value = tf.Variable(100)

        @tf.function
        def add(number):
            traces.append(1)
            return value.assign_add(number)

        assert [int(add(tf.constant(number))) for number in (1, 2)] == [101, 103]
        assert len(traces) == 1


class TestChangingVariables:
    """A variable is changed by `assign`; `=` gives the name another meaning."""

    @core
    @confirms("A10.5")
    def test_equals_on_local_name_leaves_variable(self):
        """On a local name, `value = value + 1` makes a **new tensor**; the variable stays.

        `=` is Python's and acts while tracing; `assign` is an operation.
        See the [guide to variables](https://www.tensorflow.org/guide/variable).
        """
        counter = tf.Variable(0)

        @tf.function
        def rebind(value):
            value = value + 1
            return value

        @tf.function
        def assign(value):
            return value.assign(value + 1)

        assert (int(rebind(counter)), int(counter)) == (1, 0)
        assert (int(assign(counter)), int(counter)) == (1, 1)

    @core
    @confirms("A10.5")
    @pytest.mark.parametrize("place", ["attribute", "list element"])
    def test_equals_on_attribute_or_element_leaks_a_tensor(self, place):
        """Traced, `x.v = x.v + 1` or `l[0] = l[0] + 1` replaces a variable by a **symbolic tensor**.

        A symbolic tensor has no value: it belongs to the graph being traced, and is of no use
        outside.
        """
        holder = tf.Module()
        holder.value, values = tf.Variable(0), [tf.Variable(0)]

        @tf.function
        def step():
            if place == "attribute":
                holder.value = holder.value + 1
            else:
                values[0] = values[0] + 1

        step()
        leaked = holder.value if place == "attribute" else values[0]

        assert not isinstance(leaked, tf.Variable)
        with pytest.raises(TypeError, match="out of scope"):
            leaked + 1

    @confirms("A10.5")
    def test_equals_on_outer_names_leaks_a_tensor(self):
        """On a `global` or `nonlocal` name, `=` **leaks** a symbolic tensor, too; `+=` is refused."""
        global total
        total, count, augmented = tf.Variable(0), tf.Variable(0), tf.Variable(0)

        @tf.function
        def step(augment):
            global total
            nonlocal count, augmented
            if augment:
                augmented += 1
            total = total + 1
            count = count + 1

        with pytest.raises(RuntimeError, match="assign_add"):
            step(augment=True)
        step(augment=False)
        for leaked in (total, count):
            with pytest.raises(TypeError, match="out of scope"):
                leaked + 1


class TestAutoGraph:
    """AutoGraph turns `if`, `while` and `for` over tensors into operations; much else stays Python."""

    def test_both_branches_are_traced(self):
        """An `if` on a bool tensor traces **both** branches, whichever the calls then take.

        See the [guide to functions](https://www.tensorflow.org/guide/function#autograph_transformations).
        """
        traced = []

        @tf.function
        def magnitude(number):
            if number > 0:
                traced.append("positive")
                result = number
            else:
                traced.append("negative")
                result = -number
            return result

        assert [int(magnitude(tf.constant(number))) for number in (3, 4, -5)] == [3, 4, 5]
        assert traced == ["positive", "negative"]

    @core
    def test_loops_breaks_and_logic_convert(self, execute):
        """AutoGraph **converts** `while`, `break`, `or`, `not`, `x if y else z` on scalar bool tensors.

        AutoGraph rewrites these statements as calls of `tf.cond` and `tf.while_loop`. Where `break` is
        refused: `q10::TestAutoGraph::test_break_in_a_python_loop_is_refused`.
        """

        def steps_to_one(number):
            steps = 0
            while number > 1 or steps < 3:
                number = number // 2 if number % 2 == 0 else 3 * number + 1
                steps += 1
                if not steps < 100:
                    break
            return steps

        assert int(execute(steps_to_one, tf.constant(6))) == 8

    @core
    def test_names_must_be_defined_in_both_branches(self):
        """A name used after an `if` on a tensor must be set before it, or in **both branches**.

        Whichever branch runs, the operation has to return the same names. `None` will not do.
        """

        @tf.function
        def clip(number, before):
            if before != "unset":
                clipped = before
            if number > 0:
                clipped = number
            return clipped

        assert clip(tf.constant(3), before=0).numpy() == 3
        assert clip(tf.constant(-3), before=0).numpy() == 0
        with pytest.raises(ValueError, match="must also be initialized in the else branch"):
            clip(tf.constant(3), before="unset")
        with pytest.raises(ValueError, match="is None at the end of the else branch"):
            clip(tf.constant(3), before=None)

    def test_branches_must_agree_on_the_dtype(self):
        """Both branches of an `if` on a tensor must give results of the **same dtype**."""

        def magnitude(number):
            return number if number > 0 else -tf.cast(number, tf.float32)

        assert magnitude(tf.constant(-3)).numpy() == 3.0
        assert tf.function(magnitude)(tf.constant(-3.0)).numpy() == 3.0
        with pytest.raises(TypeError, match="has dtype int32 in the main branch"):
            tf.function(magnitude)(tf.constant(-3))

    def test_return_in_a_loop_is_refused(self):
        """A **`return`** under an `if` on a tensor, in a loop over one, is refused.

        Instead: `break`, and return after the loop.
        """

        def root(square):
            for number in tf.range(square):
                if number * number >= square:
                    return number
            return square

        assert root(tf.constant(9)).numpy() == 3
        with pytest.raises(NotImplementedError, match="a return statement cannot be placed"):
            tf.function(root)(tf.constant(9))

    def test_break_in_a_python_loop_is_refused(self):
        """A **`break`** under an `if` on a tensor is refused in a loop over a Python `range`.

        Python runs such a loop while tracing, when the tensor has no value. Instead: `tf.range`.
        """

        def double(number, make_range):
            for _ in make_range(5):
                if number > 50:
                    break
                number *= 2
            return number

        assert double(tf.constant(7), range).numpy() == 56
        assert tf.function(double)(tf.constant(7), tf.range).numpy() == 56
        with pytest.raises(NotImplementedError, match="break and return statements"):
            tf.function(double)(tf.constant(7), range)

    @core
    def test_dataset_loop(self):
        """`for` over a **dataset** becomes a loop in the graph: its body is traced once.

        Operations fetch its elements, so a graph can. A whole epoch can be one TF Function.
        """
        traced = []

        @tf.function
        def total(dataset):
            result = tf.constant(0, tf.int64)
            for number in dataset:
                traced.append(number)
                result += number
            return result

        assert total(tf.data.Dataset.range(100)).numpy() == 4950
        assert len(traced) == 1

    @corrects("B10.2")
    def test_builtins_convert_on_datasets(self):
        """On a **dataset**, `enumerate`, `zip`, `map`, `filter`, `any` and `all` do convert."""
        traced = []

        @tf.function
        def total(dataset):
            result = tf.constant(0, tf.int64)
            pairs = zip(filter(is_odd, dataset), map(squared, dataset))
            for step, (odd, square) in enumerate(pairs):
                traced.append(step)
                result += step * odd * square
            return result, any(map(is_odd, dataset)), all(map(is_odd, dataset))

        result, some, every = total(tf.data.Dataset.range(4))

        assert (int(result), bool(some), bool(every)) == (3, True, False)
        assert len(traced) == 1

    def test_generator_over_a_dataset_never_ends(self):
        """Traced, a Python **generator** that loops over a dataset yields without end.

        AutoGraph does not convert generators. Instead: `dataset.map`, or the loop itself.
        """

        class TooMany(Exception):
            pass

        def doubled(dataset):
            for count, number in enumerate(dataset):
                if count > 8:
                    raise TooMany
                yield 2 * number

        def total(dataset):
            result = tf.constant(0, tf.int64)
            for number in doubled(dataset):
                result += number
            return result

        assert total(tf.data.Dataset.range(3)).numpy() == 6
        with pytest.raises(TooMany):
            tf.function(total)(tf.data.Dataset.range(3))

    def test_comprehension_over_a_dataset_never_ends(self):
        """Traced, a **comprehension** over a dataset goes on without end, unlike a `for` statement.

        AutoGraph does not convert it, and Python asks for elements while tracing, when none is
        known to be the last. Instead: `dataset.map`, or a `for` statement and a `tf.TensorArray`.
        """

        class TooMany(Exception):
            pass

        def total(dataset):
            seen = []

            def note(number):
                seen.append(number)
                if len(seen) > 8:
                    raise TooMany
                return number

            return tf.add_n([note(number) for number in dataset])

        assert total(tf.data.Dataset.range(3)).numpy() == 3
        with pytest.raises(TooMany):
            tf.function(total)(tf.data.Dataset.range(3))

    def test_loop_over_nothing(self):
        """After a loop over an empty `tf.range(n)`, a new name after `for` is **0**; Python leaves it unset."""

        def last(count):
            total = 0
            for number in tf.range(count):
                total += number
            return number

        assert last(tf.constant(3)).numpy() == tf.function(last)(tf.constant(3)).numpy() == 2
        assert tf.function(last)(tf.constant(0)).numpy() == 0
        with pytest.raises(UnboundLocalError):
            last(tf.constant(0))

    @core
    def test_loop_must_keep_dtype(self):
        """A loop over a tensor must not change the **dtype** of a name that is used later.

        The graph holds the body once, so each step finds what the one before left. For shapes see
        `q10::TestAutoGraph::test_loop_must_keep_shape`.
        """

        @tf.function
        def halve(number):
            for _ in tf.range(3):
                number = tf.cast(number, tf.float32) / 2
            return number

        assert halve(tf.constant(8.0)).numpy() == 1.0
        with pytest.raises(TypeError, match="has dtype int32 before the loop"):
            halve(tf.constant(8))

    def test_loop_must_keep_shape(self):
        """A loop over a tensor must tell by `shape_invariants` that a name used later changes its **shape**.

        Where the length was unknown before, it need not; nor in a loop over a dataset.
        """

        @tf.function
        def repeat(row, shape):
            for _ in tf.range(3):
                tf.autograph.experimental.set_loop_options(
                    shape_invariants=[(row, tf.TensorShape(shape))]
                )
                row = tf.concat([row, row], axis=0)
            return row

        @tf.function
        def append(row, dataset):
            for number in dataset:
                row = tf.concat([row, [number]], axis=0)
            return row

        assert append(tf.constant([7]), tf.data.Dataset.from_tensor_slices([8, 9])).shape == [3]
        assert repeat(tf.constant([7]), shape=(None,)).shape == [8]
        with pytest.raises(ValueError, match="after one iteration"):
            repeat(tf.constant([7]), shape=(1,))

    @core
    @confirms("B10.3")
    def test_tensor_array_collects_in_a_loop(self):
        """In a TF Function, a list cannot collect from a loop over a tensor; a **`tf.TensorArray`** can.

        The body is traced once, so a list gets one symbolic tensor.
        See the [guide to functions](https://www.tensorflow.org/guide/function#accumulating_values_in_a_loop).
        """

        @tf.function
        def squares_in_list(count):
            collected = []
            for index in tf.range(count):
                collected.append(index**2)
            return tf.stack(collected)

        @tf.function
        def squares(count):
            collected = tf.TensorArray(tf.int32, size=count)
            for index in tf.range(count):
                collected = collected.write(index, index**2)
            return collected.stack()

        assert squares(tf.constant(4)).numpy().tolist() == [0, 1, 4, 9]
        with pytest.raises(ValueError, match="out of scope"):
            squares_in_list(tf.constant(4))

    @corrects("B10.2")
    @pytest.mark.parametrize(
        "name, number, result",
        [
            ("abs", -3.7, 3.7),
            ("float", 3, 3.0),
            ("int", 3.7, 3),
            ("len", [5, 6, 7], 3),
            ("range", 3, [0, 1, 2]),
            ("sorted", [6, 5], [5, 6]),
        ],
    )
    def test_some_builtins_convert(self, name, number, result):
        """The built-ins `abs`, `float`, `int`, `len`, `range` and `sorted` **convert** too."""
        builtin = getattr(builtins, name)

        @tf.function
        def call(tensor):
            return builtin(tensor)

        returned = call(tf.constant(number))

        assert tf.is_tensor(returned)
        assert returned.numpy().tolist() == pytest.approx(result)

    @confirms("B10.2")
    @pytest.mark.parametrize(
        "name", ["all", "any", "bool", "enumerate", "list", "max", "min", "sum", "tuple", "zip"]
    )
    def test_other_builtins_do_not_convert(self, name):
        """`max`, `any`, `sum`, `zip` and the like of one tensor are **not converted**: they raise.

        Instead: `tf.reduce_max`, `tf.reduce_any`, `tf.reduce_sum`.
        """
        builtin = getattr(builtins, name)

        @tf.function
        def call(tensor):
            return builtin(tensor)

        with pytest.raises(tf.errors.OperatorNotAllowedInGraphError, match="symbolic"):
            call(tf.constant([1, 2]))

    @confirms("B10.2")
    def test_comprehension_over_a_tensor_is_refused(self):
        """A **comprehension** over a tensor is not converted, though a `for` statement is."""

        @tf.function
        def loop(numbers):
            total = 0
            for number in numbers:
                total += number
            return total

        @tf.function
        def comprehend(numbers):
            return tf.add_n([number for number in numbers])

        assert loop(tf.constant([3, 4])).numpy() == 7
        with pytest.raises(tf.errors.OperatorNotAllowedInGraphError, match="Iterating"):
            comprehend(tf.constant([3, 4]))

    @corrects("B10.2")
    def test_unconverted_python_runs_on_python_values(self):
        """Comprehensions and generators that need only **Python** values run while tracing."""

        @tf.function
        def polynomial(number):
            def terms():
                for power in (1, 2, 3):
                    yield number**power

            return sum(terms()) + sum([factor * number for factor in range(4)])

        assert polynomial(tf.constant(2)).numpy() == 26

    @confirms("B10.2")
    def test_recursion_on_a_tensor_goes_deeper(self):
        """Recursion ends on a Python number; on a tensor's value, tracing goes ever **deeper**.

        Both branches of its `if` are traced, and one of them calls again. Instead: a loop.
        """

        class TooDeep(Exception):
            pass

        def factorial(number, depth=0):
            if depth > 8:
                raise TooDeep
            if number <= 1:
                return 1
            return number * factorial(number - 1, depth + 1)

        assert tf.function(factorial)(4).numpy() == 24
        with pytest.raises(TooDeep):
            tf.function(factorial)(tf.constant(4))

    @confirms("B10.2")
    def test_assert_is_not_converted(self):
        """`assert` on a traced tensor is refused while tracing; **`tf.debugging`** checks at each call.

        Not under XLA: `q10::TestCompiling::test_assertions_vanish`.
        """

        @tf.function
        def python_check(number):
            assert number > 0
            return number

        @tf.function
        def tensorflow_check(number):
            tf.debugging.assert_positive(number)
            return number

        with pytest.raises(tf.errors.OperatorNotAllowedInGraphError, match=r"Python .bool."):
            python_check(tf.constant(3))
        assert tensorflow_check(tf.constant(3)).numpy() == 3
        with pytest.raises(tf.errors.InvalidArgumentError, match="x > 0"):
            tensorflow_check(tf.constant(-3))

    def test_raise_happens_while_tracing(self):
        """`raise` under an `if` on a tensor raises **while tracing**, whatever the tensor holds."""

        def root(number):
            if number < 0:
                raise ValueError("negative number")
            return tf.sqrt(number)

        assert root(tf.constant(4.0)).numpy() == pytest.approx(2.0)
        with pytest.raises(ValueError, match="negative number"):
            tf.function(root)(tf.constant(4.0))

    def test_try_does_not_catch_operations(self):
        """In a TF Function, `try` **cannot catch** the error of an operation that runs later."""

        def magnitude(number):
            try:
                tf.debugging.assert_positive(number)
            except tf.errors.InvalidArgumentError:
                return -number
            return number

        assert magnitude(tf.constant(-3)).numpy() == 3
        with pytest.raises(tf.errors.InvalidArgumentError, match="x > 0"):
            tf.function(magnitude)(tf.constant(-3))

    def test_autograph_can_be_turned_off(self):
        """`autograph=False`, or `do_not_convert` in a TF Function, stops conversion; **`tf.cond`** needs none."""

        def with_if(number):
            return number if number > 0 else -number

        def with_cond(number):
            return tf.cond(number > 0, lambda: number, lambda: -number)

        unconverted = tf.autograph.experimental.do_not_convert(with_if)

        assert tf.function(with_if)(tf.constant(-3)).numpy() == 3
        assert tf.function(with_cond, autograph=False)(tf.constant(-3)).numpy() == 3
        for function in (tf.function(with_if, autograph=False), tf.function(unconverted)):
            with pytest.raises(tf.errors.OperatorNotAllowedInGraphError, match=r"Python .bool."):
                function(tf.constant(-3))

    def test_unpacking_is_refused(self):
        """`a, b = tensor` is **refused** in a TF Function: AutoGraph does not convert it.

        Instead: `a, b = tf.unstack(tensor)`.
        """

        @tf.function
        def add(pair):
            first, second = pair
            return first + second

        @tf.function
        def add_unstacked(pair):
            first, second = tf.unstack(pair)
            return first + second

        assert add_unstacked(tf.constant([3, 4])).numpy() == 7
        assert add.python_function(tf.constant([3, 4])).numpy() == 7
        with pytest.raises(tf.errors.OperatorNotAllowedInGraphError, match=r"[Ii]terating"):
            add(tf.constant([3, 4]))


class TestUnrolling:
    """Loops over Python values unroll, those over tensors stay loops, whole tensors need none."""

    @core
    def test_python_range_unrolls(self, exhibit):
        """`for` over `range(10)`, or an array from outside, **unrolls** into copies; over `tf.range` it loops.

        Tracing runs a Python loop as Python does: each step adds its operations to the graph,
        with the element as a constant. An array passed as an argument is a tensor there, and
        `range` of a tensor converts: `q10::TestAutoGraph::test_some_builtins_convert`.
        Instead: `tf.range`, or a dataset of the array; so, too, where a `break` is refused:
        `q10::TestAutoGraph::test_break_in_a_python_loop_is_refused`.
        See the [guide to functions](https://www.tensorflow.org/guide/function#loops).
        """

        def count_operations(numbers):
            @tf.function
            def total(start):
                for number in numbers:
                    start += number
                return start

            return len(total.get_concrete_function(tf.constant(0)).graph.get_operations())

        unrolled = {f"range({n})": count_operations(range(n)) for n in (10, 50)}
        copied = {f"np.arange({n})": count_operations(np.arange(n)) for n in (10, 50)}
        looped = {f"tf.range({n})": count_operations(tf.range(n)) for n in (10, 50)}

        exhibit.bars("Operations in the graph", {**unrolled, **copied, **looped})
        assert unrolled["range(50)"] > 4 * unrolled["range(10)"]
        assert copied["np.arange(50)"] > 4 * copied["np.arange(10)"]
        assert looped["tf.range(50)"] == looped["tf.range(10)"]

    @core
    def test_whole_tensors_are_faster(self):
        """On a large tensor, one operation is far **faster** than a loop over the elements.

        A converted loop still runs its operations one element at a time. Instead: `tf.reduce_…`,
        broadcasting, `tf.where`, `tf.gather`.
        """
        numbers = tf.ones([1000])

        @tf.function
        def looped(numbers):
            total = 0.0
            for number in numbers:
                total += number * number
            return total

        @tf.function
        def whole(numbers):
            return tf.reduce_sum(numbers * numbers)

        assert looped(numbers).numpy() == whole(numbers).numpy() == 1000.0
        assert seconds(looped, [numbers] * 3) > 2 * seconds(whole, [numbers] * 3)

    @corrects("B10.2")
    def test_range_of_a_tensor_loops(self):
        """`range` of a **tensor** does not unroll: AutoGraph makes it a loop in the graph.

        But `range(len(x))` does where the length of `x` is known: then `len` gives a Python number.
        Instead: `tf.range(len(x))`.
        """
        traced = []

        @tf.function
        def total(numbers, length):
            result = 0
            for index in range(length(numbers)):
                traced.append(index)
                result += numbers[index]
            return result

        assert total(tf.constant([5, 6, 7]), tf.size).numpy() == 18
        assert len(traced) == 1
        assert total(tf.constant([5, 6, 7]), len).numpy() == 18
        assert traced[1:] == [0, 1, 2]


class TestMissingSource:
    """Without its source code a function is traced as it is, unconverted."""

    @confirms("A10.6")
    @pytest.mark.parametrize(
        "body, result",
        [
            ("return number + 1", -2),
            ("return sum(number * n for n in range(4))", -18),
            ("return tf.cond(number > 0, lambda: number, lambda: -number)", 3),
        ],
    )
    def test_plain_code_needs_no_source(self, body, result):
        """Without source, a function still works if it **needs no conversion**.

        See the [guide to functions](https://www.tensorflow.org/guide/function#autograph_transformations).
        """
        namespace = {"tf": tf}
        exec(f"def compute(number): {body}", namespace)

        converted = tf.function(namespace["compute"])

        assert converted(tf.constant(-3)).numpy() == result

    @core
    @confirms("A10.6")
    @pytest.mark.parametrize(
        "body",
        [
            "return number if number > 0 else -number",
            "return number > 0 and number < 9",
            "\n  while number < 9: number += 1\n  return number",
            "\n  for n in tf.range(number): number += n\n  return number",
        ],
    )
    def test_tensor_control_flow_needs_source(self, body):
        """In a TF Function without source, Python **control flow** on a traced tensor fails.

        AutoGraph rewrites source code, which a function made by `exec` lacks.
        """
        namespace = {"tf": tf}
        exec(f"def compute(number): {body}", namespace)

        namespace["compute"](tf.constant(3))
        with pytest.raises(tf.errors.OperatorNotAllowedInGraphError, match="symbolic"):
            tf.function(namespace["compute"])(tf.constant(3))

    @confirms("A10.6")
    def test_lambdas_on_one_line_lose_their_source(self):
        """One lambda on a line converts; **two** with the same arguments stay unconverted."""
        alone = tf.function(lambda number: number if number > 0 else -number)
        pair = [lambda x: x if x > 0 else -x, lambda x: x if x > 0 else 0 * x]

        assert alone(tf.constant(-3)).numpy() == 3
        with pytest.raises(tf.errors.OperatorNotAllowedInGraphError, match=r"Python .bool."):
            tf.function(pair[0])(tf.constant(-3))

    def test_decorated_function_converts(self):
        """Wrapped by a **decorator** of your own, whose source is there, a function still converts."""

        def logged(function):
            @functools.wraps(function)
            def wrapper(*args):
                print("entering", function.__name__)
                return function(*args)

            return wrapper

        @tf.function
        @logged
        def magnitude(number):
            return number if number > 0 else -number

        assert magnitude(tf.constant(-3)).numpy() == 3


class TestCallingOtherFunctions:
    """The functions that a TF Function calls follow the same rules, undecorated."""

    @core
    @confirms("A10.2")
    def test_called_python_function_converts(self):
        """A plain Python function that a TF Function calls is **converted** too, into the same graph.

        AutoGraph rewrites the calls in what it converts, so no helper needs a decorator there.
        See the [guide to functions](https://www.tensorflow.org/guide/function#usage).
        """

        def magnitude(number):
            if number > 0:
                return number
            return -number

        @tf.function
        def doubled(number):
            return 2 * magnitude(number)

        graph = doubled.get_concrete_function(tf.constant(1)).graph
        types = {operation.type for operation in graph.get_operations()}

        assert doubled(tf.constant(-3)).numpy() == 6
        assert "PartitionedCall" not in types
        assert "StatelessIf" in types

    def test_constructors_and_properties_do_not_convert(self):
        """A class's `__init__` and **properties** are not converted; its ordinary methods are."""

        class Magnitude:
            def __init__(self, value, at_once=False):
                self.value = value
                if at_once:
                    self.value = self.method()

            def method(self):
                return self.value if self.value > 0 else -self.value

            in_a_property = property(method)

        def with_method(value):
            return Magnitude(value).method()

        def with_property(value):
            return Magnitude(value).in_a_property

        def with_constructor(value):
            return Magnitude(value, at_once=True).value

        assert tf.function(with_method)(tf.constant(-3)).numpy() == 3
        for function in (with_property, with_constructor):
            assert function(tf.constant(-3)).numpy() == 3
            with pytest.raises(tf.errors.OperatorNotAllowedInGraphError, match=r"Python .bool."):
                tf.function(function)(tf.constant(-3))

    @confirms("A10.2")
    def test_called_tf_function_is_a_call(self):
        """A TF Function called by another keeps its own graph, entered by a **call** operation."""
        traces = []

        @tf.function
        def square(number):
            traces.append(1)
            return number**2

        @tf.function
        def sum_of_squares(left, right):
            return square(left) + square(right)

        function = sum_of_squares.get_concrete_function(tf.constant(3), tf.constant(4))
        types = [operation.type for operation in function.graph.get_operations()]

        print(types)
        assert types.count("PartitionedCall") == 2
        assert len(traces) == 1

    def test_decorate_the_largest_function(self):
        """Decorating the **whole** step saves the calls that decorating its helpers costs.

        Each call from Python into a TF Function has its price, whatever that computes.
        """

        @tf.function
        def helper(number):
            return 2 * number - number

        def step(number):
            for _ in range(20):
                number = helper(number)
            return number

        whole = tf.function(step)
        assert step(tf.constant(1.0)).numpy() == whole(tf.constant(1.0)).numpy() == 1.0
        by_helpers = seconds(step, [tf.constant(1.0)] * 3)
        by_step = seconds(whole, [tf.constant(1.0)] * 3)

        assert by_helpers > 2 * by_step

    @corrects("A10.1")
    def test_foreign_function_can_add_operations(self):
        """A foreign function that applies **operators** to tensors does add to the graph."""

        @tf.function
        def cube(number):
            return functools.reduce(operator.mul, [number, number, number])

        graph = cube.get_concrete_function(tf.constant(2)).graph
        types = [operation.type for operation in graph.get_operations()]

        print(types)
        assert types == ["Placeholder", "Mul", "Mul", "Identity"]


class TestSideEffects:
    """Side effects made of operations happen at each call, mostly in program order."""

    @core
    @corrects("B10.4")
    def test_tf_print_prints_at_each_call(self, capfd):
        """`tf.print` prints at **each call**, by default to standard error; `print` while tracing only.

        So `print` shows when a function is traced, and `tf.print` what it computes.
        See the [guide to functions](https://www.tensorflow.org/guide/function#executing_python_side_effects).
        """

        @tf.function
        def step(number):
            print("python", number.shape)
            tf.print("tensorflow", number)

        step(tf.constant(1))
        step(tf.constant(2))
        output, errors = capfd.readouterr()

        assert output.splitlines() == ["python ()"]
        lines = [line for line in errors.splitlines() if line.startswith("tensorflow")]
        assert lines == ["tensorflow 1", "tensorflow 2"]

    @corrects("B10.4")
    def test_files_are_written_at_each_call(self, tmp_path):
        """`tf.io.write_file` writes at **each call**; Python's file methods, while tracing."""
        by_python, by_tensorflow = tmp_path / "python", tmp_path / "tensorflow"

        @tf.function
        def save(text):
            by_python.write_text("written while tracing")
            tf.io.write_file(str(by_tensorflow), text)

        save(tf.constant("first"))
        by_python.unlink()
        save(tf.constant("second"))

        assert by_tensorflow.read_text() == "second"
        assert not by_python.exists()

    @corrects("B10.4")
    def test_stateful_operations_keep_program_order(self):
        """A graph uses variables and queues in **program order**, without `tf.control_dependencies`.

        The graph, not Python: what a `tf.py_function` does to a variable can come after a later read.
        """
        value = tf.Variable(1)
        queue = tf.queue.FIFOQueue(10, tf.int32)

        @tf.function
        def step():
            queue.enqueue(value)
            value.assign_add(1)
            queue.enqueue(10 * value)
            value.assign_add(1)

        step()
        step()

        assert [int(queue.dequeue()) for _ in range(4)] == [1, 20, 3, 40]
        assert value.numpy() == 5

        @tf.function
        def read_after_python():
            tf.py_function(lambda: value.assign(0) and None, [], [])
            return value.read_value()

        operations = read_after_python.get_concrete_function().graph.get_operations()
        [read] = [operation for operation in operations if operation.type == "ReadVariableOp"]
        assert [before.type for before in read.control_inputs] == []

    def test_unused_operations_are_dropped(self):
        """An unused operation is **dropped**: it does not run, unless it has side effects.

        An assertion has one: it raises.
        """

        @tf.function
        def convert(text):
            tf.strings.to_number(text)
            return "done"

        @tf.function
        def check(text):
            tf.debugging.assert_equal(text, "1")
            return "done"

        with pytest.raises(tf.errors.InvalidArgumentError, match="abc"):
            tf.strings.to_number("abc")
        assert convert(tf.constant("abc")).numpy() == b"done"
        with pytest.raises(tf.errors.InvalidArgumentError, match="x == y"):
            check(tf.constant("abc"))

    def test_reading_a_file_is_not_ordered(self, tmp_path):
        """Reading a file is **not ordered** after writing it: `tf.io.read_file` is not stateful.

        Instead: pass the path as a tensor, read it under `tf.control_dependencies([written])`, where
        `written` is what `tf.io.write_file` returned, and write again under
        `tf.control_dependencies([text])`. A path that is a Python string is read only once, when the
        graph is optimized, and its text is frozen.
        """
        path = str(tmp_path / "note")

        @tf.function
        def write_read_write():
            tf.io.write_file(path, "first")
            text = tf.io.read_file(path)
            tf.io.write_file(path, "second")
            return text

        operations = write_read_write.get_concrete_function().graph.get_operations()
        _, second = [operation for operation in operations if operation.type == "WriteFile"]
        [read] = [operation for operation in operations if operation.type == "ReadFile"]

        assert [before.type for before in second.control_inputs] == ["WriteFile"]
        assert [before.type for before in read.control_inputs] == []

    def test_reading_a_fixed_path_happens_once(self, tmp_path):
        """In a TF Function, `tf.io.read_file` of a Python string reads **once**, of a tensor at each call.

        Optimizing the graph computes what depends on constants alone, and a read is not stateful.
        Instead: pass the path as a tensor.
        """
        note = tmp_path / "note"
        path = str(note)

        fixed = tf.function(lambda: tf.io.read_file(path))
        passed = tf.function(lambda path: tf.io.read_file(path))

        texts = []
        for text in ("first", "second"):
            note.write_text(text)
            texts.append((fixed().numpy(), passed(tf.constant(path)).numpy()))

        assert texts == [(b"first", b"first"), (b"first", b"second")]

    def test_dependencies_order_a_read(self, tmp_path):
        """**`tf.control_dependencies`** order a read between two writes, if the path is a tensor."""

        @tf.function
        def write_read_write(path):
            written = tf.io.write_file(path, "first")
            with tf.control_dependencies([written]):
                text = tf.io.read_file(path)
            with tf.control_dependencies([text]):
                tf.io.write_file(path, "second")
            return text

        note = tmp_path / "note"
        note.write_text("before")
        path = tf.constant(str(note))
        texts = {write_read_write(path).numpy() for _ in range(20)}

        assert texts == {b"first"}

    @pytest.mark.parametrize("effect", ["tf.print", "tf.io.write_file"])
    def test_branch_with_a_variable_does_not_wait(self, effect):
        """A branch that uses a variable does **not wait** for earlier prints and files.

        The first assertion is the control: a branch without a variable waits.
        """
        count = tf.Variable(1)

        def waits_for(use):
            @tf.function
            def step(number):
                tf.print("before") if effect == "tf.print" else tf.io.write_file("note", "before")
                if number > 0:
                    use()
                    tf.print("inside")

            operations = step.get_concrete_function(tf.constant(1)).graph.get_operations()
            [branch] = [operation for operation in operations if operation.type == "If"]
            return len(branch.control_inputs)

        assert waits_for(use=tf.no_op) == 1
        assert waits_for(use=count.read_value) == 0

    @holds("tensorflow>=2.16", otherwise=TypeError)
    def test_assertions_can_be_stripped(self, tmp_path):
        """From TensorFlow 2.16 on, `SaveOptions` can strip the **assertions** of a SavedModel."""

        class Root(tf.Module):
            @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
            def double(self, number):
                tf.debugging.assert_positive(number)
                return 2 * number

        options = tf.saved_model.SaveOptions(experimental_debug_stripper=True)
        tf.saved_model.save(Root(), tmp_path, options=options)

        assert tf.saved_model.load(tmp_path).double(-3.0).numpy() == -6.0
        with pytest.raises(tf.errors.InvalidArgumentError, match="x > 0"):
            Root().double(-3.0)


class TestPythonFunctions:
    """The way out is `tf.py_function`, which calls back into Python."""

    @core
    @corrects("A10.1")
    @pytest.mark.parametrize(
        "wrapper, received",
        [("py_function", "eager tensor"), ("numpy_function", "NumPy value")],
    )
    def test_python_runs_at_each_call(self, wrapper, received):
        """By default, `tf.py_function` and `tf.numpy_function` run Python at **each call**.

        They are operations, and these call Python with the values. Only the first has gradients:
        `q09::TestPyFunction::test_gradient`. A SavedModel has a reference to the Python function,
        useless in another process: `q09::TestPrice::test_saved_model_lacks_the_python`.
        See the [reference](https://www.tensorflow.org/api_docs/python/tf/py_function).
        """
        seen = []

        def double(number):
            seen.append("eager tensor" if tf.is_tensor(number) else "NumPy value")
            return number + number

        @tf.function
        def call(number):
            return getattr(tf, wrapper)(double, [number], tf.float32)

        assert [float(call(tf.constant(number))) for number in (1.0, 2.0)] == [2.0, 4.0]
        assert seen == [received, received]


class TestCompiling:
    """`jit_compile=True` asks for shapes, types and operations that XLA knows, and refuses most others."""

    @pytest.mark.parametrize("operation", ["tf.strings.as_string", "tf.py_function", "tf.print"])
    def test_host_operations_do_not_compile(self, operation):
        """XLA refuses **strings**, Python functions and `tf.print`: unsupported operations.

        See the [reference](https://www.tensorflow.org/api_docs/python/tf/function).
        """

        def compute(number):
            if operation == "tf.strings.as_string":
                return tf.strings.length(tf.strings.as_string(number))
            if operation == "tf.py_function":
                return tf.py_function(operator.neg, [number], tf.int32)
            tf.print("computing")
            return number

        tf.function(compute)(tf.constant(1))
        with pytest.raises(tf.errors.InvalidArgumentError, match="unsupported operations"):
            tf.function(compute, jit_compile=True)(tf.constant(1))

    def test_assertions_vanish(self):
        """Under XLA, assertions about an argument's values **vanish** without a word."""

        def check(number):
            tf.debugging.assert_positive(number)
            return number

        with pytest.raises(tf.errors.InvalidArgumentError, match="x > 0"):
            tf.function(check)(tf.constant(-3))
        assert tf.function(check, jit_compile=True)(tf.constant(-3)).numpy() == -3

    def test_loops_must_keep_their_shapes(self):
        """XLA refuses a loop whose tensors **grow**, even if `shape_invariants` declares it.

        What it fails to refuse: `q10::TestCompiling::test_shrinking_loops_return_too_much` and
        `q10::TestCompiling::test_tensor_arrays_do_not_grow`.
        """

        def repeat(row):
            for _ in tf.range(3):
                tf.autograph.experimental.set_loop_options(
                    shape_invariants=[(row, tf.TensorShape([None]))]
                )
                row = tf.concat([row, row], axis=0)
            return row

        assert tf.function(repeat)(tf.constant([7])).shape == [8]
        with pytest.raises(tf.errors.InvalidArgumentError, match="shapes of loop body"):
            tf.function(repeat, jit_compile=True)(tf.constant([7]))

    def test_shrinking_loops_return_too_much(self):
        """Under XLA, a loop that shrinks a tensor by `tf.boolean_mask` returns one that is **too long**.

        It keeps its length, and no error says so.
        Instead: note in the loop what to keep, and mask once after it.
        """

        def mask_at_each_step(numbers):
            for number in tf.range(3):
                numbers = tf.boolean_mask(numbers, numbers != number)
            return numbers

        def mask_once(numbers):
            kept = tf.ones_like(numbers, tf.bool)
            for number in tf.range(3):
                kept = kept & (numbers != number)
            return tf.boolean_mask(numbers, kept)

        def lengths(function):
            signature = [tf.TensorSpec([None], tf.int32)]
            plain, compiled = (
                tf.function(function, input_signature=signature, jit_compile=xla)
                for xla in (False, True)
            )
            numbers = tf.constant([7, 1, 8, 2])
            return len(plain(numbers)), len(compiled(numbers))

        assert lengths(mask_at_each_step) == (2, 4)
        assert lengths(mask_once) == (2, 2)

    @holds("tensorflow>=2.17", otherwise=tf.errors.InvalidArgumentError)
    def test_tensor_arrays_do_not_grow(self):
        """From TensorFlow 2.17 on, a `tf.TensorArray` that grows from nothing stays **empty** under XLA.

        What is written is lost without a word; before, XLA refused it.
        Instead: `tf.TensorArray(…, size=…)`.
        """

        def squares(count, size):
            collected = tf.TensorArray(tf.int32, size, dynamic_size=True)
            for index in tf.range(count):
                collected = collected.write(index, index**2)
            return collected.stack()

        compiled = tf.function(squares, jit_compile=True)

        assert tf.function(squares)(tf.constant(4), 0).numpy().tolist() == [0, 1, 4, 9]
        assert compiled(tf.constant(4), 4).numpy().tolist() == [0, 1, 4, 9]
        assert compiled(tf.constant(4), 0).numpy().tolist() == []

    def test_int32_variables_do_not_compile(self, gpu):
        """On a GPU, XLA refuses an **int32** variable, which lives on the CPU; int64 works.

        So `fit` fails with a layer that counts in one, where XLA compiles it:
        `q08::TestWhatAHandLoopForgets::test_fit_compiles_on_a_gpu`.
        """

        def add_one(variable):
            @tf.function(jit_compile=True)
            def add():
                return variable + 1

            return int(add())

        assert add_one(tf.Variable(1, dtype=tf.int64)) == 2
        with pytest.raises(tf.errors.InvalidArgumentError, match="Trying to access resource"):
            add_one(tf.Variable(1))

    def test_value_dependent_shapes_compile(self):
        """A result whose shape depends on **values**, as that of `tf.where`, does compile."""

        @tf.function(jit_compile=True)
        def positions(numbers):
            return tf.where(numbers > 0)

        assert positions(tf.constant([5, -5, 5])).numpy().tolist() == [[0], [2]]
        assert positions(tf.constant([-5, 5, -5])).numpy().tolist() == [[1]]
        assert positions.experimental_get_tracing_count() == 1

    def test_division_by_zero_compiles(self):
        """Compiled by XLA, `tensor // 0` of a positive integer is **-1**; on the CPU it else raises.

        `tensor / 0` is infinite, compiled or not.
        """

        def divide(number, by):
            return number // by

        compiled = tf.function(divide, jit_compile=True)

        assert compiled(tf.constant(7), tf.constant(0)).numpy() == -1
        with pytest.raises(tf.errors.InvalidArgumentError, match="division by zero"):
            tf.function(divide)(tf.constant(7), tf.constant(0))


class TestRunningEagerly:
    """For debugging, functions can run as plain Python."""

    def test_run_functions_eagerly(self):
        """`tf.config.run_functions_eagerly(True)` runs a TF Function's Python at **each call**.

        A concrete function, made before, stays a graph, and so does what a dataset's `map` calls:
        `q11::TestSwitches::test_datasets_have_their_own_switch`. So make a function right eagerly,
        then let it be traced.
        See the [reference](https://www.tensorflow.org/api_docs/python/tf/config/run_functions_eagerly).
        """
        eager = []

        @tf.function
        def note(number):
            eager.append(tf.executing_eagerly())
            return number

        concrete = note.get_concrete_function(tf.constant(1))
        tf.config.run_functions_eagerly(True)
        results = [int(function(tf.constant(2))) for function in (concrete, note, note)]

        assert results == [2, 2, 2]
        assert eager == [False, True, True]


class TestMethods:
    """A decorated method takes an ordinary instance as a Python object, which is frozen."""

    @corrects("B10.3")
    @pytest.mark.parametrize("equal, traced", [(False, [2, 3, 3]), (True, [2, 3])])
    def test_method_traces_for_each_instance(self, equal, traced):
        """`self` is an argument: an ordinary **instance** that equals no earlier one is a new trace.

        Objects are told apart by `==` and `hash`, as numbers are. One without a hash is refused, as
        of a plain `@dataclass`.
        See the [guide to functions](https://www.tensorflow.org/guide/function#depending_on_python_objects).
        """
        factors = []

        @dataclasses.dataclass(eq=equal, frozen=True)
        class Scale:
            factor: int

            @tf.function
            def apply(self, number):
                factors.append(self.factor)
                return self.factor * number

        double, triple, also_triple = Scale(2), Scale(3), Scale(3)
        scales = (double, double, triple, also_triple)
        results = [int(scale.apply(tf.constant(5))) for scale in scales]

        assert results == [10, 10, 15, 15]
        assert factors == traced

    def test_unhashable_instances_are_refused(self):
        """A decorated method refuses an instance without a **hash**, as of a plain `@dataclass`.

        `@dataclass` gives it `==`, and so takes its hash away. Instead: `@dataclass(frozen=True)`, or
        `eq=False`.
        """

        def double(self, number):
            return self.factor * number

        def call(**options):
            fields, methods = [("factor", int)], {"double": tf.function(double)}
            scale = dataclasses.make_dataclass("Scale", fields, namespace=methods, **options)(2)
            return int(scale.double(tf.constant(5)))

        assert call(frozen=True) == call(eq=False) == 10
        with pytest.raises(TypeError, match="unhashable"):
            call()

    @confirms("B10.3")
    def test_sets_are_refused(self):
        """A **set** is refused as an argument; a `frozenset`, which has a hash, is not."""

        @tf.function
        def total(numbers):
            return sum(numbers)

        assert int(total(frozenset([1, 2]))) == 3
        with pytest.raises(TypeError, match="hashable"):
            total({1, 2})

    def test_attributes_are_frozen(self):
        """An instance's Python attributes are **frozen** in each trace; its variables are not."""

        class Line:
            def __init__(self):
                self.slope, self.offset = 1, tf.Variable(0)

            @tf.function
            def at(self, number):
                return self.slope * number + self.offset

        line = Line()
        line.at(tf.constant(5))
        line.slope = 100
        line.offset.assign(7)

        assert line.at(tf.constant(5)).numpy() == 12
        assert line.at(tf.constant([5])).numpy().tolist() == [507]

    def test_temporary_instance_is_lost(self):
        """A method called on a temporary object of an ordinary class finds **`None`** as `self`.

        A TF Function does not keep its object alive. The call of an object, `Scale()(…)`, does.
        Instead: keep the object in a name.
        """

        class Scale:
            factor = 2

            @tf.function
            def apply(self, number):
                return self.factor * number

            __call__ = apply

        scale = Scale()

        assert scale.apply(tf.constant(5)).numpy() == Scale()(tf.constant(5)).numpy() == 10
        with pytest.raises(AttributeError, match="'NoneType' object has no attribute 'factor'"):
            Scale().apply(tf.constant(5))

    def test_called_functions_are_not_copied(self):
        """An instance that keeps a TF Function has no **deep copy** any more, once that was called.

        A decorated method is no obstacle: it belongs to the class.
        """

        class Scale(tf.Module):
            def __init__(self):
                super().__init__()
                self.kept = tf.function(lambda number: 2 * number)

            @tf.function
            def method(self, number):
                return 3 * number

        scale = Scale()

        assert int(scale.method(tf.constant(5))) == 15
        assert int(copy.deepcopy(scale).kept(tf.constant(5))) == 10
        scale.kept(tf.constant(5))
        with pytest.raises(TypeError, match="cannot pickle"):
            copy.deepcopy(scale)


class TestStructures:
    """Results, if any, are tensors or structures of them; arguments may be hashable objects, too."""

    @holds("tensorflow<2.15")
    def test_dataclasses_were_refused(self):
        """Before TensorFlow 2.15, a TF Function **refused** an ordinary dataclass of tensors.

        See the [reference](https://www.tensorflow.org/api_docs/python/tf/nest).
        """

        @tf.function
        def swap(pair):
            return Pair(pair.second, pair.first)

        assert swap.python_function(Pair(1, 2)) == Pair(2, 1)
        with pytest.raises(TypeError, match="hashable"):
            swap(Pair(tf.constant(1), tf.constant(2)))

    @holds("tensorflow>=2.15", was="test_dataclasses_were_refused")
    def test_dataclasses_are_structures(self):
        """From TensorFlow 2.15 on, a dataclass with **`__tf_flatten__`** and its inverse goes in and out.

        Its tensors count as arguments: other values of the same kind are no new trace.
        """

        @tf.function
        def swap(pair):
            return Pair(pair.second, pair.first)

        swapped = [swap(Pair(tf.constant(1), tf.constant(n))) for n in (2, 3)]

        assert [(int(pair.first), int(pair.second)) for pair in swapped] == [(2, 1), (3, 1)]
        assert swap.experimental_get_tracing_count() == 1

    @confirms("B10.3")
    @pytest.mark.parametrize("kind", ["set", "object", "generator"])
    def test_other_results_are_refused(self, kind):
        """A TF Function cannot **return** a set, a generator or an object of an ordinary class.

        See the [guide to functions](https://www.tensorflow.org/guide/function#all_outputs_of_a_tffunction_must_be_return_values).
        """
        results = {"set": {1, 2}, "object": object(), "generator": (n for n in (1, 2))}

        @tf.function
        def build(number):
            return results[kind]

        with pytest.raises(TypeError, match="not a Tensor"):
            build(tf.constant(1))
