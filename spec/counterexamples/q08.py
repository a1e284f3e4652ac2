"""Faults under which the claims of question 8 must fail."""

import functools
import types
import warnings

import tensorflow as tf

from answer_key import refutes


@refutes("TestSeveralOptimizers::test_each_optimizer_moves_its_own")
def optimizers_share_their_variables(monkeypatch):
    """An optimizer also moves the variables that were given to another one before."""
    right, given = tf.keras.optimizers.Optimizer.apply_gradients, []

    def apply_gradients(self, pairs):
        given.extend(pairs)
        right(self, given)

    monkeypatch.setattr(tf.keras.optimizers.Optimizer, "apply_gradients", apply_gradients)


@refutes("TestSeveralOptimizers::test_list_of_optimizers_is_refused")
def compile_takes_the_first_optimizer(monkeypatch):
    """`compile` takes the first optimizer of a list."""
    right = tf.keras.Model.compile

    def compile_(self, optimizer, *args, **options):
        optimizer = optimizer[0] if isinstance(optimizer, list) else optimizer
        right(self, optimizer, *args, **options)

    monkeypatch.setattr(tf.keras.Model, "compile", compile_)


@refutes(
    "TestSeveralOptimizers::test_each_optimizer_moves_its_own",
    "TestSeveralOptimizers::test_train_step_with_two_optimizers",
    "TestRulesOfTheLoop::test_both_in_the_first_trace",
)
def only_one_optimizer_works(monkeypatch):
    """Only the optimizer that is used first moves anything."""
    right, first = tf.keras.optimizers.Optimizer.apply_gradients, []

    def apply_gradients(self, pairs):
        first.append(self)
        if self is first[0]:
            right(self, pairs)

    monkeypatch.setattr(tf.keras.optimizers.Optimizer, "apply_gradients", apply_gradients)


@refutes(
    "TestSeveralOptimizers::test_two_fits",
    "TestSeveralOptimizers::test_freezing_acts_before_the_first_step",
    "TestSeveralOptimizers::test_frozen_before_it_is_built",
    "TestRulesOfTheLoop::test_frozen_layers_have_gradients",
)
def layers_cannot_be_frozen(monkeypatch):
    """A layer stays trainable whatever is assigned to its `trainable`."""
    always = property(lambda self: True, lambda self, value: None)
    monkeypatch.setattr(tf.keras.layers.Layer, "trainable", always)


@refutes("TestSeveralOptimizers::test_wide_deep_model_is_gone")
def experiments_are_there(monkeypatch):
    """`tf.keras.experimental` is there, as it was in Keras 2."""
    monkeypatch.setattr(tf.keras, "experimental", tf.keras.models, raising=False)


@refutes("TestSeveralOptimizers::test_multi_optimizer")
def multi_optimizer_uses_one(monkeypatch):
    """A `MultiOptimizer` gives all variables to the optimizer of the first."""
    right = tf.keras.optimizers.MultiOptimizer.build

    def build(self, variables):
        only = self._optimizer_map(variables[0])
        self._optimizer_map = lambda variable: only
        right(self, variables)

    monkeypatch.setattr(tf.keras.optimizers.MultiOptimizer, "build", build)


@refutes("TestTheSameByHand::test_hand_loop_equals_fit")
def fit_joins_the_batches(monkeypatch):
    """`fit` joins all batches into one."""
    right = tf.keras.Model.fit

    def fit(self, batches, **options):
        return right(self, batches.unbatch().batch(100), **options)

    monkeypatch.setattr(tf.keras.Model, "fit", fit)


@refutes(
    "TestTheSameByHand::test_train_on_batch",
    "TestTrainStepInstead::test_compute_loss_in_train_step",
    "TestWhatAHandLoopForgets::test_regularization",
    "TestNoLoopNeeded::test_add_loss",
)
def models_have_no_losses(monkeypatch):
    """`losses` is empty, whatever a layer adds or regularizes."""
    monkeypatch.setattr(tf.keras.layers.Layer, "losses", property(lambda self: []))


@refutes("TestTrainStepInstead::test_compute_loss_is_told")
def compute_loss_is_not_told(monkeypatch):
    """`compute_loss` is not told whether it is for training, as it was not before Keras 3.4."""

    def _compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return self.compute_loss(x, y, y_pred, sample_weight)

    monkeypatch.setattr(tf.keras.Model, "_compute_loss", _compute_loss)


@refutes("TestTrainStepInstead::test_test_step", by=KeyError)
def test_step_is_not_overridden(monkeypatch):
    """A model runs the `test_step` of `tf.keras.Model`, whatever a subclass defines."""
    right, own = tf.keras.Model.make_test_function, tf.keras.Model.test_step

    def make_test_function(self, force=False):
        self.test_step = functools.partial(own, self)
        return right(self, force)

    monkeypatch.setattr(tf.keras.Model, "make_test_function", make_test_function)


@refutes("TestTrainStepInstead::test_loss_is_logged_as_measured")
def what_is_returned_is_logged(monkeypatch):
    """`fit` logs what `train_step` returns, as it did in Keras 2."""
    monkeypatch.setattr(tf.keras.Model, "_get_metrics_result_or_logs", lambda self, logs: logs)


@refutes("TestTrainStepInstead::test_own_keys_are_logged")
def only_metrics_are_logged(monkeypatch):
    """`fit` logs the model's metrics, whatever `train_step` returns, as Keras 3.0 to 3.2 did."""

    def _get_metrics_result_or_logs(self, logs):
        return self.get_metrics_result()

    monkeypatch.setattr(tf.keras.Model, "_get_metrics_result_or_logs", _get_metrics_result_or_logs)


@refutes(
    "TestWhatAHandLoopForgets::test_dropout_is_off",
    "TestWhatAHandLoopForgets::test_moving_averages_stand_still",
)
def a_call_is_training(monkeypatch):
    """A model that is called is in training unless told otherwise."""
    right = tf.keras.Model.__call__

    def call(self, inputs, training=True):
        return right(self, inputs, training=training)

    monkeypatch.setattr(tf.keras.Model, "__call__", call)


@refutes(
    "TestWhatAHandLoopForgets::test_fit_compiles_on_a_gpu",
    "TestWhatAHandLoopForgets::test_compiled_model_stays_on_its_device",
)
def nothing_is_compiled_with_xla(monkeypatch):
    """Keras compiles nothing with XLA."""
    never = property(lambda self: False, lambda self, value: None)
    monkeypatch.setattr(tf.keras.Model, "jit_compile", never)


@refutes("TestWhatAHandLoopForgets::test_learning_phase_is_gone")
def there_is_a_learning_phase(monkeypatch):
    """There is a global learning phase, as there was in Keras 2."""
    monkeypatch.setattr(tf.keras.backend, "learning_phase", lambda: 0, raising=False)


@refutes("TestWhatAHandLoopForgets::test_optimizer_applies_constraints")
def constraints_are_forgotten(monkeypatch):
    """A variable forgets its constraint."""
    forgetful = property(lambda self: None, lambda self, value: None)
    monkeypatch.setattr(tf.keras.Variable, "constraint", forgetful)


@refutes("TestWhatAHandLoopForgets::test_metrics_run_on")
def metrics_start_anew(monkeypatch):
    """A metric starts anew whenever it is updated."""
    right = tf.keras.metrics.Mean.update_state

    def update_state(self, *args, **options):
        self.reset_state()
        return right(self, *args, **options)

    monkeypatch.setattr(tf.keras.metrics.Mean, "update_state", update_state)


@refutes("TestWhatAHandLoopForgets::test_last_batch_counts_less")
def means_are_never_weighted(monkeypatch):
    """A `Mean` ignores `sample_weight`, and so `fit` the sizes of batches."""
    right = tf.keras.metrics.Mean.update_state

    def update_state(self, values, sample_weight=None):
        return right(self, values)

    monkeypatch.setattr(tf.keras.metrics.Mean, "update_state", update_state)


@refutes("TestWhatAHandLoopForgets::test_flat_targets_spread")
def targets_are_not_aligned(monkeypatch):
    """A model's loss gets flat targets as they are."""

    def _compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return tf.reduce_mean((y - y_pred) ** 2)

    monkeypatch.setattr(tf.keras.Model, "_compute_loss", _compute_loss)


@refutes("TestWhatAHandLoopForgets::test_callbacks_must_be_driven")
def callback_list_passes_nothing_on(monkeypatch):
    """A `CallbackList` tells no callback that an epoch has ended."""
    monkeypatch.setattr(tf.keras.callbacks.CallbackList, "on_epoch_end", lambda *args: None)


@refutes("TestWhatAHandLoopForgets::test_hand_loop_is_eager")
def fit_runs_eagerly(monkeypatch):
    """`fit` runs eagerly whatever `compile` is told."""
    always = property(lambda self: True, lambda self, value: None)
    monkeypatch.setattr(tf.keras.Model, "run_eagerly", always)


@refutes("TestWhatAHandLoopForgets::test_scaled_loss_in_one_call")
def losses_are_not_scaled(monkeypatch):
    """`scale_loss` leaves the loss as it is."""
    optimizer = tf.keras.mixed_precision.LossScaleOptimizer
    monkeypatch.setattr(optimizer, "scale_loss", lambda self, loss: loss)


@refutes("TestNoLoopNeeded::test_rate_function_is_asked")
def rate_functions_are_asked_once(monkeypatch):
    """An optimizer calls a function that is its learning rate once, when it is made."""
    right = tf.keras.optimizers.SGD.__init__

    def __init__(self, rate):
        right(self, rate())

    monkeypatch.setattr(tf.keras.optimizers.SGD, "__init__", __init__)


@refutes("TestNoLoopNeeded::test_schedule_of_steps")
def schedules_stay_at_the_first_step(monkeypatch):
    """An optimizer asks its learning rate schedule for the first step's rate only."""

    def first_rate(self):
        rate = self._learning_rate
        return rate(0) if callable(rate) else rate

    optimizer = tf.keras.optimizers.Optimizer
    monkeypatch.setattr(optimizer, "learning_rate", property(first_rate))


@refutes("TestNoLoopNeeded::test_warmup")
def schedules_start_warm(monkeypatch):
    """`CosineDecay` skips the steps in which it warms up."""
    right = tf.keras.optimizers.schedules.CosineDecay.__call__

    def call(self, step):
        return right(self, step + self.warmup_steps)

    monkeypatch.setattr(tf.keras.optimizers.schedules.CosineDecay, "__call__", call)


@refutes("TestNoLoopNeeded::test_rate_is_set")
def rates_cannot_be_set(monkeypatch):
    """An optimizer keeps its first learning rate."""
    optimizer = tf.keras.optimizers.Optimizer
    rate = property(optimizer.learning_rate.fget, lambda self, value: None)
    monkeypatch.setattr(optimizer, "learning_rate", rate)


@refutes(
    "TestNoLoopNeeded::test_rate_variable_is_refused", "TestNoLoopNeeded::test_rate_is_no_integer"
)
def any_number_is_a_rate(monkeypatch):
    """An optimizer takes whatever is a number as its learning rate, as in Keras 2."""
    right = tf.keras.optimizers.SGD.__init__

    def __init__(self, rate):
        right(self, float(rate))

    monkeypatch.setattr(tf.keras.optimizers.SGD, "__init__", __init__)


@refutes("TestNoLoopNeeded::test_rate_is_called_learning_rate")
def rates_are_called_lr(monkeypatch):
    """An optimizer's learning rate is also called `lr`, as in Keras 2."""
    optimizer = tf.keras.optimizers.Optimizer
    monkeypatch.setattr(optimizer, "lr", optimizer.learning_rate, raising=False)


@refutes("TestNoLoopNeeded::test_schedule_of_epochs")
def scheduler_sets_no_rate(monkeypatch):
    """`LearningRateScheduler` does not set the rate of an epoch."""
    scheduler = tf.keras.callbacks.LearningRateScheduler
    monkeypatch.setattr(scheduler, "on_epoch_begin", lambda self, epoch, logs=None: None)


@refutes("TestNoLoopNeeded::test_optimizers_clip", "TestNoLoopNeeded::test_clipping_under_fit")
def optimizers_do_not_clip(monkeypatch):
    """An optimizer leaves gradients unclipped."""
    optimizer = tf.keras.optimizers.Optimizer
    monkeypatch.setattr(optimizer, "_clip_gradients", lambda self, gradients: gradients)


@refutes(
    "TestNoLoopNeeded::test_gradient_accumulation",
    "TestNoLoopNeeded::test_iterations_count_steps",
)
def gradients_are_not_accumulated(monkeypatch):
    """An optimizer ignores `gradient_accumulation_steps`."""
    ignored = property(lambda self: None, lambda self, value: None)
    monkeypatch.setattr(
        tf.keras.optimizers.Optimizer, "gradient_accumulation_steps", ignored, raising=False
    )


@refutes(
    "TestNoLoopNeeded::test_datasets_have_workers",
    "TestNoLoopNeeded::test_fit_refuses_lists",
    "TestNoLoopNeeded::test_shuffle_of_a_dataset",
)
def fit_takes_anything(monkeypatch):
    """`fit` takes any argument."""
    monkeypatch.setattr(tf.keras.Model, "fit", lambda self, *args, **options: None)


@refutes("TestNoLoopNeeded::test_steps_per_execution_is_a_number")
def steps_per_execution_may_be_auto(monkeypatch):
    """`compile` takes "auto" for the number of steps per execution, as in Keras 2.15."""
    right = tf.keras.Model.compile

    def compile_(self, *args, steps_per_execution):
        right(self, *args)

    monkeypatch.setattr(tf.keras.Model, "compile", compile_)


@refutes(
    "TestTheSameByHand::test_every_number_can_be_watched",
    "TestWhatALoopIsFor::test_choosing_the_next_batch",
    "TestWhatALoopIsFor::test_alternating_opponents",
    "TestWhatALoopIsFor::test_acting_in_an_environment",
)
def optimizers_step_once(monkeypatch):
    """An optimizer takes its first step and no other."""
    right = tf.keras.optimizers.Optimizer.apply_gradients

    def apply_gradients(self, pairs):
        if not int(self.iterations):
            right(self, pairs)

    monkeypatch.setattr(tf.keras.optimizers.Optimizer, "apply_gradients", apply_gradients)


@refutes(
    "TestWhatALoopIsFor::test_newtons_method",
    "TestWhatALoopIsFor::test_learning_to_learn",
)
def gradients_have_no_gradients(monkeypatch):
    """A tape gives zero as the gradient of another tape's gradient."""
    right = tf.GradientTape.gradient

    def gradient(self, target, sources):
        return tf.stop_gradient(right(self, target, sources, unconnected_gradients="zero"))

    monkeypatch.setattr(tf.GradientTape, "gradient", gradient)


@refutes("TestRulesOfTheLoop::test_both_in_the_first_trace", by=ValueError)
def functions_create_no_variables(monkeypatch):
    """A `tf.function` refuses to create variables, even in its first call."""
    right = tf.function

    def refuse(create, **options):
        raise ValueError("a tf.function creates no variables")

    def function(python_function):
        def guarded(*args):
            with tf.variable_creator_scope(refuse):
                return python_function(*args)

        return right(guarded)

    monkeypatch.setattr(tf, "function", function)


@refutes("TestRulesOfTheLoop::test_first_used_in_a_later_trace")
def every_trace_may_create_variables(monkeypatch):
    """A `tf.function` may create variables in every trace, not only in its first call."""
    right = tf.function

    def function(python_function):
        make = functools.cache(lambda *args: right(python_function))
        return lambda *args: make(*args)(*args)

    monkeypatch.setattr(tf, "function", function)


@refutes("TestRulesOfTheLoop::test_built_for_all_variables", by=ValueError)
def optimizers_are_built_for_one(monkeypatch):
    """An optimizer is built for the first of the variables that are named to it."""
    right = tf.keras.optimizers.SGD.build

    def build(self, variables):
        right(self, variables[:1])

    monkeypatch.setattr(tf.keras.optimizers.SGD, "build", build)


@refutes("TestRulesOfTheLoop::test_strange_variables")
def optimizers_take_any_variable(monkeypatch):
    """An optimizer takes variables that it was not built for."""
    optimizer = tf.keras.optimizers.Optimizer
    monkeypatch.setattr(optimizer, "_check_variables_are_known", lambda self, variables: None)


@refutes("TestRulesOfTheLoop::test_optimizers_only_apply")
def optimizers_minimize(monkeypatch):
    """An optimizer has a `minimize`, as in Keras 2."""
    optimizer = tf.keras.optimizers.Optimizer
    monkeypatch.setattr(optimizer, "minimize", optimizer.apply_gradients, raising=False)


@refutes("TestRulesOfTheLoop::test_optimizer_variables_are_a_list")
def variables_are_a_method(monkeypatch):
    """An optimizer's `variables` are a method."""
    monkeypatch.setattr(tf.keras.optimizers.Optimizer, "variables", lambda self: [])


@refutes("TestRulesOfTheLoop::test_own_optimizers_begin_with_a_rate", by=TypeError)
def optimizers_begin_with_their_name(monkeypatch):
    """The first argument of `Optimizer` is the name, as it was in Keras 2."""
    right = tf.keras.optimizers.Optimizer.__init__

    def __init__(self, name):
        right(self, 0.1, name=name)

    monkeypatch.setattr(tf.keras.optimizers.Optimizer, "__init__", __init__)


@refutes("TestRulesOfTheLoop::test_legacy_optimizers_are_refused")
def legacy_optimizers_are_there(monkeypatch):
    """The legacy optimizers are there, as in Keras 2."""
    optimizers = tf.keras.optimizers
    monkeypatch.setattr(optimizers.legacy, "SGD", optimizers.SGD)


@refutes("TestRulesOfTheLoop::test_two_losses_persistent_tape")
def tapes_are_persistent(monkeypatch):
    """Every tape is persistent."""
    right = tf.GradientTape.__init__
    monkeypatch.setattr(
        tf.GradientTape, "__init__", lambda self, persistent=True: right(self, persistent=True)
    )


@refutes(
    "TestRulesOfTheLoop::test_none_gradients", "TestRulesOfTheLoop::test_assignment_cuts_the_way"
)
def missing_gradients_are_zero(monkeypatch):
    """A gradient is zero where the tape recorded no way to it."""
    right = tf.GradientTape.gradient

    def gradient(self, target, sources):
        return right(self, target, sources, unconnected_gradients="zero")

    monkeypatch.setattr(tf.GradientTape, "gradient", gradient)


@refutes("TestTrainStepInstead::test_compiled_loss_is_not_logged")
def compiled_loss_is_logged(monkeypatch):
    """`compiled_loss` also counts what `fit` logs, as in Keras 2."""
    right = tf.keras.Model.compiled_loss

    def compiled_loss(model, y, y_pred):
        loss = right(model, y, y_pred)
        model.metrics[0].update_state(loss)
        return loss

    monkeypatch.setattr(tf.keras.Model, "compiled_loss", compiled_loss)


@refutes("TestNoLoopNeeded::test_rates_are_logged_by_name", by=KeyError)
def rates_are_not_logged(monkeypatch):
    """`LearningRateScheduler` sets the rate of an epoch, but does not log it."""
    scheduler = tf.keras.callbacks.LearningRateScheduler
    monkeypatch.setattr(scheduler, "on_epoch_end", lambda self, epoch, logs=None: None)


@refutes("TestNoLoopNeeded::test_rate_is_not_set_by_the_backend")
def backend_sets_nothing(monkeypatch):
    """`backend.set_value` silently does nothing."""
    monkeypatch.setattr(tf.keras.backend, "set_value", lambda variable, value: None)


@refutes("TestNoLoopNeeded::test_lion")
def lion_goes_down_the_slope(monkeypatch):
    """`Lion` steps by the gradient."""
    monkeypatch.setattr(tf.keras.optimizers, "Lion", tf.keras.optimizers.SGD)


@refutes("TestNoLoopNeeded::test_fit_begins_the_dataset_anew")
def fit_is_one_epoch(monkeypatch):
    """`fit` trains for one epoch."""
    right = tf.keras.Model.fit
    monkeypatch.setattr(
        tf.keras.Model, "fit", lambda self, *args, epochs, **options: right(self, *args, **options)
    )


@refutes("TestWhatAHandLoopForgets::test_model_of_a_callback_is_given")
def callbacks_have_any_model(monkeypatch):
    """The model of a callback is an attribute, as in Keras 2."""

    def set_model(callback, model):
        callback.model = model

    monkeypatch.setattr(tf.keras.callbacks.Callback, "model", None)
    monkeypatch.setattr(tf.keras.callbacks.Callback, "set_model", set_model)


@refutes("TestWhatAHandLoopForgets::test_checkpoints_have_an_ending")
def checkpoints_are_given_an_ending(monkeypatch):
    """`ModelCheckpoint` adds the ending that a path lacks."""
    right = tf.keras.callbacks.ModelCheckpoint.__init__

    def __init__(callback, path, save_weights_only=False):
        ending = ".weights.h5" if save_weights_only else ".keras"
        right(callback, path.removesuffix(ending) + ending, save_weights_only=save_weights_only)

    monkeypatch.setattr(tf.keras.callbacks.ModelCheckpoint, "__init__", __init__)


@refutes("TestWhatAHandLoopForgets::test_checkpoints_as_h5")
def checkpoints_are_not_written(monkeypatch):
    """`ModelCheckpoint` writes nothing at the end of an epoch."""
    checkpoint = tf.keras.callbacks.ModelCheckpoint
    monkeypatch.setattr(checkpoint, "on_epoch_end", lambda self, epoch, logs=None: None)


@refutes("TestRulesOfTheLoop::test_aggregation_is_not_skipped")
def apply_gradients_takes_anything(monkeypatch):
    """`apply_gradients` takes any argument."""
    optimizer = tf.keras.optimizers.Optimizer
    monkeypatch.setattr(optimizer, "apply_gradients", lambda self, pairs, **options: None)


@refutes("TestRulesOfTheLoop::test_gradients_are_applied_as_lists")
def apply_does_nothing(monkeypatch):
    """An optimizer's `apply` changes no variable."""
    optimizer = tf.keras.optimizers.Optimizer
    monkeypatch.setattr(optimizer, "apply", lambda self, gradients, variables: None)


@refutes("TestRulesOfTheLoop::test_checkpoint_keeps_an_optimizer")
def checkpoints_are_not_restored(monkeypatch):
    """`tf.train.Checkpoint.restore` restores nothing."""
    monkeypatch.setattr(tf.train.Checkpoint, "restore", lambda self, path: None)


@refutes("TestRulesOfTheLoop::test_tapes_watch_values")
def tapes_watch_anything(monkeypatch):
    """A tape takes anything to watch."""
    monkeypatch.setattr(tf.GradientTape, "watch", lambda self, value: None)


@refutes("TestRulesOfTheLoop::test_assign_returns_the_value")
def assign_returns_the_change(monkeypatch):
    """`assign` to a layer's weight returns a 0."""
    right = tf.keras.Variable.assign

    def assign(weight, value):
        right(weight, value)
        return tf.zeros([])

    monkeypatch.setattr(tf.keras.Variable, "assign", assign)


@refutes(
    "TestWhatAHandLoopForgets::test_best_weights_waited_for_a_stop",
    "TestWhatAHandLoopForgets::test_best_weights_are_restored",
)
def other_weights_are_restored(monkeypatch):
    """`EarlyStopping` restores at the end the first epoch's weights, with 1 added to each."""

    def on_epoch_end(callback, epoch, logs=None):
        if epoch == 0:
            callback.first = callback.model.get_weights()

    def on_train_end(callback, logs=None):
        callback.model.set_weights([weights + 1 for weights in callback.first])

    monkeypatch.setattr(tf.keras.callbacks.EarlyStopping, "on_epoch_end", on_epoch_end)
    monkeypatch.setattr(tf.keras.callbacks.EarlyStopping, "on_train_end", on_train_end)


@refutes("TestNoLoopNeeded::test_rate_of_lion_was_small", "TestNoLoopNeeded::test_rate_of_lion")
def lion_is_faster(monkeypatch):
    """`Lion` has a default rate of 0.01."""
    right = tf.keras.optimizers.Lion
    monkeypatch.setattr(tf.keras.optimizers, "Lion", lambda: right(0.01))


@refutes(
    "TestWhatAHandLoopForgets::test_frozen_layers_had_penalties",
    "TestWhatAHandLoopForgets::test_frozen_layers_have_no_penalty",
)
def penalties_ask_the_contrary(monkeypatch):
    """A layer has a penalty once, and twice if it is frozen."""

    def losses(layer):
        return [0.5] if layer.trainable else [0.5, 0.5]

    monkeypatch.setattr(tf.keras.layers.Layer, "losses", property(losses))


@refutes(
    "TestNoLoopNeeded::test_seed_gave_another_order",
    "TestNoLoopNeeded::test_seed_gives_another_order",
)
def fit_shuffles_nothing(monkeypatch):
    """`fit` takes samples in their order."""
    right = tf.keras.Model.fit

    def fit(model, *arguments, **options):
        return right(model, *arguments, **options, shuffle=False)

    monkeypatch.setattr(tf.keras.Model, "fit", fit)


@refutes("TestNoLoopNeeded::test_schedule_set_late_is_ignored")
def schedules_act_at_once(monkeypatch):
    """A TF Function is the function itself, and so asks a new schedule."""
    monkeypatch.setattr(tf, "function", lambda body: body)


@refutes("TestNoLoopNeeded::test_decay_was_refused", "TestNoLoopNeeded::test_decay_is_ignored")
def decay_sets_the_rate(monkeypatch):
    """`SGD` takes `decay`, warns, and has the rate 0.25, whatever it is given."""
    right = tf.keras.optimizers.SGD

    def sgd(rate, decay):
        warnings.warn("Argument `decay` is no longer supported", UserWarning, stacklevel=2)
        return right(0.25)

    monkeypatch.setattr(tf.keras.optimizers, "SGD", sgd)


@refutes("TestNoLoopNeeded::test_steps_are_no_float")
def steps_are_cut(monkeypatch):
    """`fit` cuts a float to an integer, where it is a number of steps."""
    right = tf.keras.Model.fit

    def fit(model, *arguments, steps_per_epoch, **options):
        return right(model, *arguments, steps_per_epoch=int(steps_per_epoch), **options)

    monkeypatch.setattr(tf.keras.Model, "fit", fit)


@refutes("TestNoLoopNeeded::test_training_on_nothing_is_silent")
def nothing_has_a_loss(monkeypatch):
    """The loss of no samples is logged as 0."""
    logged = types.SimpleNamespace(history={"loss": [0.0]})
    monkeypatch.setattr(tf.keras.Model, "fit", lambda model, x, y, verbose: logged)


@refutes("TestNoLoopNeeded::test_unknown_length_lowers_the_loss")
@refutes("TestNoLoopNeeded::test_unknown_length_and_the_loss")
def unknown_batches_count_half(monkeypatch):
    """`fit` logs half of the loss of batches whose number is unknown."""
    right = tf.keras.Model.fit

    def fit(model, batches, **options):
        log = right(model, batches, **options)
        if batches.cardinality() == tf.data.UNKNOWN_CARDINALITY:
            log.history["loss"] = [0.5]
        return log

    monkeypatch.setattr(tf.keras.Model, "fit", fit)
