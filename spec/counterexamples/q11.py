"""Faults under which the claims of question 11 must fail."""

import numpy as np
import tensorflow as tf

from answer_key import refutes


@refutes("TestSwitches::test_dynamic_is_unrecognized")
def dynamic_is_accepted(monkeypatch):
    """A model's constructor accepts `dynamic`."""
    right = tf.keras.layers.Layer.__init__

    def init(self, dynamic=False, **options):
        right(self, **options)

    monkeypatch.setattr(tf.keras.layers.Layer, "__init__", init)


@refutes(
    "TestSwitches::test_every_kind_of_model",
    "TestSwitches::test_reach_of_the_switches",
    "TestSwitches::test_too_late",
    "TestWhatRuns::test_python_runs",
    "TestDebugging::test_debugger_stops_in_a_layer",
    "TestStaticIsEnough::test_python_attribute",
    "TestPrice::test_export",
)
@refutes(
    "TestDebugging::test_loss_is_reached",
    "TestPython::test_train_step",
    "TestPython::test_depth_by_value",
    by=AttributeError,
)
def run_eagerly_is_ignored(monkeypatch):
    """`compile` ignores `run_eagerly`, so that a traced tensor still lacks `.numpy()`."""
    never = property(lambda self: False, lambda self, value: None)
    monkeypatch.setattr(tf.keras.Model, "run_eagerly", never)


@refutes("TestSwitches::test_datasets_have_their_own_switch")
def debug_mode_does_nothing(monkeypatch):
    """`tf.data.experimental.enable_debug_mode` changes nothing."""
    monkeypatch.setattr(tf.data.experimental, "enable_debug_mode", lambda: None)


@refutes("TestSwitches::test_too_late")
def run_eagerly_acts_at_once(monkeypatch):
    """A model that has already run heeds a new `run_eagerly` at once."""
    right = tf.keras.Model.run_eagerly

    def set_run_eagerly(self, value):
        right.fset(self, value)
        self.predict_function = None

    monkeypatch.setattr(tf.keras.Model, "run_eagerly", right.setter(set_run_eagerly))


@refutes("TestWhatRuns::test_same_weights", "TestWhatRuns::test_dropout_is_the_same")
def eager_steps_count_twice(monkeypatch):
    """An optimizer that runs eagerly takes each step twice."""
    right = tf.keras.optimizers.Optimizer.apply_gradients

    def apply_gradients(self, pairs):
        pairs = list(pairs)
        right(self, pairs)
        if tf.executing_eagerly():
            right(self, pairs)

    monkeypatch.setattr(tf.keras.optimizers.Optimizer, "apply_gradients", apply_gradients)


@refutes(
    "TestDebugging::test_static_layer_is_reached_while_tracing",
    "TestPrice::test_small_operations_are_slower",
)
def functions_are_traced_at_every_call(monkeypatch):
    """A TF Function is traced anew at every call."""
    right = type(tf.function(abs)).__call__

    def call(self, *inputs):
        return right(tf.function(self.python_function), *inputs)

    monkeypatch.setattr(type(tf.function(abs)), "__call__", call)


@refutes("TestPython::test_external_library", "TestStaticIsEnough::test_any_length")
@refutes("TestPrice::test_unused_operation", by=tf.errors.InvalidArgumentError)
def functions_are_never_traced(monkeypatch):
    """A TF Function runs its Python, and every operation in it, at every call."""

    def call(self, *args, **options):
        return self.python_function(*args, **options)

    monkeypatch.setattr(type(tf.function(abs)), "__call__", call)


@refutes("TestDebugging::test_direct_call_is_eager", by=AttributeError)
def direct_calls_are_traced(monkeypatch):
    """A model that is called runs as a TF Function, whose tensors lack `.numpy()`."""
    right = tf.keras.Model.__call__

    def call(self, *args, **options):
        return tf.function(right)(self, *args, **options)

    monkeypatch.setattr(tf.keras.Model, "__call__", call)


@refutes(
    "TestPython::test_functional_model_is_built_symbolically",
    "TestPrice::test_python_cannot_be_exported",
)
def traced_tensors_have_values(monkeypatch):
    """A traced tensor's `.numpy()` makes up ones."""

    def ones(self):
        return np.ones([size or 1 for size in self.shape], self.dtype.as_numpy_dtype)

    monkeypatch.setattr(tf.Tensor, "numpy", ones, raising=False)


@refutes("TestStaticIsEnough::test_loop_in_a_graph")
def while_loops_run_once(monkeypatch):
    """`tf.while_loop` runs its body once at most."""
    right = tf.while_loop

    def while_loop(condition, body, variables):
        return right(condition, body, variables, maximum_iterations=1)

    monkeypatch.setattr(tf, "while_loop", while_loop)


@refutes("TestStaticIsEnough::test_variable_as_a_switch")
def cond_is_decided_while_tracing(monkeypatch):
    """`tf.cond` goes by the value that a variable has while it is traced."""

    def cond(variable, if_true, if_false):
        with tf.init_scope():
            value = bool(variable)
        return if_true() if value else if_false()

    monkeypatch.setattr(tf, "cond", cond)


@refutes("TestPrice::test_large_operations_are_not_slower")
def eager_layers_compute_twice(monkeypatch):
    """A layer that runs eagerly computes its outputs twice, as does the model around it."""
    right = tf.keras.layers.Layer.__call__

    def call(self, *args, **options):
        if tf.executing_eagerly():
            right(self, *args, **options)
        return right(self, *args, **options)

    monkeypatch.setattr(tf.keras.layers.Layer, "__call__", call)


@refutes("TestDebugging::test_numerics_can_be_checked")
def numerics_are_not_checked(monkeypatch):
    """`tf.debugging.enable_check_numerics` does nothing."""
    monkeypatch.setattr(tf.debugging, "enable_check_numerics", lambda: None)
    monkeypatch.setattr(tf.debugging, "disable_check_numerics", lambda: None)


@refutes("TestPython::test_gradient_by_hand", by=ValueError)
def gradients_by_hand_are_ignored(monkeypatch):
    """`tf.custom_gradient` ignores the gradient."""

    def custom_gradient(function):
        return lambda *inputs: function(*inputs)[0]

    monkeypatch.setattr(tf, "custom_gradient", custom_gradient)


@refutes("TestPrice::test_xla_on_a_gpu")
def xla_is_never_automatic(monkeypatch):
    """Keras compiles a model with XLA only where it is told to."""
    monkeypatch.setattr(tf.keras.Model, "_resolve_auto_jit_compile", lambda self: False)


@refutes("TestPrice::test_xla_is_disabled")
def xla_is_disabled_silently(monkeypatch):
    """`compile` disables XLA for a dynamic model without a warning."""
    right = tf.keras.Model.compile

    def compile_(self, run_eagerly=False, jit_compile=False):
        right(self, run_eagerly=run_eagerly, jit_compile=jit_compile and not run_eagerly)

    monkeypatch.setattr(tf.keras.Model, "compile", compile_)


@refutes("TestPrice::test_export", by=ValueError)
def dynamic_models_are_not_saved(monkeypatch):
    """`tf.saved_model.save` refuses a dynamic model."""
    right = tf.saved_model.save

    def save(model, path):
        if model.run_eagerly:
            raise ValueError("a dynamic model has no graph")
        right(model, path)

    monkeypatch.setattr(tf.saved_model, "save", save)


@refutes("TestWhatRuns::test_nadam_differed")
def compile_builds_the_optimizer(monkeypatch):
    """`compile` builds the optimizer for the weights that the model has."""
    right = tf.keras.Model.compile

    def compile_(self, optimizer, loss, **options):
        optimizer.build(self.trainable_variables)
        right(self, optimizer, loss, **options)

    monkeypatch.setattr(tf.keras.Model, "compile", compile_)


@refutes("TestWhatRuns::test_nadam_is_the_same")
def nadam_counts_twice_in_a_graph(monkeypatch):
    """A Nadam that runs in a graph takes each step twice."""
    right = tf.keras.optimizers.Nadam.apply_gradients

    def apply_gradients(self, pairs):
        pairs = list(pairs)
        right(self, pairs)
        if not tf.executing_eagerly():
            right(self, pairs)

    monkeypatch.setattr(tf.keras.optimizers.Nadam, "apply_gradients", apply_gradients)
