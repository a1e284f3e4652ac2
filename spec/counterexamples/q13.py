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

    def update(self, current, values):
        if current == self.target:
            right(self, current, values)

    monkeypatch.setattr(tf.keras.utils.Progbar, "update", update)


@refutes("TestTheLoop::test_metrics_are_reset")
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


@refutes(
    "TestTwoOptimizers::test_each_moves_its_own_part",
    "TestTwoOptimizers::test_rates_scale_the_step",
)
def optimizers_ignore_their_rate(monkeypatch):
    """Every optimizer learns at its default rate, whatever rate it is given."""
    for kind in (tf.keras.optimizers.Adam, tf.keras.optimizers.SGD):
        monkeypatch.setattr(kind, "__init__", _without_rate(kind.__init__))


def _without_rate(init):
    return lambda self, learning_rate=None, **kw: init(self, **kw)
