"""Faults under which the claims of question 5 must fail."""

import numpy as np
import tensorflow as tf

from answer_key import refutes


def ignore(*arguments, **options):
    """Do nothing."""


def change_the_loss(monkeypatch, change):
    """Let `compile` put `change(loss)` in the place of the loss that it is given."""
    owner = next(each for each in tf.keras.Model.__mro__ if "compile" in vars(each))
    right = owner.compile

    def compile(model, optimizer, loss, **options):
        right(model, optimizer, change(loss), **options)

    monkeypatch.setattr(owner, "compile", compile)


def without(method, option):
    """The method, which ignores an option."""

    def call(*arguments, **options):
        options.pop(option, None)
        return method(*arguments, **options)

    return call


def always_reduce(monkeypatch, reduction):
    """Let every loss have this `reduction`, whatever it is given."""
    fixed = property(lambda loss: reduction, ignore)
    monkeypatch.setattr(tf.keras.losses.Loss, "reduction", fixed, raising=False)


@refutes("TestFunction::test_compile_takes_a_function")
def functions_are_ignored(monkeypatch):
    """`compile` puts the mean squared error in the place of a function."""
    known = tf.keras.losses.Loss
    change_the_loss(monkeypatch, lambda loss: loss if isinstance(loss, known) else "mse")


@refutes("TestFunction::test_targets_come_first")
def predictions_come_first(monkeypatch):
    """Keras passes the predictions first and the targets second."""
    change_the_loss(monkeypatch, lambda loss: lambda y_true, y_pred: loss(y_pred, y_true))


@refutes("TestFunction::test_function_can_choose", "TestSubclass::test_hubers_loss")
def where_chooses_once(monkeypatch):
    """`tf.where` chooses by the first sample's condition for all of them."""
    right = tf.where

    def where(condition, x, y):
        return right(tf.reshape(condition, [-1])[0], x, y)

    monkeypatch.setattr(tf, "where", where)


@refutes("TestFunction::test_closure_has_a_parameter")
def functions_are_known_by_name(monkeypatch):
    """`compile` takes every function for the first one that it met of that name."""
    met = {}
    change_the_loss(monkeypatch, lambda loss: met.setdefault(getattr(loss, "__name__", loss), loss))


@refutes(
    "TestSubclass::test_call_and_reduction",
    "TestOneNumberASample::test_mean_with_sample_weight",
    "TestSubclass::test_functions_are_averaged",
    "TestLostInSaving::test_without_super",
)
def every_loss_is_averaged(monkeypatch):
    """Every loss is averaged, whatever its reduction."""
    always_reduce(monkeypatch, "sum_over_batch_size")


@refutes(
    "TestFunction::test_compile_takes_a_function",
    "TestSubclass::test_default_reduction",
    "TestSubclass::test_functions_are_averaged",
    "TestOneNumberASample::test_weights_come_after_the_loss",
)
def every_loss_is_summed(monkeypatch):
    """Every loss is summed up, whatever its reduction."""
    always_reduce(monkeypatch, "sum")


@refutes("TestOneNumberASample::test_weights_come_after_the_loss")
def weighted_mean(monkeypatch):
    """The weighted sum is divided by the sum of the weights."""
    always_reduce(monkeypatch, "mean_with_sample_weight")


@refutes("TestOneNumberASample::test_one_number_a_batch")
def scalars_are_not_weighted(monkeypatch):
    """A loss that averages by itself is not weighted."""
    right = tf.keras.losses.Loss.__call__

    def __call__(loss, y_true, y_pred, sample_weight=None):
        is_scalar = loss.call(y_true, y_pred).shape.rank == 0
        return right(loss, y_true, y_pred, None if is_scalar else sample_weight)

    monkeypatch.setattr(tf.keras.losses.Loss, "__call__", __call__)


@refutes("TestOneNumberASample::test_one_number_per_unit")
def weights_go_to_samples(monkeypatch):
    """Weights go to the samples, as they did in Keras 2."""
    right = tf.keras.losses.Loss.__call__

    def __call__(loss, y_true, y_pred, sample_weight):
        return right(loss, y_true, y_pred, np.reshape(sample_weight, [-1, 1]))

    monkeypatch.setattr(tf.keras.losses.Loss, "__call__", __call__)


@refutes("TestOneNumberASample::test_flat_targets")
def flat_targets_are_expanded(monkeypatch):
    """Flat targets are expanded for a subclass too, as they were in Keras 2."""
    right = tf.keras.losses.Loss.__call__

    def __call__(loss, y_true, y_pred, sample_weight=None):
        return right(loss, tf.reshape(y_true, y_pred.shape), y_pred, sample_weight)

    monkeypatch.setattr(tf.keras.losses.Loss, "__call__", __call__)


@refutes("TestTraced::test_numpy_has_no_gradient")
def numpy_computes_on_tensors(monkeypatch):
    """NumPy's functions run TensorFlow's operations on a tensor, a symbolic one too."""

    def __array_ufunc__(tensor, function, method, *inputs):
        return getattr(tf.experimental.numpy, function.__name__)(*inputs)

    monkeypatch.setattr(tf.Tensor, "__array_ufunc__", __array_ufunc__, raising=False)


@refutes("TestTraced::test_unknown_label", "TestTraced::test_unknown_label_on_a_gpu")
def unknown_labels_are_the_last_class(monkeypatch):
    """The sparse cross-entropy takes a label that is too large for the last class."""
    right = tf.keras.losses.SparseCategoricalCrossentropy.__call__

    def call(loss, labels, logits):
        return right(loss, tf.minimum(labels, logits.shape[-1] - 1), logits)

    monkeypatch.setattr(tf.keras.losses.SparseCategoricalCrossentropy, "__call__", call)


@refutes("TestTraced::test_threshold_is_frozen")
def models_run_eagerly(monkeypatch):
    """Every model runs eagerly, and so nothing is traced."""
    monkeypatch.setattr(tf.keras.Model, "run_eagerly", property(lambda model: True, ignore))


@refutes("TestTraced::test_variables_are_not_trained")
def watched_variables_are_trained(monkeypatch):
    """`fit` trains all variables that the tape has watched, also those of the loss."""
    right = tf.GradientTape.gradient

    def gradient(tape, target, sources):
        watched = tape.watched_variables()
        gradients = right(tape, target, [*sources, *watched])
        for variable, each in zip(watched, gradients[len(sources) :], strict=True):
            variable.assign_sub(0.1 * each)
        return gradients[: len(sources)]

    monkeypatch.setattr(tf.GradientTape, "gradient", gradient)


@refutes(
    "TestSavedSubclass::test_keras_file",
    "TestSavedSubclass::test_h5_file",
    "TestSavedSubclass::test_hubers_threshold",
    "TestSavedSubclass::test_registered",
)
def config_is_not_read(monkeypatch):
    """A loaded loss has the defaults of its class, whatever its config says."""
    default = classmethod(lambda cls, config: cls())
    monkeypatch.setattr(tf.keras.losses.Loss, "from_config", default)


@refutes("TestSavedSubclass::test_registered", by=TypeError)
def nothing_is_registered(monkeypatch):
    """`register_keras_serializable` does not register the class."""
    monkeypatch.setattr(
        tf.keras.utils, "register_keras_serializable", lambda package: lambda cls: cls
    )


@refutes("TestSavedSubclass::test_without_compiling", by=TypeError)
def loading_always_compiles(monkeypatch):
    """`load_model` compiles the model, even with `compile=False`."""
    right = tf.keras.models.load_model
    monkeypatch.setattr(tf.keras.models, "load_model", lambda path, compile: right(path))


@refutes(
    "TestSavedSubclass::test_unknown_class",
    "TestLostInSaving::test_without_get_config",
    "TestLostInSaving::test_without_get_config_or_default",
    "TestLostInSaving::test_without_super",
    "TestLostInSaving::test_closure",
    "TestLostInSaving::test_lambda",
    "TestLostInSaving::test_built_in_huber",
    "TestLostInSaving::test_built_in_cosine_similarity",
    "TestLostInSaving::test_name_of_a_built_in_loss",
    "TestLostInSaving::test_name_of_a_built_in_loss_is_not_found",
    "TestSavedSubclass::test_h5_file_is_compiled_anew",
    "TestSavedSubclass::test_h5_file_with_a_short_name_is_a_value_error",
)
def files_hold_the_loss_itself(monkeypatch):
    """A file holds the loss as it is, with its code and state, and needs no config."""
    save, load, losses = tf.keras.Model.save, tf.keras.models.load_model, {}

    def save_with_loss(model, path):
        losses[path] = model.loss
        save(model, path)

    def load_with_loss(path, custom_objects=None):
        model = load(path, custom_objects, compile=False)
        model.compile("sgd", losses[path])
        return model

    monkeypatch.setattr(tf.keras.Model, "save", save_with_loss)
    monkeypatch.setattr(tf.keras.models, "load_model", load_with_loss)


@refutes(
    "TestLostInSaving::test_without_get_config",
    "TestLostInSaving::test_without_get_config_or_default",
)
def attributes_are_saved(monkeypatch):
    """The `get_config` that every loss inherits records its public attributes."""
    monkeypatch.setattr(
        tf.keras.losses.Loss,
        "get_config",
        lambda loss: {name: value for name, value in vars(loss).items() if name[0] != "_"},
    )


@refutes("TestLostInSaving::test_function_without_parameters")
def loading_never_compiles(monkeypatch):
    """`load_model` leaves a model without its loss."""
    right = tf.keras.models.load_model
    monkeypatch.setattr(
        tf.keras.models,
        "load_model",
        lambda path, custom_objects: right(path, custom_objects, compile=False),
    )


@refutes("TestLostInSaving::test_built_in_huber")
def huber_keeps_its_delta(monkeypatch):
    """`Huber` has its `delta` in its config, as it did in Keras 2."""
    right = tf.keras.losses.Huber.get_config
    monkeypatch.setattr(
        tf.keras.losses.Huber, "get_config", lambda loss: {**right(loss), **loss._fn_kwargs}
    )


@refutes("TestNeither::test_add_loss")
def added_losses_are_lost(monkeypatch):
    """`add_loss` adds nothing."""
    monkeypatch.setattr(tf.keras.layers.Layer, "add_loss", ignore)


@refutes("TestSavedSubclass::test_path_without_extension")
def any_path_is_taken(monkeypatch):
    """`save` takes any path, and adds the extension `.keras`."""
    right = tf.keras.Model.save
    monkeypatch.setattr(tf.keras.Model, "save", lambda model, path: right(model, f"{path}.keras"))


@refutes("TestSubclass::test_default_reduction")
def auto_is_taken(monkeypatch):
    """A `reduction` of `"auto"` is the default, as it was in Keras 2."""
    right = tf.keras.losses.Loss.__init__

    def __init__(loss, reduction="auto", **options):
        right(loss, **options)

    monkeypatch.setattr(tf.keras.losses.Loss, "__init__", __init__)


@refutes("TestFunction::test_integer_targets")
def targets_keep_their_type(monkeypatch):
    """A loss gets its targets as they are, as in Keras 2."""

    def __call__(loss, y_true, y_pred, sample_weight=None):
        return tf.reduce_mean(loss.call(tf.cast(y_true, tf.int64), y_pred))

    monkeypatch.setattr(tf.keras.losses.Loss, "__call__", __call__)


@refutes("TestFunction::test_short_names")
def long_names_are_there(monkeypatch):
    """`tf.keras.losses` also has the long names, as before Keras 3.3."""
    mse = tf.keras.losses.MSE
    monkeypatch.setattr(tf.keras.losses, "mean_squared_error", mse, raising=False)


@refutes("TestOneNumberASample::test_built_in_losses_align")
def built_in_losses_broadcast(monkeypatch):
    """A built-in loss subtracts what it is given as it is, as in Keras 2."""
    monkeypatch.setattr(
        tf.keras.losses.MeanAbsoluteError,
        "__call__",
        lambda loss, y_true, y_pred: tf.reduce_mean(tf.abs(y_true - y_pred)),
    )


@refutes(
    "TestOneNumberASample::test_class_weight",
    "TestOneNumberASample::test_class_weight_of_datasets",
    "TestOneNumberASample::test_missing_class_was_refused",
    "TestOneNumberASample::test_missing_class_counts_one",
    "TestOneNumberASample::test_missing_class_of_a_dataset",
    "TestOneNumberASample::test_missing_class_of_a_dataset_counts_one",
)
def class_weights_are_ignored(monkeypatch):
    """`class_weight` has no effect."""
    for name in ("fit", "train_on_batch"):
        owner = next(each for each in tf.keras.Model.__mro__ if name in vars(each))
        monkeypatch.setattr(owner, name, without(getattr(owner, name), "class_weight"))


@refutes("TestOneNumberASample::test_masked_steps")
def masks_are_lost(monkeypatch):
    """A loss does not see the mask of the predictions."""
    right = tf.keras.losses.Loss.__call__

    def __call__(loss, y_true, y_pred, sample_weight=None):
        return right(loss, y_true, tf.identity(y_pred), sample_weight)

    monkeypatch.setattr(tf.keras.losses.Loss, "__call__", __call__)


@refutes("TestSavedSubclass::test_the_same_choice")
def parts_have_their_defaults(monkeypatch):
    """What is made from a config has the defaults of its class."""
    default = classmethod(lambda cls, config: cls())
    monkeypatch.setattr(tf.keras.initializers.Initializer, "from_config", default)
    monkeypatch.setattr(tf.keras.regularizers.Regularizer, "from_config", default)
    monkeypatch.setattr(tf.keras.constraints.Constraint, "from_config", default)


@refutes("TestSavedSubclass::test_function_as_a_regularizer")
def regularizers_are_halved(monkeypatch):
    """A layer's losses are half of what its regularizers return."""
    right = tf.keras.layers.Layer.losses.fget
    halved = property(lambda layer: [each / 2 for each in right(layer)])
    monkeypatch.setattr(tf.keras.layers.Layer, "losses", halved)


@refutes(
    "TestSeveralOutputs::test_loss_weights",
    "TestSeveralOutputs::test_one_loss_has_no_weights",
)
def outputs_weigh_alike(monkeypatch):
    """`loss_weights` has no effect."""
    owner = next(each for each in tf.keras.Model.__mro__ if "compile" in vars(each))
    monkeypatch.setattr(owner, "compile", without(owner.compile, "loss_weights"))


@refutes(
    "TestSeveralOutputs::test_losses_are_reported",
    "TestSeveralOutputs::test_losses_are_named_after_keys",
)
def only_the_total_is_reported(monkeypatch):
    """The losses of single outputs are not reported, as in Keras 3.0 to 3.4."""
    right = tf.keras.Model.get_metrics_result
    monkeypatch.setattr(
        tf.keras.Model, "get_metrics_result", lambda model: {"loss": right(model)["loss"]}
    )


@refutes("TestSeveralOutputs::test_dict_of_losses_is_complete")
def gaps_are_filled(monkeypatch):
    """An output that a dict of losses leaves out has no loss, as before Keras 3.5."""
    change_the_loss(monkeypatch, lambda losses: {"b": None, **losses})


@refutes("TestNeither::test_compute_loss")
def compute_loss_is_not_asked(monkeypatch):
    """Training minimizes the mean absolute error, whatever `compute_loss` says."""

    def _compute_loss(model, x, y, y_pred, sample_weight=None, training=True):
        return tf.reduce_mean(tf.abs(y - y_pred))

    monkeypatch.setattr(tf.keras.Model, "_compute_loss", _compute_loss)


@refutes("TestSavedSubclass::test_h5_file_with_a_short_name")
def short_names_are_mixed_up(monkeypatch):
    """`"mse"` is the mean absolute error."""
    change_the_loss(monkeypatch, lambda loss: "mae" if loss == "mse" else loss)


@refutes("TestFunction::test_loss_has_a_dtype")
def losses_ignore_their_dtype(monkeypatch):
    """A built-in loss computes in float32, whatever its `dtype` is."""
    loss = tf.keras.losses.MeanSquaredError
    monkeypatch.setattr(loss, "__init__", without(loss.__init__, "dtype"))


@refutes("TestSavedSubclass::test_keras_file_is_zipped")
def keras_files_are_hdf5(monkeypatch):
    """`save` writes an HDF5 file, as before Keras 2.13."""

    def save(model, path):
        with open(path, "wb") as file:
            file.write(b"\x89HDF")

    monkeypatch.setattr(tf.keras.Model, "save", save)


@refutes("TestNeither::test_add_loss_is_for_layers")
def functional_models_take_losses(monkeypatch):
    """A functional model takes any loss in `add_loss`."""
    inputs = tf.keras.Input([1])
    functional = type(tf.keras.Model(inputs, inputs))
    monkeypatch.setattr(functional, "add_loss", ignore)


@refutes("TestNeither::test_activity_is_averaged")
def activities_are_added_up(monkeypatch):
    """An activity regularizer's loss is a sum over samples."""
    right = tf.keras.regularizers.L1.__call__
    monkeypatch.setattr(
        tf.keras.regularizers.L1, "__call__", lambda penalty, x: right(penalty, x) * x.shape[0]
    )


@refutes("TestNeither::test_l1_l2_penalized_by_default", "TestNeither::test_l1_l2_needs_factors")
def factors_are_doubled(monkeypatch):
    """`l1_l2` takes 0.1 by default, and doubles what it is given."""
    right = tf.keras.regularizers.L1L2
    monkeypatch.setattr(
        tf.keras.regularizers, "l1_l2", lambda l1=0.05, l2=0.05: right(2 * l1, 2 * l2)
    )


@refutes(
    "TestOneNumberASample::test_loss_of_nothing_was_zero",
    "TestOneNumberASample::test_loss_of_nothing_is_empty",
)
def loss_of_nothing_is_no_number(monkeypatch):
    """The mean squared error of nothing is not a number."""

    def loss():
        return lambda labels, predictions: tf.constant(float("nan"))

    monkeypatch.setattr(tf.keras.losses, "MeanSquaredError", loss)


@refutes(
    "TestOneNumberASample::test_recurrent_layers_handed_masks_on",
    "TestOneNumberASample::test_recurrent_layers_hand_no_mask_on",
)
def losses_are_tenfold(monkeypatch):
    """`compute_loss` gives ten times the loss."""
    right = tf.keras.Model.compute_loss

    def compute_loss(model, *arguments):
        return 10 * right(model, *arguments)

    monkeypatch.setattr(tf.keras.Model, "compute_loss", compute_loss)


@refutes("TestOneNumberASample::test_class_weight_of_generators")
@refutes("TestOneNumberASample::test_no_class_weight_of_generators")
def class_weight_is_ignored(monkeypatch):
    """`fit` takes neither weights of classes nor of samples into account."""
    right = tf.keras.Model.fit

    def fit(model, batches, class_weight=None, **options):
        return right(model, (batch[:2] for batch in batches), **options)

    monkeypatch.setattr(tf.keras.Model, "fit", fit)


@refutes(
    "TestNeither::test_activity_of_a_simple_rnn",
    "TestNeither::test_activity_of_a_simple_rnn_is_ignored",
)
def activity_counts_twice(monkeypatch):
    """A `SimpleRNN` has two losses."""
    losses = [tf.constant(1.0), tf.constant(1.0)]
    monkeypatch.setattr(tf.keras.layers.SimpleRNN, "losses", losses)
