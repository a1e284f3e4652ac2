"""Can custom Keras components contain arbitrary Python code, or must they be convertible to \
TF Functions?

By default they must be **convertible**: `fit`, `evaluate` and `predict` trace most components,
then run their graph at every batch. Python that needs no tensor's value and no unknown size is
welcome in them, but runs only **while tracing**. From Keras 3 on, AutoGraph, which converts
Python's `if`, skips components: an `if` on a tensor needs **`@tf.function`**. Arbitrary Python
needs a way out: **`tf.py_function`** for part of a component, **`run_eagerly=True`** for a whole
model; `dynamic=True` ended with Keras 2. Each way out costs speed, small operations most, and no
SavedModel takes the Python along.
"""

import operator
import time

import numpy as np
import pytest
import tensorflow as tf

from answer_key import about, confirms, core, corrects, holds


def make_doubler(in_python):
    """Make a module that doubles a number, by TensorFlow's `*` or by a Python function."""

    class Doubler(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
        def __call__(self, number):
            if in_python:
                return tf.py_function(lambda value: 2 * value, [number], tf.float32)
            return 2 * number

    return Doubler()


def save_python_doubler(path):
    """Save the module that doubles by a Python function."""
    tf.saved_model.save(make_doubler(in_python=True), path)


def load_and_call(path):
    """Load the module and call it with 3."""
    return float(tf.saved_model.load(path)(tf.constant(3.0)))


def negate_then_load_and_call(path):
    """Use a `tf.py_function` that negates, then load the module and call it with 3."""

    @tf.function
    def negate(number):
        return tf.py_function(operator.neg, [number], tf.float32)

    negate(tf.constant(1.0))
    return load_and_call(path)


class TestTracing:
    """`fit`, `evaluate` and `predict` turn the layers, losses and metrics they call into a graph."""

    @core
    @confirms("A9.1")
    def test_python_runs_only_while_tracing(self, batches):
        """In `fit`, a loss's Python runs only while **tracing**; its graph runs at every batch.

        Calling Python at every batch would be slow: a graph is recorded, then repeated.
        [Guide](https://www.tensorflow.org/guide/function)
        """
        python_runs = []
        graph_runs = tf.Variable(0.0)

        def loss(target, prediction):
            python_runs.append(1)
            graph_runs.assign_add(1.0)
            return tf.abs(target - prediction)

        model = tf.keras.Sequential([tf.keras.Input([1]), tf.keras.layers.Dense(1)])
        model.compile("sgd", loss)
        model.fit(batches(1).repeat(2), verbose=0)

        assert 1 <= len(python_runs) < 8
        assert graph_runs.numpy() == 8.0

    @confirms("A9.1")
    def test_every_component_is_traced(self, batches):
        """Functions as activation, loss and metric: `fit` runs **none** of them eagerly."""
        modes = set()

        def watch(component):
            def watched(*tensors):
                modes.add((component, "eager" if tf.executing_eagerly() else "graph"))
                return tensors[-1]

            return watched

        dense = tf.keras.layers.Dense(1, watch("activation"))
        model = tf.keras.Sequential([tf.keras.Input([1]), dense])
        model.compile("sgd", watch("loss"), metrics=[watch("metric")])
        model.fit(batches(4), verbose=0)

        print(*sorted(modes), sep="\n")
        assert tf.executing_eagerly()
        assert modes == {("activation", "graph"), ("loss", "graph"), ("metric", "graph")}

    def test_initializer_runs_before(self, batches):
        """A `Dense` layer right after an `Input` calls an initializer **eagerly** and once, before `fit`.

        So it may be any Python, such as NumPy's.
        """
        modes = []

        def initialize(shape, dtype=None):
            modes.append("eager" if tf.executing_eagerly() else "graph")
            return np.eye(*shape)

        dense = tf.keras.layers.Dense(1, kernel_initializer=initialize)
        model = tf.keras.Sequential([tf.keras.Input([1]), dense])
        model.compile("sgd", "mse")

        assert modes == ["eager"]
        model.fit(batches(4), verbose=0)
        assert modes == ["eager"]


class TestWhatCannotBeConverted:
    """Python code that needs a traced tensor's value fails where nothing converts it."""

    @core
    @confirms("A9.1")
    def test_numpy_method(self, batches):
        """A loss that calls `.numpy()` on its arguments fails in `fit`: traced, they have **no value**.

        The graph is recorded before there is a batch. See
        [Keras 3](https://keras.io/guides/migrating_to_keras_3/) for more of what it refuses.
        """

        def loss(target, prediction):
            return abs(target.numpy() - prediction.numpy())

        model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
        model.compile("sgd", loss)

        assert loss(tf.constant(3.0), tf.constant(1.0)) == 2.0
        with pytest.raises(AttributeError, match="has no attribute 'numpy'"):
            model.fit(batches(4), verbose=0)

    @confirms("A9.1")
    def test_numpy_function(self, batches):
        """In `fit`, a loss that computes on a tensor with NumPy raises **`NotImplementedError`**."""

        def loss(target, prediction):
            return np.abs(target - prediction)

        model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
        model.compile("sgd", loss)

        assert loss(tf.constant(3.0), tf.constant(1.0)) == 2.0
        with pytest.raises(NotImplementedError, match="Cannot convert a symbolic"):
            model.fit(batches(4), verbose=0)

    @holds("keras<3")
    def test_no_keras_operations(self):
        """Before Keras 3, there was no **`tf.keras.ops`**: components used those of `tf`."""
        assert hasattr(tf.keras, "layers")
        assert not hasattr(tf.keras, "ops")

    @holds("keras>=3", was="test_no_keras_operations")
    def test_keras_operations(self):
        """From Keras 3 on, **`tf.keras.ops`** has many NumPy functions that can be traced.

        Components written with them run on any backend of Keras, those written with TensorFlow's
        operations only on TensorFlow: [guide](https://keras.io/guides/migrating_to_keras_3/).
        """

        class Spread(tf.keras.layers.Layer):
            def call(self, inputs):
                return tf.keras.ops.max(inputs) - tf.keras.ops.min(inputs)

        spread = Spread()

        assert spread(tf.constant([3.0, 1.0, 7.0])).numpy() == 6.0
        assert tf.function(spread)(tf.constant([3.0, 1.0, 7.0])).numpy() == 6.0
        assert spread(tf.keras.Input([3])).shape == ()

    @holds("keras<3", otherwise=tf.errors.OperatorNotAllowedInGraphError)
    @about("def tf.keras.layers.Layer.call(if=<tf.*)")
    def test_branch_was_converted(self, afresh):
        """Before Keras 3, **AutoGraph** converted a layer's `call`: it could branch on a tensor.

        The `call` of a layer of your own, that is; not the function of a `Lambda`, nor an activation.
        """

        class DoubleIfPositive(tf.keras.layers.Layer):
            def call(self, inputs):
                if tf.reduce_sum(inputs) > 0:
                    inputs = 2 * inputs
                return inputs

        def double_if_positive(inputs):
            if tf.reduce_sum(inputs) > 0:
                inputs = 2 * inputs
            return inputs

        model = tf.keras.Sequential([DoubleIfPositive()])
        unconverted = tf.keras.Sequential([tf.keras.layers.Lambda(double_if_positive)])

        outputs = model.predict(np.array([[-5.0], [5.0]]), batch_size=1, verbose=0)

        print(outputs)
        assert outputs.tolist() == [[-5.0], [10.0]]
        with pytest.raises(tf.errors.OperatorNotAllowedInGraphError, match="Python `bool`"):
            unconverted.predict(np.array([[5.0]]), verbose=0)

    @core
    @holds("keras>=3", was="test_branch_was_converted")
    @confirms("A9.1")
    @about("def tf.keras.layers.Layer.call(if=<tf.*)")
    def test_branch_is_refused(self):
        """From Keras 3 on, an `if` on a traced tensor **raises** in a layer: AutoGraph skips it.

        For `predict` traces the layer, and a traced tensor has no value to choose by.
        Instead: choose by `tf.where`, or decorate `call` with `@tf.function`.
        """

        class DoubleIfPositive(tf.keras.layers.Layer):
            def call(self, inputs):
                if tf.reduce_sum(inputs) > 0:
                    inputs = 2 * inputs
                return inputs

        model = tf.keras.Sequential([DoubleIfPositive()])

        with pytest.raises(tf.errors.OperatorNotAllowedInGraphError, match="Python `bool`"):
            model.predict(np.array([[-5.0], [5.0]]), batch_size=1, verbose=0)

    @holds("keras<3", otherwise=tf.errors.OperatorNotAllowedInGraphError)
    @pytest.mark.parametrize("component", ["loss", "metric"])
    def test_loss_and_metric_were_converted(self, component):
        """Before Keras 3, AutoGraph converted a **loss** and a metric as well."""

        def double(target, prediction):
            error = tf.reduce_mean(target - prediction)
            if error > 0:
                error = 2 * error
            return error

        dense = tf.keras.layers.Dense(1, kernel_initializer="zeros")
        model = tf.keras.Sequential([tf.keras.Input([1]), dense])
        options = {"loss": {"loss": double}, "metric": {"loss": "mse", "metrics": [double]}}
        model.compile("sgd", **options[component])

        report = model.train_on_batch(tf.ones([1, 1]), 3 * tf.ones([1, 1]), return_dict=True)

        assert report["loss" if component == "loss" else "double"] == 6.0

    @holds("keras>=3", was="test_loss_and_metric_were_converted")
    @pytest.mark.parametrize("component", ["loss", "metric"])
    def test_loss_and_metric_are_refused(self, component):
        """From Keras 3 on, an `if` on a tensor raises in a traced **loss** or metric, too.

        AutoGraph skips these as well.
        Instead: choose by `tf.where`, or decorate the function with `@tf.function`.
        """

        def double(target, prediction):
            error = tf.reduce_mean(target - prediction)
            if error > 0:
                error = 2 * error
            return error

        model = tf.keras.Sequential([tf.keras.Input([1]), tf.keras.layers.Dense(1)])
        options = {"loss": {"loss": double}, "metric": {"loss": "mse", "metrics": [double]}}
        model.compile("sgd", **options[component])

        with pytest.raises(tf.errors.OperatorNotAllowedInGraphError, match="Python `bool`"):
            model.train_on_batch(tf.ones([1, 1]), 3 * tf.ones([1, 1]))

    def test_train_step_is_not_converted(self):
        """Under Keras 2 and 3 alike, an `if` on a tensor raises in a traced, undecorated **`train_step`**.

        A helper that `@tf.function` decorates may branch.
        """

        @tf.function
        def double_if_positive(number):
            if number > 0:
                number = 2 * number
            return number

        class Branch(tf.keras.Sequential):
            def train_step(self, data):
                return {"number": self.double(tf.reduce_sum(data[0]))}

        def report(double):
            model = Branch([tf.keras.Input([1]), tf.keras.layers.Dense(1)])
            model.double = double
            model.compile("sgd", "mse")
            return model.train_on_batch(tf.ones([3, 1]), tf.ones([3, 1]), return_dict=True)

        assert report(double_if_positive) == {"number": 6.0}
        with pytest.raises(tf.errors.OperatorNotAllowedInGraphError, match="Python `bool`"):
            report(double_if_positive.python_function)

    @core
    @confirms("A9.1")
    def test_tf_function_on_call(self):
        """Under Keras 2 and 3 alike, **`@tf.function`** on `call` lets a layer branch on a tensor.

        The decorator brings AutoGraph back, which makes a `tf.cond` of the `if`.
        """

        class DoubleIfPositive(tf.keras.layers.Layer):
            @tf.function
            def call(self, inputs):
                if tf.reduce_sum(inputs) > 0:
                    inputs = 2 * inputs
                return inputs

        model = tf.keras.Sequential([DoubleIfPositive()])

        outputs = model.predict(np.array([[-5.0], [5.0]]), batch_size=1, verbose=0)

        print(outputs)
        assert outputs.tolist() == [[-5.0], [10.0]]


class TestPythonWhileTracing:
    """Python that needs no tensor's value and no unknown size is welcome, and runs while tracing."""

    @confirms("B9.2")
    def test_loop_over_layers(self):
        """A Python loop over a list of layers is **unrolled** into the graph."""

        class Tower(tf.keras.layers.Layer):
            def __init__(self):
                super().__init__()
                self.floors = [tf.keras.layers.Dense(2, use_bias=False) for _ in range(3)]

            def call(self, inputs):
                for floor in self.floors:
                    inputs = floor(inputs)
                return inputs

        tower = Tower()
        tower(tf.ones([1, 2]))
        graph = tf.function(tower).get_concrete_function(tf.TensorSpec([None, 2])).graph

        operations = [operation.type for operation in graph.get_operations()]

        print(operations)
        assert operations.count("MatMul") == 3
        assert "While" not in operations

    @core
    @confirms("B9.2")
    @pytest.mark.parametrize("square, operation", [(True, "Square"), (False, "Neg")])
    def test_branch_on_python_value(self, square, operation):
        """An `if` on a Python value is decided while tracing: the graph holds **one branch**.

        Python decides before there is a batch, so the other branch costs nothing at run time.
        [Guide](https://www.tensorflow.org/guide/function#python_side_effects)
        """

        class Transform(tf.keras.layers.Layer):
            def call(self, inputs):
                if square:
                    return tf.square(inputs)
                return tf.negative(inputs)

        graph = tf.function(Transform()).get_concrete_function(tf.TensorSpec([None, 1])).graph

        types = {node.type for node in graph.get_operations()}

        assert types - {"Placeholder", "Identity"} == {operation}

    @core
    def test_random_number(self):
        """In `predict`, a traced layer's NumPy draws **one random number** for all batches of a shape.

        `fit` and `evaluate` have graphs of their own, with other numbers. It is drawn while tracing
        and stays in the graph, as what NumPy computes does:
        `q10::TestTracing::test_third_party_call_is_not_in_graph`. `tf.random.uniform` is an
        operation of the graph.
        """

        class Noise(tf.keras.layers.Layer):
            def call(self, inputs):
                return inputs + tf.stack([np.random.random(), tf.random.uniform([])])

        model = tf.keras.Sequential([Noise()])

        outputs = model.predict(np.zeros([8, 2]), batch_size=1, verbose=0)
        from_numpy, from_tensorflow = outputs.T.tolist()

        assert len(set(from_numpy)) == 1
        assert len(set(from_tensorflow)) == 8


class TestPyFunction:
    """`tf.py_function` lets a part of a component be Python."""

    @core
    @confirms("A9.2")
    def test_runs_at_every_step(self, batches):
        """Inside a loss, the Python in `tf.py_function` runs **eagerly**, at every batch.

        The graph calls Python there. Where Keras 3 sees a GPU, it compiles with XLA unless told
        otherwise, `q08::TestWhatAHandLoopForgets::test_fit_compiles_on_a_gpu`, and XLA refuses
        `tf.py_function`, `q10::TestCompiling::test_host_operations_do_not_compile`: hence
        `jit_compile=False`.
        [Reference](https://www.tensorflow.org/api_docs/python/tf/py_function)
        """
        targets = []

        def absolute_error(target, prediction):
            targets.append(target.numpy().item())
            return tf.abs(target - prediction)

        def loss(target, prediction):
            error = tf.py_function(absolute_error, [target, prediction], tf.float32)
            return tf.ensure_shape(error, [None, 1])

        model = tf.keras.Sequential([tf.keras.Input([1]), tf.keras.layers.Dense(1)])
        model.compile("sgd", loss, jit_compile=False)
        model.fit(batches(1), verbose=0)

        print(targets)
        assert targets == [1.0, 3.0, 5.0, 7.0]

    @holds("tensorflow<2.14")
    def test_py_function_was_no_decorator(self):
        """Before TensorFlow 2.14, `tf.py_function` was no **decorator**: it wanted its inputs."""
        negated = tf.py_function(operator.neg, [tf.constant(3.0)], Tout=tf.float32)

        assert negated.numpy() == -3.0
        with pytest.raises(TypeError, match="Missing required positional argument"):
            tf.py_function(Tout=tf.float32)

    @holds("tensorflow>=2.14", was="test_py_function_was_no_decorator")
    def test_py_function_decorates(self):
        """From TensorFlow 2.14 on, `tf.py_function` is a **decorator**, too."""

        @tf.py_function(Tout=tf.float32)
        def double(number):
            return 2 * number.numpy()

        @tf.function
        def quadruple(number):
            return double(double(number))

        assert quadruple(tf.constant(3.0)).numpy() == 12.0

    @confirms("A9.2")
    def test_shape_is_lost(self):
        """In a graph, a result of `tf.py_function` has **no shape**; `set_shape` gives it one."""

        class Double(tf.keras.layers.Layer):
            def call(self, inputs):
                return tf.py_function(lambda value: 2 * value, [inputs], tf.float32)

        class ShapedDouble(Double):
            def call(self, inputs):
                outputs = super().call(inputs)
                outputs.set_shape(inputs.shape)
                return outputs

        pair = tf.TensorSpec([1, 2])

        assert tf.function(Double()).get_concrete_function(pair).output_shapes.rank is None
        assert tf.function(ShapedDouble()).get_concrete_function(pair).output_shapes.rank == 2

    @confirms("A9.2")
    def test_gradient(self):
        """Inside `tf.py_function`, TensorFlow's operations keep the **gradient** for its inputs.

        Inside `tf.numpy_function` they lose it: the gradient is `None`.
        """
        three = tf.constant(3.0)

        @tf.function
        def gradient(wrap):
            with tf.GradientTape() as tape:
                tape.watch(three)
                squared = wrap(lambda value: value * value, [three], tf.float32)
            return tape.gradient(squared, three)

        print(gradient(tf.py_function), gradient(tf.numpy_function), sep="\n")
        assert gradient(tf.py_function).numpy() == 6.0
        assert gradient(tf.numpy_function) is None

    def test_only_its_inputs_have_gradients(self):
        """A variable has **no gradient** through a `tf.py_function` that is not given it as input.

        So a layer's weight that only the Python uses is not trained.
        Instead: pass the variable among the inputs.
        """
        factor = tf.Variable(3.0)

        with tf.GradientTape(persistent=True) as tape:
            used = tf.py_function(lambda value: value * factor, [2.0], tf.float32)
            given = tf.py_function(operator.mul, [2.0, factor], tf.float32)

        assert used.numpy() == given.numpy() == 6.0
        assert tape.gradient(used, factor) is None
        assert tape.gradient(given, factor).numpy() == 2.0

    @core
    def test_gradient_is_silently_zero(self):
        """Eagerly or in a graph, computing only with NumPy inside `tf.py_function` makes its gradient **0.0**.

        NumPy's operations have no gradient, and the tape does not say so. The zero is a scalar,
        whatever the shape of the input.
        """
        three = tf.constant([3.0])

        @tf.function
        def gradient(function):
            with tf.GradientTape() as tape:
                tape.watch(three)
                squared = tf.py_function(function, [three], tf.float32)
            return tape.gradient(squared, three)

        for run in (gradient, gradient.python_function):
            assert run(lambda value: value * value).numpy().tolist() == [6.0]
            assert run(lambda value: value.numpy() * value.numpy()).numpy().tolist() == 0.0

    def test_scalar_zero_stops_training(self):
        """A linear `Dense` right before NumPy in `tf.py_function` fails to fit: its gradient is a **scalar**.

        It is the zero of `q09::TestPyFunction::test_gradient_is_silently_zero`, by which a matrix
        cannot be multiplied. Instead: compute with TensorFlow.
        """

        class Square(tf.keras.layers.Layer):
            def call(self, inputs):
                outputs = tf.py_function(lambda value: value.numpy() ** 2, [inputs], tf.float32)
                outputs.set_shape(inputs.shape)
                return outputs

        dense = tf.keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")
        model = tf.keras.Sequential([tf.keras.Input([1]), dense, Square()])
        model.compile("sgd", "mse", jit_compile=False)

        assert model.predict(np.array([[3.0]]), verbose=0).tolist() == [[9.0]]
        with pytest.raises(tf.errors.InvalidArgumentError, match="ndims must be >= 2"):
            model.fit(np.ones([1, 1]), np.ones([1, 1]), verbose=0)


class TestDynamic:
    """Before Keras 3, `dynamic=True` was a way out."""

    @holds("keras<3", otherwise=ValueError)
    @confirms("A9.3")
    @pytest.mark.parametrize("component", ["layer", "model"])
    def test_dynamic_ran_python(self, component):
        """Before Keras 3, `dynamic=True` made a plain layer or model run as **Python** at every batch.

        What plain means: `q09::TestDynamic::test_dynamic_is_refused`. On an `Input`, as in a
        functional model, a layer also took a `compute_output_shape`.
        """
        base = {"layer": tf.keras.layers.Layer, "model": tf.keras.Model}[component]
        maxima = []

        class Watch(base):
            def call(self, inputs):
                maxima.append(inputs.numpy().max())
                return inputs

        model = tf.keras.Sequential([Watch(dynamic=True)])
        model.predict(np.array([[1.0], [2.0], [3.0]]), batch_size=1, verbose=0)

        assert maxima == [1.0, 2.0, 3.0]
        with pytest.raises(NotImplementedError, match="compute_output_shape"):
            Watch(dynamic=True)(tf.keras.Input([1]))

    @core
    @holds("keras>=3", was="test_dynamic_ran_python")
    @pytest.mark.parametrize("component", ["layer", "model"])
    def test_dynamic_is_refused(self, component):
        """From Keras 3 on, a plain subclass of `Layer` or `Model` refuses `dynamic=True`: **`ValueError`**.

        Plain is one that inherits from these directly and is not made from inputs and outputs; a
        functional model ignores it now: `q09::TestDynamic::test_dynamic_is_ignored`.
        See [Keras 3](https://keras.io/guides/migrating_to_keras_3/) for more of what ended.
        Instead: call `compile(run_eagerly=True)`, which lets the whole model run as Python.
        """
        base = {"layer": tf.keras.layers.Layer, "model": tf.keras.Model}[component]

        class Identity(base):
            def call(self, inputs):
                return inputs

        assert Identity()(tf.ones([1])).numpy().tolist() == [1.0]
        with pytest.raises(ValueError, match="dynamic"):
            Identity(dynamic=True)

    @holds("keras<3.7")
    def test_dynamic_was_a_type_error(self):
        """Before Keras 3.7, a functional model given `dynamic=True` raised a **`TypeError`**."""
        inputs = tf.keras.Input([1])

        assert tf.keras.Model(inputs, inputs).inputs[0] is inputs
        with pytest.raises(TypeError, match="dynamic"):
            tf.keras.Model(inputs, inputs, dynamic=True)

    @holds("keras>=3.7", was="test_dynamic_was_a_type_error", otherwise=TypeError)
    def test_dynamic_is_ignored(self):
        """From Keras 3.7 on, a functional model given `dynamic=True` silently **ignores** it.

        Instead: call `compile(run_eagerly=True)`.
        """
        modes = []

        class Watch(tf.keras.layers.Layer):
            def call(self, inputs):
                modes.append("eager" if tf.executing_eagerly() else "graph")
                return inputs

        inputs = tf.keras.Input([1])
        model = tf.keras.Model(inputs, Watch()(inputs), dynamic=True)
        modes.clear()
        model.predict(np.ones([1, 1]), verbose=0)

        assert set(modes) == {"graph"}


class TestRunEagerly:
    """`run_eagerly=True` keeps a model in Python, except what is traced anyway, as by `@tf.function`."""

    @core
    @confirms("A9.4")
    def test_run_eagerly(self, batches):
        """After `compile(run_eagerly=True)`, an undecorated loss runs as Python at **every batch**.

        The loss is not traced, so its tensors have values: good for debugging, too. What
        `@tf.function` decorates is still traced: `q11::TestSwitches::test_reach_of_the_switches`.
        [Reference](https://keras.io/api/models/model_training_apis/)
        """
        targets = []

        def loss(target, prediction):
            targets.append(target.numpy().item())
            return tf.abs(target - prediction)

        model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
        model.compile("sgd", loss, run_eagerly=True)
        model.fit(batches(1), verbose=0)

        print(targets)
        assert targets == [1.0, 3.0, 5.0, 7.0]

    @holds("keras<3")
    @confirms("A9.4")
    @about("tf.keras.Model.compile(run_eagerly=True) & .numpy")
    def test_run_eagerly_was_enough(self, afresh):
        """Before Keras 3, `run_eagerly=True` was **enough** for `.numpy()` in a `Sequential` without input."""

        class DivideByMaximum(tf.keras.layers.Layer):
            def call(self, inputs):
                return inputs / inputs.numpy().max()

        model = tf.keras.Sequential([DivideByMaximum()])
        model.compile(run_eagerly=True)

        outputs = model.predict(np.array([[2.0], [4.0]]), verbose=0)

        assert outputs.tolist() == [[0.5], [1.0]]

    @holds("keras>=3", was="test_run_eagerly_was_enough")
    @corrects("A9.4")
    @about("tf.keras.Model.compile(run_eagerly=True) & .numpy")
    def test_run_eagerly_needs_a_shape(self):
        """From Keras 3 on, `.numpy()` in a custom layer of a `Sequential` also needs an **output shape**.

        `run_eagerly=True` is not enough: without a shape, Keras traces `call` to learn it.
        Instead: give the layer a `compute_output_shape`, too.
        """

        class DivideByMaximum(tf.keras.layers.Layer):
            def call(self, inputs):
                return inputs / inputs.numpy().max()

        class WithShape(DivideByMaximum):
            def compute_output_shape(self, input_shape):
                return input_shape

        def predict(layer):
            model = tf.keras.Sequential([layer])
            model.compile(run_eagerly=True)
            return model.predict(np.array([[2.0], [4.0]]), verbose=0).tolist()

        assert predict(WithShape()) == [[0.5], [1.0]]
        with pytest.raises(Exception, match="infer the output shape"):
            predict(DivideByMaximum())

    @holds("keras>=3")
    @holds("keras<3.4")
    def test_uninferred_shape_was_a_runtime_error(self, afresh):
        """In Keras 3.0 to 3.3, a custom layer of unknown output shape raised **`RuntimeError`**."""

        class DivideByMaximum(tf.keras.layers.Layer):
            def call(self, inputs):
                return inputs / inputs.numpy().max()

        with pytest.raises(RuntimeError, match="infer the output shape"):
            DivideByMaximum()(tf.keras.Input([1]))

    @holds("keras>=3.4", was="test_uninferred_shape_was_a_runtime_error")
    def test_uninferred_shape(self):
        """From Keras 3.4 on, a custom layer of unknown shape raises `AttributeError` if its **`call`** does.

        Instead: catch what `call` raises.
        """

        class DivideByMaximum(tf.keras.layers.Layer):
            def call(self, inputs):
                return inputs / inputs.numpy().max()

        with pytest.raises(AttributeError, match="infer the output shape"):
            DivideByMaximum()(tf.keras.Input([1]))


class TestPrice:
    """The ways out cost speed, small operations most; the Python stays behind when the model moves."""

    @confirms("A9.5", "B9.1")
    def test_eager_layer_is_slower(self):
        """Once traced, a layer of a hundred small operations runs **faster** as a TF Function.

        Eagerly, Python calls each operation by itself; the TF Function is called once.
        """

        class Chain(tf.keras.layers.Layer):
            def call(self, inputs):
                for _ in range(100):
                    inputs = inputs + 1.0
                return inputs

        layer = Chain()
        traced = tf.function(layer)
        seconds = {layer: [], traced: []}
        with tf.device("/CPU:0"):
            for run in [layer, traced] * 15:
                start = time.process_time()
                assert run(tf.zeros([1])).numpy().tolist() == [100.0]
                seconds[run].append(time.process_time() - start)

        assert np.median(seconds[layer]) > np.median(seconds[traced])

    @core
    @confirms("A9.5")
    def test_py_function_is_slower(self):
        """Wrapped in `tf.py_function`, a small operation takes more than **twice** as long.

        Each time, the graph has to call Python and to wait for it. For more of its limits see the
        [reference](https://www.tensorflow.org/api_docs/python/tf/py_function).
        """

        @tf.function
        def in_tensorflow(number):
            for _ in range(20):
                number = number + 1.0
            return number

        @tf.function
        def in_python(number):
            for _ in range(20):
                number = tf.py_function(lambda value: value + 1.0, [number], tf.float32)
            return number

        seconds = {in_tensorflow: [], in_python: []}
        for run in [in_tensorflow, in_python] * 15:
            start = time.process_time()
            assert run(tf.constant(0.0)).numpy() == 20.0
            seconds[run].append(time.process_time() - start)

        assert np.median(seconds[in_python]) > 2 * np.median(seconds[in_tensorflow])

    @core
    @confirms("A9.5")
    def test_saved_model_lacks_the_python(self, fresh_process, tmp_path):
        """A SavedModel with a `tf.py_function` **lacks** its Python: no other process finds it.

        The graph stores only a key. The function itself stays in the registry of its process.
        """
        doubler = make_doubler(in_python=False)
        python_doubler = make_doubler(in_python=True)

        tf.saved_model.save(doubler, tmp_path / "tensorflow")
        tf.saved_model.save(python_doubler, tmp_path / "python")

        assert python_doubler(tf.constant(3.0)).numpy() == 6.0
        assert fresh_process(load_and_call, tmp_path / "tensorflow") == 6.0
        with pytest.raises(tf.errors.InvalidArgumentError, match="Could not find callback"):
            fresh_process(load_and_call, tmp_path / "python")

    @confirms("A9.5")
    def test_saved_model_finds_other_python(self, fresh_process, tmp_path):
        """A loaded `tf.py_function` can silently run a **different** function of its new process.

        The keys are numbered: the first one saved finds the first one there.
        """
        fresh_process(save_python_doubler, tmp_path / "python")

        assert fresh_process(negate_then_load_and_call, tmp_path / "python") == -3.0

    @confirms("A9.5")
    def test_eager_only_layer_cannot_be_exported(self, tmp_path):
        """A layer that only runs eagerly has **no graph**, so a function of it cannot be saved."""

        class DivideByMaximum(tf.keras.layers.Layer):
            def call(self, inputs):
                return inputs / inputs.numpy().max()

        layer = DivideByMaximum()
        module = tf.Module()
        module.serve = tf.function(layer, input_signature=[tf.TensorSpec([None])])

        assert layer(tf.constant([2.0, 4.0])).numpy().tolist() == [0.5, 1.0]
        with pytest.raises(AttributeError, match="has no attribute 'numpy'"):
            tf.saved_model.save(module, tmp_path)
