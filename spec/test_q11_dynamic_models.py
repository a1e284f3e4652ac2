"""When would you need to create a dynamic Keras model? How do you do that? Why not make all your \
models dynamic?

You need a dynamic model, whose Python runs at every batch, for **debugging**, and where all of its
Python must see the values: to call an external library, say. You need none for inputs of any
length, nor for a depth that depends on the data: a graph can do that. `compile(run_eagerly=True)`
makes a model dynamic; `dynamic=True` ended with **Keras 2**. Not every model, because Python's
overhead for every operation makes a dynamic one **slower** if these are small, it has no graph to
prune or compile by XLA, and what needs values in Python cannot be **exported**.
"""

import bdb
import collections
import time

import numpy as np
import pytest
import tensorflow as tf

from answer_key import about, confirms, core, corrects, holds


def watch(modes):
    """Make a layer that passes its inputs on, and notes whether it runs eagerly or in a graph."""

    def note(inputs):
        modes.append("eager" if tf.executing_eagerly() else "graph")
        return inputs

    return tf.keras.layers.Lambda(note)


def map_datasets():
    """Map a dataset as it is, under `run_functions_eagerly`, and in `tf.data`'s debug mode."""
    modes = []

    def note(number):
        modes.append("eager" if tf.executing_eagerly() else "graph")
        return number

    def run():
        modes.clear()
        list(tf.data.Dataset.range(1).map(note))
        return modes[-1]

    as_it_is = run()
    tf.config.run_functions_eagerly(True)
    with pytest.warns(UserWarning, match="tf.data"):
        functions_eager = run()
    tf.config.run_functions_eagerly(False)
    tf.data.experimental.enable_debug_mode()
    return [as_it_is, functions_eager, run()]


class Debugger(bdb.Bdb):
    """A debugger that stops at a function's first line, and notes its `inputs` there."""

    def __init__(self, function):
        super().__init__()
        self.found = []
        code = function.__code__
        self.set_break(code.co_filename, code.co_firstlineno + 1)

    def user_line(self, frame):
        if self.break_here(frame):
            self.found.append(frame.f_locals["inputs"])
        self.set_continue()


def make_chain(length, units=1, **options):
    """Make and compile a chain of dense layers."""
    layers = [tf.keras.layers.Dense(units) for _ in range(length)]
    model = tf.keras.Sequential([tf.keras.Input([units]), *layers])
    model.compile("sgd", "mse", **options)
    return model


def seconds(function, *args):
    """Call the function and return its computing time, which other programs hardly lengthen."""
    start = time.process_time()
    function(*args)
    return time.process_time() - start


def three_batches():
    """The same batch three times: a one, whose target is one."""
    return tf.data.Dataset.from_tensors((tf.ones([1, 1]), tf.ones([1, 1]))).repeat(3)


def train_by_nadam(run_eagerly, built=False):
    """Train a model of one weight by Nadam, and return the weight."""
    layer = tf.keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
    model = tf.keras.Sequential([tf.keras.Input([1]), layer])
    optimizer = tf.keras.optimizers.Nadam(0.1)
    if built:
        optimizer.build(model.trainable_variables)
    model.compile(optimizer, "mse", run_eagerly=run_eagerly)
    model.fit(three_batches(), verbose=0)
    return round(layer.get_weights()[0].item(), 4)


def count_runs(run_eagerly):
    """Count how often each part of a model runs in Python, in a second `fit` of three batches."""
    runs = collections.Counter()

    class Model(tf.keras.Sequential):
        def train_step(self, data):
            runs["train_step"] += 1
            return super().train_step(data)

    class Layer(tf.keras.layers.Layer):
        def call(self, inputs):
            runs["call"] += 1
            return inputs

    def loss(target, prediction):
        runs["loss"] += 1
        return tf.abs(target - prediction)

    def metric(target, prediction):
        runs["metric"] += 1
        return tf.abs(target - prediction)

    model = Model([tf.keras.Input([1]), tf.keras.layers.Dense(1), Layer()])
    model.compile("sgd", loss, metrics=[metric], run_eagerly=run_eagerly)
    model.fit(three_batches(), verbose=0)
    runs.clear()
    model.fit(three_batches(), verbose=0)
    return runs


def train_with_dropout(run_eagerly):
    """Train a model that drops out half of 20 ones, and return its weights, zeros before."""
    tf.keras.utils.set_random_seed(0)
    dense = tf.keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
    model = tf.keras.Sequential([tf.keras.Input([20]), tf.keras.layers.Dropout(0.5), dense])
    model.compile("sgd", "mse", run_eagerly=run_eagerly, jit_compile=False)
    model.train_on_batch(tf.ones([1, 20]), tf.ones([1, 1]))
    return dense.kernel.numpy().ravel().tolist()


class BatchTimer(tf.keras.callbacks.Callback):
    """Notes the computing time of each batch of `fit` or `predict`."""

    def __init__(self):
        super().__init__()
        self.seconds = []

    def on_train_batch_begin(self, batch, logs=None):
        self.start = time.process_time()

    def on_train_batch_end(self, batch, logs=None):
        self.seconds.append(time.process_time() - self.start)

    on_predict_batch_begin = on_train_batch_begin
    on_predict_batch_end = on_train_batch_end


def serve(path):
    """Load a SavedModel, without its Python code, and call it with 3."""
    served = tf.saved_model.load(path).signatures["serving_default"](tf.constant([[3.0]]))
    return [output.numpy().tolist() for output in served.values()]


class TestSwitches:
    """`compile(run_eagerly=True)` makes a model dynamic."""

    @holds("keras<3", otherwise=ValueError)
    @confirms("A11.1")
    @about("tf.keras.Model.__init__(dynamic=*)")
    def test_dynamic_turned_run_eagerly_on(self):
        """Before Keras 3, `dynamic=True` started a plain subclass of `Model` with **`run_eagerly`** on.

        What plain means: `q09::TestDynamic::test_dynamic_is_refused`. See the
        [guide of Keras](https://keras.io/guides/migrating_to_keras_3/).
        """

        class Identity(tf.keras.Model):
            def call(self, inputs):
                return inputs

        assert not Identity().run_eagerly
        assert Identity(dynamic=True).run_eagerly

    @core
    @holds("keras>=3", was="test_dynamic_turned_run_eagerly_on")
    @corrects("A11.1")
    def test_dynamic_is_unrecognized(self):
        """From Keras 3 on, `dynamic` is an **unrecognized** argument of a plain subclass of `Model`.

        What plain means, and layers: `q09::TestDynamic::test_dynamic_is_refused`.
        Instead: `compile(run_eagerly=True)`.
        """

        class Identity(tf.keras.Model):
            def call(self, inputs):
                return inputs

        assert not Identity().run_eagerly
        with pytest.raises(ValueError, match="Unrecognized keyword"):
            Identity(dynamic=True)

    @core
    @confirms("A11.2")
    @pytest.mark.parametrize(
        "kind, run_eagerly, mode",
        [
            ("Sequential", False, "graph"),
            ("Sequential", True, "eager"),
            ("functional", False, "graph"),
            ("functional", True, "eager"),
            ("subclassed", False, "graph"),
            ("subclassed", True, "eager"),
        ],
    )
    def test_every_kind_of_model(self, kind, run_eagerly, mode):
        """Any kind of model runs dynamically, once built, after **`compile(run_eagerly=True)`**.

        How it was built does not matter, for it is `fit`, `evaluate` and `predict` that decide
        whether to trace. Building it comes before:
        `q11::TestPython::test_functional_model_is_built_symbolically`. What `@tf.function` decorates
        is still traced: `q11::TestSwitches::test_reach_of_the_switches`.
        See the [reference](https://keras.io/api/models/model_training_apis/).
        """
        modes = []
        layer = watch(modes)
        inputs = tf.keras.Input([1])

        class Subclassed(tf.keras.Model):
            def call(self, inputs):
                return layer(inputs)

        makers = {
            "Sequential": lambda: tf.keras.Sequential([layer]),
            "functional": lambda: tf.keras.Model(inputs, layer(inputs)),
            "subclassed": Subclassed,
        }
        model = makers[kind]()
        model.compile(run_eagerly=run_eagerly)
        model.predict_on_batch(np.ones([1, 1]))

        assert modes[-1] == mode

    @confirms("A11.2")
    @pytest.mark.parametrize(
        "switch, layer, function",
        [
            ("none", "graph", "graph"),
            ("run_eagerly", "eager", "graph"),
            ("run_functions_eagerly", "eager", "eager"),
        ],
    )
    def test_reach_of_the_switches(self, switch, layer, function):
        """`run_functions_eagerly` reaches even the **TF Functions** that a layer calls.

        `run_eagerly` reaches the layers of one model; what they decorate with `@tf.function` is
        still traced. See the [reference](https://www.tensorflow.org/api_docs/python/tf/config/run_functions_eagerly).
        """
        layer_modes, function_modes = [], []
        traced = tf.function(watch(function_modes))
        model = tf.keras.Sequential([watch(layer_modes), tf.keras.layers.Lambda(traced)])

        model.compile(run_eagerly=switch == "run_eagerly")
        tf.config.run_functions_eagerly(switch == "run_functions_eagerly")
        model.predict_on_batch(np.ones([1, 1]))

        assert layer_modes[-1] == layer
        assert function_modes[-1] == function

    def test_datasets_have_their_own_switch(self, fresh_process):
        """Only **`tf.data.experimental.enable_debug_mode()`** runs the function of `Dataset.map` eagerly.

        See the [reference](https://www.tensorflow.org/api_docs/python/tf/data/experimental/enable_debug_mode).
        """
        modes = fresh_process(map_datasets)

        print(modes)
        assert modes == ["graph", "graph", "eager"]

    def test_too_late(self):
        """Once `predict` has run, it takes a new `run_eagerly` at the next **`compile`**, not at once.

        `tf.config.run_functions_eagerly` acts at once, and can be taken back.
        """
        modes = []
        model = tf.keras.Sequential([watch(modes)])
        model.compile()

        def run():
            modes.clear()
            model.predict_on_batch(np.ones([1, 1]))
            return list(modes)

        assert "graph" in run()
        model.run_eagerly = True
        assert run() == []
        tf.config.run_functions_eagerly(True)
        assert run() == ["eager"]
        tf.config.run_functions_eagerly(False)
        assert run() == []
        model.compile(run_eagerly=True)
        assert run() == ["eager"]


class TestWhatRuns:
    """In a dynamic model, undecorated Python runs at every batch."""

    @core
    @confirms("A11.2")
    def test_python_runs(self, exhibit):
        """In training, at a batch like an earlier one, only a **dynamic** model runs its Python again.

        By default a model is static: it runs the graph that was traced at the first such batch. All
        else follows from that. Exceptions are what `tf.py_function` calls,
        `q09::TestPyFunction::test_runs_at_every_step`, and what `@tf.function` decorates,
        `q11::TestSwitches::test_reach_of_the_switches`.
        See the [guide to functions](https://www.tensorflow.org/guide/function#tracing).
        """
        static = count_runs(run_eagerly=False)
        dynamic = count_runs(run_eagerly=True)

        exhibit.table(
            "How often Python runs in a second `fit` of three batches",
            ["Python function", "static", "dynamic"],
            [(name, static[name], dynamic[name]) for name in sorted(dynamic)],
        )
        assert static == {}
        assert dynamic == {"train_step": 3, "call": 3, "loss": 3, "metric": 3}

    @pytest.mark.parametrize("run_eagerly", [False, True])
    def test_same_weights(self, run_eagerly):
        """But for rounding, static and dynamic models learn the **same** by SGD, if nothing is random."""
        layer = tf.keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
        model = tf.keras.Sequential([tf.keras.Input([1]), layer])
        model.compile(tf.keras.optimizers.SGD(0.25), "mse", run_eagerly=run_eagerly)

        model.fit(three_batches(), verbose=0)

        assert layer.kernel.numpy().tolist() == [[0.875]]

    @holds("keras<3")
    @about("tf.keras.layers.Dropout & tf.keras.Model.compile(run_eagerly=*)")
    def test_dropout_differed(self):
        """Before Keras 3, **dropout** from one seed differed between a dynamic and a static model."""
        assert train_with_dropout(run_eagerly=False) == train_with_dropout(run_eagerly=False)
        assert train_with_dropout(run_eagerly=False) != train_with_dropout(run_eagerly=True)

    @holds("keras>=3", was="test_dropout_differed")
    def test_dropout_is_the_same(self):
        """From Keras 3 on, a **`Dropout`** layer of one seed is the same in a dynamic and a static model."""
        assert train_with_dropout(run_eagerly=False) == train_with_dropout(run_eagerly=True)

    @holds("keras<3")
    @about("tf.keras.optimizers.Nadam & tf.keras.Model.fit")
    def test_nadam_differed(self):
        """Before Keras 3, **Nadam** turned the only weight of a static model into nan, not of a dynamic one.

        Tracing ran Nadam's Python twice, which counted twice; with more weights, the steps were
        only other ones. Built beforehand, it ran once.
        """
        dynamic = train_by_nadam(run_eagerly=True)

        assert np.isnan(train_by_nadam(run_eagerly=False))
        assert dynamic == train_by_nadam(run_eagerly=False, built=True)
        assert 0 < dynamic < 1

    @holds("keras>=3", was="test_nadam_differed")
    def test_nadam_is_the_same(self):
        """From Keras 3 on, a static and a dynamic model take the same steps by **Nadam**."""
        dynamic = train_by_nadam(run_eagerly=True)

        assert 0 < dynamic < 1
        assert train_by_nadam(run_eagerly=False) == dynamic


class TestDebugging:
    """A dynamic model serves debugging: in plain Python, a debugger stops at every batch."""

    @core
    @confirms("A11.3")
    def test_debugger_stops_in_a_layer(self):
        """In a dynamic model, a breakpoint in a plain `call` stops at **every batch**, and shows values.

        The batch goes through the Python code itself, as an eager tensor. From Keras 3 on, it stops
        once more, without values, while a model without `Input` is built. A `call` decorated with
        `@tf.function` is still traced: `q11::TestSwitches::test_reach_of_the_switches`.
        See the [guide to functions](https://www.tensorflow.org/guide/function#debugging).
        """

        class Double(tf.keras.layers.Layer):
            def call(self, inputs):
                return 2 * inputs

        model = tf.keras.Sequential([Double()])
        model.compile(run_eagerly=True)
        data = np.array([[1.0], [2.0], [3.0]])
        model.predict(data, batch_size=1, verbose=0)

        debugger = Debugger(Double.call)
        debugger.runcall(model.predict, data, batch_size=1, verbose=0)

        print(*debugger.found, sep="\n")
        assert [inputs.numpy().item() for inputs in debugger.found] == [1.0, 2.0, 3.0]

    @holds("keras<3")
    @confirms("A11.3")
    @about("tf.autograph.experimental.do_not_convert")
    def test_static_layer_was_not_reached(self):
        """Before Keras 3, a breakpoint set in `call` of a static model's layer was **not reached**.

        Set by a debugger, that is, not a call of `breakpoint()`. Nor was that of a loss, which tells
        why: `q11::TestDebugging::test_loss_was_not_reached`.
        """
        modes = []

        class Double(tf.keras.layers.Layer):
            def call(self, inputs):
                modes.append("eager" if tf.executing_eagerly() else "graph")
                return 2 * inputs

        model = tf.keras.Sequential([Double()])

        debugger = Debugger(Double.call)
        debugger.runcall(model.predict_on_batch, np.ones([1, 1]))

        assert set(modes) == {"graph"}
        assert debugger.found == []
        debugger.runcall(model, tf.constant([[3.0]]))
        assert [inputs.numpy().item() for inputs in debugger.found] == [3.0]

    @holds("keras>=3", was="test_static_layer_was_not_reached")
    @confirms("A11.3")
    def test_static_layer_is_reached_while_tracing(self):
        """From Keras 3 on, a breakpoint set in an undecorated layer of a static model stops **while tracing**.

        Keras 3 does not rewrite `call`: `q09::TestWhatCannotBeConverted::test_branch_is_refused`.
        There are no values yet, and later batches run only the graph. Instead: make the model
        dynamic, or call it directly.
        """

        class Double(tf.keras.layers.Layer):
            def call(self, inputs):
                return 2 * inputs

        model = tf.keras.Sequential([Double()])
        model.compile()
        first, second = Debugger(Double.call), Debugger(Double.call)

        first.runcall(model.predict_on_batch, np.ones([1, 1]))
        second.runcall(model.predict_on_batch, np.ones([1, 1]))

        assert {hasattr(inputs, "numpy") for inputs in first.found} == {False}
        assert second.found == []

    @holds("keras<3")
    @corrects("A11.3")
    @about("tf.autograph.experimental.do_not_convert")
    def test_loss_was_not_reached(self):
        """Before Keras 3, a breakpoint set in a loss **function** was not reached, even in a dynamic model.

        AutoGraph rewrote a loss function in any case, unless it was decorated with
        `@tf.autograph.experimental.do_not_convert`.
        """
        modes = []

        def loss(inputs, prediction):
            modes.append("eager" if tf.executing_eagerly() else "graph")
            return tf.abs(inputs - prediction)

        model = make_chain(1)
        model.compile("sgd", loss, run_eagerly=True)

        debugger = Debugger(loss)
        debugger.runcall(model.train_on_batch, np.ones([1, 1]), np.ones([1, 1]))

        assert modes == ["eager"]
        assert debugger.found == []
        model.compile("sgd", tf.autograph.experimental.do_not_convert(loss), run_eagerly=True)
        debugger.runcall(model.train_on_batch, np.ones([1, 1]), np.ones([1, 1]))
        assert [inputs.numpy().item() for inputs in debugger.found] == [1.0]

    @holds("keras>=3", was="test_loss_was_not_reached")
    @confirms("A11.3")
    def test_loss_is_reached(self):
        """From Keras 3 on, a breakpoint set in a plain loss function **stops** a dynamic model, too."""

        def loss(inputs, prediction):
            return tf.abs(inputs - prediction)

        model = make_chain(1)
        model.compile("sgd", loss, run_eagerly=True)

        debugger = Debugger(loss)
        debugger.runcall(model.train_on_batch, np.ones([1, 1]), np.ones([1, 1]))

        assert debugger.found[-1].numpy().tolist() == [[1.0]]

    @core
    def test_direct_call_is_eager(self):
        """**Called** from eager code, even a static model runs eagerly, and a debugger stops.

        What traces is `fit`, `evaluate` and `predict`. So a single layer can be examined without
        making the model dynamic. What `@tf.function` decorates is still traced:
        `q11::TestSwitches::test_reach_of_the_switches`.
        """

        class Double(tf.keras.layers.Layer):
            def call(self, inputs):
                return 2 * inputs

        model = tf.keras.Sequential([Double()])
        model.compile()
        debugger = Debugger(Double.call)

        model.predict_on_batch(np.array([[2.0]]))
        debugger.runcall(model, tf.constant([[3.0]]))

        assert [inputs.numpy().item() for inputs in debugger.found] == [3.0]

    def test_numerics_can_be_checked(self):
        """`tf.debugging.enable_check_numerics()` finds what makes a **NaN** in a static model traced after it.

        So that search needs no dynamic model.
        See the [reference](https://www.tensorflow.org/api_docs/python/tf/debugging/enable_check_numerics).
        """
        model = tf.keras.Sequential([tf.keras.layers.Lambda(tf.math.log)])
        model.compile(jit_compile=False)

        assert np.isnan(model.predict_on_batch(np.array([[-1.0]])).item())
        tf.debugging.enable_check_numerics()
        try:
            with pytest.raises(tf.errors.InvalidArgumentError, match='output 0 of graph op "Log"'):
                model.predict_on_batch(np.array([[-1.0], [-1.0]]))
        finally:
            tf.debugging.disable_check_numerics()


class TestPython:
    """A dynamic model is needed where all of its Python must see the values."""

    @confirms("A11.4")
    def test_train_step(self):
        """A dynamic `train_step` may use Python's own **collections**, and the labels' values.

        See the [guide of Keras](https://keras.io/guides/custom_train_step_in_tensorflow/).
        """
        seen = collections.Counter()

        class Counting(tf.keras.Sequential):
            def train_step(self, data):
                _, labels = data
                seen.update(labels.numpy().ravel().tolist())
                return super().train_step(data)

        model = Counting([tf.keras.layers.Dense(1)])
        model.compile("sgd", "mse", run_eagerly=True)
        model.fit(np.ones([3, 1]), np.array([[7.0], [8.0], [7.0]]), batch_size=1, verbose=0)

        assert seen == {7.0: 2, 8.0: 1}

    @core
    @confirms("A11.4", "B11.1")
    def test_depth_by_value(self):
        """A dynamic model may apply a layer as often as a number **in its input** says.

        Python reads the number with `.numpy()`, which a traced tensor lacks.
        """

        class Repeat(tf.keras.Model):
            def __init__(self):
                super().__init__()
                two = tf.keras.initializers.Constant(2.0)
                self.double = tf.keras.layers.Dense(1, use_bias=False, kernel_initializer=two)

            def call(self, inputs):
                outputs = inputs
                for _ in range(int(inputs.numpy().max())):
                    outputs = self.double(outputs)
                return outputs

        model = Repeat()
        model.compile(run_eagerly=True)
        outputs = model.predict(np.array([[1.0], [2.0], [3.0]]), batch_size=1, verbose=0)

        print(outputs)
        assert outputs.tolist() == [[2.0], [8.0], [24.0]]

    @corrects("A11.4")
    def test_functional_model_is_built_symbolically(self):
        """By default, a functional model calls a custom layer when **built**, on inputs without values.

        So a layer that needs them fails there, and `compile` comes too late. From Keras 3 on,
        a `compute_output_shape` spares it that call, and most of Keras's own layers have one:
        `q09::TestRunEagerly::test_run_eagerly_needs_a_shape`.
        """
        have_values = []

        class Note(tf.keras.layers.Layer):
            def call(self, inputs):
                have_values.append(hasattr(inputs, "numpy"))
                return inputs

        inputs = tf.keras.Input([1])
        model = tf.keras.Model(inputs, Note()(inputs))

        assert set(have_values) == {False}
        model(tf.constant([[2.0]]))
        assert have_values[-1]

    @core
    @confirms("A11.5")
    def test_external_library(self):
        """A dynamic model's metric may call an **external library**, such as NumPy's median.

        NumPy computes on an eager tensor's values; while tracing there are none. For one function
        `tf.py_function` is enough:
        `q09::TestPyFunction::test_runs_at_every_step`.
        """

        def median_error(target, prediction):
            return np.median(np.abs(target - prediction))

        def evaluate(run_eagerly):
            model = tf.keras.Sequential([tf.keras.layers.Dense(1, kernel_initializer="zeros")])
            model.compile("sgd", "mae", metrics=[median_error], run_eagerly=run_eagerly)
            data = np.array([[1.0], [2.0], [30.0]])
            return model.evaluate(data, data, verbose=0)

        assert evaluate(run_eagerly=True) == [11.0, 2.0]
        with pytest.raises(NotImplementedError, match="Cannot convert a symbolic"):
            evaluate(run_eagerly=False)

    def test_gradient_by_hand(self):
        """With **`tf.custom_gradient`**, a dynamic model learns from a loss computed by NumPy.

        Without one there is nothing to train by: `q05::TestTraced::test_numpy_has_no_gradient`.
        See the [reference](https://www.tensorflow.org/api_docs/python/tf/custom_gradient).
        """
        layer = tf.keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
        model = tf.keras.Sequential([tf.keras.Input([1]), layer])

        @tf.custom_gradient
        def distance(target, prediction):
            difference = prediction.numpy() - target.numpy()
            signs = np.sign(difference)
            return tf.constant(np.abs(difference)), lambda upstream: (None, upstream * signs)

        model.compile(tf.keras.optimizers.SGD(0.25), distance, run_eagerly=True)
        model.train_on_batch(tf.ones([1, 1]), tf.ones([1, 1]))

        assert layer.kernel.numpy().tolist() == [[0.25]]


class TestStaticIsEnough:
    """An architecture that depends on its input needs no dynamic model: a graph can do that."""

    @core
    @corrects("B11.3", "B11.4")
    @pytest.mark.parametrize("kind", ["functional", "subclassed"])
    def test_any_length(self, kind):
        """Functional or subclassed, a model that takes any length of sequence stays **static**.

        A graph may leave a length open; a functional model declares it with `Input([None, 1])`.
        See the [guide of Keras](https://keras.io/guides/functional_api/).
        """
        modes = []
        layers = tf.keras.Sequential([watch(modes), tf.keras.layers.GlobalMaxPooling1D()])
        inputs = tf.keras.Input([None, 1])

        class Subclassed(tf.keras.Model):
            def call(self, inputs):
                return layers(inputs)

        subclassed = kind == "subclassed"
        model = Subclassed() if subclassed else tf.keras.Model(inputs, layers(inputs))
        short = model.predict_on_batch(np.array([[[1.0], [2.0]]]))
        long = model.predict_on_batch(np.array([[[1.0], [5.0], [4.0], [3.0]]]))

        assert short.tolist() == [[2.0]]
        assert long.tolist() == [[5.0]]
        assert set(modes) == {"graph"}

    @core
    @corrects("B11.1")
    def test_loop_in_a_graph(self):
        """With **`tf.while_loop`**, a static model repeats a step as often as its input demands.

        A graph can loop and branch by values, too. Here the steps that n / 2 (for even n) and
        3n + 1 (for odd n) take to reach 1.
        """

        class CollatzSteps(tf.keras.layers.Layer):
            def call(self, inputs):
                def step(number, steps):
                    number = tf.where(number % 2 == 0, number // 2, 3 * number + 1)
                    return number, steps + 1

                start = (inputs, tf.zeros_like(inputs))
                _, steps = tf.while_loop(lambda n, _: tf.reduce_any(n > 1), step, start)
                return steps

        model = tf.keras.Sequential([CollatzSteps()])
        outputs = model.predict(np.array([[1.0], [8.0], [6.0]]), batch_size=1, verbose=0)

        assert not model.run_eagerly
        assert outputs.tolist() == [[0.0], [3.0], [8.0]]

    @confirms("B11.1")
    @pytest.mark.parametrize("run_eagerly, output", [(False, 2.0), (True, 1.0)])
    def test_python_attribute(self, run_eagerly, output):
        """In `predict`, a **dynamic** model sees a changed Python attribute at once, others when retraced.

        `compile` lets a model be traced anew.
        """

        class MaybeDouble(tf.keras.layers.Layer):
            active = True

            def call(self, inputs):
                return 2 * inputs if self.active else inputs

        layer = MaybeDouble()
        model = tf.keras.Sequential([layer])
        model.compile(run_eagerly=run_eagerly)
        ones = np.ones([1, 1])

        assert model.predict_on_batch(ones).item() == 2.0
        layer.active = False
        assert model.predict_on_batch(ones).item() == output
        model.compile(run_eagerly=run_eagerly)
        assert model.predict_on_batch(ones).item() == 1.0

    @corrects("B11.1")
    def test_variable_as_a_switch(self):
        """A static model changes at run time, too, if what changes is a **`tf.Variable`**.

        The graph holds both branches of a `tf.cond`, and reads the variable at every batch.
        """

        class MaybeDouble(tf.keras.layers.Layer):
            def __init__(self):
                super().__init__()
                self.active = tf.Variable(True, trainable=False)

            def call(self, inputs):
                return tf.cond(self.active, lambda: 2 * inputs, lambda: inputs)

        layer = MaybeDouble()
        model = tf.keras.Sequential([layer])

        assert model.predict_on_batch(np.ones([1, 1])).item() == 2.0
        layer.active.assign(False)
        assert model.predict_on_batch(np.ones([1, 1])).item() == 1.0


class TestPrice:
    """A dynamic model costs speed, optimisation and, if its Python needs values, the export."""

    @core
    @confirms("A11.6", "B11.2")
    @pytest.mark.parametrize("method", ["fit", "predict"])
    def test_small_operations_are_slower(self, method):
        """Made of many **small** operations, a dynamic model is slower at each batch after the first.

        Python starts each operation by itself, at each batch; a graph runs in one go.
        See the [guide to graphs](https://www.tensorflow.org/guide/intro_to_graphs).
        """
        models = {"static": make_chain(6), "dynamic": make_chain(6, run_eagerly=True)}
        timers = {"static": BatchTimer(), "dynamic": BatchTimer()}
        data = {"fit": [np.ones([4, 1])] * 2, "predict": [np.ones([4, 1])]}[method]

        for kind in ["static", "dynamic"] * 2:
            run = getattr(models[kind], method)
            run(*data, batch_size=1, verbose=0, callbacks=[timers[kind]])

        assert np.median(timers["dynamic"].seconds) > np.median(timers["static"].seconds)

    @corrects("A11.6", "B11.2")
    def test_large_operations_are_not_slower(self, cpu):
        """Made of a few **large** operations, a dynamic model predicts hardly more slowly.

        Python's overhead is paid per operation, however much the operation then computes.
        """
        static = make_chain(1, units=1000, jit_compile=False)
        dynamic = make_chain(1, units=1000, run_eagerly=True)
        batch = tf.ones([1000, 1000])

        times = {static: [], dynamic: []}
        for model in [static, dynamic] * 5:
            times[model].append(seconds(model.predict_on_batch, batch))

        assert np.median(times[dynamic]) < 2 * np.median(times[static])

    @core
    @confirms("B11.3")
    def test_unused_operation(self, cpu):
        """A static model's graph is **pruned**: an unused operation without side effects does not run.

        A graph is known as a whole before it runs; Python is not. What has side effects stays:
        `q10::TestSideEffects::test_unused_operations_are_dropped`.
        """

        class Identity(tf.keras.layers.Layer):
            def call(self, inputs):
                tf.gather([1.0], 5)
                return inputs

        def predict(run_eagerly):
            model = tf.keras.Sequential([Identity()])
            model.compile(run_eagerly=run_eagerly, jit_compile=False)
            return model.predict_on_batch(np.ones([1, 1])).item()

        assert predict(run_eagerly=False) == 1.0
        with pytest.raises(tf.errors.InvalidArgumentError, match="is not in"):
            predict(run_eagerly=True)

    @holds("keras<3", otherwise=UserWarning)
    @pytest.mark.filterwarnings("error:If `run_eagerly` is True")
    @confirms("B11.2", "B11.3")
    @about("tf.keras.Model.compile(jit_compile=True) & tf.keras.Model.compile(run_eagerly=True)")
    def test_xla_was_refused(self):
        """Before Keras 3, `compile` refused to make a dynamic model use XLA: **`ValueError`**."""
        model = tf.keras.Sequential([tf.keras.layers.Dense(1)])

        model.compile(jit_compile=True)

        assert model.jit_compile is True
        with pytest.raises(ValueError, match="at the same time"):
            model.compile(run_eagerly=True, jit_compile=True)

    @holds("keras>=3", was="test_xla_was_refused")
    @confirms("B11.2", "B11.3")
    def test_xla_is_disabled(self):
        """From Keras 3 on, `compile` **disables** XLA that is asked for in a dynamic model, and warns.

        Instead: pass only one of the two, `run_eagerly` or `jit_compile`.
        """
        model = tf.keras.Sequential([tf.keras.layers.Dense(1)])

        model.compile(jit_compile=True)

        assert model.jit_compile is True
        with pytest.warns(UserWarning, match="Disabling `jit_compile`"):
            model.compile(run_eagerly=True, jit_compile=True)
        assert model.jit_compile is False

    @holds("keras>=3")
    @about("tf.keras.Model.compile")
    def test_xla_on_a_gpu(self, gpu):
        """From Keras 3 on, where a GPU is visible, **XLA** compiles a static model, but not a dynamic one.

        Its layers must allow it: `q08::TestWhatAHandLoopForgets::test_fit_compiles_on_a_gpu`. See the [reference](https://keras.io/api/models/model_training_apis/).
        """
        static = make_chain(1)
        dynamic = make_chain(1, run_eagerly=True)

        assert static.jit_compile is True
        assert dynamic.jit_compile is False

    @corrects("A11.7")
    def test_export(self, fresh_process, tmp_path):
        """A dynamic model whose Python needs no values can be **exported**: saving traces its graph.

        See the [reference](https://keras.io/api/models/model_saving_apis/export/).
        """
        modes = []
        model = tf.keras.Sequential([tf.keras.Input([1]), watch(modes)])
        model.compile(run_eagerly=True)
        model.predict_on_batch(np.ones([1, 1]))

        tf.saved_model.save(model, tmp_path)

        assert "eager" in modes
        assert fresh_process(serve, tmp_path) == [[[3.0]]]

    @core
    @confirms("A11.7")
    def test_python_cannot_be_exported(self, tmp_path):
        """A dynamic model whose `call` reads its input's **value** runs, but cannot be exported.

        What is exported is a graph, so exporting traces, and tracing has no values.
        """

        class DivideByMaximum(tf.keras.Model):
            def call(self, inputs):
                return inputs / inputs.numpy().max()

        model = DivideByMaximum()
        model.compile(run_eagerly=True)

        assert model.predict(np.array([[2.0], [4.0]]), verbose=0).tolist() == [[0.5], [1.0]]
        with pytest.raises(AttributeError, match="has no attribute 'numpy'"):
            tf.saved_model.save(model, tmp_path)
