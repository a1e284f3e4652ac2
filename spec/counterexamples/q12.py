"""Faults under which the claims of question 12 must fail."""

import functools

import tensorflow as tf

from answer_key import refutes


@refutes(
    "TestWhatItComputes::test_mean_and_deviation",
    "TestWhatItComputes::test_samples_are_independent",
    "TestWhatItComputes::test_scale_and_shift",
)
def moments_go_along_the_batch(monkeypatch):
    """`tf.nn.moments` goes along the batch, as in batch normalization."""
    right = tf.nn.moments
    monkeypatch.setattr(tf.nn, "moments", lambda x, axes, **kw: right(x, axes=[0], **kw))


@refutes(
    "TestWhatItComputes::test_weights",
    "TestAgreement::test_gradients_agree",
    "TestAsAKerasLayer::test_trains",
)
def weights_are_not_trainable(monkeypatch):
    """`add_weight` creates weights that do not train."""
    layer = tf.keras.layers.Layer
    right = layer.add_weight

    def add_weight(self, *args, **kw):
        return right(self, *args, **{**kw, "trainable": False})

    monkeypatch.setattr(layer, "add_weight", add_weight)


@refutes("TestWhatItComputes::test_weights")
def initializers_do_nothing(monkeypatch):
    """Weights start at one half, whatever their initializer."""
    for initializer in (tf.keras.initializers.Ones, tf.keras.initializers.Zeros):
        monkeypatch.setattr(
            initializer, "__call__", lambda self, shape, *args, **kw: tf.fill(shape, 0.5)
        )


@refutes("TestWhatItComputes::test_same_in_training")
def batch_norm_always_trains(monkeypatch):
    """Batch normalization normalizes by the batch, whether it trains or not."""
    layer = tf.keras.layers.BatchNormalization
    right = layer.call
    monkeypatch.setattr(layer, "call", lambda self, x, training=None: right(self, x, training=True))


@refutes("TestWhatItComputes::test_names_of_the_weights")
def gamma_and_beta_are_exchanged(monkeypatch):
    """The built-in layer shifts by `gamma` and scales by `beta`."""

    def call(self, inputs):
        mean, variance = tf.nn.moments(inputs, axes=[-1], keepdims=True)
        return self.beta * (inputs - mean) / tf.sqrt(variance + self.epsilon) + self.gamma

    monkeypatch.setattr(tf.keras.layers.LayerNormalization, "call", call)


@refutes("TestAgreement::test_default_epsilon")
def epsilon_is_larger(monkeypatch):
    """The built-in layer's epsilon is 0.002."""
    layer = functools.partial(tf.keras.layers.LayerNormalization, epsilon=0.002)
    monkeypatch.setattr(tf.keras.layers, "LayerNormalization", layer)


@refutes("TestAgreement::test_several_axes")
def axis_is_ignored(monkeypatch):
    """`LayerNormalization` normalizes over the last axis, whatever `axis` is."""
    right = tf.keras.layers.LayerNormalization
    monkeypatch.setattr(tf.keras.layers, "LayerNormalization", lambda axis: right())


@refutes("TestAgreement::test_root_mean_square")
def rms_is_layer_normalization(monkeypatch):
    """`RMSNormalization` subtracts the mean, too."""
    layer = tf.keras.layers.LayerNormalization
    monkeypatch.setattr(tf.keras.layers, "RMSNormalization", layer, raising=False)


@refutes("TestWhatItComputes::test_scale_and_shift")
def set_weights_does_nothing(monkeypatch):
    """`set_weights` leaves the weights as they were."""
    monkeypatch.setattr(tf.keras.layers.Layer, "set_weights", lambda self, weights: None)


def _normalize(layer, inputs):
    """Layer normalization with epsilon outside the root."""
    mean, variance = tf.nn.moments(inputs, axes=[-1], keepdims=True)
    return layer.gamma * (inputs - mean) / (tf.sqrt(variance) + layer.epsilon) + layer.beta


@refutes(
    "TestAgreement::test_outputs_agree",
    "TestAgreement::test_gradients_agree",
    "TestEpsilon::test_where_it_stands",
)
def builtin_epsilon_is_outside_the_root(monkeypatch):
    """`LayerNormalization` adds epsilon to the deviation, outside the root."""
    monkeypatch.setattr(tf.keras.layers.LayerNormalization, "call", _normalize)


@refutes("TestEpsilon::test_equal_numbers", "TestEpsilon::test_float16")
def zero_by_zero_is_zero(monkeypatch):
    """Dividing 0 by 0 yields 0."""
    monkeypatch.setattr(tf.Tensor, "__truediv__", tf.math.divide_no_nan)


@refutes("TestEpsilon::test_size_of_the_gradient", "TestEpsilon::test_finite_or_not")
def moments_stop_the_gradient(monkeypatch):
    """No gradient flows through `tf.nn.moments`."""
    right = tf.nn.moments

    def moments(*args, **kw):
        return [tf.stop_gradient(moment) for moment in right(*args, **kw)]

    monkeypatch.setattr(tf.nn, "moments", moments)


@refutes("TestEpsilon::test_unequal_numbers")
def moments_are_computed_in_float16(monkeypatch):
    """`tf.nn.moments` computes in float16, where numbers that hardly differ become equal."""
    right = tf.nn.moments

    def moments(x, *args, **kw):
        return [tf.cast(each, x.dtype) for each in right(tf.cast(x, tf.float16), *args, **kw)]

    monkeypatch.setattr(tf.nn, "moments", moments)


@refutes(
    "TestEpsilon::test_finite_or_not",
    "TestEpsilon::test_root_of_zero",
    "TestEpsilon::test_reduce_std",
)
def root_has_no_slope_at_zero(monkeypatch):
    """The gradient of `tf.sqrt` at 0 is 0."""
    from tensorflow.python.ops import gen_math_ops

    monkeypatch.setattr(
        gen_math_ops, "sqrt_grad", lambda y, dy, name=None: tf.math.divide_no_nan(dy / 2, y)
    )


@refutes("TestEpsilon::test_root_of_zero")
def nothing_times_infinity_is_nan(monkeypatch):
    """The gradient of the root is the product that XLA computes: at 0, 0 times inf is nan."""
    from tensorflow.python.ops import gen_math_ops

    monkeypatch.setattr(gen_math_ops, "sqrt_grad", lambda y, dy, name=None: dy * (0.5 / y))


@refutes("TestEpsilon::test_float16")
def float16_never_rounds_to_zero(monkeypatch):
    """`tf.constant` rounds a small float16 up to the least number that is not zero."""
    right = tf.constant

    def constant(value, dtype=None, *args, **kw):
        least = 2.0**-24 if dtype == tf.float16 and isinstance(value, float) and value else 0.0
        return right(max(value, least) if least else value, dtype, *args, **kw)

    monkeypatch.setattr(tf, "constant", constant)


@refutes("TestAsAKerasLayer::test_saved_with_its_epsilon")
def loading_ignores_numbers(monkeypatch):
    """Loading creates a layer without the floating-point numbers of its `get_config`."""
    layer = tf.keras.layers.Layer
    right = layer.from_config.__func__

    def from_config(cls, config):
        return right(cls, {k: v for k, v in config.items() if not isinstance(v, float)})

    monkeypatch.setattr(layer, "from_config", classmethod(from_config))


@refutes(
    "TestEpsilon::test_power_of_zero_had_no_slope", "TestEpsilon::test_power_of_zero_has_a_slope"
)
def gradients_are_ones(monkeypatch):
    """A tape gives 1 for every gradient."""
    monkeypatch.setattr(tf.GradientTape, "gradient", lambda tape, target, source: tf.ones(()))
