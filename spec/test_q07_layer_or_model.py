"""When would you create a custom layer, and when a custom model?

Create a **custom layer** for an internal component with weights or behaviour of its own, which
models use, often several times. Create a **custom model** for the outermost thing that is trained,
evaluated and saved, where its `call` decides in Python or its training step is one of your own. A
model *is* a layer with `fit`, `save` and the like on top, so the two nest in each other. Often
neither is needed: a functional model has skip connections, several inputs and several outputs, too,
and is checked while it is built; an activation without weights is a function.
"""

import collections
import pickle
import types
import warnings

import numpy as np
import pytest
import tensorflow as tf

from answer_key import about, confirms, core, corrects, holds

BASES = {"Layer": tf.keras.layers.Layer, "Model": tf.keras.Model}

HOLDERS = {
    "the layer": lambda layer: layer,
    "a list": lambda layer: [layer],
    "a tuple": lambda layer: (layer,),
    "a dict": lambda layer: {"key": layer},
    "lists in a dict": lambda layer: {"key": [[layer]]},
    "a deque": lambda layer: collections.deque([layer]),
    "a plain object": lambda layer: types.SimpleNamespace(inner=layer),
    "a function": lambda layer: lambda inputs: layer(inputs),
}


class Scale(tf.keras.layers.Layer):
    """Multiplies every feature by a weight of its own."""

    def build(self, input_shape):
        self.factors = self.add_weight(name="factors", shape=(input_shape[-1],), initializer="ones")

    def call(self, inputs):
        return inputs * self.factors


class Plain(tf.keras.layers.Layer):
    """Returns its inputs; its `__init__` takes nothing, not even a name."""

    def __init__(self):
        super().__init__()

    def call(self, inputs):
        return inputs


class LearnedSlope(tf.keras.layers.Layer):
    """An activation: leaves what is positive, and multiplies the rest by a slope that it learns."""

    def build(self, input_shape):
        self.slope = self.add_weight(name="slope", shape=(), initializer="ones")

    def call(self, inputs):
        return tf.where(inputs > 0, inputs, self.slope * inputs)


class ScaleNet(tf.keras.Model):
    """A custom model of one `Scale`, with no `build` of its own."""

    def __init__(self):
        super().__init__()
        self.scale = Scale()

    def call(self, inputs):
        return self.scale(inputs)


class DecoratedNet(ScaleNet):
    """The same, but its `call` is a TF Function."""

    @tf.function
    def call(self, inputs):
        return self.scale(inputs)


def load_squares(folder):
    """Save a model of a lambda that squares by `tf.square`, and load it."""
    path = str(folder / "model.keras")
    square = tf.keras.layers.Lambda(lambda inputs: tf.square(inputs), lambda shape: shape)
    tf.keras.Sequential([tf.keras.Input((1,)), square]).save(path)
    return tf.keras.models.load_model(path, safe_mode=False)


class Dropping(tf.keras.Model):
    """A custom model that drops out, in a `call` that does not take `training`."""

    def __init__(self):
        super().__init__()
        self.scale, self.dropout = Scale(), tf.keras.layers.Dropout(0.5)

    def call(self, inputs):
        return self.dropout(self.scale(inputs))


def fitted_loss(model):
    """The loss of ones in `fit`: 0 if nothing is dropped, and 1 if each is dropped or doubled."""
    model.compile("sgd", "mae")
    return model.fit(np.ones([1, 100]), np.ones([1, 100]), verbose=0).history["loss"]


def ones_to_zeros():
    """One batch: two ones, each of which should become a zero."""
    return tf.data.Dataset.from_tensors((tf.ones((2, 1)), tf.zeros((2, 1))))


class TestWhatOnlyAModelHas:
    """A model comes with `fit`, `evaluate` and `save`; a layer of your own does not."""

    @core
    @pytest.mark.parametrize(
        "method",
        [
            "compile",
            "fit",
            "evaluate",
            "predict",
            "train_on_batch",
            "summary",
            "save",
            "save_weights",
            "get_layer",
            "to_json",
        ],
    )
    def test_layer_lacks_the_method(self, method):
        """A custom layer lacks what a **model** has: `fit`, `evaluate`, `predict` and `save`.

        So what you want to call `fit` or `save` on must be a model; see the
        [guide](https://www.tensorflow.org/guide/keras/making_new_layers_and_models_via_subclassing#the_model_class).
        """
        layer = Scale()
        model = tf.keras.Sequential([layer])

        assert callable(getattr(model, method))
        with pytest.raises(AttributeError, match=method):
            getattr(layer, method)()

    def test_call_is_enough(self):
        """A subclass of `Model` needs no more than a plain **`call`** to be fitted and evaluated.

        Plain is one that is not itself a `tf.function`.
        """

        model = ScaleNet()

        model.compile(tf.keras.optimizers.SGD(0.5), "mse")
        history = model.fit(ones_to_zeros(), verbose=0)

        assert history.history["loss"] == [1.0]
        assert model.evaluate(ones_to_zeros(), verbose=0) == 0.0

    @core
    def test_train_step(self):
        """Overriding **`train_step`** of a model changes what its `fit` does with a batch.

        Its graph runs once for each batch, here three times. So even an ordinary architecture may
        need a model class of your own; see
        [Customizing fit()](https://keras.io/guides/custom_train_step_in_tensorflow/).
        """

        class Counting(tf.keras.Sequential):
            def train_step(self, data):
                self.layers[0].factors.assign_add([1.0])
                return {"inputs": tf.reduce_sum(data[0])}

        model = Counting([tf.keras.Input((1,)), Scale()])
        model.compile()
        model.fit(np.ones((3, 1)), batch_size=1, verbose=0)

        assert model.get_weights()[0].tolist() == [4.0]

    @corrects("B7.3")
    def test_lone_layer_is_trained_by_hand(self):
        """A layer that is in no model can be trained, **by hand**, with a gradient tape."""
        layer = Scale()

        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(layer(tf.constant([[1.0, 2.0]])))
        gradients = tape.gradient(loss, layer.trainable_variables)
        optimizer = tf.keras.optimizers.SGD(0.5)
        optimizer.apply_gradients(zip(gradients, layer.trainable_variables, strict=True))

        print(layer.get_weights()[0])
        assert layer.get_weights()[0].tolist() == [0.5, 0.0]

    @holds("keras<3", otherwise=ValueError)
    @about("tf.function & class tf.keras.Model", "tf.function & class tf.keras.layers.Layer")
    def test_decorated_call_was_trained(self):
        """Before Keras 3, a `call` that is a **`tf.function`** was trained by `fit`."""
        model = DecoratedNet()
        model.compile(tf.keras.optimizers.SGD(0.5), "mse")

        model.fit(np.ones((2, 1)), np.zeros((2, 1)), verbose=0)

        assert model.get_weights()[0].tolist() == [0.0]

    @holds("keras>=3", was="test_decorated_call_was_trained", otherwise=pytest.fail.Exception)
    def test_decorated_call_has_no_gradients(self):
        """From Keras 3 on, `fit` finds no gradients if it makes the weights in a **`tf.function`** `call`.

        A model that made them in `__init__`, or by `build`, is trained.
        Instead: leave the `call` as it is; `fit` traces it anyway.
        """
        model = DecoratedNet()
        model.compile(tf.keras.optimizers.SGD(0.5), "mse")

        with pytest.raises(ValueError, match="No gradients provided"):
            model.fit(np.ones((2, 1)), np.zeros((2, 1)), verbose=0)


class TestWhatBothHave:
    """A model is a layer: both are called, hold weights and collect losses."""

    @core
    def test_model_is_a_layer(self):
        """`tf.keras.Model` is itself a **subclass** of `tf.keras.layers.Layer`.

        So a model is called like a layer and can be part of another model, see
        `q07::TestNesting::test_inner_model_is_one_layer`, and the
        [reference](https://www.tensorflow.org/api_docs/python/tf/keras/Model). The losses that its
        layers add are its own: `q05::TestNeither::test_add_loss`.
        """
        model = tf.keras.Sequential([Scale()])

        assert issubclass(tf.keras.Model, tf.keras.layers.Layer)
        assert isinstance(model, tf.keras.layers.Layer)
        assert not isinstance(Scale(), tf.keras.Model)

    @pytest.mark.parametrize("base", ["Layer", "Model"])
    def test_both_hold_weights(self, base):
        """Layers and models alike make weights of their own with **`add_weight`**."""

        class Shift(BASES[base]):
            def build(self, input_shape):
                self.shift = self.add_weight(name="shift", shape=(2,), initializer="ones")

            def call(self, inputs):
                return inputs + self.shift

        shift = Shift()
        before = shift(tf.constant([[1.0, 2.0]]))
        shift.set_weights([np.array([10.0, 20.0])])

        assert before.numpy().tolist() == [[2.0, 3.0]]
        assert shift(tf.constant([[1.0, 2.0]])).numpy().tolist() == [[11.0, 22.0]]
        assert shift.count_params() == 2

    @pytest.mark.parametrize("base", ["Layer", "Model"])
    def test_training_reaches_inner_layers(self, base):
        """A plain `call` that takes `training` need not pass it on: layers it calls itself get it **anyway**.

        Plain is one that is not itself a `tf.function`.
        """

        class Doubling(tf.keras.layers.Layer):
            def call(self, inputs, training=None):
                return 2 * inputs if training else inputs

        class Outer(BASES[base]):
            def __init__(self):
                super().__init__()
                self.inner = Doubling()

            def call(self, inputs, training=None):
                return self.inner(inputs)

        assert Outer()(tf.constant([1.0])).numpy().tolist() == [1.0]
        assert Outer()(tf.constant([1.0]), training=True).numpy().tolist() == [2.0]

    @holds("keras>=3,<3.10")
    def test_training_was_dropped(self):
        """In Keras 3.0 to 3.9, `training=True` got lost in an **outermost** `call` without `training`."""

        class Doubling(tf.keras.layers.Layer):
            def call(self, inputs, training=None):
                return 2 * inputs if training else inputs

        class Outer(tf.keras.layers.Layer):
            def __init__(self):
                super().__init__()
                self.inner = Doubling()

            def call(self, inputs):
                return self.inner(inputs)

        within = tf.keras.Sequential([Outer()])

        assert within(tf.ones((1, 1)), training=True).numpy().tolist() == [[2.0]]
        assert Outer()(tf.ones((1, 1)), training=True).numpy().tolist() == [[1.0]]

    @holds("keras<3")
    @about(
        "def tf.keras.Model.call & tf.keras.layers.Dropout",
        "def tf.keras.Model.call & tf.keras.layers.BatchNormalization",
    )
    def test_fit_dropped_in_any_call(self):
        """Before Keras 3, `fit` let a custom model drop out, also one whose `call` took no **`training`**."""
        assert fitted_loss(Dropping()) == [1.0]

    @holds("keras>=3", was="test_fit_dropped_in_any_call")
    def test_fit_drops_if_call_takes_training(self):
        """From Keras 3 on, `fit`'s step drops nothing out in a model whose `call` takes no **`training`**.

        Nothing tells so: that step, unless you write it, asks only a `call` that takes it to train.
        Instead: `def call(self, inputs, training=None)`.
        """

        class Asked(Dropping):
            def call(self, inputs, training=None):
                return super().call(inputs)

        assert fitted_loss(Dropping()) == [0.0]
        assert fitted_loss(Asked()) == [1.0]

    def test_mask_is_passed(self):
        """A `call` of one input and a **`mask`** gets the mask of the layer whose very output that input is.

        A mask says which steps of a sequence are real and which only fill it up: here `Embedding`
        masks the zeros. See the
        [guide](https://www.tensorflow.org/guide/keras/understanding_masking_and_padding).
        """

        class CountSteps(tf.keras.layers.Layer):
            def call(self, inputs, mask=None):
                return tf.reduce_sum(tf.cast(mask, tf.int32), axis=1)

            def compute_mask(self, inputs, mask=None):
                return None  # there are no steps left to mask

        embedding = tf.keras.layers.Embedding(10, 2, mask_zero=True)
        sentences = tf.constant([[5, 3, 0], [7, 0, 0]])

        steps = CountSteps()(embedding(sentences))

        print(steps)
        assert steps.numpy().tolist() == [2, 1]

    @holds("keras<3", otherwise=NotImplementedError)
    @about("tf.keras.layers.Layer()")
    def test_layer_was_the_identity(self):
        """Before Keras 3, a layer without a `call` returned its **inputs**."""
        assert tf.keras.layers.Layer()(tf.constant([3.0])).numpy().tolist() == [3.0]

    @holds("keras>=3", was="test_layer_was_the_identity", otherwise=pytest.fail.Exception)
    def test_layer_needs_a_call(self):
        """From Keras 3 on, a layer without a `call` raises **`NotImplementedError`** when called on data.

        Instead: `tf.keras.layers.Identity`.
        """
        with pytest.raises(NotImplementedError, match="call"):
            tf.keras.layers.Layer()(tf.constant([3.0]))
        assert tf.keras.layers.Identity()(tf.constant([3.0])).numpy().tolist() == [3.0]

    @holds("keras<3")
    @about("def tf.keras.layers.Layer.call(1=*)")
    def test_only_the_first_argument_was_cast(self):
        """Before Keras 3, a layer cast only its **first** argument to its own dtype."""

        class Dtypes(tf.keras.layers.Layer):
            def call(self, first, second):
                return first.dtype.name, second.dtype.name

        double = tf.ones(1, tf.float64)

        assert Dtypes()(double, double) == ("float32", "float64")

    @holds("keras>=3", was="test_only_the_first_argument_was_cast")
    def test_arguments_are_cast(self):
        """From Keras 3 on, a layer casts **all** float tensors among its arguments to its own dtype.

        Instead: a layer with `autocast=False` casts none.
        """

        class Dtypes(tf.keras.layers.Layer):
            def call(self, first, second):
                return first.dtype.name, second.dtype.name

        double = tf.ones(1, tf.float64)

        assert Dtypes()(double, double) == ("float32", "float32")
        assert Dtypes(autocast=False)(double, double) == ("float64", "float64")

    @holds("keras<3", otherwise=TypeError)
    @about("tf.keras.layers.Layer.add_weight")
    def test_weight_was_a_condition(self):
        """Before Keras 3, `if weight:` asked, eagerly, for the **value** of a scalar weight."""
        weight = tf.keras.layers.Layer().add_weight(name="count", shape=(), initializer="zeros")

        assert not weight

    @holds("keras>=3", was="test_weight_was_a_condition", otherwise=pytest.fail.Exception)
    def test_weight_is_no_condition(self):
        """From Keras 3 on, a weight is no condition: eagerly, `if weight:` raises **`TypeError`**.

        Instead: `if weight > 0`, or another comparison.
        """
        weight = tf.keras.layers.Layer().add_weight(name="count", shape=(), initializer="zeros")

        with pytest.raises(TypeError, match="as a boolean"):
            bool(weight)
        assert not weight > 0


class TestNesting:
    """Layers and models nest in each other, and a layer needs no custom model around it."""

    @core
    @confirms("A7.1", "B7.1", "B7.3")
    def test_layer_is_a_building_block(self):
        """A custom layer is a **building block**, of which a model can hold several.

        So what occurs several times is written once; see the
        [guide](https://www.tensorflow.org/guide/keras/making_new_layers_and_models_via_subclassing#layers_are_recursively_composable).
        """

        class Tower(tf.keras.Model):
            def __init__(self):
                super().__init__()
                self.blocks = [Scale(), Scale(), Scale()]

            def call(self, inputs):
                for block in self.blocks:
                    inputs = inputs + block(inputs)
                return inputs

        tower = Tower()

        assert tower(tf.constant([[1.0, 2.0]])).numpy().tolist() == [[8.0, 16.0]]
        assert len(tower.layers) == 3
        assert len(tower.weights) == 3

    @corrects("B7.3")
    def test_layer_without_a_custom_model(self):
        """A custom layer can stand in a Sequential or **functional** model: it needs no custom model."""
        scale, inputs = Scale(), tf.keras.Input((2,))
        sequential = tf.keras.Sequential([scale, tf.keras.layers.Flatten()])
        functional = tf.keras.Model(inputs, scale(inputs))
        scale.set_weights([np.array([3.0, 5.0])])

        assert sequential(tf.constant([[1.0, 2.0]])).numpy().tolist() == [[3.0, 10.0]]
        assert functional(tf.constant([[1.0, 2.0]])).numpy().tolist() == [[3.0, 10.0]]

    def test_inner_model_is_one_layer(self):
        """A model inside a model counts as **one layer** of it, which hides the layers within.

        So a pretrained model can serve as the first layer of another one.
        """
        layers = [tf.keras.Input((2,)), Scale(name="first"), Scale(name="second")]
        encoder = tf.keras.Sequential(layers, name="encoder")
        outer = tf.keras.Sequential([encoder, Scale(name="head")])

        outer(tf.constant([[1.0, 2.0]]))

        print([layer.name for layer in outer.layers])
        assert [layer.name for layer in outer.layers] == ["encoder", "head"]
        assert len(outer.weights) == 3
        assert outer.get_layer("encoder").get_layer("first").name == "first"
        with pytest.raises(ValueError, match="No such layer: first"):
            outer.get_layer("first")

    @holds("keras>=3.5,<3.6")
    def test_unbuilt_models_came_not_first(self):
        """In Keras 3.5, a Sequential without an input shape could not be **first** in another."""
        encoder = tf.keras.Sequential([Scale()])

        with pytest.raises(ValueError, match="no defined input shape yet"):
            tf.keras.Sequential([encoder, Scale()])

    def test_outermost_model_trains(self):
        """`fit` runs the `train_step` of the **outermost** model; an inner one is just a layer."""
        steps = []

        class Inner(tf.keras.Sequential):
            def train_step(self, data):
                steps.append("inner")
                return super().train_step(data)

        class Outer(tf.keras.Sequential):
            def train_step(self, data):
                steps.append("outer")
                return super().train_step(data)

        inner = Inner([tf.keras.Input((1,)), Scale()])
        outer = Outer([tf.keras.Input((1,)), inner])
        outer.compile(tf.keras.optimizers.SGD(0.5), "mse")
        outer.fit(ones_to_zeros(), verbose=0)

        print(set(steps))
        assert set(steps) == {"outer"}
        assert inner.get_weights()[0].tolist() == [0.0]

    @core
    @confirms("B7.1")
    def test_activation_with_a_weight(self):
        """A new activation that **learns** a parameter is best a custom layer, to own the weight.

        In a function Keras would not find the weight:
        `q07::TestTracking::test_where_layers_are_found`.
        """
        layer = LearnedSlope()
        inputs = tf.constant([[-2.0, 2.0]])
        before = layer(inputs)
        layer.set_weights([np.array(0.5)])

        print(layer(inputs))
        assert before.numpy().tolist() == [[-2.0, 2.0]]
        assert layer(inputs).numpy().tolist() == [[-1.0, 2.0]]
        assert len(layer.trainable_weights) == 1

    def test_activation_is_trained(self):
        """`fit` **trains** the slope of a `LearnedSlope`, to which only negative inputs contribute."""
        model = tf.keras.Sequential([tf.keras.Input((1,)), LearnedSlope()])
        model.compile(tf.keras.optimizers.SGD(0.1), "mse")
        layer = model.layers[0]

        model.fit(tf.data.Dataset.from_tensors(([[2.0]], [[0.0]])), verbose=0)
        after_positive = layer.get_weights()[0].item()
        model.fit(tf.data.Dataset.from_tensors(([[-2.0]], [[0.0]])), verbose=0)

        assert after_positive == 1.0
        assert layer.get_weights()[0].item() == pytest.approx(0.2)

    @core
    @corrects("B7.1")
    def test_activation_without_weights(self):
        """A new activation without weights is just a **function**: no custom layer is needed.

        There is nothing to keep, and `activation` takes a function as well as a name.
        """

        def squared(inputs):
            return tf.square(inputs)

        layer = tf.keras.layers.Dense(1, activation=squared, kernel_initializer="ones")

        assert layer(tf.constant([[1.0, 2.0]])).numpy().tolist() == [[9.0]]

    @holds("keras<3", otherwise=ValueError)
    @about("tf.keras.utils.get_custom_objects", "tf.keras.utils.custom_object_scope")
    def test_activations_were_found_by_name(self):
        """Before Keras 3, a layer also found your own activation by the **name** it was registered under."""
        with tf.keras.utils.custom_object_scope({"double": lambda inputs: 2 * inputs}):
            layer = tf.keras.layers.Dense(1, activation="double", kernel_initializer="ones")

        assert layer(tf.constant([[1.0, 2.0]])).numpy().tolist() == [[6.0]]

    @holds("keras>=3", was="test_activations_were_found_by_name", otherwise=pytest.fail.Exception)
    def test_activations_are_given(self):
        """From Keras 3 on, a layer finds by **name** only Keras's activations: pass your own itself.

        Instead: `activation=double` for `activation="double"`.
        """
        functions = {"double": lambda inputs: 2 * inputs}
        layer = tf.keras.layers.Dense(1, functions["double"], kernel_initializer="ones")

        assert layer(tf.constant([[1.0, 2.0]])).numpy().tolist() == [[6.0]]
        scope = tf.keras.utils.custom_object_scope(functions)
        with scope, pytest.raises(ValueError, match="Could not interpret activation function"):
            tf.keras.layers.Dense(1, activation="double")

    @holds("keras<3")
    @about("tf.keras.activations.hard_sigmoid", "tf.keras.layers.*(*='hard_sigmoid')")
    def test_hard_sigmoid_was_steeper(self):
        """Before Keras 3, `hard_sigmoid` had the **slope** 0.2."""
        outputs = tf.keras.activations.hard_sigmoid(tf.constant([-1.0, 0.0, 1.0]))

        assert outputs.numpy() == pytest.approx([0.3, 0.5, 0.7])

    @holds("keras>=3", was="test_hard_sigmoid_was_steeper")
    def test_hard_sigmoid(self):
        """From Keras 3 on, the activation `hard_sigmoid` has the **slope** 1/6: models give other numbers."""
        outputs = tf.keras.activations.hard_sigmoid(tf.constant([-1.0, 0.0, 1.0]))

        assert outputs.numpy() == pytest.approx([1 / 3, 1 / 2, 2 / 3])


class TestTracking:
    """Weights count only where Keras finds them, such as in layers that attributes hold."""

    @core
    @pytest.mark.parametrize(
        "attribute, weights",
        [
            ("the layer", 1),
            ("a list", 1),
            ("a tuple", 1),
            ("a dict", 1),
            ("lists in a dict", 1),
            ("a deque", 0),
            ("a plain object", 0),
            ("a function", 0),
        ],
    )
    def test_where_layers_are_found(self, attribute, weights):
        """Keras finds layers set on `self`, alone or in **lists**, tuples, dicts, not in just any object.

        What it does not find is missing from `weights`, and so is neither trained nor saved. See
        the [reference](https://www.tensorflow.org/api_docs/python/tf/keras/layers/Layer).
        """
        scale = Scale()
        scale.build((None, 2))

        outer = tf.keras.layers.Layer()
        outer.held = HOLDERS[attribute](scale)

        assert len(outer.weights) == weights

    @holds("keras<3")
    @about("tf.keras.layers.Layer.__setattr__(*=<tf.Variable>)")
    def test_variables_were_tracked(self):
        """Before Keras 3, a `tf.Variable` in an attribute was one of the layer's **weights**."""

        class Shift(tf.keras.layers.Layer):
            def __init__(self):
                super().__init__()
                self.shift = tf.Variable(1.0)

            def call(self, inputs):
                return inputs + self.shift

        shift = Shift()

        assert shift(tf.constant([1.0])).numpy().tolist() == [2.0]
        assert len(shift.trainable_weights) == 1

    @holds("keras>=3", was="test_variables_were_tracked")
    def test_variables_are_not_tracked(self):
        """From Keras 3 on, a `tf.Variable` in an attribute is **no weight** of a layer.

        The layer computes with it all the same, so nothing fails: `fit` just does not train it.
        Instead: make it with `add_weight`.
        """

        class Shift(tf.keras.layers.Layer):
            def __init__(self):
                super().__init__()
                self.shift = tf.Variable(1.0)
                self.weight = self.add_weight(name="weight", shape=(), initializer="ones")

            def call(self, inputs):
                return self.weight * inputs + self.shift

        shift = Shift()

        assert shift(tf.constant([1.0])).numpy().tolist() == [2.0]
        assert len(shift.trainable_weights) == 1

    @holds("keras<3")
    @about("tf.Module.__setattr__(*=*<keras.*)")
    def test_modules_found_keras_weights(self):
        """Before Keras 3, a `tf.Module` **found** the weights of the Keras layers inside it."""

        class Net(tf.Module):
            def __init__(self):
                super().__init__()
                self.scale = Scale()
                self.shift = tf.Variable(1.0)

        net = Net()
        net.scale.build((None, 2))

        assert len(net.trainable_variables) == 2

    @holds("keras>=3", was="test_modules_found_keras_weights")
    def test_modules_miss_keras_weights(self):
        """From Keras 3 on, a `tf.Module` does **not** find the weights of its Keras layers.

        A loop over `module.trainable_variables` leaves them untrained, without a warning.
        Instead: make the outer object a Keras layer or model, or add the layers' weights yourself.
        """

        class Net(tf.Module):
            def __init__(self):
                super().__init__()
                self.scale = Scale()
                self.shift = tf.Variable(1.0)

        net = Net()
        net.scale.build((None, 2))

        assert len(net.trainable_variables) == 1
        assert len(net.scale.trainable_variables) == 1

    @holds("keras<3")
    @about("tf.keras.layers.Layer.__setattr__(call=<keras.layers.* but <keras.layers.Layer.*)")
    def test_built_layers_grew(self):
        """Before Keras 3, a **built** custom layer took new layers and weights."""
        layer = Scale()
        layer.build((None, 2))

        layer.extra = Scale()
        layer.extra.build((None, 2))

        assert len(layer.weights) == 2

    @holds("keras>=3", was="test_built_layers_grew")
    def test_built_layers_are_locked(self):
        """From Keras 3 on, a **built** custom layer refuses new layers and weights.

        Instead: make them in `__init__` or in `build`.
        """
        layer = Scale()
        layer.early = Scale()
        layer.build((None, 2))

        with pytest.raises(ValueError, match="cannot add new elements of state"):
            layer.extra = Scale()
        with pytest.raises(ValueError, match="cannot add new elements of state"):
            layer.add_weight(name="extra", shape=(), initializer="ones")

    @holds("keras<3")
    @about(
        "tf.keras.layers.Layer.__setattr__(call=<tf.Variable>)",
        "tf.keras.layers.Layer.__setattr__(call=<*.add_weight>)",
    )
    def test_weights_were_made_in_call(self):
        """Before Keras 3, a weight could be made in the **first call**, and was tracked."""

        class Late(tf.keras.layers.Layer):
            def call(self, inputs):
                if not hasattr(self, "factor"):
                    self.factor = self.add_weight(name="factor", shape=(), initializer="ones")
                return inputs * self.factor

        layer = Late()
        layer(tf.constant([[1.0]]))

        assert len(layer.trainable_weights) == 1

    @holds("keras>=3", was="test_weights_were_made_in_call")
    def test_weights_are_not_made_in_call(self):
        """From Keras 3 on, **`call`** of a layer without layers inside cannot make a weight.

        The layer counts as built by then.
        Instead: make it in `build`.
        """

        class Late(tf.keras.layers.Layer):
            def call(self, inputs):
                if not hasattr(self, "factor"):
                    self.factor = self.add_weight(name="factor", shape=(), initializer="ones")
                return inputs * self.factor

        with pytest.raises(ValueError, match="cannot add new elements of state"):
            Late()(tf.constant([[1.0]]))

    def test_layer_made_in_call(self):
        """A layer made in an eager `call` and not kept has **new weights** each time, untracked."""

        class Forgetful(tf.keras.layers.Layer):
            def call(self, inputs):
                return tf.keras.layers.Dense(1, kernel_initializer=tf.random.normal)(inputs)

        layer = Forgetful()
        first = layer(tf.constant([[1.0, 2.0]]))
        second = layer(tf.constant([[1.0, 2.0]]))

        assert len(layer.weights) == 0
        assert first.numpy().tolist() != second.numpy().tolist()

    @holds("keras<3", otherwise=AttributeError)
    @about("tf.keras.layers.Layer.add_update", "tf.keras.layers.Layer.updates")
    def test_layers_had_updates(self):
        """Before Keras 3, a layer could be told of its updates, by **`add_update`**."""
        layer = Scale()
        count = tf.Variable(0)

        layer.add_update(count.assign_add(1))

        assert int(count) == 1
        assert layer.updates == []

    @holds("keras>=3", was="test_layers_had_updates")
    def test_layers_have_no_updates(self):
        """From Keras 3 on, a layer has no **`add_update`** and no `updates`.

        Instead: just `assign` in `call`.
        """

        class Counting(Scale):
            def call(self, inputs):
                self.factors.assign_add([1.0])
                return inputs

        layer = Counting()
        layer(tf.ones((1, 1)))

        assert layer.get_weights()[0].tolist() == [2.0]
        with pytest.raises(AttributeError, match="add_update"):
            layer.add_update([])

    @holds("keras<3", otherwise=AttributeError)
    @about("tf.keras.Model.reset_states & tf.keras.layers.*(stateful=*)")
    def test_models_reset_their_states(self):
        """Before Keras 3, a model's **`reset_states`** reset the stateful recurrent layers among its `layers`."""
        rnn = tf.keras.layers.SimpleRNN(1, stateful=True, kernel_initializer="ones")
        model = tf.keras.Sequential([tf.keras.Input((1, 1), batch_size=1), rnn])
        first = model(tf.ones((1, 1, 1))).numpy()

        model.reset_states()

        assert model(tf.ones((1, 1, 1))).numpy() == first

    @holds("keras>=3", was="test_models_reset_their_states")
    def test_layers_reset_their_states(self):
        """From Keras 3 on, a model has no **`reset_states`**; a recurrent layer has a `reset_state`.

        Instead: call that of each stateful layer.
        """
        rnn = tf.keras.layers.SimpleRNN(1, stateful=True, kernel_initializer="ones")
        model = tf.keras.Sequential([tf.keras.Input((1, 1), batch_size=1), rnn])
        first = model(tf.ones((1, 1, 1))).numpy()

        rnn.reset_state()

        assert model(tf.ones((1, 1, 1))).numpy() == first
        with pytest.raises(AttributeError, match="reset_states"):
            model.reset_states()


class TestBuild:
    """`build` makes the weights when the input's shape is known: at the first call, not later."""

    @core
    def test_weights_wait_for_build(self):
        """`build` makes weights at the layer's **first call**, or when called itself; `__init__` at once.

        That is what `build` is for: it is told the shape, so that nobody has to pass it. See the
        [guide](https://www.tensorflow.org/guide/keras/making_new_layers_and_models_via_subclassing#best_practice_deferring_weight_creation_until_the_shape_of_the_inputs_is_known).
        """

        class Sized(tf.keras.layers.Layer):
            def __init__(self, size):
                super().__init__()
                self.factors = self.add_weight(name="factors", shape=(size,), initializer="ones")

            def call(self, inputs):
                return inputs * self.factors

        called, built = Scale(), Scale()
        assert called.weights == built.weights == []

        called(tf.constant([[1.0, 2.0]]))
        built.build((None, 3))

        assert tuple(called.factors.shape) == (2,)
        assert tuple(built.factors.shape) == (3,)
        assert len(Sized(2).weights) == 1

    def test_four_methods(self):
        """A layer's `__init__` takes options, **`build`** makes weights, `call` computes with both.

        `get_config` gives the options back, to make the layer anew when it is loaded. Among them
        are those of every layer, here `**options`, such as its name.
        """

        class Shift(tf.keras.layers.Layer):
            def __init__(self, factor=1.0, **options):
                super().__init__(**options)
                self.factor = factor

            def build(self, input_shape):
                size = input_shape[-1]
                self.shift = self.add_weight(name="shift", shape=(size,), initializer="ones")

            def call(self, inputs):
                return inputs + self.factor * self.shift

            def get_config(self):
                return {**super().get_config(), "factor": self.factor}

        layer = Shift.from_config(Shift(factor=10.0).get_config())

        assert layer(tf.constant([[1.0, 2.0]])).numpy().tolist() == [[11.0, 12.0]]

    @holds("keras<3")
    @about(
        "tf.keras.layers.Layer.build.as_list",
        "tf.keras.layers.Layer.build.ndims",
        "tf.keras.layers.Layer.build.rank",
        "tf.keras.layers.Layer.build.dims",
        "tf.keras.layers.Layer.compute_output_shape.as_list",
        "tf.keras.layers.Layer.compute_output_shape.ndims",
        "tf.keras.layers.Layer.compute_output_shape.rank",
        "tf.keras.layers.Layer.compute_output_shape.dims",
    )
    def test_build_was_given_a_tensor_shape(self):
        """Before Keras 3, a layer's first call gave its `build` the input's shape as a **`TensorShape`**."""
        given = []

        class Curious(tf.keras.layers.Layer):
            def build(self, input_shape):
                given.append(type(input_shape).__name__)

            def call(self, inputs):
                return inputs

        Curious()(tf.constant([[1.0, 2.0]]))

        assert given == ["TensorShape"]

    @holds("keras>=3", was="test_build_was_given_a_tensor_shape")
    def test_build_is_given_a_tuple(self):
        """From Keras 3 on, `build` is given the input's shape as a **tuple**.

        It has no `as_list` and no `rank`.
        Instead: `list(input_shape)`, `len(input_shape)`.
        """
        given = []

        class Curious(tf.keras.layers.Layer):
            def build(self, input_shape):
                given.append(input_shape)

            def call(self, inputs):
                return inputs

        Curious()(tf.constant([[1.0, 2.0]]))

        assert given == [(1, 2)]
        assert type(given[0]) is tuple

    def test_one_layer_twice_shares_its_weights(self):
        """The same layer called twice **shares** its weights; two layers have two sets of them."""
        inputs = tf.keras.Input((2,))
        scale = Scale()

        shared = tf.keras.Model(inputs, scale(scale(inputs)))
        separate = tf.keras.Model(inputs, Scale()(Scale()(inputs)))
        scale.set_weights([np.array([3.0, 5.0])])

        assert len(shared.weights) == 1
        assert len(separate.weights) == 2
        assert shared(tf.constant([[1.0, 1.0]])).numpy().tolist() == [[9.0, 25.0]]

    @holds("keras<3")
    @about("tf.keras.layers.Layer.add_weight(0=str)")
    def test_add_weight_began_with_the_name(self):
        """Before Keras 3, the first argument of `add_weight` was the **name**."""
        weight = tf.keras.layers.Layer().add_weight("total", initializer="ones")

        assert weight.name.startswith("total")

    @holds("keras>=3", was="test_add_weight_began_with_the_name")
    def test_add_weight_begins_with_the_shape(self):
        """From Keras 3 on, the first argument of `add_weight` is the **shape**.

        Instead: give every argument its name, `add_weight(name="total", shape=(2,))`.
        """
        weight = tf.keras.layers.Layer().add_weight((2,), initializer="ones")

        assert tuple(weight.shape) == (2,)

    @holds("keras<3", otherwise=UserWarning)
    @about("tf.keras.Model.build(0=*) & class tf.keras.Model")
    def test_build_ran_call(self, afresh):
        """Before Keras 3, the `build(shape)` that a model inherits made its weights: it ran **`call`**."""

        model = ScaleNet()
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            model.build((None, 2))

        assert len(model.weights) == 1

    @holds("keras>=3", was="test_build_ran_call")
    def test_build_makes_no_weights(self):
        """From Keras 3 on, `build(shape)` of a `Model` with only `call` makes **no** weights.

        It warns.
        Instead: call the model on data, or write a `build` that builds its layers.
        """

        model = ScaleNet()
        with pytest.warns(UserWarning, match="does not have a `build"):
            model.build((None, 2))

        assert len(model.weights) == 0

    @holds("keras>=2.13,<3")
    @about("tf.keras.Model.__setattr__(build=<keras.layers.* but <keras.layers.Layer.*)")
    def test_layer_made_in_build_was_loaded(self, tmp_path):
        """In Keras 2.13 to 2.15, a layer made in a model's `build` was loaded **with** its weights."""

        class Net(tf.keras.Model):
            def build(self, input_shape):
                self.scale = Scale()
                super().build(input_shape)

            def call(self, inputs):
                return self.scale(inputs)

        model = Net()
        model(tf.constant([[1.0, 2.0]]))
        model.save(tmp_path / "net.keras")
        loaded = tf.keras.models.load_model(tmp_path / "net.keras", {"Net": Net, "Scale": Scale})

        assert len(loaded.weights) == 1

    @holds("keras>=3", was="test_layer_made_in_build_was_loaded")
    def test_layer_made_in_build_is_lost(self, tmp_path):
        """From Keras 3 on, a layer made, not built, in a model's `build` is loaded **without** weights.

        The first call then makes new ones, without a warning.
        Instead: make the layer in `__init__`, or let the model's `build` build it, too.
        """

        class Net(tf.keras.Model):
            def build(self, input_shape):
                self.scale = Scale()
                super().build(input_shape)

            def call(self, inputs):
                return self.scale(inputs)

        model = Net()
        model(tf.constant([[1.0, 2.0]]))
        model.set_weights([np.array([3.0, 5.0])])
        model.save(tmp_path / "net.keras")
        loaded = tf.keras.models.load_model(tmp_path / "net.keras", {"Net": Net, "Scale": Scale})

        assert len(loaded.weights) == 0
        assert model(tf.constant([[1.0, 1.0]])).numpy().tolist() == [[3.0, 5.0]]
        assert loaded(tf.constant([[1.0, 1.0]])).numpy().tolist() == [[1.0, 1.0]]

    @holds("keras<3", otherwise=ValueError)
    @about("tf.keras.layers.*(weights=*)")
    def test_layers_took_their_weights(self):
        """Before Keras 3, a layer's constructor took its **`weights`**."""
        dense = tf.keras.layers.Dense(1, use_bias=False, weights=[np.array([[3.0]])])

        assert dense(tf.ones((1, 1))).numpy().tolist() == [[3.0]]

    @holds("keras>=3", was="test_layers_took_their_weights")
    def test_layers_are_given_their_weights(self):
        """From Keras 3 on, a layer such as `Dense` takes no **`weights`** in its constructor.

        Instead: build the layer, then `set_weights`.
        """
        dense = tf.keras.layers.Dense(1, use_bias=False)
        dense.build((None, 1))
        dense.set_weights([np.array([[3.0]])])

        assert dense(tf.ones((1, 1))).numpy().tolist() == [[3.0]]
        with pytest.raises(ValueError, match="Unrecognized keyword arguments"):
            tf.keras.layers.Dense(1, weights=[np.array([[3.0]])])

    @holds("keras<3", otherwise=UserWarning)
    @about(
        "tf.keras.layers.*(input_shape=*)",
        "tf.keras.layers.*(input_dim=*)",
        "tf.keras.layers.*(batch_input_shape=*)",
    )
    def test_layers_took_an_input_shape(self):
        """Before Keras 3, the first layer of a `Sequential` took the **`input_shape`**."""
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            model = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(2,))])

        assert model.input_shape == (None, 2)

    @holds("keras>=3", was="test_layers_took_an_input_shape")
    def test_layers_warn_of_an_input_shape(self):
        """From Keras 3 on, a layer like `Dense` warns of **`input_shape`**, refuses `batch_input_shape`.

        Instead: begin the model with `tf.keras.Input(shape)`.
        """
        with pytest.warns(UserWarning, match="Do not pass an `input_shape`"):
            model = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(2,))])

        assert model.input_shape == (None, 2)
        with pytest.raises(ValueError, match="Unrecognized keyword arguments"):
            tf.keras.layers.Dense(1, batch_input_shape=(4, 2))

    @holds("keras<3", otherwise=ValueError)
    @about("tf.keras.layers.*(time_major=*)")
    def test_recurrent_layers_could_be_time_major(self):
        """Before Keras 3, a recurrent layer could take **time** as the first axis: `time_major`."""
        layer = tf.keras.layers.SimpleRNN(1, time_major=True)

        assert layer(tf.ones((5, 2, 3))).shape == (2, 1)

    @holds("keras>=3", was="test_recurrent_layers_could_be_time_major")
    def test_recurrent_layers_begin_with_the_batch(self):
        """From Keras 3 on, a recurrent layer has no `time_major`: the **batch** is the first axis.

        Instead: `tf.transpose(inputs, [1, 0, 2])` before the layer.
        """
        layer = tf.keras.layers.SimpleRNN(1)

        assert layer(tf.ones((5, 2, 3))).shape == (5, 1)
        with pytest.raises(ValueError, match="Unrecognized keyword arguments"):
            tf.keras.layers.SimpleRNN(1, time_major=True)


class TestWiring:
    """Functional models fork and are checked early; a subclass's `call` may branch in Python."""

    @core
    @corrects("B7.2")
    def test_functional_model_is_not_a_chain(self):
        """A **functional** model needs no subclass for skip connections, several inputs or outputs.

        A skip connection leads a layer's input past it, here to be added to its output. So
        connections that are not sequential are no reason to write a custom model; see the
        [guide](https://www.tensorflow.org/guide/keras/functional_api).
        """
        left, right = tf.keras.Input((2,)), tf.keras.Input((2,))
        dense = tf.keras.layers.Dense(2, kernel_initializer="ones")
        skip = tf.keras.layers.Add()([left, dense(left)])
        product = tf.keras.layers.Multiply()([left, right])

        model = tf.keras.Model([left, right], [skip, product])
        first, second = model([tf.constant([[1.0, 2.0]]), tf.constant([[10.0, 10.0]])])

        print(first, second, sep="\n")
        assert first.numpy().tolist() == [[4.0, 5.0]]
        assert second.numpy().tolist() == [[10.0, 20.0]]

    @core
    @confirms("B7.2")
    def test_custom_model_is_not_a_chain(self):
        """A custom model writes a skip connection as plain Python in its **`call`**.

        Either way works: choose a subclass for what the functional API cannot say.
        """

        class Skip(tf.keras.Model):
            def __init__(self):
                super().__init__()
                self.dense = tf.keras.layers.Dense(2, kernel_initializer="ones")

            def call(self, inputs):
                return inputs + self.dense(inputs)

        model = Skip()

        assert model(tf.constant([[1.0, 2.0]])).numpy().tolist() == [[4.0, 5.0]]

    @core
    @confirms("B7.2")
    def test_only_a_subclass_decides(self):
        """A subclass can decide by its input's **values**; a functional model is built without any.

        Its `Input` stands for values to come. Called eagerly, the subclass needs no more; for `fit`
        and `predict` see `q09::TestWhatCannotBeConverted`.
        """

        class Magnitude(tf.keras.Model):
            def call(self, inputs):
                return inputs if tf.reduce_sum(inputs) > 0 else -inputs

        model = Magnitude()
        inputs = tf.keras.Input((1,))

        assert model(tf.constant([[3.0]])).numpy().tolist() == [[3.0]]
        assert model(tf.constant([[-3.0]])).numpy().tolist() == [[3.0]]
        with pytest.raises(TypeError, match="symbolic"):
            tf.keras.Model(inputs, inputs if inputs > 0 else -inputs)

    @core
    def test_functional_model_is_checked(self):
        """A functional model checks most known shapes **while it is built**, a subclass when called.

        So mistakes show early: a reason not to write a subclass.
        """

        class Sum(tf.keras.Model):
            def call(self, inputs):
                left, right = inputs
                return left + right

        three, four = tf.keras.Input((3,)), tf.keras.Input((4,))
        model = Sum()

        with pytest.raises(ValueError, match="incompatible shapes"):
            tf.keras.Model([three, four], tf.keras.layers.Add()([three, four]))
        with pytest.raises(tf.errors.InvalidArgumentError, match="ncompatible shapes"):
            model([tf.ones((1, 3)), tf.ones((1, 4))])

    def test_functional_model_is_cut_open(self):
        """An **inner output** of a functional model can be the output of another model.

        So features of a trained model can be looked at, or used; see the
        [guide](https://www.tensorflow.org/guide/keras/functional_api#extract_and_reuse_nodes_in_the_graph_of_layers).
        """
        inputs = tf.keras.Input((2,))
        hidden = tf.keras.layers.Dense(3, kernel_initializer="ones", name="hidden")(inputs)
        model = tf.keras.Model(inputs, tf.keras.layers.Dense(1)(hidden))

        features = tf.keras.Model(model.input, model.get_layer("hidden").output)

        assert features(tf.constant([[1.0, 2.0]])).numpy().tolist() == [[3.0, 3.0, 3.0]]

    @holds("keras<3")
    @about("tf.*(*=*<keras.layers.Input>*)")
    def test_functions_became_layers(self):
        """Before Keras 3, most TensorFlow functions of a model's `Input` became a **layer**."""
        inputs = tf.keras.Input((2, 1))

        model = tf.keras.Model(inputs, tf.squeeze(inputs, -1))

        assert len(model.layers) == 2
        assert model(tf.constant([[[1.0], [2.0]]])).numpy().tolist() == [[1.0, 2.0]]

    @holds("keras>=3", was="test_functions_became_layers")
    def test_functions_refuse_symbolic_inputs(self):
        """From Keras 3 on, a TensorFlow function that computes **refuses** a model's `Input`.

        Arithmetic with Python numbers and slices still work.
        Instead: call the function in a layer, or use [`keras.ops`](https://keras.io/api/ops/).
        """
        inputs = tf.keras.Input((2, 1))

        model = tf.keras.Model(inputs, 2 * inputs[:, :, 0])

        assert model(tf.constant([[[1.0], [2.0]]])).numpy().tolist() == [[2.0, 4.0]]
        with pytest.raises(ValueError, match="KerasTensor cannot be used as input"):
            tf.squeeze(inputs, -1)

    @holds("keras<3")
    @about("tf.keras.Input(shape=int)", "tf.keras.Input(0=int)")
    def test_input_took_a_number(self):
        """Before Keras 3, `Input` took a plain **number** as its shape."""
        assert tuple(tf.keras.Input(shape=4).shape) == (None, 4)

    @holds("keras>=3", was="test_input_took_a_number")
    def test_input_takes_a_tuple(self):
        """From Keras 3 on, `Input` takes no plain **number** as its shape, but a tuple.

        Instead: `Input(shape=(4,))`.
        """
        assert tuple(tf.keras.Input(shape=(4,)).shape) == (None, 4)
        with pytest.raises(ValueError, match="Cannot convert '4' to a shape"):
            tf.keras.Input(shape=4)

    @holds("keras>=3,<3.4")
    def test_nested_inputs_were_refused(self):
        """In Keras 3.0 to 3.3, a functional model refused a **list** within its list of inputs."""
        first, second = tf.keras.Input((1,)), tf.keras.Input((1,))
        total = tf.keras.layers.Add()([first, second])

        with pytest.raises(ValueError, match="must be KerasTensors"):
            tf.keras.Model([first, [second]], total)

    @holds("keras>=3.4,<3.13")
    def test_none_among_inputs_failed(self):
        """In Keras 3.4 to 3.12, a layer's first call failed on a **`None`** in its list of inputs."""

        class First(tf.keras.layers.Layer):
            def call(self, inputs):
                return inputs[0]

        with pytest.raises(AttributeError, match="'NoneType' object has no attribute 'shape'"):
            First()([tf.constant([[1.0]]), None])

    @holds("keras<3")
    @about("def tf.keras.layers.Layer.call(return=(*None*)")
    def test_results_could_be_none(self, afresh):
        """Before Keras 3, a layer in a functional model could return **`None`** beside a tensor."""

        class WithNothing(tf.keras.layers.Layer):
            def call(self, inputs):
                return inputs, None

        results = WithNothing()(tf.keras.Input((1,)))

        assert len(results) == 2

    @holds("keras>=3", was="test_results_could_be_none")
    def test_results_are_tensors(self):
        """From Keras 3 on, a layer in a functional model returns **tensors** only, no `None` beside them.

        Called on data it may.
        Instead: leave the `None` out.
        """

        class WithNothing(tf.keras.layers.Layer):
            def call(self, inputs):
                return inputs, None

        assert WithNothing()(tf.constant([[1.0]]))[1] is None
        with pytest.raises(ValueError, match="outputs must be tensors"):
            WithNothing()(tf.keras.Input((1,)))

    @holds("keras<3")
    @about("tf.keras.layers.Layer.__call__(0=numbers)")
    def test_numbers_were_taken(self):
        """Before Keras 3, a custom layer took a list of **numbers** and made tensors of them."""

        class Total(tf.keras.layers.Layer):
            def call(self, inputs):
                return tf.add_n(inputs)

        assert float(Total()([1.0, 2.0])) == 3.0

    @holds("keras>=3", was="test_numbers_were_taken")
    def test_numbers_are_refused(self):
        """From Keras 3 on, a custom layer **refuses** a list of Python numbers passed by position.

        Instead: give it a list of tensors.
        """

        class Total(tf.keras.layers.Layer):
            def call(self, inputs):
                return tf.add_n(inputs)

        assert float(Total()([tf.constant(1.0), tf.constant(2.0)])) == 3.0
        with pytest.raises(ValueError, match="Only input tensors"):
            Total()([1.0, 2.0])


class TestConfigAndSaving:
    """A functional model's config lists its layers; a subclass needs its code, too."""

    def test_functional_config_is_the_architecture(self):
        """The config of `Model(inputs, outputs)` lists its **layers**; that of a `call` alone does not.

        So for `from_config` a functional model needs no class of its own, while the other model
        does; see the [guide](https://www.tensorflow.org/guide/keras/serialization_and_saving).
        """

        class Net(tf.keras.Model):
            def call(self, inputs):
                return inputs

        inputs = tf.keras.Input((2,))
        hidden = tf.keras.layers.Dense(2, kernel_initializer="zeros")(inputs)
        model = tf.keras.Model(inputs, tf.keras.layers.Add()([inputs, hidden]))
        config = model.get_config()

        print([layer["class_name"] for layer in config["layers"]])
        assert [layer["class_name"] for layer in config["layers"]] == ["InputLayer", "Dense", "Add"]
        assert len(tf.keras.Model.from_config(config).layers) == 3
        assert "layers" not in Net().get_config()

    @holds("keras<3")
    @about(
        "def tf.keras.Model.__init__(*=*) & tf.keras.Model.save",
        "def tf.keras.Model.__init__(*=*) & tf.keras.models.clone_model",
    )
    def test_model_arguments_were_recorded(self):
        """Before Keras 3, a custom model's config, unless a Sequential's, recorded **arguments** like numbers."""

        class Power(tf.keras.Model):
            def __init__(self, exponent, **options):
                super().__init__(**options)
                self.exponent = exponent

        model = Power.from_config(Power(3).get_config())

        assert model.exponent == 3

    @holds("keras>=3,<3.12", was="test_model_arguments_were_recorded")
    def test_model_arguments_were_left_out(self):
        """In Keras 3.0 to 3.11, a custom model's config **left out** its arguments.

        So a model with a required argument could not be made again.
        Instead: a `get_config` of its own.
        """

        class Power(tf.keras.Model):
            def __init__(self, exponent, **options):
                super().__init__(**options)
                self.exponent = exponent

        config = Power(3).get_config()

        assert "exponent" not in config
        with pytest.raises(TypeError, match="Unable to revive model from config"):
            Power.from_config(config)

    @holds("keras>=3.12", was="test_model_arguments_were_left_out")
    def test_model_arguments_are_not_recorded(self):
        """From Keras 3.12 on, to be saved and loaded, a model with required arguments needs **`get_config`**.

        Without, an argument that has a default silently comes back as that. The config of a custom
        layer records an argument such as a number by itself.
        Instead: return `{**super().get_config(), "exponent": self.exponent}`.
        """

        class PowerLayer(tf.keras.layers.Layer):
            def __init__(self, exponent, **options):
                super().__init__(**options)
                self.exponent = exponent

        class PowerModel(tf.keras.Model):
            def __init__(self, exponent, **options):
                super().__init__(**options)
                self.exponent = exponent

        class SquareModel(PowerModel):
            def __init__(self, exponent=2, **options):
                super().__init__(exponent, **options)

        assert SquareModel.from_config(SquareModel(3).get_config()).exponent == 2
        assert PowerLayer.from_config(PowerLayer(3).get_config()).exponent == 3
        with pytest.raises(NotImplementedError, match="must override `get_config"):
            PowerModel(3).get_config()

    def test_layer_is_saved_in_a_model(self, tmp_path):
        """A layer that its config can make anew is saved **with the model**, and found in the loaded one.

        What that takes: `q07::TestBuild::test_four_methods`.
        """
        scale = Scale()
        model = tf.keras.Sequential([tf.keras.Input((2,)), scale])
        scale.set_weights([np.array([3.0, 5.0])])

        model.save(tmp_path / "scale.keras")
        loaded = tf.keras.models.load_model(tmp_path / "scale.keras", {"Scale": Scale})

        assert type(loaded.layers[0]) is Scale
        print(loaded.layers[0].get_weights())
        assert loaded.layers[0].get_weights()[0].tolist() == [3.0, 5.0]

    @holds("keras<3")
    @about("def tf.keras.layers.Layer.__init__ & tf.keras.models.load_model(0='*.keras')")
    def test_layers_of_no_options_were_loaded(self, tmp_path):
        """Before Keras 3, a layer with no `get_config` was loaded also if its `__init__` took no **`name`**."""
        tf.keras.Sequential([tf.keras.Input((2,)), Plain()]).save(tmp_path / "plain.keras")
        loaded = tf.keras.models.load_model(tmp_path / "plain.keras", {"Plain": Plain})

        assert type(loaded.layers[0]) is Plain

    @holds("keras>=3", was="test_layers_of_no_options_were_loaded")
    def test_layers_of_no_options_are_lost(self, tmp_path):
        """From Keras 3 on, a layer with no `get_config` is not loaded if its `__init__` takes no **`name`**.

        It is saved, though: its config then has the options of every layer, which loading passes.
        Instead: `def __init__(self, **options)`, which passes them to `super().__init__`.
        """
        tf.keras.Sequential([tf.keras.Input((2,)), Plain()]).save(tmp_path / "plain.keras")

        with pytest.raises(TypeError, match="unexpected keyword argument"):
            tf.keras.models.load_model(tmp_path / "plain.keras", {"Plain": Plain})

    @holds("keras>=3")
    @about("tf.keras.models.save_model(0=<keras.layers.*)")
    def test_layer_is_saved_alone(self, tmp_path):
        """From Keras 3 on, a **lone layer** whose `build` makes its weights is saved as `.keras` and loaded."""
        scale = Scale()
        scale.build((None, 2))
        scale.set_weights([np.array([3.0, 5.0])])

        tf.keras.models.save_model(scale, tmp_path / "scale.keras")
        loaded = tf.keras.models.load_model(tmp_path / "scale.keras", {"Scale": Scale})

        assert type(loaded) is Scale
        assert loaded.get_weights()[0].tolist() == [3.0, 5.0]

    @holds("keras>=3,<3.9")
    @about("tf.keras.models.load_model(0='*.keras')")
    def test_layer_classes_were_imported(self, tmp_path):
        """In Keras 3.0 to 3.8, loading a `.keras` file **imported** a layer's class from a module of your own."""
        tf.keras.Sequential([tf.keras.Input((2,)), Scale()]).save(tmp_path / "scale.keras")

        loaded = tf.keras.models.load_model(tmp_path / "scale.keras")

        assert type(loaded.layers[0]) is Scale

    @holds("keras>=3.9", was="test_layer_classes_were_imported")
    def test_layer_classes_are_given(self, tmp_path):
        """From Keras 3.9 on, loading a `.keras` file finds your classes only if you **give** or register them.

        Keras no longer imports, for a file that may be anybody's, a module that the file names.
        Instead: `custom_objects`, or `register_keras_serializable` above the class; see the
        [guide](https://www.tensorflow.org/guide/keras/serialization_and_saving).
        """
        tf.keras.Sequential([tf.keras.Input((2,)), Scale()]).save(tmp_path / "scale.keras")

        with pytest.raises(TypeError, match="could not be deserialized"):
            tf.keras.models.load_model(tmp_path / "scale.keras")
        loaded = tf.keras.models.load_model(tmp_path / "scale.keras", {"Scale": Scale})
        assert type(loaded.layers[0]) is Scale

    def test_exported_layer_has_signatures(self, tmp_path):
        """A layer saved alone by `tf.saved_model.save` can be called through **signatures** given with it."""
        scale = Scale()
        scale(tf.constant([[1.0, 2.0]]))
        scale.set_weights([np.array([3.0, 5.0])])

        @tf.function(input_signature=[tf.TensorSpec([None, 2])])
        def serve(inputs):
            return scale(inputs)

        tf.saved_model.save(scale, str(tmp_path), signatures=serve)
        loaded = tf.saved_model.load(str(tmp_path))
        served = loaded.signatures["serving_default"](tf.constant([[1.0, 2.0]]))

        assert served["output_0"].numpy().tolist() == [[3.0, 10.0]]

    @holds("keras<3")
    def test_names_could_have_slashes(self):
        """Before Keras 3, a layer's name could contain a **`/`**."""
        assert Scale(name="encoder/first").name == "encoder/first"

    @holds("keras>=3", was="test_names_could_have_slashes")
    def test_names_have_no_slashes(self):
        """From Keras 3 on, a layer's name must not contain a **`/`**.

        Instead: an underscore, `encoder_first`.
        """
        assert Scale(name="encoder_first").name == "encoder_first"
        with pytest.raises(ValueError, match="cannot contain character `/`"):
            Scale(name="encoder/first")

    @holds("keras<3")
    def test_layers_had_an_output_shape(self):
        """Before Keras 3, a layer of a functional model had an **`output_shape`**."""
        dense = tf.keras.layers.Dense(3)

        dense(tf.keras.Input((2,)))

        assert dense.output_shape == (None, 3)

    @holds("keras>=3", was="test_layers_had_an_output_shape")
    def test_layers_have_outputs_with_shapes(self):
        """From Keras 3 on, a functional model's layer of one output has **`output.shape`**, no `output_shape`.

        A functional or Sequential model still has its `output_shape`.
        Instead: `layer.output.shape`, and `layer.input.shape` for `input_shape`; where it has several,
        `output` or `input` is a list of them.
        """
        dense, lstm = tf.keras.layers.Dense(3), tf.keras.layers.LSTM(4, return_state=True)

        model = tf.keras.Sequential([tf.keras.Input((2,)), dense])
        lstm(tf.keras.Input((3, 2)))

        assert model.output_shape == (None, 3)
        assert tuple(dense.output.shape) == (None, 3)
        assert [tuple(output.shape) for output in lstm.output] == [(None, 4)] * 3
        with pytest.raises(AttributeError, match="output_shape"):
            _ = dense.output_shape

    @holds("keras<3", otherwise=AttributeError)
    @about(
        "tf.keras.layers.LocallyConnected1D",
        "tf.keras.layers.LocallyConnected2D",
        "tf.keras.layers.experimental",
        "tf.keras.constraints.RadialConstraint",
    )
    def test_locally_connected(self):
        """Before Keras 3, there were **locally connected** layers."""
        layer = tf.keras.layers.LocallyConnected1D(1, 1, kernel_initializer="ones")
        assert callable(tf.keras.layers.experimental.RandomFourierFeatures)
        assert callable(tf.keras.constraints.RadialConstraint)

        outputs = layer(tf.constant([[[1.0], [2.0]]]))

        assert outputs.numpy().tolist() == [[[1.0], [2.0]]]

    @holds("keras>=3", was="test_locally_connected")
    def test_removed_layers(self):
        """From Keras 3 on, locally connected layers and `layers.experimental` are **gone**.

        With the second went the random Fourier features; the radial constraint is gone, too.
        Instead: copy such a layer into your code, as a layer of your own.
        """
        names = ["LocallyConnected1D", "LocallyConnected2D", "experimental"]

        found = [name for name in names if hasattr(tf.keras.layers, name)]

        assert found == []
        assert not hasattr(tf.keras.constraints, "RadialConstraint")

    @holds("keras<3")
    @about(
        "tf.keras.Model.save_weights(0=* but '*.weights.h5')",
        "tf.keras.Model.load_weights(0=str but '*.h5')",
        "tf.keras.callbacks.ModelCheckpoint(save_weights_only=True)",
    )
    def test_weights_were_a_checkpoint(self, tmp_path):
        """Before Keras 3, `save_weights` wrote a TensorFlow **checkpoint** by default."""
        model = tf.keras.Sequential([tf.keras.Input((2,)), Scale()])

        model.save_weights(tmp_path / "weights")

        assert (tmp_path / "checkpoint").exists()
        assert (tmp_path / "weights.index").exists()

    @holds("keras>=3", was="test_weights_were_a_checkpoint")
    def test_weights_are_h5(self, tmp_path):
        """From Keras 3 on, `save_weights` writes no checkpoint, but **`.weights.h5`** files.

        Instead: a name with that ending, or `tf.train.Checkpoint(model).save(…)` for a checkpoint.
        """
        model = tf.keras.Sequential([tf.keras.Input((2,)), Scale()])

        model.save_weights(tmp_path / "my.weights.h5")
        tf.train.Checkpoint(model).save(str(tmp_path / "my"))

        assert (tmp_path / "my.weights.h5").exists()
        assert (tmp_path / "my-1.index").exists()
        with pytest.raises(ValueError, match=r"must end in `\.weights\.h5`"):
            model.save_weights(tmp_path / "weights")

    @holds("keras<3.7")
    @about("tf.keras.Model.save_weights & class tf.keras.Model")
    def test_unbuilt_weights_were_saved(self, tmp_path):
        """Before Keras 3.7, an **unbuilt** model's `.weights.h5` file lacked the weights yet to be made."""
        model = ScaleNet()

        model.save_weights(tmp_path / "my.weights.h5")

        assert (tmp_path / "my.weights.h5").exists()
        assert len(model.weights) == 0

    @holds("keras>=3.7", was="test_unbuilt_weights_were_saved")
    def test_unbuilt_weights_are_not_saved(self, tmp_path):
        """From Keras 3.7 on, `save_weights` of an **unbuilt** model raises a `ValueError`.

        Instead: call the model first, on data of the right shape.
        """
        model = ScaleNet()

        with pytest.raises(ValueError, match="not yet been built"):
            model.save_weights(tmp_path / "my.weights.h5")
        model(tf.constant([[1.0, 2.0]]))
        model.save_weights(tmp_path / "my.weights.h5")

        assert (tmp_path / "my.weights.h5").exists()

    @holds("keras<3.15")
    @about("tf.keras.layers.Layer.__setattr__(*=[[*)")
    def test_nested_lists_were_not_saved(self, tmp_path):
        """Before Keras 3.15, `.weights.h5` files silently lacked weights in a custom layer's **nested** lists."""

        class Nested(tf.keras.layers.Layer):
            def __init__(self):
                super().__init__()
                self.blocks = [[Scale()]]

            def call(self, inputs):
                return self.blocks[0][0](inputs)

        model, loaded = (tf.keras.Sequential([Nested()]) for _ in range(2))
        for each in [model, loaded]:
            each(tf.constant([[1.0]]))
        model.set_weights([np.array([5.0])])
        model.save_weights(tmp_path / "my.weights.h5")
        loaded.load_weights(tmp_path / "my.weights.h5")

        assert loaded.get_weights()[0].tolist() == [1.0]

    @holds("keras>=3.15", was="test_nested_lists_were_not_saved")
    def test_nested_lists_are_saved(self, tmp_path):
        """From Keras 3.15 on, `.weights.h5` files have the weights in a custom layer's **nested** lists, too.

        Files written before lack them: loading these leaves such layers as they were initialized.
        Instead: save again, or keep the layers in one flat list.
        """

        class Nested(tf.keras.layers.Layer):
            def __init__(self):
                super().__init__()
                self.blocks = [[Scale()]]

            def call(self, inputs):
                return self.blocks[0][0](inputs)

        model, loaded = (tf.keras.Sequential([Nested()]) for _ in range(2))
        for each in [model, loaded]:
            each(tf.constant([[1.0]]))
        model.set_weights([np.array([5.0])])
        model.save_weights(tmp_path / "my.weights.h5")
        loaded.load_weights(tmp_path / "my.weights.h5")

        assert loaded.get_weights()[0].tolist() == [5.0]

    @holds("keras>=3,<3.3")
    def test_models_were_not_pickled(self):
        """In Keras 3.0 to 3.2, a model could not be **pickled**."""
        model = tf.keras.Sequential([tf.keras.Input((1,)), tf.keras.layers.Dense(1)])

        with pytest.raises(AttributeError, match="Can't pickle local object"):
            pickle.dumps(model)

    @holds("keras>=3.12.1,!=3.13.0,!=3.13.1")
    @about("tf.keras.layers.TFSMLayer")
    def test_saved_model_layers_are_unsafe(self, tmp_path):
        """From Keras 3.12.1 on, except in 3.13.0 and 3.13.1, safe mode loads no **`TFSMLayer`**.

        Such a layer runs a
        [SavedModel](https://keras.io/api/layers/backend_specific_layers/tfsm_layer/).
        Instead: `load_model(…, safe_mode=False)`, for files that you trust.
        """
        config = {"filepath": str(tmp_path), "call_endpoint": "serve"}

        with pytest.raises(ValueError, match="Requested the deserialization of a `TFSMLayer`"):
            tf.keras.layers.TFSMLayer.from_config(config)

    @holds("keras<3")
    @about("tf.keras.layers.Layer.weights.name", "tf.keras.Model.weights.name")
    def test_weights_were_named_by_their_layer(self):
        """Before Keras 3, the **name** of a weight made by a call held its layer's, and ended in `:0`."""
        scale = Scale(name="scale")
        scale(tf.ones((1, 2)))

        assert scale.factors.name == "scale/factors:0"

    @holds("keras>=3", was="test_weights_were_named_by_their_layer")
    def test_weights_have_a_path(self):
        """From Keras 3 on, a weight's name is its own; its layer's stands in its **`path`**.

        Instead: look for `weight.path`.
        """
        scale = Scale(name="scale")
        scale(tf.ones((1, 2)))

        assert scale.factors.name == "factors"
        assert scale.factors.path == "scale/factors"

    @holds("keras<3", otherwise=AttributeError)
    @about("tf.keras.Input.shape.as_list", "tf.keras.layers.Layer.output.shape.as_list")
    def test_shape_of_an_input_was_tensorflows(self):
        """Before Keras 3, the shape of a model's `Input` was a **`TensorShape`**."""
        assert tf.keras.Input((2,)).shape.as_list() == [None, 2]

    @holds("keras>=3", was="test_shape_of_an_input_was_tensorflows")
    def test_shape_of_an_input_is_a_tuple(self):
        """From Keras 3 on, the shape of a model's `Input` is a **tuple**, without `as_list`.

        Instead: `list(inputs.shape)`, which every release takes.
        """
        inputs = tf.keras.Input((2,))

        assert list(inputs.shape) == [None, 2]
        assert type(inputs.shape) is tuple

    @holds("keras<3")
    @about("tf.keras.Model.summary & class tf.keras.Model")
    def test_summary_needed_a_built_model(self, afresh):
        """Before Keras 3, **`summary`** of a model not yet built raised a `ValueError`."""
        with pytest.raises(ValueError, match="has not yet been built"):
            ScaleNet().summary()

    @holds("keras>=3", was="test_summary_needed_a_built_model")
    def test_summary_of_an_unbuilt_model(self):
        """From Keras 3 on, **`summary`** marks as unbuilt the layers that have yet to make their weights.

        Instead: call the model once before, on a batch.
        """
        lines = []

        ScaleNet().summary(print_fn=lambda line, **options: lines.append(line))

        assert "(unbuilt)" in "".join(lines)

    @holds("keras<3.11")
    @about("tf.keras.layers.Lambda & tf.keras.models.load_model(0='*.h5')")
    def test_lambdas_were_loaded(self, tmp_path):
        """Before Keras 3.11, a `Lambda` of a **lambda** without global names was loaded from an `.h5` file."""
        path = str(tmp_path / "model.h5")
        double = tf.keras.layers.Lambda(lambda inputs: 2 * inputs)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tf.keras.Sequential([tf.keras.Input((1,)), double]).save(path)

        loaded = tf.keras.models.load_model(path)

        assert loaded(tf.ones((1, 1))).numpy().tolist() == [[2.0]]

    @holds("keras>=3.11", was="test_lambdas_were_loaded")
    def test_lambdas_are_unsafe(self, tmp_path):
        """From Keras 3.11 on, a **lambda** is not loaded from an `.h5` file in safe mode.

        It may do anything.
        Instead: a layer of your own, or `load_model(…, safe_mode=False)` for files that you trust, if
        the lambda uses no global name, not even `tf`.
        """
        path = str(tmp_path / "model.h5")
        double = tf.keras.layers.Lambda(lambda inputs: 2 * inputs)
        tf.keras.Sequential([tf.keras.Input((1,)), double]).save(path)

        with pytest.raises(ValueError, match="deserialization of a `Lambda` layer"):
            tf.keras.models.load_model(path)
        loaded = tf.keras.models.load_model(path, safe_mode=False)

        assert loaded(tf.ones((1, 1))).numpy().tolist() == [[2.0]]

    @holds("keras<3")
    def test_weights_were_loaded_by_name(self, tmp_path):
        """Before Keras 3, `load_weights` silently ignored **`by_name`** for a `.weights.h5` file.

        For an `.h5` file of another name it did what it says.
        """
        names, loaded = ["first", "second"], []
        model, turned = (
            tf.keras.Sequential([tf.keras.Input((1,)), *(Scale(name=name) for name in order)])
            for order in [names, names[::-1]]
        )
        model.set_weights([np.array([3.0]), np.array([5.0])])

        for file in ["my.h5", "my.weights.h5"]:
            model.save_weights(str(tmp_path / file))
            turned.load_weights(str(tmp_path / file), by_name=True)
            loaded.append([weight.item() for weight in turned.get_weights()])

        assert loaded == [[5.0, 3.0], [3.0, 5.0]]

    @holds("keras>=3", was="test_weights_were_loaded_by_name")
    def test_weights_are_loaded_by_structure(self, tmp_path):
        """From Keras 3 on, `load_weights` refuses **`by_name`** for a `.weights.h5` file.

        Instead: `layer.set_weights(other.get_weights())` for each layer that the models share.
        """
        model = tf.keras.Sequential([tf.keras.Input((1,)), Scale(name="scale")])
        path = str(tmp_path / "my.weights.h5")
        model.save_weights(path)

        with pytest.raises(ValueError, match="by_name"):
            model.load_weights(path, by_name=True)

    @holds("keras<3", otherwise=ValueError)
    @about("tf.keras.models.load_model(0=str but '*.keras' but '*.h5')")
    def test_saved_models_were_loaded(self, tmp_path):
        """Before Keras 3, **`load_model`** took SavedModels, but none `tf.saved_model.save` made of a model."""
        load, module = tf.keras.models.load_model, tf.Module()
        module.weight = tf.Variable(3.0)
        model = tf.keras.Sequential([tf.keras.Input((1,)), Scale()])
        paths = [str(tmp_path / name) for name in ["module", "exported", "saved"]]
        tf.saved_model.save(module, paths[0])
        tf.saved_model.save(model, paths[1])

        assert float(load(paths[0]).weight) == 3.0
        with pytest.raises(ValueError, match="Unable to create a"):
            load(paths[1])
        model.save(paths[2])
        assert len(load(paths[2]).weights) == 1

    @holds("keras>=3", was="test_saved_models_were_loaded")
    def test_saved_models_are_layers(self, tmp_path):
        """From Keras 3 on, **`load_model`** refuses a SavedModel directory.

        Instead: `tf.keras.layers.TFSMLayer` for use in a model, or `tf.saved_model.load`.
        """
        path = str(tmp_path / "saved")
        tf.saved_model.save(tf.Module(), path)

        with pytest.raises(ValueError, match="File format not supported"):
            tf.keras.models.load_model(path)

    @holds("keras<3", otherwise=NameError)
    @about("tf.keras.layers.Lambda & tf.keras.models.load_model")
    def test_loaded_lambda_knew_tf(self, tmp_path):
        """Before Keras 3, a loaded lambda knew **`tf`**, though its file holds only its code."""
        assert load_squares(tmp_path)(tf.constant([[3.0]])).numpy().tolist() == [[9.0]]

    @holds("keras>=3", was="test_loaded_lambda_knew_tf", otherwise=pytest.fail.Exception)
    def test_loaded_lambda_knows_no_names(self, tmp_path):
        """From Keras 3 on, a loaded lambda knows none of its module's names, not even **`tf`**.

        Instead: a layer of your own, or a registered function.
        """
        with pytest.raises(NameError, match="'tf' is not defined"):
            load_squares(tmp_path)(tf.constant([[3.0]]))


class TestBuiltIn:
    """Keras's own layers save you many of your own; what some do differs between releases."""

    @holds("keras<3", otherwise=ValueError)
    @about("tf.keras.layers.Dense(units=*.*)", "tf.keras.layers.Dense(0=*.*)")
    def test_units_could_be_a_float(self):
        """Before Keras 3, a whole **float**, such as `4 / 2`, could be the number of `Dense`'s units."""
        assert tf.keras.layers.Dense(4 / 2)(tf.ones((1, 3))).shape == (1, 2)

    @holds("keras>=3", was="test_units_could_be_a_float", otherwise=pytest.fail.Exception)
    def test_units_are_no_float(self):
        """From Keras 3 on, `Dense` refuses a **float** as its number of units, a whole one, too.

        Instead: `4 // 2`, or `int(units)`.
        """
        with pytest.raises(ValueError, match=r"2\.0"):
            tf.keras.layers.Dense(4 / 2)(tf.ones((1, 3)))

    @holds("keras<3.13", otherwise=ValueError)
    @about("tf.keras.layers.Dense(units=<np.*)", "tf.keras.layers.Dense(0=<np.*)")
    def test_units_could_be_of_numpy(self):
        """Before Keras 3.13, an integer of **NumPy** could be the number of `Dense`'s units."""
        classes = np.array([0, 2, 1]).max() + 1

        assert tf.keras.layers.Dense(classes)(tf.ones((1, 2))).shape == (1, 3)

    @holds("keras>=3.13", was="test_units_could_be_of_numpy", otherwise=pytest.fail.Exception)
    def test_units_are_of_python(self):
        """From Keras 3.13 on, `Dense` refuses an integer of **NumPy** as its number of units.

        Instead: `int(labels.max()) + 1`.
        """
        classes = np.array([0, 2, 1]).max() + 1

        with pytest.raises(ValueError, match="invalid value for `units`"):
            tf.keras.layers.Dense(classes)
        assert tf.keras.layers.Dense(int(classes)).units == 3

    @holds("keras!=3.0.*,!=3.1.*,!=3.2.*", otherwise=ValueError)
    @about("tf.keras.layers.Embedding(weights=*)")
    def test_pretrained_vectors(self):
        """Except in Keras 3.0 to 3.2, `Embedding` takes trained vectors as **`weights`**, in a list.

        Everywhere: `embeddings_initializer=tf.keras.initializers.Constant(vectors)`.
        """
        vectors = np.array([[1.0, 2.0], [3.0, 4.0]])

        embedding = tf.keras.layers.Embedding(2, 2, weights=[vectors])

        assert embedding(np.array([1])).numpy().tolist() == [[3.0, 4.0]]

    @holds("keras<3", otherwise=pytest.fail.Exception)
    def test_negative_index_was_refused(self):
        """Before Keras 3, on the CPU, `Embedding` refused a **negative** index."""
        embedding = tf.keras.layers.Embedding(3, 1)

        with pytest.raises(tf.errors.InvalidArgumentError, match="-1 is not in"):
            embedding(np.array([-1]))

    @holds(
        "keras>=3", was="test_negative_index_was_refused", otherwise=tf.errors.InvalidArgumentError
    )
    @holds("keras!=3.0.*,!=3.1.*,!=3.2.*")
    def test_negative_index_counts_from_the_end(self):
        """From Keras 3.3 on, `Embedding` counts the index -1 from the **end**, without a word.

        So a -1 that marks what is missing gets the vector of the last word.
        """
        embedding = tf.keras.layers.Embedding(3, 1)

        vectors = embedding(np.array([-1, 2])).numpy().tolist()

        assert vectors[0] == vectors[1]

    def test_large_index_on_a_gpu(self, gpu):
        """On a GPU, `Embedding` gives **zeros** for too large an index; on the CPU it is an error.

        So does `tf.gather`: `q02::TestIndexing::test_gather_out_of_range_on_a_gpu`.
        """
        embedding = tf.keras.layers.Embedding(2, 1, embeddings_initializer="ones")

        vectors = embedding(tf.constant([7, 0]))

        assert vectors.numpy().tolist() == [[0.0], [1.0]]
        with (
            tf.device("/CPU:0"),
            pytest.raises(tf.errors.InvalidArgumentError, match="7 is not in"),
        ):
            embedding(tf.constant([7, 0]))

    @holds("keras<3", otherwise=pytest.fail.Exception)
    def test_category_was_refused(self):
        """Before Keras 3, `CategoryEncoding` **refused** a category that is not below `num_tokens`."""
        encode = tf.keras.layers.CategoryEncoding(num_tokens=2)

        with pytest.raises(tf.errors.InvalidArgumentError, match="0 <= values < num_tokens"):
            encode(tf.constant([[7]]))

    @holds("keras>=3", was="test_category_was_refused", otherwise=tf.errors.InvalidArgumentError)
    def test_category_is_encoded_as_zeros(self):
        """From Keras 3 on, `CategoryEncoding` makes **zeros** of a category not below `num_tokens`."""
        encode = tf.keras.layers.CategoryEncoding(num_tokens=2)

        assert encode(tf.constant([[7]])).numpy().tolist() == [[0.0, 0.0]]

    @holds("keras<3")
    @about("tf.keras.layers.CategoryEncoding(output_mode='one_hot')")
    def test_one_category_was_a_vector(self):
        """Before Keras 3, `CategoryEncoding` one-hot encoded, eagerly, a vector of one number to a **vector**.

        In a model or in `Dataset.map`, where the length is unknown, it made a matrix.
        """
        encode = tf.keras.layers.CategoryEncoding(3, output_mode="one_hot")

        assert encode(tf.constant([1, 2])).shape == (2, 3)
        assert encode(tf.constant([1])).shape == (3,)

    @holds("keras>=3", was="test_one_category_was_a_vector")
    def test_one_category_is_a_matrix(self):
        """From Keras 3 on, `CategoryEncoding` one-hot encodes a vector of one number to a **matrix**."""
        encode = tf.keras.layers.CategoryEncoding(3, output_mode="one_hot")

        assert encode(tf.constant([1, 2])).shape == (2, 3)
        assert encode(tf.constant([1])).shape == (1, 3)

    @holds("keras<3")
    @about(
        "tf.keras.layers.StringLookup(output_mode='*_hot')",
        "tf.keras.layers.IntegerLookup(output_mode='*_hot')",
        "tf.keras.layers.TextVectorization(output_mode='*_hot')",
    )
    @pytest.mark.parametrize("name", ["StringLookup", "TextVectorization"])
    def test_words_were_encoded_in_float32(self, name):
        """Before Keras 3, lookups and `TextVectorization` encoded `"multi_hot"` in **float32**."""
        encode = getattr(tf.keras.layers, name)(vocabulary=["yes"], output_mode="multi_hot")

        assert encode(tf.constant([["yes"]])).dtype == tf.float32

    @holds("keras>=3", was="test_words_were_encoded_in_float32")
    @pytest.mark.parametrize("name", ["StringLookup", "TextVectorization"])
    def test_words_are_encoded_in_int64(self, name):
        """From Keras 3 on, lookups and `TextVectorization` encode `"multi_hot"` in **int64**.

        Instead: `tf.cast(encoded, tf.float32)`.
        """
        encode = getattr(tf.keras.layers, name)(vocabulary=["yes"], output_mode="multi_hot")

        assert encode(tf.constant([["yes"]])).dtype == tf.int64

    @holds("keras<3", otherwise=pytest.fail.Exception)
    @about("tf.keras.layers.Normalization.adapt")
    def test_normalization_refused_a_vector(self):
        """Before Keras 3, `Normalization` **refused** to adapt to a vector along its default axis."""
        with pytest.raises(ValueError, match="must have known shape"):
            tf.keras.layers.Normalization().adapt(np.array([1.0, 3.0]))

    @holds("keras>=3", was="test_normalization_refused_a_vector", otherwise=ValueError)
    def test_normalization_takes_numbers_for_features(self):
        """From Keras 3 on, `Normalization` adapted to a vector takes each number for a **feature**.

        So each has the variance 0, and results are absurdly large. Instead: `Normalization(axis=None)`.
        """
        by_feature, by_number = (
            tf.keras.layers.Normalization(),
            tf.keras.layers.Normalization(axis=None),
        )

        by_feature.adapt(np.array([1.0, 3.0]))
        by_number.adapt(np.array([1.0, 3.0]))

        assert by_feature.variance.numpy().ravel().tolist() == [0.0, 0.0]
        assert by_number(np.array([1.0, 3.0])).numpy().tolist() == [-1.0, 1.0]

    @holds("keras<3.8")
    @about("tf.keras.layers.RandomCrop")
    def test_crop_outside_training(self):
        """Before Keras 3.8, `RandomCrop` gave images of its size **outside training**, too."""
        crop = tf.keras.layers.RandomCrop(2, 2)

        assert crop(tf.ones((1, 4, 4, 1)), training=True).shape == (1, 2, 2, 1)
        assert crop(tf.ones((1, 4, 4, 1)), training=False).shape == (1, 2, 2, 1)

    @holds("keras>=3.8", was="test_crop_outside_training")
    def test_no_crop_outside_training(self):
        """From Keras 3.8 on, `RandomCrop` crops nothing **outside training**: the shape differs.

        Instead: `tf.keras.layers.CenterCrop`, or `Resizing`, for evaluation.
        """
        crop = tf.keras.layers.RandomCrop(2, 2)

        assert crop(tf.ones((1, 4, 4, 1)), training=True).shape == (1, 2, 2, 1)
        assert crop(tf.ones((1, 4, 4, 1)), training=False).shape == (1, 4, 4, 1)

    @holds("keras<3.4")
    def test_resizing_gave_float32(self):
        """Before Keras 3.4, `Resizing` gave **float32**, of whole numbers, too."""
        pixels = np.array([[[0], [1]]], dtype=np.uint8)

        assert tf.keras.layers.Resizing(1, 1)(pixels).numpy().tolist() == [[[0.5]]]

    @holds("keras>=3.4", was="test_resizing_gave_float32")
    def test_resizing_keeps_whole_numbers(self):
        """From Keras 3.4 on, `Resizing` called eagerly keeps the dtype **uint8** and rounds what lies between.

        In a graph, as in `predict` or `Dataset.map`, it still gives float32.
        Instead: `tf.cast(images, tf.float32)` before the layer.
        """
        pixels = np.array([[[0], [1]]], dtype=np.uint8)

        assert tf.keras.layers.Resizing(1, 1)(pixels).numpy().tolist() == [[[0]]]
        assert tf.keras.layers.Resizing(1, 1)(pixels / 1.0).numpy().tolist() == [[[0.5]]]

    @holds("keras<3.10")
    @about("tf.keras.layers.Softmax & tf.keras.layers.Layer.__call__(mask=*)")
    def test_softmax_of_nothing_was_even(self):
        """Before Keras 3.10, where the mask left nothing, `Softmax` in float32 gave **equal** shares."""
        nothing = np.array([[False, False]])

        assert tf.keras.layers.Softmax()(tf.zeros((1, 2)), mask=nothing).numpy().tolist() == [
            [0.5, 0.5]
        ]

    @holds("keras>=3.10", was="test_softmax_of_nothing_was_even")
    def test_softmax_of_nothing_is_zero(self):
        """From Keras 3.10 on, where the mask leaves nothing, `Softmax` gives **zeros**."""
        nothing = np.array([[False, False]])

        assert tf.keras.layers.Softmax()(tf.zeros((1, 2)), mask=nothing).numpy().tolist() == [
            [0.0, 0.0]
        ]

    @holds("keras<3.12")
    @about("tf.keras.layers.Discretization")
    def test_bins_were_int64(self):
        """Before Keras 3.12, `Discretization` numbered its bins in **int64**."""
        assert tf.keras.layers.Discretization([0.0])(np.array([0.5])).dtype == tf.int64

    @holds("keras>=3.12", was="test_bins_were_int64")
    def test_bins_are_int32(self):
        """From Keras 3.12 on, `Discretization` numbers its bins in **int32**."""
        assert tf.keras.layers.Discretization([0.0])(np.array([0.5])).dtype == tf.int32

    @holds("keras<3")
    @about("tf.keras.layers.BatchNormalization & tf.keras.layers.Conv2D")
    def test_variance_of_images_was_corrected(self):
        """Before Keras 3, the moving variance of **images** was that of a sample: divided by n - 1."""
        images, rows = tf.constant([0.0, 2.0], shape=(2, 1, 1, 1)), tf.constant([[0.0], [2.0]])

        variances = []
        for inputs in (images, rows):
            layer = tf.keras.layers.BatchNormalization(momentum=0.0)
            layer(inputs, training=True)
            variances.append(layer.moving_variance.numpy().tolist())

        assert variances == [[2.0], [1.0]]

    @holds("keras>=3", was="test_variance_of_images_was_corrected")
    def test_variance_is_not_corrected(self):
        """From Keras 3 on, the moving variance of **images**, too, is divided by n, not by n - 1."""
        images, rows = tf.constant([0.0, 2.0], shape=(2, 1, 1, 1)), tf.constant([[0.0], [2.0]])

        variances = []
        for inputs in (images, rows):
            layer = tf.keras.layers.BatchNormalization(momentum=0.0)
            layer(inputs, training=True)
            variances.append(layer.moving_variance.numpy().tolist())

        assert variances == [[1.0], [1.0]]
