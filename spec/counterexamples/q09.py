"""Faults under which the claims of question 9 must fail."""

import functools
import math

import numpy as np
import tensorflow as tf
from tensorflow.python.ops import script_ops

from answer_key import refutes


@refutes(
    "TestTracing::test_python_runs_only_while_tracing",
    "TestTracing::test_every_component_is_traced",
    "TestPythonWhileTracing::test_random_number",
)
def keras_runs_eagerly(monkeypatch):
    """Keras runs every model eagerly, whatever `compile` is told."""
    always = property(lambda self: True, lambda self, value: None)
    monkeypatch.setattr(tf.keras.Model, "run_eagerly", always)


@refutes("TestTracing::test_initializer_runs_before")
def initializers_are_traced(monkeypatch):
    """A layer's initializer is traced."""
    right = tf.keras.layers.Dense.build

    def build(self, input_shape):
        initialize = self.kernel_initializer
        traced = tf.function(lambda shape, dtype=None: tf.cast(initialize(shape), tf.float32))
        self.kernel_initializer = traced
        right(self, input_shape)

    monkeypatch.setattr(tf.keras.layers.Dense, "build", build)


@refutes("TestWhatCannotBeConverted::test_numpy_method")
def numpy_of_a_traced_tensor_is_itself(monkeypatch):
    """A traced tensor's `.numpy()` is the tensor itself."""
    monkeypatch.setattr(tf.Tensor, "numpy", lambda self: self, raising=False)


@refutes("TestWhatCannotBeConverted::test_numpy_function")
def numpy_traces(monkeypatch):
    """NumPy's functions leave tensors to TensorFlow's functions of their names."""

    def call(self, function, method, *inputs):
        return getattr(tf.experimental.numpy, function.__name__)(*inputs)

    monkeypatch.setattr(tf.Tensor, "__array_ufunc__", call, raising=False)


@refutes("TestWhatCannotBeConverted::test_keras_operations", by=AttributeError)
def keras_operations_are_missing(monkeypatch):
    """There is no `tf.keras.ops`."""
    monkeypatch.delattr(tf.keras, "ops")


@refutes(
    "TestWhatCannotBeConverted::test_branch_is_refused",
    "TestWhatCannotBeConverted::test_loss_and_metric_are_refused",
    "TestWhatCannotBeConverted::test_train_step_is_not_converted",
)
def traced_tensors_are_true(monkeypatch):
    """A traced tensor counts as true, so `if` takes its first branch."""
    monkeypatch.setattr(tf.Tensor, "__bool__", lambda self: True)


@refutes(
    "TestWhatCannotBeConverted::test_tf_function_on_call",
    by=tf.errors.OperatorNotAllowedInGraphError,
)
def functions_are_not_converted(monkeypatch):
    """`tf.function` traces without AutoGraph."""
    monkeypatch.setattr(tf, "function", functools.partial(tf.function, autograph=False))


@refutes(
    "TestPythonWhileTracing::test_loop_over_layers",
    "TestPythonWhileTracing::test_branch_on_python_value",
)
def layers_are_not_inlined(monkeypatch):
    """A layer is a function of its own, which the graph only calls."""
    right = tf.keras.layers.Layer.__call__

    def call(self, inputs):
        return tf.function(right)(self, inputs)

    monkeypatch.setattr(tf.keras.layers.Layer, "__call__", call)


@refutes("TestPyFunction::test_runs_at_every_step", by=AttributeError)
@refutes(
    "TestPyFunction::test_shape_is_lost",
    "TestPyFunction::test_only_its_inputs_have_gradients",
    "TestPrice::test_py_function_is_slower",
    "TestPrice::test_saved_model_lacks_the_python",
    "TestPrice::test_saved_model_finds_other_python",
)
def py_function_traces(monkeypatch):
    """`tf.py_function` traces its Python like any other, on tensors that lack `.numpy()`."""
    monkeypatch.setattr(tf, "py_function", lambda function, inputs, dtype: function(*inputs))


@refutes("TestPyFunction::test_py_function_decorates", by=AttributeError)
def decorated_functions_are_traced(monkeypatch):
    """As a decorator, `tf.py_function` leaves the function to be traced like any other."""
    monkeypatch.setattr(tf, "py_function", lambda Tout: lambda function: function)


@refutes("TestPyFunction::test_gradient")
def numpy_function_has_gradients(monkeypatch):
    """A gradient passes `tf.numpy_function` as it passes `tf.py_function`."""
    monkeypatch.setattr(tf, "numpy_function", tf.py_function)


@refutes("TestPyFunction::test_gradient_is_silently_zero")
def missing_gradient_of_py_function_is_nan(monkeypatch):
    """A `tf.py_function` that leaves TensorFlow has the gradient NaN."""
    right = script_ops.EagerFunc._convert

    def convert(self, value, dtype):
        return right(self, math.nan if value is None else value, dtype)

    monkeypatch.setattr(script_ops.EagerFunc, "_convert", convert)


@refutes("TestPyFunction::test_scalar_zero_stops_training")
def py_function_has_a_gradient_of_its_shape(monkeypatch):
    """A `tf.py_function` has a zero of its input's shape as gradient."""
    right = tf.py_function

    def py_function(function, inputs, kind):
        @tf.custom_gradient
        def call(value):
            return right(function, [value], kind), tf.zeros_like

        return call(*inputs)

    monkeypatch.setattr(tf, "py_function", py_function)


@refutes("TestDynamic::test_dynamic_is_refused")
def dynamic_is_accepted(monkeypatch):
    """Layers and models accept `dynamic=True`."""
    right = tf.keras.layers.Layer.__init__

    def init(self, dynamic=False, **options):
        right(self, **options)

    monkeypatch.setattr(tf.keras.layers.Layer, "__init__", init)


@refutes("TestDynamic::test_dynamic_is_ignored")
def dynamic_is_heeded(monkeypatch):
    """A functional model given `dynamic=True` runs eagerly."""
    inputs = tf.keras.Input([1])
    functional = type(tf.keras.Model(inputs, inputs))
    right = functional.__init__

    def init(self, *args, dynamic=False, **options):
        right(self, *args, **options)
        self.run_eagerly = dynamic

    monkeypatch.setattr(functional, "__init__", init)


@refutes("TestRunEagerly::test_run_eagerly", by=AttributeError)
def run_eagerly_is_ignored(monkeypatch):
    """`compile` ignores `run_eagerly`, so that a traced tensor still lacks `.numpy()`."""
    never = property(lambda self: False, lambda self, value: None)
    monkeypatch.setattr(tf.keras.Model, "run_eagerly", never)


@refutes(
    "TestRunEagerly::test_run_eagerly_needs_a_shape",
    "TestRunEagerly::test_uninferred_shape",
    "TestPrice::test_eager_only_layer_cannot_be_exported",
)
def traced_tensors_have_values(monkeypatch):
    """A traced tensor's `.numpy()` makes up ones."""

    def ones(self):
        return np.ones([size or 1 for size in self.shape], self.dtype.as_numpy_dtype)

    monkeypatch.setattr(tf.Tensor, "numpy", ones, raising=False)


@refutes("TestPrice::test_eager_layer_is_slower")
def functions_are_traced_at_every_call(monkeypatch):
    """A TF Function is traced anew at every call."""
    right = type(tf.function(abs)).__call__

    def call(self, *inputs):
        return right(tf.function(self.python_function), *inputs)

    monkeypatch.setattr(type(tf.function(abs)), "__call__", call)
