"""Faults under which the claims of question 1 must fail."""

import functools
import importlib.metadata
import sys
import warnings
from email.message import Message
from types import SimpleNamespace

import numpy as np
import tensorflow as tf
from tensorflow.python.distribute import values

from answer_key import refutes


def change_result(monkeypatch, owner, name, change):
    """Let a function, or a method, return something else than its result."""
    right = getattr(owner, name)
    monkeypatch.setattr(owner, name, lambda *args, **kwargs: change(right(*args, **kwargs)))


@refutes("TestNumericalComputing::test_arrays")
def matmul_is_elementwise(monkeypatch):
    """`@` multiplies tensors element by element."""
    monkeypatch.setattr(tf.Tensor, "__matmul__", tf.Tensor.__mul__)


@refutes(
    "TestNumericalComputing::test_open_source",
    "TestTrainingKit::test_tensorboard_came_along",
    by=TypeError,
)
def metadata_is_empty(monkeypatch):
    """An installed package says nothing of itself."""
    monkeypatch.setattr(importlib.metadata, "metadata", lambda name: Message())


@refutes("TestTrainingKit::test_tensorboard_is_apart")
def tensorboard_is_needed(monkeypatch):
    """TensorFlow requires TensorBoard."""
    needed = Message()
    needed["Requires-Dist"] = "tensorboard"
    monkeypatch.setattr(importlib.metadata, "metadata", lambda name: needed)


@refutes("TestTrainingKit::test_summaries_need_tensorboard")
def summaries_are_lost(monkeypatch):
    """`tf.summary.scalar` writes nothing, and says nothing."""
    monkeypatch.setattr(tf.summary, "scalar", lambda *args, **kwargs: False)


@refutes(
    "TestTrainingKit::test_profile_was_named_when_exported",
    "TestTrainingKit::test_profile_is_named_when_started",
)
def profiles_are_never_exported(monkeypatch):
    """A profiling trace cannot be exported, for another reason."""

    def trace_export(*args, **kwargs):
        raise tf.errors.UnavailableError(None, None, "out of order")

    monkeypatch.setattr(tf.summary, "trace_export", trace_export)


@refutes(
    "TestPortability::test_lite_was_silent",
    "TestPortability::test_lite_pointed_elsewhere",
    "TestPortability::test_lite_is_to_go",
)
def interpreters_warn_of_something_else(monkeypatch):
    """A LiteRT interpreter warns of something else."""
    monkeypatch.setattr(
        tf.lite, "Interpreter", lambda **kwargs: warnings.warn("slow", stacklevel=2)
    )


@refutes("TestNumericalComputing::test_images_and_signals")
def images_are_flipped_upside_down(monkeypatch):
    """`tf.image.flip_left_right` turns an image upside down."""
    monkeypatch.setattr(tf.image, "flip_left_right", tf.image.flip_up_down)


@refutes("TestNumericalComputing::test_tpu")
def tpus_need_no_name(monkeypatch):
    """A TPU is found without its name."""
    monkeypatch.setattr(tf.tpu.experimental, "initialize_tpu_system", lambda: None)


@refutes("TestDifferentiation::test_one_backward_pass")
def gradients_go_one_by_one(monkeypatch):
    """A tape goes backwards once for every input."""
    right = tf.GradientTape.gradient

    def gradient(self, target, sources):
        return [right(self, target, source) for source in tf.nest.flatten(sources)]

    monkeypatch.setattr(tf.GradientTape, "gradient", gradient)


@refutes("TestTrainingKit::test_losses_of_lists")
def losses_of_lists_are_zero(monkeypatch):
    """A loss of lists is 0."""
    monkeypatch.setattr(tf.keras.losses.MeanSquaredError, "__call__", lambda self, x, y: 0.0)


@refutes("TestTrainingKit::test_linear_model")
def linear_models_return_zero(monkeypatch):
    """A linear model returns zeros."""
    linear = tf.keras.experimental.LinearModel
    monkeypatch.setattr(linear, "call", lambda self, x: tf.zeros([1, 1]))


@refutes("TestTrainingKit::test_no_linear_model")
def linear_models_live_on(monkeypatch):
    """`tf.keras.experimental` still has a linear model."""
    experimental = SimpleNamespace(LinearModel=object)
    monkeypatch.setattr(tf.keras, "experimental", experimental, raising=False)


@refutes("TestTrainingKit::test_more_architectures")
def architectures_are_hidden(monkeypatch):
    """`tf.keras.applications` lists nothing."""
    monkeypatch.setattr(tf.keras, "applications", SimpleNamespace())


@refutes("TestTrainingKit::test_fewer_architectures")
def regnets_live_on(monkeypatch):
    """`tf.keras.applications` still has RegNets."""
    monkeypatch.setattr(tf.keras.applications, "RegNetX002", object, raising=False)


@refutes("TestKeras::test_keras_2_on_request")
def keras_cannot_be_chosen(monkeypatch):
    """`tf.keras` is one and the same, whatever the environment asks for."""
    keras = SimpleNamespace(Model=SimpleNamespace(__module__="keras.models"))
    monkeypatch.setattr(tf, "keras", keras)


@refutes("TestKeras::test_wrappers_for_scikit_learn")
def wrappers_are_empty(monkeypatch):
    """A wrapper forgets the model it is made for."""
    wrapper = SimpleNamespace(KerasRegressor=lambda make: SimpleNamespace(build_fn=None))
    monkeypatch.setattr(tf.keras.wrappers, "scikit_learn", wrapper)


@refutes("TestKeras::test_no_old_wrappers")
def wrappers_live_on(monkeypatch):
    """`tf.keras.wrappers.scikit_learn` still wraps models."""
    wrappers = SimpleNamespace(scikit_learn=SimpleNamespace(KerasRegressor=object))
    monkeypatch.setattr(tf.keras, "wrappers", wrappers, raising=False)


@refutes("TestKeras::test_engine", "TestKeras::test_no_engine")
def private_modules_are_others(monkeypatch):
    """Every private module can be imported, and has another model."""
    monkeypatch.setattr(importlib, "import_module", lambda name: SimpleNamespace(Model=None))


@refutes("TestOtherLibraries::test_libraries_of_the_past")
def every_backend_will_do(monkeypatch):
    """Keras takes any backend."""
    monkeypatch.setattr(importlib, "import_module", lambda name: None)


@refutes("TestNumericalComputing::test_bfloat16")
def bfloat16_is_float16(monkeypatch):
    """`tf.bfloat16` is NumPy's `float16` by another name."""
    monkeypatch.setattr(tf, "bfloat16", tf.float16)


@refutes("TestNumericalComputing::test_gpu_is_used")
def gpu_waits_to_be_asked(monkeypatch):
    """`tf.matmul` runs on the CPU."""
    right = tf.matmul

    def matmul(a, b):
        with tf.device("/CPU:0"):
            return right(a, b)

    monkeypatch.setattr(tf, "matmul", matmul)


@refutes("TestNumericalComputing::test_memory_of_a_gpu")
def memory_growth_can_be_set_later(monkeypatch):
    """How a GPU's memory is taken can be set at any time."""
    monkeypatch.setattr(tf.config.experimental, "set_memory_growth", lambda device, enable: None)


@refutes(
    "TestNumericalComputing::test_logical_devices",
    "TestNumericalComputing::test_soft_placement",
    "TestDistribution::test_parameter_server",
)
def devices_are_ignored(monkeypatch):
    """`tf.device` leaves every operation on the CPU of its process."""
    right = tf.device
    monkeypatch.setattr(tf, "device", lambda name: right("/CPU:0"))


@refutes("TestNumericalComputing::test_logical_devices")
def cpu_cannot_be_split(monkeypatch):
    """A CPU remains one device."""
    name = "set_logical_device_configuration"
    monkeypatch.setattr(tf.config, name, lambda device, logical_devices: None)


@refutes(
    "TestNumericalComputing::test_soft_placement", "TestNumericalComputing::test_no_gpu_kernel"
)
def placement_stays_soft(monkeypatch):
    """Soft placement cannot be switched off."""
    monkeypatch.setattr(tf.config, "set_soft_device_placement", lambda enabled: None)


@refutes("TestDistribution::test_share_of_a_batch")
def replicas_get_whole_batches(monkeypatch):
    """A strategy gives each device a batch, instead of its share of one."""

    def distribute(self, dataset):
        return self.distribute_datasets_from_function(lambda context: dataset)

    name = "experimental_distribute_dataset"
    monkeypatch.setattr(tf.distribute.MirroredStrategy, name, distribute)


@refutes(
    "TestDistribution::test_copies_stay_equal",
    "TestDistribution::test_copies_can_differ",
    "TestDistribution::test_two_workers",
)
def copies_go_their_own_ways(monkeypatch):
    """A device updates its own copy of a variable, by the gradient that it has itself."""

    for name in ("assign", "assign_sub"):

        def update(self, value, name=name):
            getattr(self._get(), name)(value)

        monkeypatch.setattr(values.MirroredVariable, name, update)


@refutes("TestDistribution::test_fit_on_two_devices")
def fit_trains_one_device_only(monkeypatch):
    """`fit` under a `MirroredStrategy` trains nothing."""
    right = tf.keras.Model.fit

    def fit(model, *arguments, **options):
        if model.distribute_strategy.num_replicas_in_sync == 1:
            right(model, *arguments, **options)

    monkeypatch.setattr(tf.keras.Model, "fit", fit)


@refutes("TestDistribution::test_reduce")
def reduce_takes_the_first(monkeypatch):
    """`strategy.reduce` returns what the first device computed."""

    def reduce(self, how, value, axis):
        return self.experimental_local_results(value)[0]

    monkeypatch.setattr(tf.distribute.Strategy, "reduce", reduce)


@refutes("TestGraphs::test_operations")
@refutes("TestOptimisation::test_dead_code", by=tf.errors.InvalidArgumentError)
def functions_run_as_python(monkeypatch):
    """A `tf.function` runs its Python code whenever it is called."""
    function = type(tf.function(lambda: None))
    monkeypatch.setattr(function, "__call__", lambda self, *args: self.python_function(*args))


@refutes("TestGraphs::test_branches")
def branches_are_all_computed(monkeypatch):
    """A graph computes both branches of an `if`, and selects a result."""
    from tensorflow.python.ops import cond  # a module that TensorFlow 2.12 does not have

    def select(condition, if_true, if_false, **kwargs):
        choose = functools.partial(tf.where, condition)
        return tf.nest.map_structure(choose, if_true(), if_false())

    monkeypatch.setattr(cond, "cond", select)


@refutes("TestGraphs::test_loops")
def range_is_unrolled(monkeypatch):
    """`tf.range` is Python's `range`."""
    monkeypatch.setattr(tf, "range", range)


@refutes("TestOptimisation::test_constant_folding", "TestOptimisation::test_common_subexpressions")
def graphs_run_as_written(monkeypatch):
    """A session executes a graph without optimising it."""
    config = tf.compat.v1.ConfigProto()
    config.graph_options.optimizer_options.opt_level = -1
    config.graph_options.rewrite_options.disable_meta_optimizer = True
    session = functools.partial(tf.compat.v1.Session, config=config)
    monkeypatch.setattr(tf.compat.v1, "Session", session)


@refutes("TestOptimisation::test_fusion")
def xla_compiles_one_by_one(monkeypatch):
    """XLA compiles each operation as it is written."""

    def one_by_one(compiler_ir):
        return lambda stage: compiler_ir(stage="hlo")

    function = type(tf.function(lambda: None))
    change_result(monkeypatch, function, "experimental_get_compiler_ir", one_by_one)


@refutes("TestOptimisation::test_modes_agree")
def graphs_average(monkeypatch):
    """In a graph, `tf.reduce_sum` averages."""
    right = tf.reduce_sum

    def reduce_sum(x):
        return right(x) if tf.executing_eagerly() else tf.reduce_mean(x)

    monkeypatch.setattr(tf, "reduce_sum", reduce_sum)


@refutes("TestDifferentiation::test_nested_tapes")
def gradients_are_constants(monkeypatch):
    """To an outer tape, a gradient is a constant, and the gradient of a constant is zero."""
    right = functools.partialmethod(tf.GradientTape.gradient, unconnected_gradients="zero")
    monkeypatch.setattr(tf.GradientTape, "gradient", right)
    change_result(monkeypatch, tf.GradientTape, "gradient", tf.stop_gradient)


@refutes("TestDifferentiation::test_finite_differences")
def gradients_are_float32(monkeypatch):
    """Gradients are rounded to float32."""
    change_result(monkeypatch, tf.GradientTape, "gradient", lambda g: tf.cast(g, tf.float32))


@refutes(
    "TestDifferentiation::test_nested_tapes",
    "TestDifferentiation::test_control_flow",
    "TestDifferentiation::test_jacobian",
)
def gradients_skip_first_factors(monkeypatch):
    """No gradient flows through a product's first factor, such as what a loop had so far."""
    right = tf.Tensor.__mul__
    monkeypatch.setattr(tf.Tensor, "__mul__", lambda x, y: right(tf.stop_gradient(x), y))


@refutes("TestDifferentiation::test_watch")
def constants_are_recorded(monkeypatch):
    """A tape records constants by itself, as it does variables."""
    monkeypatch.setattr(tf, "constant", tf.Variable)


@refutes("TestDifferentiation::test_persistent_tape")
def tapes_are_persistent(monkeypatch):
    """A tape is persistent by default."""
    monkeypatch.setattr(tf, "GradientTape", functools.partial(tf.GradientTape, persistent=True))


@refutes("TestDifferentiation::test_stop_gradient")
def gradients_are_not_stopped(monkeypatch):
    """`tf.stop_gradient` lets gradients pass."""
    monkeypatch.setattr(tf, "stop_gradient", tf.identity)


@refutes(
    "TestDifferentiation::test_no_gradient_through_a_dataset",
    "TestDifferentiation::test_watch",
    "TestDifferentiation::test_unconnected",
    "TestDifferentiation::test_custom_gradient",
)
def unconnected_gradients_are_zero(monkeypatch):
    """The gradient of what does not depend on x is zero by default."""
    gradient = functools.partialmethod(tf.GradientTape.gradient, unconnected_gradients="zero")
    monkeypatch.setattr(tf.GradientTape, "gradient", gradient)


@refutes("TestDifferentiation::test_jacobian")
def jacobians_are_summed(monkeypatch):
    """`tape.jacobian` sums the outputs' derivatives, too."""
    monkeypatch.setattr(tf.GradientTape, "jacobian", tf.GradientTape.gradient)


@refutes("TestDifferentiation::test_custom_gradient")
def custom_gradients_ignore_the_chain(monkeypatch):
    """`tf.custom_gradient` ignores what comes from upstream."""
    right = tf.custom_gradient

    def custom_gradient(function):
        def detached(x):
            value, gradient = function(x)
            return value, lambda upstream: gradient(tf.ones_like(upstream))

        return right(detached)

    monkeypatch.setattr(tf, "custom_gradient", custom_gradient)


@refutes("TestPortability::test_saved_model", by=TypeError)
def saved_models_hold_only_variables(monkeypatch):
    """A SavedModel holds variables, and no function to call."""
    right = tf.saved_model.save

    def save(module, path):
        variables = tf.Module()
        variables.kept = module.variables
        right(variables, path)

    monkeypatch.setattr(tf.saved_model, "save", save)


@refutes("TestPortability::test_graph_def", "TestPortability::test_lite")
def graph_defs_lack_constants(monkeypatch):
    """A graph is written without the values of its constants."""

    def without_constants(definition):
        for node in definition.node:
            if node.op == "Const":
                node.attr["value"].tensor.ClearField("float_val")
        return definition

    change_result(monkeypatch, tf.Graph, "as_graph_def", without_constants)


@refutes("TestTrainingKit::test_optimizers")
def optimizers_climb(monkeypatch):
    """An optimizer steps along the gradient, not against it."""
    right = tf.keras.optimizers.Optimizer.apply_gradients

    def climb(self, gradients, **kwargs):
        return right(self, [(-gradient, weight) for gradient, weight in gradients], **kwargs)

    monkeypatch.setattr(tf.keras.optimizers.Optimizer, "apply_gradients", climb)


@refutes("TestTrainingKit::test_losses")
def losses_are_summed(monkeypatch):
    """A loss adds up over the outputs, where it should average."""
    right = tf.keras.losses.Loss.__call__

    def call(self, y_true, y_pred):
        return right(self, y_true, y_pred) * tf.size(y_pred, tf.float32)

    monkeypatch.setattr(tf.keras.losses.Loss, "__call__", call)


@refutes("TestTrainingKit::test_datasets")
def batches_are_full(monkeypatch):
    """`batch` drops what does not fill a batch."""
    batch = functools.partialmethod(tf.data.Dataset.batch, drop_remainder=True)
    monkeypatch.setattr(tf.data.Dataset, "batch", batch)


@refutes("TestTrainingKit::test_datasets")
def shuffle_keeps_the_order(monkeypatch):
    """`shuffle` keeps the order."""
    monkeypatch.setattr(tf.data.Dataset, "shuffle", lambda self, size, seed: self)


@refutes("TestTrainingKit::test_three_ways")
def stacks_run_their_first_layer(monkeypatch):
    """A `Sequential` model runs its first layer only."""
    monkeypatch.setattr(tf.keras.Sequential, "call", lambda self, x, **_: self.layers[0](x))


@refutes("TestTrainingKit::test_fit_and_callbacks")
def callbacks_cannot_stop(monkeypatch):
    """`fit` goes on when a callback asks it to stop."""
    deaf = property(lambda self: False, lambda self, stop: None)
    monkeypatch.setattr(tf.keras.Model, "stop_training", deaf, raising=False)


@refutes("TestTrainingKit::test_architectures")
def efficientnets_are_missing(monkeypatch):
    """`tf.keras.applications` lacks the EfficientNets."""
    for name in dir(tf.keras.applications):
        if name.startswith("EfficientNet"):
            monkeypatch.delattr(tf.keras.applications, name)


@refutes("TestTrainingKit::test_architectures")
def classifiers_cannot_be_left_out(monkeypatch):
    """VGG16 always has the part that classifies."""
    right = tf.keras.applications.VGG16

    def vgg16(include_top, **kwargs):
        return right(**kwargs)

    monkeypatch.setattr(tf.keras.applications, "VGG16", vgg16)


@refutes("TestTrainingKit::test_no_trained_weights")
def keras_is_as_large_as_tensorflow(monkeypatch):
    """Keras's package is as large as TensorFlow's, which has room for VGG16's weights."""
    package = sys.modules[tf.keras.applications.VGG16.__module__.partition(".")[0]]
    monkeypatch.setattr(package, "__file__", tf.__file__)


@refutes("TestTrainingKit::test_no_estimators")
def estimators_live_on(monkeypatch):
    """`tf.estimator` still has classical models."""
    estimator = SimpleNamespace(LinearRegressor=object)
    monkeypatch.setattr(tf, "estimator", estimator, raising=False)


@refutes("TestKeras::test_keras_is_a_package")
def keras_is_part_of_tensorflow(monkeypatch):
    """`tf.keras` is a part of TensorFlow's own package."""
    monkeypatch.setattr(tf.keras.Model, "__module__", "tensorflow.python.keras.engine.training")


@refutes("TestKeras::test_weights_wrap_variables")
def weights_are_tensorflow_variables(monkeypatch):
    """A layer's weight is the `tf.Variable` itself."""
    wrapped = tf.keras.layers.Dense.kernel
    kernel = property(lambda self: wrapped.fget(self).value)
    monkeypatch.setattr(tf.keras.layers.Dense, "kernel", kernel)


@refutes("TestTrainingKit::test_estimators")
def estimators_estimate_nothing(monkeypatch):
    """`tf.estimator.LinearRegressor` makes nothing."""
    monkeypatch.setattr(tf.estimator, "LinearRegressor", lambda *args, **kwargs: None)


@refutes("TestKeras::test_weights_were_variables")
def weights_are_arrays(monkeypatch):
    """A layer's weight is an array of NumPy's."""

    def build(self, shape):
        self.kernel = np.ones([2, 1])

    monkeypatch.setattr(tf.keras.layers.Dense, "build", build)


@refutes("TestTrainingKit::test_feature_columns_feed_no_models")
def feature_columns_feed_models(monkeypatch):
    """A layer takes feature columns, as in Keras 2."""
    monkeypatch.setattr(tf.keras.layers, "DenseFeatures", list, raising=False)


@refutes(
    "TestDifferentiation::test_gradient_of_contrast_was_missing",
    "TestDifferentiation::test_gradient_of_contrast",
)
def contrast_is_brightness(monkeypatch):
    """`tf.image.adjust_contrast` multiplies an image by the factor."""
    monkeypatch.setattr(tf.image, "adjust_contrast", lambda image, factor: factor * image)


@refutes(
    "TestDifferentiation::test_softsign_was_differentiated_once",
    "TestDifferentiation::test_softsign_is_differentiated_twice",
)
def softsign_cubes(monkeypatch):
    """`tf.nn.softsign` is x³."""
    monkeypatch.setattr(tf.nn, "softsign", lambda x: x * x * x)


@refutes("TestPortability::test_saved_keras_models_have_signatures")
def saved_keras_models_are_called(monkeypatch):
    """A Keras model from `tf.saved_model.load` can be called, as in Keras 2."""
    right = tf.saved_model.load

    def load(path):
        loaded = right(path)
        serve = loaded.signatures["serving_default"]
        monkeypatch.setattr(type(loaded), "__call__", lambda _, x: serve(x), raising=False)
        return loaded

    monkeypatch.setattr(tf.saved_model, "load", load)


@refutes("TestKeras::test_value_is_an_attribute", "TestKeras::test_type_of_a_weight_is_a_string")
def weights_are_built_as_before(monkeypatch):
    """A layer's weights are TensorFlow's own variables, as in Keras 2."""

    def build(layer, shape):
        layer._trainable = False
        object.__setattr__(layer, "_kernel", tf.Variable([[1.0]]))

    monkeypatch.setattr(tf.keras.layers.Dense, "build", build)
