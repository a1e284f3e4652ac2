"""Faults under which the claims of question 13 must fail."""

import itertools

import tensorflow as tf

from answer_key import refutes


@refutes("TestTheLoop::test_it_learns")
def optimizer_climbs(monkeypatch):
    """`apply_gradients` goes up the gradient."""
    optimizer = tf.keras.optimizers.Optimizer
    right = optimizer.apply_gradients
    monkeypatch.setattr(
        optimizer,
        "apply_gradients",
        lambda self, pairs: right(self, [(-gradient, variable) for gradient, variable in pairs]),
    )


@refutes("TestTheLoop::test_it_shows_its_progress")
def progbar_shows_only_the_end(monkeypatch):
    """`Progbar` shows nothing before the last step."""
    right = tf.keras.utils.Progbar.update

    def update(self, current, values, finalize=None):
        if current == self.target:
            right(self, current, values, finalize)

    monkeypatch.setattr(tf.keras.utils.Progbar, "update", update)


@refutes("TestTheLoop::test_validation_ends_the_line")
def progbar_ends_with_the_steps(monkeypatch):
    """`Progbar` ends its line with the last step, whatever it is told later."""
    right = tf.keras.utils.Progbar.update

    def update(self, current, values, finalize=None):
        if not finalize:
            right(self, current, values)

    monkeypatch.setattr(tf.keras.utils.Progbar, "update", update)


@refutes("TestTheBar::test_stateful_metrics")
def nothing_is_stateful(monkeypatch):
    """`Progbar` shows half of every value."""
    right = tf.keras.utils.Progbar.update

    def update(self, current, values):
        right(self, current, [(name, value / 2) for name, value in values])

    monkeypatch.setattr(tf.keras.utils.Progbar, "update", update)


@refutes("TestTheBar::test_bar_ended_on_the_mean")
def bar_takes_the_last(monkeypatch):
    """`Progbar` takes all values for means."""
    _name_all(monkeypatch, {"value"})


def _name_all(monkeypatch, names):
    right = tf.keras.utils.Progbar.__init__

    def init(self, *args, **kwargs):
        right(self, *args, **kwargs)
        self.stateful_metrics = names

    monkeypatch.setattr(tf.keras.utils.Progbar, "__init__", init)


@refutes("TestTheBar::test_bar_ends_on_the_last")
def bar_shows_the_mean(monkeypatch):
    """`Progbar` shows the mean of all values so far."""
    right = tf.keras.utils.Progbar.update
    seen = []

    def update(self, current, values):
        [(name, value)] = values
        seen.append(value)
        right(self, current, [(name, sum(seen) / len(seen))])

    monkeypatch.setattr(tf.keras.utils.Progbar, "update", update)


@refutes("TestTheLoop::test_it_learns", "TestTheLoop::test_epochs_share_no_numbers")
def reset_keeps_the_mean(monkeypatch):
    """`reset_state` does nothing."""
    monkeypatch.setattr(tf.keras.metrics.Mean, "reset_state", lambda self: None)


@refutes("TestTheLoop::test_the_step_is_traced_once")
def every_call_is_traced(monkeypatch):
    """A `tf.function` is traced anew for every call."""
    right = tf.function

    def function(python):
        numbers = itertools.count()  # each number of Python's takes a trace of its own
        traced = right(lambda number, *args: python(*args))

        def call(*args):
            return traced(next(numbers), *args)

        call.experimental_get_tracing_count = traced.experimental_get_tracing_count
        return call

    monkeypatch.setattr(tf, "function", function)


@refutes("TestWhatTheLossIs::test_penalties")
def models_show_no_penalties(monkeypatch):
    """A model's `losses` is empty, whatever its regularizers are."""
    for kind in (tf.keras.Sequential, tf.keras.Model):
        monkeypatch.setattr(kind, "losses", [], raising=False)


@refutes("TestWhatTheLossIs::test_as_evaluate")
def evaluate_forgets_the_penalties(monkeypatch):
    """`evaluate` leaves the penalties of regularizers out of its loss."""
    right = tf.keras.Model.evaluate

    def evaluate(self, *args, **kwargs):
        loss, accuracy = right(self, *args, **kwargs)
        return loss - float(sum(self.losses)), accuracy

    monkeypatch.setattr(tf.keras.Model, "evaluate", evaluate)


@refutes("TestWhatTheLossIs::test_without_dropout")
def dropout_is_never_left_out(monkeypatch):
    """Dropout drops units whether a model trains or not."""
    right = tf.keras.layers.Dropout.call
    monkeypatch.setattr(
        tf.keras.layers.Dropout, "call", lambda self, x, training=None: right(self, x, True)
    )


@refutes(
    "TestTwoOptimizers::test_each_moves_its_own_half",
    "TestTwoOptimizers::test_two_kinds",
    "TestTwoOptimizers::test_rates_scale_the_step",
)
def optimizers_ignore_their_rate(monkeypatch):
    """Every optimizer learns at a rate of 0.5, whatever rate it is given."""
    for kind in (tf.keras.optimizers.Adam, tf.keras.optimizers.SGD):
        monkeypatch.setattr(kind, "__init__", _without_rate(kind.__init__))


def _without_rate(init):
    return lambda self, learning_rate=None, **kw: init(self, learning_rate=0.5, **kw)


@refutes("TestTheBar::test_line_of_an_epoch_ends_in_results")
def lines_end_in_times(monkeypatch):
    """`fit(verbose=2)` prints the time a step took last."""
    monkeypatch.setattr(
        tf.keras.Model, "fit", lambda *args, verbose: print("1/1 - loss: 0 - 1s/step")
    )
