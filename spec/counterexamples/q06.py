"""Faults under which the claims of question 6 must fail."""

import tensorflow as tf

from answer_key import refutes


def ignore(*arguments, **options):
    """Do nothing."""


def afresh(update_state):
    """The method of a metric that it is given, which starts anew at each call."""

    def update(metric, *batch, **options):
        metric.reset_state()
        return update_state(metric, *batch, **options)

    return update


def change_compile(monkeypatch, change):
    """Let `compile` call `change(options)` first, which may replace some of its options."""
    owner = next(each for each in tf.keras.Model.__mro__ if "compile" in vars(each))
    right = owner.compile
    monkeypatch.setattr(
        owner, "compile", lambda model, **options: right(model, **{**options, **change(options)})
    )


@refutes(
    "TestFunctionsAreAveraged::test_running_mean",
    "TestFunctionsAreAveraged::test_samples_weigh_alike",
    "TestNotEveryMetricIsAMean::test_mean_over_samples",
    "TestStateAndMethods::test_subclass_of_mean",
)
def only_the_last_batch_counts(monkeypatch):
    """A mean is of the last batch alone."""
    right = tf.keras.metrics.Mean.update_state

    def update_state(mean, *arguments, **options):
        mean.reset_state()
        right(mean, *arguments, **options)

    monkeypatch.setattr(tf.keras.metrics.Mean, "update_state", update_state)


@refutes(
    "TestFunctionsAreAveraged::test_operations_run_on_every_batch",
    "TestStateAndMethods::test_python_attributes_count_traces",
)
def models_run_eagerly(monkeypatch):
    """Every model runs eagerly, and so nothing is traced."""
    monkeypatch.setattr(tf.keras.Model, "run_eagerly", property(lambda model: True, ignore))


@refutes(
    "TestFunctionsAreAveraged::test_samples_weigh_alike",
    "TestNotEveryMetricIsAMean::test_mean_over_samples",
)
def batches_weigh_alike(monkeypatch):
    """A mean gives every batch the same weight, however many samples it has."""
    right = tf.keras.metrics.Mean.update_state
    monkeypatch.setattr(
        tf.keras.metrics.Mean,
        "update_state",
        lambda mean, values, sample_weight=None: right(mean, tf.reduce_mean(values)),
    )


@refutes("TestFunctionsAreAveraged::test_scalars_weigh_batches_alike")
def scalars_count_for_every_sample(monkeypatch):
    """One value per batch counts as many times as the batch has samples."""
    right = tf.keras.metrics.MeanMetricWrapper.update_state

    def update_state(metric, labels, predictions, sample_weight=None):
        size = tf.cast(tf.shape(predictions)[0], tf.float32)
        right(metric, labels, predictions, size if sample_weight is None else sample_weight)

    monkeypatch.setattr(tf.keras.metrics.MeanMetricWrapper, "update_state", update_state)


@refutes("TestFunctionsAreAveraged::test_measured_before_the_update")
def measured_after_the_update(monkeypatch):
    """A batch is predicted once more for the metrics, after the weights are updated with it."""
    right = tf.keras.Model.compute_metrics

    def compute_metrics(model, x, y, y_pred, sample_weight=None):
        return right(model, x, y, model(x), sample_weight)

    monkeypatch.setattr(tf.keras.Model, "compute_metrics", compute_metrics)


@refutes("TestFunctionsAreAveraged::test_shapes_are_broadcast")
def shapes_are_aligned(monkeypatch):
    """Labels are aligned with the predictions, as they were in Keras 2."""
    right = tf.keras.metrics.MeanMetricWrapper.update_state

    def update_state(metric, labels, predictions, sample_weight=None):
        right(metric, tf.reshape(labels, predictions.shape), predictions, sample_weight)

    monkeypatch.setattr(tf.keras.metrics.MeanMetricWrapper, "update_state", update_state)


@refutes(
    "TestNotEveryMetricIsAMean::test_precision",
    "TestNotEveryMetricIsAMean::test_batch_size_matters",
)
def functions_get_the_whole_epoch(monkeypatch):
    """A metric function is called with all that the epoch has seen so far, not with a batch."""
    right = tf.keras.metrics.MeanMetricWrapper.update_state

    def update_state(metric, *batch):
        seen = vars(metric).setdefault("seen", [])
        seen.append(batch)
        metric.reset_state()
        right(metric, *(tf.concat(each, axis=0) for each in zip(*seen, strict=True)))

    monkeypatch.setattr(tf.keras.metrics.MeanMetricWrapper, "update_state", update_state)


@refutes("TestNotEveryMetricIsAMean::test_root_of_a_mean")
def mean_of_roots(monkeypatch):
    """`RootMeanSquaredError` is the mean of its batches' roots."""
    metric, mean = tf.keras.metrics.RootMeanSquaredError, tf.keras.metrics.Mean

    def update_state(self, labels, predictions, sample_weight=None):
        mean.update_state(self, tf.sqrt(tf.reduce_mean(tf.square(labels - predictions))))

    monkeypatch.setattr(metric, "update_state", update_state)
    monkeypatch.setattr(metric, "result", mean.result)


@refutes("TestStateAndMethods::test_protocol")
def a_call_starts_afresh(monkeypatch):
    """Calling a metric returns the result over the arguments of the call alone."""
    right = tf.keras.metrics.Metric.__call__

    def __call__(metric, *arguments, **options):
        metric.reset_state()
        return right(metric, *arguments, **options)

    monkeypatch.setattr(tf.keras.metrics.Metric, "__call__", __call__)


@refutes(
    "TestStateAndMethods::test_protocol",
    "TestStateAndMethods::test_variables_are_not_tracked",
    "TestStateAndMethods::test_metrics_within_metrics",
    "TestWhenItIsReset::test_epochs_and_validation",
)
def nothing_is_reset(monkeypatch):
    """The `reset_state` that every metric inherits does nothing."""
    monkeypatch.setattr(tf.keras.metrics.Metric, "reset_state", ignore)


@refutes("TestStateAndMethods::test_default_reset_is_to_zero")
def reset_is_to_the_initial_value(monkeypatch):
    """`reset_state` sets variables to what they were initialised to."""
    metric = tf.keras.metrics.Metric
    right = metric.add_weight

    def add_weight(self, **options):
        variable = right(self, **options)
        variable.initial = variable.numpy()
        return variable

    monkeypatch.setattr(metric, "add_weight", add_weight)
    monkeypatch.setattr(
        metric, "reset_state", lambda self: [each.assign(each.initial) for each in self.variables]
    )


@refutes("TestStateAndMethods::test_variables_are_not_tracked")
def variables_are_tracked(monkeypatch):
    """`reset_state` also resets a plain `tf.Variable`, as it did in Keras 2."""
    right = tf.keras.metrics.Metric.reset_state

    def reset_state(metric):
        right(metric)
        for value in vars(metric).values():
            if isinstance(value, tf.Variable):
                value.assign(tf.zeros_like(value))

    monkeypatch.setattr(tf.keras.metrics.Metric, "reset_state", reset_state)


@refutes("TestStateAndMethods::test_state_is_not_trained")
def state_is_trainable(monkeypatch):
    """What `add_weight` of a metric makes is trainable, like a layer's weights."""
    right = tf.keras.metrics.Metric.add_weight

    def add_weight(metric, **options):
        variable = right(metric, **options)
        variable.trainable = True
        return variable

    monkeypatch.setattr(tf.keras.metrics.Metric, "add_weight", add_weight)


@refutes(
    "TestWhenItIsReset::test_epochs_and_validation",
    "TestWhenItIsReset::test_metrics_property",
    "TestWhenItIsReset::test_single_batches_stand_alone",
)
def epochs_add_up(monkeypatch):
    """A model never resets its metrics."""
    monkeypatch.setattr(tf.keras.Model, "reset_metrics", ignore)


@refutes("TestWhenItIsReset::test_variable_as_a_result")
def results_are_read_at_once(monkeypatch):
    """A result that is a variable is read when it is logged."""
    right = tf.keras.Model.get_metrics_result

    def get_metrics_result(model):
        return {name: tf.identity(value) for name, value in right(model).items()}

    monkeypatch.setattr(tf.keras.Model, "get_metrics_result", get_metrics_result)


@refutes("TestWhenItIsReset::test_used_metric_is_not_reset_at_first")
def compile_resets_metrics(monkeypatch):
    """`compile` resets the metrics that it is given."""

    def reset(options):
        for metric in options["metrics"]:
            metric.reset_state()
        return {}

    change_compile(monkeypatch, reset)


@refutes("TestNamesAndWeights::test_first_call_is_a_test")
def the_first_test_has_no_metrics(monkeypatch):
    """`test_on_batch` has only the loss to report."""
    owner = next(each for each in tf.keras.Model.__mro__ if "test_on_batch" in vars(each))
    right = owner.test_on_batch

    def test_on_batch(model, x, y, return_dict):
        return {"loss": right(model, x, y, return_dict=return_dict)["loss"]}

    monkeypatch.setattr(owner, "test_on_batch", test_on_batch)


@refutes("TestNamesAndWeights::test_names")
def names_are_not_in_snake_case(monkeypatch):
    """A metric has its class's name as it is, not in snake case."""
    right = tf.keras.metrics.Metric.__init__

    def __init__(metric, dtype=None, name=None):
        right(metric, dtype=dtype, name=name or type(metric).__name__)

    monkeypatch.setattr(tf.keras.metrics.Metric, "__init__", __init__)


@refutes("TestNamesAndWeights::test_several_values")
def one_value_a_metric(monkeypatch):
    """Of a `result` that is a dict, only one value is logged, under the metric's name."""
    right = tf.keras.Model.get_metrics_result

    def get_metrics_result(model):
        results = right(model).items()
        return {name: tf.nest.flatten(value)[0] for name, value in results}

    monkeypatch.setattr(tf.keras.Model, "get_metrics_result", get_metrics_result)


@refutes("TestNamesAndWeights::test_sample_weights")
def weights_reach_all_metrics(monkeypatch):
    """Sample weights reach the metrics passed as `metrics` too."""
    change_compile(
        monkeypatch,
        lambda options: {
            "metrics": None,
            "weighted_metrics": [*options["metrics"], *options["weighted_metrics"]],
        },
    )


@refutes("TestNamesAndWeights::test_update_takes_sample_weight")
def weights_are_passed_only_if_given(monkeypatch):
    """`update_state` is not passed `sample_weight` if there is none."""

    def update_state(metrics, labels, predictions, sample_weight=None):
        options = {} if sample_weight is None else {"sample_weight": sample_weight}
        for metric in metrics.metrics:
            metric.update_state(labels, predictions, **options)

    metrics_list = "keras.src.trainers.compile_utils.MetricsList"
    monkeypatch.setattr(f"{metrics_list}.update_state", update_state)


@refutes(
    "TestSavingAndLoading::test_hyperparameter_survives",
    "TestSavingAndLoading::test_config_has_no_state",
)
def config_is_not_read(monkeypatch):
    """A metric made from a config has the defaults of its class."""
    default = classmethod(lambda cls, config: cls(name=config["name"]))
    monkeypatch.setattr(tf.keras.metrics.Metric, "from_config", default)


@refutes("TestSavingAndLoading::test_wrapped_function_keeps_arguments")
def arguments_are_not_saved(monkeypatch):
    """`MeanMetricWrapper` saves the function alone, without its keyword arguments."""
    right = tf.keras.metrics.MeanMetricWrapper.get_config
    monkeypatch.setattr(
        tf.keras.metrics.MeanMetricWrapper,
        "get_config",
        lambda metric: {name: right(metric)[name] for name in ("name", "dtype", "fn")},
    )


@refutes(
    "TestSavingAndLoading::test_function_is_saved_by_name",
    "TestSavingAndLoading::test_name_of_a_built_in_metric",
    "TestSavingAndLoading::test_name_of_a_built_in_metric_is_not_found",
)
def functions_are_saved(monkeypatch):
    """A file holds a metric function's code, which goes before what is given for its name."""
    right, saved = tf.keras.models.load_model, {}

    def keep(options):
        saved.update({each.__name__: each for each in options["metrics"]})
        return {}

    change_compile(monkeypatch, keep)
    monkeypatch.setattr(
        tf.keras.models,
        "load_model",
        lambda path, custom_objects=(): right(path, {**dict(custom_objects), **saved}),
    )


@refutes("TestSavingAndLoading::test_config_has_no_state")
def metrics_share_their_state(monkeypatch):
    """All metrics of a class share one count."""
    right, made = tf.keras.metrics.Metric.add_weight, {}

    def add_weight(metric, name, **options):
        return made.setdefault((type(metric), name), right(metric, name=name, **options))

    monkeypatch.setattr(tf.keras.metrics.Metric, "add_weight", add_weight)


@refutes("TestFunctionsAreAveraged::test_integer_labels_are_kept")
def labels_are_cast(monkeypatch):
    """A function metric gets its labels as float32, as in Keras 2."""
    right = tf.keras.metrics.MeanMetricWrapper.update_state

    def update_state(metric, labels, predictions, sample_weight=None):
        right(metric, tf.cast(labels, tf.float32), predictions, sample_weight)

    monkeypatch.setattr(tf.keras.metrics.MeanMetricWrapper, "update_state", update_state)


@refutes("TestMetricOrLoss::test_not_differentiable")
def gradients_are_zero(monkeypatch):
    """Where there is no gradient, the tape says that it is zero."""

    def gradient(tape, target, sources):
        return [tf.zeros(source.shape) for source in sources]

    monkeypatch.setattr(tf.GradientTape, "gradient", gradient)


@refutes("TestMetricOrLoss::test_weighted_metric_and_loss")
def losses_are_divided_by_the_weights(monkeypatch):
    """A loss is divided by the sum of the weights, as a metric is."""
    fixed = property(lambda loss: "mean_with_sample_weight", ignore)
    monkeypatch.setattr(tf.keras.losses.Loss, "reduction", fixed, raising=False)


@refutes(
    "TestNotEveryMetricIsAMean::test_built_in_precision",
    "TestNotEveryMetricIsAMean::test_built_in_f1",
)
def built_in_metrics_do_not_stream(monkeypatch):
    """`Precision` and `F1Score` are those of the last batch alone."""
    for metric in (tf.keras.metrics.Precision, tf.keras.metrics.FBetaScore):
        monkeypatch.setattr(metric, "update_state", afresh(metric.update_state))


@refutes("TestStateAndMethods::test_shape_comes_first")
def names_come_first(monkeypatch):
    """`add_weight` of a metric takes the name first, as in Keras 2."""
    right = tf.keras.metrics.Metric.add_weight

    def add_weight(metric, *given, shape=(), name=None, **options):
        is_name = given and isinstance(given[0], str)
        return right(metric, shape if is_name else (), name="total", initializer="zeros")

    monkeypatch.setattr(tf.keras.metrics.Metric, "add_weight", add_weight)


@refutes("TestStateAndMethods::test_no_reset_states", "TestStateAndMethods::test_no_merge_state")
def old_methods_are_there(monkeypatch):
    """A metric has the methods that it had in Keras 2."""
    metric = tf.keras.metrics.Metric
    monkeypatch.setattr(metric, "reset_states", metric.reset_state, raising=False)
    monkeypatch.setattr(metric, "merge_state", ignore, raising=False)


@refutes("TestNamesAndWeights::test_weights_of_elements")
def elements_are_not_weighted(monkeypatch):
    """`BinaryAccuracy` gives every element the same weight."""
    right = tf.keras.metrics.BinaryAccuracy.update_state

    def update_state(metric, labels, predictions, sample_weight=None):
        right(metric, labels, predictions)

    monkeypatch.setattr(tf.keras.metrics.BinaryAccuracy, "update_state", update_state)


@refutes("TestNamesAndWeights::test_order_of_the_list")
def lists_are_in_order_of_names(monkeypatch):
    """`evaluate` lists the metrics by name, as in Keras 3.0 and 3.1."""
    owner = next(each for each in tf.keras.Model.__mro__ if "evaluate" in vars(each))
    right = owner.evaluate

    def evaluate(model, batch, verbose):
        report = right(model, batch, verbose=verbose, return_dict=True)
        return [report.pop("loss"), *(report[name] for name in sorted(report))]

    monkeypatch.setattr(owner, "evaluate", evaluate)


@refutes("TestNamesAndWeights::test_metrics_are_wrapped")
def names_are_listed(monkeypatch):
    """`metrics_names` has the names of the metrics, as in Keras 2."""
    names = property(lambda model: list(model.get_metrics_result()))
    monkeypatch.setattr(tf.keras.Model, "metrics_names", names)


@refutes("TestOutputsAndLayers::test_keys_are_known")
def means_are_zero(monkeypatch):
    """Whatever is averaged comes out as zero."""
    monkeypatch.setattr(tf.keras.metrics.Mean, "result", lambda mean: tf.zeros([]))


@refutes("TestOutputsAndLayers::test_metrics_of_outputs")
def outputs_are_not_named(monkeypatch):
    """All outputs' metrics are logged under the name of the first."""
    right = tf.keras.Model.get_metrics_result

    def get_metrics_result(model):
        return {name.replace("b_", "a_"): value for name, value in right(model).items()}

    monkeypatch.setattr(tf.keras.Model, "get_metrics_result", get_metrics_result)


@refutes("TestOutputsAndLayers::test_flat_list_has_one_for_each_output")
def flat_lists_are_for_all_outputs(monkeypatch):
    """Every metric of a flat list is for every output, as in Keras 2."""
    change_compile(monkeypatch, lambda options: {"metrics": [options["metrics"]] * 2})


@refutes(
    "TestOutputsAndLayers::test_metric_of_a_layer",
    "TestOutputsAndLayers::test_nested_metrics",
)
def only_the_loss_is_reported(monkeypatch):
    """A model reports its loss alone, and no metrics."""
    right = tf.keras.Model.get_metrics_result
    monkeypatch.setattr(
        tf.keras.Model, "get_metrics_result", lambda model: {"loss": right(model)["loss"]}
    )


@refutes("TestOutputsAndLayers::test_add_metric_is_not_implemented")
def add_metric_does_nothing(monkeypatch):
    """A layer's `add_metric` does nothing."""
    monkeypatch.setattr(tf.keras.layers.Layer, "add_metric", ignore)


@refutes("TestSavingAndLoading::test_checkpoint_refuses_metrics")
def checkpoints_take_anything(monkeypatch):
    """A checkpoint takes anything, and keeps what it can."""
    right = tf.train.Checkpoint

    def checkpoint(**parts):
        metrics = [name for name in parts if isinstance(parts[name], tf.keras.metrics.Metric)]
        return right(**{name: parts[name] for name in parts if name not in metrics})

    monkeypatch.setattr(tf.train, "Checkpoint", checkpoint)


@refutes("TestStateAndMethods::test_metric_is_no_layer")
def metrics_have_weights(monkeypatch):
    """A metric has `weights`, as in Keras 2."""
    weights = property(lambda metric: metric.variables)
    monkeypatch.setattr(tf.keras.metrics.Metric, "weights", weights, raising=False)


@refutes("TestOutputsAndLayers::test_metrics_of_a_layer")
def layers_list_no_metrics(monkeypatch):
    """A layer's `metrics` is empty."""
    monkeypatch.setattr(tf.keras.layers.Layer, "metrics", [])


@refutes(
    "TestWhenItIsReset::test_own_metric_was_best_low",
    "TestWhenItIsReset::test_own_metric_needs_a_mode",
)
def most_is_best(monkeypatch):
    """`EarlyStopping` takes every metric to be best when high."""
    right = tf.keras.callbacks.EarlyStopping.__init__
    monkeypatch.setattr(
        tf.keras.callbacks.EarlyStopping,
        "__init__",
        lambda callback, *args, **options: right(callback, *args, **{"mode": "max", **options}),
    )


@refutes(
    "TestNotEveryMetricIsAMean::test_binary_accuracy_was_a_mean",
    "TestNotEveryMetricIsAMean::test_binary_accuracy_of_each_label",
)
def binary_accuracy_is_of_the_batch(monkeypatch):
    """`binary_accuracy` returns the mean of all labels."""

    def binary_accuracy(labels, predictions):
        return tf.reduce_mean(tf.cast(tf.round(predictions) == labels, tf.float32))

    monkeypatch.setattr(tf.keras.metrics, "binary_accuracy", binary_accuracy)


@refutes(
    "TestNamesAndWeights::test_fractions_counted_in_iou",
    "TestNamesAndWeights::test_fractions_are_cut_in_iou",
)
@refutes("TestNamesAndWeights::test_unknown_label_was_refused")
@refutes("TestNamesAndWeights::test_unknown_label_is_ignored")
def iou_counts_only_the_first_class(monkeypatch):
    """`MeanIoU` takes every label for 0 and every prediction for 1, and adds one that is right."""
    right = tf.keras.metrics.MeanIoU

    class MeanIoU(right):
        def update_state(self, labels, predictions, sample_weight=None):
            super().update_state(
                tf.zeros_like(labels), tf.ones_like(predictions), [1.0] * len(labels)
            )
            super().update_state([0], [0])

    monkeypatch.setattr(tf.keras.metrics, "MeanIoU", MeanIoU)
