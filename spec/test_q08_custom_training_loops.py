"""What are some use cases that require writing your own custom training loop?

Few **require** one, but a loop of your own helps wherever the loop itself is unusual:

- several **optimizers**, or parts that take turns (Wide & Deep, GANs);
- **batches** that the model or an environment chooses (hard examples, reinforcement learning);
- several derivatives in a step (meta-learning, Newton's method);
- to learn or **debug** what training does.

Try first what keeps `fit`: a callback, a schedule, an optimizer's arguments, `add_loss`, a
`train_step`. The price of a loop with its own tape is more code to get wrong: regularization
losses, `training=True`, metric resets, validation, callbacks and the graph are then yours.
"""

import numpy as np
import pytest
import tensorflow as tf

from answer_key import about, confirms, core, corrects, holds


def slope(start=0.0, **options):
    """A model with a single weight, by which it multiplies."""
    initializer = tf.keras.initializers.Constant(start)
    dense = tf.keras.layers.Dense(1, use_bias=False, kernel_initializer=initializer, **options)
    return tf.keras.Sequential([tf.keras.layers.Input([1]), dense])


def frozen_slope():
    """Two layers, the first frozen before it is built, with a weight of 0, and a trained one of 1."""
    frozen = tf.keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")
    frozen.trainable = False
    trained = tf.keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")
    return tf.keras.Sequential([tf.keras.layers.Input([1]), frozen, trained])


def weight(layer):
    """The single weight of a model or layer, rounded."""
    return round(float(layer.get_weights()[0].squeeze()), 4)


def gradients_of(model, x, y):
    """One forward and one backward pass under the mean squared error."""
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(x, training=True) - y))
    return tape.gradient(loss, model.trainable_variables)


def hand_step(model, optimizer, x, y):
    """One step of a loop of one's own."""
    optimizer.apply_gradients(
        zip(gradients_of(model, x, y), model.trainable_variables, strict=True)
    )


def wide_and_deep(model_class=tf.keras.Model):
    """Two layers whose outputs are added; both weights start at 0."""
    inputs = tf.keras.layers.Input([1])
    wide = tf.keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros", name="wide")
    deep = tf.keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros", name="deep")
    model = model_class(inputs, tf.keras.layers.add([wide(inputs), deep(inputs)]))
    return model, wide, deep


def penalties(trainable):
    """The losses of a layer that regularizes its one weight, a 1."""
    halved = tf.keras.regularizers.L2(0.5)
    layer = tf.keras.layers.Dense(1, kernel_initializer="ones", kernel_regularizer=halved)
    layer.build([None, 1])
    layer.trainable = trainable
    return [float(loss) for loss in layer.losses]


def slope_of_growing_losses(batches, patience):
    """The slope after two epochs, -1.7 and -4.59, of which the second makes the loss worse."""
    model = slope()
    model.compile(tf.keras.optimizers.SGD(-0.1), "mse")
    stopping = tf.keras.callbacks.EarlyStopping("loss", 0, patience, restore_best_weights=True)
    model.fit(batches(4), epochs=2, callbacks=[stopping], verbose=0)
    return weight(model)


def filtered_batches():
    """Two full batches of a loss of 1; that there are two is unknown, and said."""
    samples = tf.data.Dataset.from_tensor_slices((np.ones([4, 1]), np.zeros([4, 1])))
    batches = samples.filter(lambda x, y: True).batch(2, drop_remainder=True)
    return batches, batches.apply(tf.data.experimental.assert_cardinality(2))


def shuffled_order():
    """The order in which `fit` takes the samples 0 to 5, in one batch, after the seed 1."""
    order = []

    class Witness(tf.keras.Sequential):
        def train_step(self, data):
            order.extend(data[0][:, 0].numpy().astype(int).tolist())
            return {"loss": 0.0}

    tf.keras.utils.set_random_seed(1)
    model = Witness([tf.keras.Input([1]), tf.keras.layers.Activation("linear")])
    model.compile("sgd", "mse", run_eagerly=True)
    model.fit(np.arange(6.0).reshape(6, 1), np.zeros((6, 1)), batch_size=6, verbose=0)
    return order


class TestSeveralOptimizers:
    """The classic use of a loop of your own is several optimizers; a `train_step` has them, too."""

    @core
    @confirms("A8.1")
    def test_each_optimizer_moves_its_own(self, line, exhibit):
        """In a hand loop, an optimizer moves only the variables **given to it**.

        A hand loop is a training loop of your own, in place of `fit`; a
        [tutorial](https://www.tensorflow.org/tutorials/customization/custom_training_walkthrough)
        shows how to write one. So each part of a model can have its own optimizer, as in
        [Wide & Deep](https://arxiv.org/abs/1606.07792).
        """
        model, wide, deep = wide_and_deep()
        wide_optimizer = tf.keras.optimizers.SGD(0.1)
        deep_optimizer = tf.keras.optimizers.Adam(0.01)
        wide_gradient, deep_gradient = gradients_of(model, *line)

        wide_optimizer.apply_gradients([(wide_gradient, wide.trainable_variables[0])])
        after_one = [weight(wide), weight(deep)]
        deep_optimizer.apply_gradients([(deep_gradient, deep.trainable_variables[0])])
        after_both = [weight(wide), weight(deep)]

        columns = ["after the step of", "wide weight", "deep weight"]
        exhibit.table("Who moves what", columns, [["SGD", *after_one], ["Adam", *after_both]])
        assert after_one == [1.7, 0.0]
        assert after_both == [1.7, 0.01]

    @confirms("A8.1")
    @holds("keras<3")
    @about("tf.keras.Model.compile(optimizer=[*)", "tf.keras.Model.compile(0=[*)")
    def test_list_of_optimizers_failed(self, line):
        """Before Keras 3, `compile` took a list of optimizers, but Keras's own training step **failed**."""
        model = slope()

        model.compile([tf.keras.optimizers.SGD(0.1), tf.keras.optimizers.Adam()], "mse")

        with pytest.raises(AttributeError, match="'minimize'"):
            model.train_on_batch(*line)

    @confirms("A8.1")
    @holds("keras>=3", was="test_list_of_optimizers_failed")
    def test_list_of_optimizers_is_refused(self):
        """From Keras 3 on, `compile` **refuses** a list of optimizers.

        Instead: a `train_step` or a loop of your own, or from Keras 3.15 on a `MultiOptimizer`.
        """
        model = slope()

        with pytest.raises(ValueError, match="Could not interpret optimizer"):
            model.compile([tf.keras.optimizers.SGD(0.1), tf.keras.optimizers.Adam()], "mse")

    @core
    @corrects("A8.1")
    def test_train_step_with_two_optimizers(self, batches):
        """Two optimizers also train under `fit`, in a model that overrides **`train_step`**.

        So the loop over epochs and batches stays that of `fit`; see the
        [guide](https://www.tensorflow.org/guide/keras/customizing_what_happens_in_fit).
        """

        class TwoOptimizers(tf.keras.Model):
            def train_step(self, data):
                gradients = gradients_of(self, *data)
                sgd.apply_gradients([(gradients[0], self.trainable_variables[0])])
                adam.apply_gradients([(gradients[1], self.trainable_variables[1])])
                return {"gradient": gradients[0]}

        sgd, adam = tf.keras.optimizers.SGD(0.1), tf.keras.optimizers.Adam(0.01)
        model, wide, deep = wide_and_deep(TwoOptimizers)
        model.compile()
        model.fit(batches(4), verbose=0)

        assert weight(wide) == 1.7
        assert weight(deep) == 0.01

    @corrects("A8.1")
    def test_two_fits(self, batches):
        """Where one part may learn after the other, two `fit`s suffice, with one part **frozen** in each.

        After a change of `trainable`, compile again; see the
        [guide](https://www.tensorflow.org/guide/keras/transfer_learning). This is alternating, not
        joint training: the second part only learns what the first has left over.
        """
        model, wide, deep = wide_and_deep()

        deep.trainable = False
        model.compile(tf.keras.optimizers.SGD(0.1), "mse")
        model.fit(batches(4), verbose=0)
        assert [weight(wide), weight(deep)] == [1.7, 0.0]

        wide.trainable, deep.trainable = False, True
        model.compile(tf.keras.optimizers.Adam(0.01), "mse")
        model.fit(batches(4), verbose=0)
        assert [weight(wide), weight(deep)] == [1.7, 0.01]

    @holds("keras<3")
    @about("tf.keras.layers.Layer.trainable & tf.keras.Model.train_on_batch")
    def test_freezing_waited_for_compile(self, line):
        """Before Keras 3, a layer **frozen** after the model's `compile` was still trained."""
        model, wide, deep = wide_and_deep()
        model.compile(tf.keras.optimizers.SGD(0.1), "mse")

        deep.trainable = False
        model.train_on_batch(*line)

        assert [weight(wide), weight(deep)] == [1.7, 1.7]

    @holds("keras>=3", was="test_freezing_waited_for_compile")
    def test_freezing_acts_before_the_first_step(self, line):
        """From Keras 3 on, freezing a built layer acts at once, except on a step **traced** before.

        A traced step is a graph that stays as it is.
        Instead: compile again after each change of `trainable`.
        """
        early, late = wide_and_deep(), wide_and_deep()
        for model, _, _ in [early, late]:
            model.compile(tf.keras.optimizers.SGD(0.1), "mse")

        late[0].train_on_batch(*line)
        for model, _, deep in [early, late]:
            deep.trainable = False
            model.train_on_batch(*line)

        assert [weight(layer) for layer in early[1:]] == [1.7, 0.0]
        assert [weight(layer) for layer in late[1:]] == [1.02, 1.02]

    @holds("keras>=3,<3.2")
    @about("tf.keras.layers.Layer.trainable", "tf.keras.layers.Layer.__init__(trainable=*)")
    def test_frozen_too_early(self, line):
        """In Keras 3.0 and 3.1, a layer frozen before it was **built** was trained all the same.

        It is built by `build`, or by the first call.
        Instead: freeze it after that.
        """
        model = frozen_slope()
        model.compile(tf.keras.optimizers.SGD(0.1), "mse")

        model.train_on_batch(*line)

        assert weight(model) == 1.7

    @holds("keras!=3.0.*,!=3.1.*", was="test_frozen_too_early")
    def test_frozen_before_it_is_built(self, line):
        """Except in Keras 3.0 and 3.1, a layer frozen before it is **built** is not trained."""
        model = frozen_slope()
        model.compile(tf.keras.optimizers.SGD(0.1), "mse")

        model.train_on_batch(*line)

        assert weight(model) == 0.0

    @corrects("A8.1")
    @holds("keras<3", otherwise=AttributeError)
    def test_wide_deep_model(self, batches):
        """Before Keras 3, **`WideDeepModel`** took two optimizers and used them under `fit`."""
        wide = tf.keras.experimental.LinearModel(use_bias=False)
        deep = slope()
        model = tf.keras.experimental.WideDeepModel(wide, deep)

        model.compile([tf.keras.optimizers.SGD(0.1), tf.keras.optimizers.Adam(0.01)], "mse")
        model.fit(batches(4), verbose=0)

        assert weight(wide) == 1.7
        assert weight(deep) == 0.01

    @holds("keras>=3", was="test_wide_deep_model")
    def test_wide_deep_model_is_gone(self):
        """From Keras 3 on, there is no `tf.keras.experimental`, and with it no **`WideDeepModel`**.

        Instead: a `train_step` of your own, or from Keras 3.15 on a `MultiOptimizer`.
        """
        assert hasattr(tf.keras, "optimizers")
        assert not hasattr(tf.keras, "experimental")

    @corrects("A8.1")
    @holds("keras>=3.15", otherwise=AttributeError)
    def test_multi_optimizer(self, batches):
        """From Keras 3.15 on, `compile` takes two optimizers, wrapped in a **`MultiOptimizer`**.

        The function says which optimizer a variable belongs to.
        """
        model, wide, deep = wide_and_deep()
        sgd, adam = tf.keras.optimizers.SGD(0.1), tf.keras.optimizers.Adam(0.01)

        optimizer = tf.keras.optimizers.MultiOptimizer(
            lambda variable: sgd if "wide" in variable.path else adam
        )
        model.compile(optimizer, "mse")
        model.fit(batches(4), verbose=0)

        assert weight(wide) == 1.7
        assert weight(deep) == 0.01


class TestWhatALoopIsFor:
    """A loop is for control: over the batches, over turns, over steps with several derivatives."""

    @core
    @confirms("A8.2")
    def test_choosing_the_next_batch(self, line):
        """A hand loop can let the model choose the **next batch**; `fit` leaves that to its data.

        In a loop, the code decides what comes next: here it repeats the point with the largest
        error, as long as no other one is worse.
        """
        x, y = line
        model, optimizer = slope(), tf.keras.optimizers.SGD(0.08)
        chosen = []

        for _ in range(4):
            hardest = int(tf.argmax((model(x) - y) ** 2)[0])
            chosen.append(hardest)
            hand_step(model, optimizer, x[hardest : hardest + 1], y[hardest : hardest + 1])

        print(chosen)
        assert chosen == [3, 3, 3, 0]

    @core
    @confirms("B8.4")
    def test_alternating_opponents(self):
        """Two opponents, as in a GAN, can train in **turns**, each on a loss and variables of its own.

        A generative adversarial network has a maker of fakes and a critic who tells them from real.
        See the [guide](https://www.tensorflow.org/guide/keras/writing_a_training_loop_from_scratch#end-to-end_example_a_gan_training_loop_from_scratch).
        The critic learns to score 3 above what the maker makes, the maker to be scored higher. Two
        optimizers also work in a `train_step`, see
        `q08::TestSeveralOptimizers::test_train_step_with_two_optimizers`.
        """
        made, critic = tf.Variable(0.0), tf.Variable(0.0)
        maker_optimizer, critic_optimizer = (tf.keras.optimizers.SGD(0.1) for _ in range(2))

        for _ in range(2):
            with tf.GradientTape() as tape:
                critic_loss = critic * made - critic * 3.0
            critic_optimizer.apply_gradients([(tape.gradient(critic_loss, critic), critic)])
            with tf.GradientTape() as tape:
                maker_loss = -critic * made
            maker_optimizer.apply_gradients([(tape.gradient(maker_loss, made), made)])

        print(f"critic {float(critic):.4f}, made {float(made):.4f}")
        assert round(float(critic), 4) == 0.597
        assert round(float(made), 4) == 0.0897

    @confirms("A8.2")
    def test_acting_in_an_environment(self):
        """In **reinforcement learning** the model's actions decide what it sees next.

        The loop is where it acts. Here the action is a move, and the cost the distance from 0.
        """
        factor, optimizer = tf.Variable(0.0), tf.keras.optimizers.SGD(0.1)
        position, seen = 2.0, []

        for _ in range(3):
            with tf.GradientTape() as tape:
                moved = position + factor * position
                cost = moved * moved
            optimizer.apply_gradients([(tape.gradient(cost, factor), factor)])
            position = float(moved)
            seen.append(round(position, 4))

        print(seen)
        assert seen == [2.0, 0.4, 0.016]

    @confirms("B8.4")
    def test_learning_to_learn(self, line):
        """In **meta-learning** a loss after a step can be differentiated through that step.

        So a start can be found from which one step goes far. It takes a tape around the step.
        """
        x, y = line
        start = tf.Variable(0.0)

        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                before = tf.reduce_mean((start * x - y) ** 2)
            stepped = start - 0.1 * inner.gradient(before, start)
            after = tf.reduce_mean((stepped * x - y) ** 2)

        assert float(outer.gradient(after, start)) == pytest.approx(-1.53)
        assert float(after) == pytest.approx(2.215)

    @confirms("B8.4")
    def test_newtons_method(self, line):
        """A loop can do without an optimizer: **Newton's** method finds a least-squares slope in one step.

        It divides the first derivative of the loss by the second, found with a second tape.
        """
        x, y = line
        factor = tf.Variable(0.0)

        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                loss = tf.reduce_mean(tf.square(factor * x + 1 - y))
            gradient = inner.gradient(loss, factor)
        factor.assign_sub(gradient / outer.gradient(gradient, factor))

        assert float(factor) == 2.0


class TestTheSameByHand:
    """A loop of your own can do what `fit` does, and show each number on the way."""

    @core
    def test_hand_loop_equals_fit(self, batches):
        """Over the same batches, a hand loop can reach the same weight and losses as **`fit`**.

        So a loop that does just what `fit` does computes nothing new; see the
        [guide](https://www.tensorflow.org/guide/keras/writing_a_training_loop_from_scratch).
        """
        fitted, looped = slope(), slope()
        fitted.compile(tf.keras.optimizers.SGD(0.1), "mse")
        logged = fitted.fit(batches(2), epochs=2, verbose=0).history["loss"]

        optimizer, losses = tf.keras.optimizers.SGD(0.1), []
        for x, y in batches(2).repeat(2):
            losses.append(float(tf.reduce_mean((looped(x) - y) ** 2)))
            hand_step(looped, optimizer, x, y)
        means = [np.mean(losses[:2]), np.mean(losses[2:])]

        print(f"losses {means[0]:.4f}, {means[1]:.4f}")
        assert weight(fitted) == 2.1973
        assert weight(looped) == 2.1973
        assert logged == pytest.approx([16.6425, 1.536289])
        assert means == pytest.approx([16.6425, 1.536289])

    def test_train_on_batch(self, line):
        """With **`train_on_batch`**, the loop is yours, and each step is that of `fit`.

        So it adds the losses of regularizers, which a hand loop forgets, see
        `q08::TestWhatAHandLoopForgets::test_regularization`.
        """
        x, y = line
        model = slope(kernel_regularizer=tf.keras.regularizers.L2(1.0))
        model.compile(tf.keras.optimizers.SGD(0.05), "mse")

        for _ in range(2):
            hardest = int(tf.argmax((model(x) - y) ** 2)[0])
            model.train_on_batch(x[hardest : hardest + 1], y[hardest : hardest + 1])

        assert weight(model) == 1.89

    @core
    def test_every_number_can_be_watched(self, batches):
        """A hand loop can look at every number of a step: it serves to learn or **debug** training.

        Run eagerly, its variables have values, which `print` or a debugger shows; `fit` reports a
        mean, see `q08::TestTheSameByHand::test_hand_loop_equals_fit`.
        """
        model, optimizer = slope(), tf.keras.optimizers.SGD(0.1)
        watched = []

        for x, y in batches(2):
            (gradient,) = gradients_of(model, x, y)
            optimizer.apply_gradients([(gradient, model.trainable_variables[0])])
            watched.append((round(gradient.numpy().item(), 4), weight(model)))

        print(watched)
        assert watched == [(-3.0, 0.3), (-27.1, 3.01)]


class TestNoLoopNeeded:
    """Schedules, clipping and extra losses need no loop of your own."""

    @core
    @corrects("B8.1")
    def test_schedule_of_steps(self, batches):
        """A learning rate of your own for each step is a **`LearningRateSchedule`**, under `fit`.

        So a schedule by the number of steps needs no loop, if operations can compute it; see the
        [reference](https://www.tensorflow.org/api_docs/python/tf/keras/optimizers/schedules/LearningRateSchedule).
        The weight is the one that the formula gives by hand.
        """

        class Halving(tf.keras.optimizers.schedules.LearningRateSchedule):
            def __call__(self, step):
                return 0.1 * 0.5 ** tf.cast(step, tf.float32)

        fitted = slope()
        fitted.compile(tf.keras.optimizers.SGD(Halving()), "mse")
        fitted.fit(batches(2), verbose=0)

        looped = slope()
        for rate, (x, y) in zip([0.1, 0.05], batches(2)):
            hand_step(looped, tf.keras.optimizers.SGD(rate), x, y)

        assert weight(fitted) == 1.655
        assert weight(looped) == 1.655

    @corrects("B8.1")
    def test_schedule_of_epochs(self, line, batches):
        """A rate of your own for each epoch is a **callback**, such as `LearningRateScheduler`.

        [`ReduceLROnPlateau`](https://keras.io/api/callbacks/reduce_lr_on_plateau/) goes by a
        metric, such as the loss.
        """
        schedule = tf.keras.callbacks.LearningRateScheduler(lambda epoch: [0.1, 0.05][epoch])
        fitted = slope()
        fitted.compile(tf.keras.optimizers.SGD(), "mse")
        fitted.fit(batches(4), epochs=2, callbacks=[schedule], verbose=0)

        looped = slope()
        for rate in [0.1, 0.05]:
            hand_step(looped, tf.keras.optimizers.SGD(rate), *line)

        assert weight(fitted) == 1.955
        assert weight(looped) == 1.955

    @holds("keras<3", otherwise=KeyError)
    @about("tf.keras.callbacks.LearningRateScheduler", "tf.keras.callbacks.ReduceLROnPlateau")
    def test_rates_were_logged_as_lr(self, batches):
        """Before Keras 3, the callbacks that change the learning rate logged it as **`lr`**."""
        schedule = tf.keras.callbacks.LearningRateScheduler(lambda epoch: [0.5, 0.25][epoch])
        model = slope()
        model.compile("sgd", "mse")

        fit = model.fit(batches(4), epochs=2, callbacks=[schedule], verbose=0)

        assert fit.history["lr"] == [0.5, 0.25]

    @holds("keras>=3", was="test_rates_were_logged_as_lr", otherwise=KeyError)
    def test_rates_are_logged_by_name(self, batches):
        """From Keras 3 on, the learning rate that a callback sets is logged as **`learning_rate`**.

        Instead: `history["learning_rate"]` for `history["lr"]`.
        """
        schedule = tf.keras.callbacks.LearningRateScheduler(lambda epoch: [0.5, 0.25][epoch])
        model = slope()
        model.compile("sgd", "mse")

        fit = model.fit(batches(4), epochs=2, callbacks=[schedule], verbose=0)

        assert fit.history["learning_rate"] == [0.5, 0.25]

    @holds("keras<3", otherwise=AttributeError)
    @about("tf.keras.backend.set_value(0=*.learning_rate)", "tf.keras.backend.set_value(0=*.lr)")
    def test_rate_was_set_by_the_backend(self):
        """Before Keras 3, **`backend.set_value`** set an optimizer's learning rate."""
        optimizer = tf.keras.optimizers.SGD(0.5)

        tf.keras.backend.set_value(optimizer.learning_rate, 0.25)

        assert float(optimizer.learning_rate) == 0.25

    @holds("keras>=3", was="test_rate_was_set_by_the_backend")
    def test_rate_is_not_set_by_the_backend(self):
        """From Keras 3 on, **`backend.set_value`** of a learning rate raises an `AttributeError`.

        Instead: `optimizer.learning_rate = 0.25`.
        """
        optimizer = tf.keras.optimizers.SGD(0.5)

        with pytest.raises(AttributeError, match="'str' object has no attribute 'name'"):
            tf.keras.backend.set_value(optimizer.learning_rate, 0.25)
        optimizer.learning_rate = 0.25

        assert float(tf.convert_to_tensor(optimizer.learning_rate)) == 0.25

    @holds("keras>=2.13,<3")
    @about("tf.keras.optimizers.Lion")
    def test_rate_of_lion_was_small(self):
        """In Keras 2.13 to 2.15, `Lion` had a default rate of **0.0001**."""
        assert tf.keras.optimizers.Lion().get_config()["learning_rate"] == pytest.approx(0.0001)

    @holds("keras>=3", was="test_rate_of_lion_was_small")
    def test_rate_of_lion(self):
        """From Keras 3 on, `Lion` has a default rate of **0.001**, tenfold what it was."""
        assert tf.keras.optimizers.Lion().get_config()["learning_rate"] == pytest.approx(0.001)

    @holds("keras>=2.13", otherwise=AttributeError)
    def test_lion(self):
        """From Keras 2.13 on, **`Lion`** steps by its rate, up or down, however large a nonzero gradient is."""
        variable = tf.Variable([1.0, 1.0])

        tf.keras.optimizers.Lion(0.5).apply_gradients([(tf.constant([0.1, -7.0]), variable)])

        assert variable.numpy().tolist() == [0.5, 1.5]

    @holds("keras<3", otherwise=ValueError)
    @about(
        "tf.keras.Model.fit(0=numbers)",
        "tf.keras.Model.fit(1=numbers)",
        "tf.keras.Model.evaluate(0=numbers)",
        "tf.keras.Model.predict(0=numbers)",
    )
    def test_fit_took_lists(self):
        """Before Keras 3, `fit` took inputs and targets that were both Python **lists** of numbers."""
        model = slope()
        model.compile(tf.keras.optimizers.SGD(0.1), "mse")

        model.fit([1.0, 2.0, 3.0, 4.0], [2.0, 3.0, 4.0, 5.0], verbose=0)

        assert weight(model) == 2.0

    @holds("keras>=3", was="test_fit_took_lists")
    def test_fit_refuses_lists(self, line):
        """From Keras 3 on, `fit` refuses Python **lists** of numbers.

        Instead: `np.array(numbers)`.
        """
        model = slope()
        model.compile(tf.keras.optimizers.SGD(0.1), "mse")

        with pytest.raises(ValueError, match="Unrecognized data type"):
            model.fit([1.0, 2.0, 3.0, 4.0], [2.0, 3.0, 4.0, 5.0], verbose=0)

    @holds("keras<3", otherwise=TypeError)
    @about(
        "tf.keras.Model.fit(steps_per_epoch=*.*)",
        "tf.keras.Model.fit(validation_steps=*.*)",
        "tf.keras.Model.evaluate(steps=*.*)",
        "tf.keras.Model.predict(steps=*.*)",
    )
    def test_steps_could_be_a_float(self, line, batches):
        """Before Keras 3, the number of **steps**, of an epoch, say, could be a float, such as `4 / 2`."""
        model = slope()
        model.compile("sgd", "mse")

        model.fit(batches(2), steps_per_epoch=4 / 2, verbose=0)

        assert int(model.optimizer.iterations) == 2
        assert model.predict(line[0], batch_size=2, steps=4 / 2, verbose=0).shape == (4, 1)

    @holds("keras>=3", was="test_steps_could_be_a_float", otherwise=pytest.fail.Exception)
    def test_steps_are_no_float(self, line, batches):
        """From Keras 3 on, a number of **steps**, of an epoch, say, is refused if it is a float.

        Instead: `len(x) // batch_size`, or `math.ceil(len(x) / batch_size)`.
        """
        model = slope()
        model.compile("sgd", "mse")

        with pytest.raises(TypeError, match="float"):
            model.fit(batches(2), steps_per_epoch=4 / 2, verbose=0)
        with pytest.raises(TypeError, match="float"):
            model.predict(line[0], batch_size=2, steps=4 / 2, verbose=0)

    @holds("keras<3")
    def test_training_on_nothing_was_refused(self, line):
        """Before Keras 3, an epoch of **no samples** was an error."""
        model = slope()
        model.compile("sgd", "mse")

        with pytest.raises(ValueError, match=r"Empty logs|non-empty"):
            model.fit(line[0][:0], line[1][:0], verbose=0)

    @holds("keras>=3", was="test_training_on_nothing_was_refused")
    @holds("keras!=3.0.*,!=3.1.*,!=3.2.*,!=3.3.*,!=3.4.*")
    def test_training_on_nothing_is_silent(self, line):
        """From Keras 3.5 on, an epoch of **no samples** is no error: nothing is trained, no loss logged.

        In Keras 3.0 to 3.2 the loss was 0, in 3.3 and 3.4 it was a `TypeError`.
        Instead: `if not len(x): raise …` before it.
        """
        model = slope()
        model.compile("sgd", "mse")

        assert model.fit(line[0][:0], line[1][:0], verbose=0).history == {}

    @holds("keras<3")
    @about("tf.keras.Model.fit(steps_per_epoch=*)")
    def test_fit_ended_without_batches(self, batches):
        """Before Keras 3, `fit` **ended** where a dataset had fewer batches than it was to have."""
        model = slope()
        model.compile("sgd", "mse")

        fit = model.fit(batches(4), steps_per_epoch=2, epochs=3, verbose=0)

        assert fit.epoch == [0]

    @holds("keras>=3", was="test_fit_ended_without_batches")
    def test_fit_begins_the_dataset_anew(self, batches):
        """From Keras 3 on, `fit` begins a dataset that ended early **anew** in the next epoch.

        It warns of that.
        Instead: leave `steps_per_epoch` out, or `repeat()` the dataset.
        """
        model = slope()
        model.compile("sgd", "mse")

        with pytest.warns(UserWarning, match="Your input ran out of data"):
            fit = model.fit(batches(4), steps_per_epoch=2, epochs=3, verbose=0)

        assert fit.epoch == [0, 1, 2]

    @holds("keras>=3.15", otherwise=pytest.fail.Exception)
    @about("tf.keras.Model.fit(shuffle=True)")
    def test_shuffle_of_a_dataset(self, batches):
        """From Keras 3.15 on, `fit` warns that **`shuffle=True`** does nothing to a dataset.

        Nor did it before: [reference](https://keras.io/api/models/model_training_apis/). Call the
        dataset's own `shuffle`.
        """
        model = slope()
        model.compile("sgd", "mse")

        with pytest.warns(UserWarning, match="`shuffle=True` was passed, but will be ignored"):
            model.fit(batches(4), shuffle=True, verbose=0)

    @holds("keras>=3,<3.16")
    @about(
        "tf.data.Dataset.batch(drop_remainder=True) & tf.data.Dataset.filter",
        "tf.data.Dataset.batch(drop_remainder=True) & tf.data.Dataset.unbatch",
        "tf.data.Dataset.batch(drop_remainder=True) & tf.data.Dataset.from_generator",
    )
    def test_unknown_length_lowers_the_loss(self):
        """In Keras 3.0 to 3.15, of full batches in unknown number, `fit` without XLA logs **too low** a loss.

        It counts one batch more, of loss 0; metrics alike. Here the true loss is 1, as logged where
        XLA compiles `fit`: `q08::TestWhatAHandLoopForgets::test_fit_compiles_on_a_gpu`. The number
        is unknown after `filter`, for example; full are batches with `drop_remainder=True`.
        Instead: `steps_per_epoch=2`, or say the number as below.
        """
        unknown, known = filtered_batches()
        model = tf.keras.Sequential([tf.keras.Input([1]), tf.keras.layers.Activation("linear")])
        model.compile("sgd", "mse", jit_compile=False)

        losses = [model.fit(each, verbose=0).history["loss"] for each in (unknown, known)]

        assert losses == [[pytest.approx(2 / 3)], [1.0]]

    @holds(
        "keras!=3.0.*,!=3.1.*,!=3.2.*,!=3.3.*,!=3.4.*,!=3.5.*,!=3.6.*,!=3.7.*,!=3.8.*,!=3.9.*,"
        "!=3.10.*,!=3.11.*,!=3.12.*,!=3.13.*,!=3.14.*,!=3.15.*",
        was="test_unknown_length_lowers_the_loss",
    )
    def test_unknown_length_and_the_loss(self):
        """Except in Keras 3.0 to 3.15 without XLA, the loss of batches in unknown number is their **mean**."""
        unknown, known = filtered_batches()
        model = tf.keras.Sequential([tf.keras.Input([1]), tf.keras.layers.Activation("linear")])
        model.compile("sgd", "mse", jit_compile=False)

        losses = [model.fit(each, verbose=0).history["loss"] for each in (unknown, known)]

        assert losses == [[1.0], [1.0]]

    @holds("keras<3.16")
    @about("tf.keras.utils.set_random_seed & tf.keras.Model.fit")
    def test_seed_gave_another_order(self):
        """Before Keras 3.16, the seed 1 let `fit` shuffle six samples of arrays to **4**, 2, 1, 0, 5, 3."""
        assert shuffled_order() == [4, 2, 1, 0, 5, 3]

    @holds("keras>=3.16", was="test_seed_gave_another_order")
    def test_seed_gives_another_order(self):
        """From Keras 3.16 on, the seed 1 lets `fit` shuffle six samples of arrays to **2**, 5, 4, 3, 0, 1."""
        assert shuffled_order() == [2, 5, 4, 3, 0, 1]

    @holds("keras>=2.13", otherwise=TypeError)
    def test_warmup(self):
        """From Keras 2.13 on, `CosineDecay` can **warm up**: the rate rises before it falls."""
        schedule = tf.keras.optimizers.schedules.CosineDecay(
            0.0, decay_steps=2, warmup_target=1.0, warmup_steps=2
        )

        rates = [round(float(schedule(step)), 4) for step in range(5)]

        print(rates)
        assert rates == [0.0, 0.5, 1.0, 0.5, 0.0]

    def test_rate_is_set(self):
        """For an optimizer made with a number, a new **`learning_rate`** number acts at once, even in a graph."""
        optimizer, variable = tf.keras.optimizers.SGD(0.1), tf.Variable(0.0)

        @tf.function
        def step():
            optimizer.apply_gradients([(tf.constant(1.0), variable)])

        step()
        optimizer.learning_rate = 0.5
        step()

        assert round(float(variable), 4) == -0.6

    def test_schedule_set_late_is_ignored(self):
        """A **schedule** set after a TF Function traced the step does nothing in that trace.

        The trace asks the schedule, or reads the rate, as it did while tracing. Set before the
        first step, a schedule works: `q08::TestNoLoopNeeded::test_rate_is_set` is for numbers.
        """
        optimizer, variable = tf.keras.optimizers.SGD(0.1), tf.Variable(0.0)

        @tf.function
        def step():
            optimizer.apply_gradients([(tf.constant(1.0), variable)])

        step()
        optimizer.learning_rate = tf.keras.optimizers.schedules.PiecewiseConstantDecay(
            [9], [5.0, 1.0]
        )
        step()

        assert round(float(variable), 4) == -0.2

    @holds("keras<3")
    @about("tf.keras.optimizers.Optimizer.__init__(*=<tf.Variable>)")
    def test_rate_variable_was_copied(self):
        """Before Keras 3, a `tf.Variable` as learning rate was **copied** once, except by `optimizers.legacy`."""
        rate, variable = tf.Variable(0.1), tf.Variable(0.0)
        optimizer = tf.keras.optimizers.SGD(rate)

        rate.assign(0.5)
        optimizer.apply_gradients([(tf.constant(1.0), variable)])

        assert round(float(variable), 4) == -0.1

    @holds("keras>=3", was="test_rate_variable_was_copied")
    def test_rate_variable_is_refused(self):
        """From Keras 3 on, an optimizer's constructor **refuses** a `tf.Variable` as learning rate.

        Instead: give a float and set `optimizer.learning_rate`.
        """
        with pytest.raises(ValueError, match="`learning_rate` should be float"):
            tf.keras.optimizers.SGD(tf.Variable(0.1))

    @holds("keras<3", otherwise=ValueError)
    @about(
        "tf.keras.optimizers.Optimizer.__init__(0=int)",
        "tf.keras.optimizers.Optimizer.__init__(learning_rate=int)",
        "tf.keras.optimizers.Optimizer.__init__(*=<np.float32>)",
    )
    @pytest.mark.parametrize("rate", [1, np.float32(1.0)], ids=["int", "float32"])
    def test_rate_could_be_an_integer(self, rate):
        """Before Keras 3, an **integer**, or a number of NumPy's float32, could be a learning rate."""
        assert tf.keras.optimizers.SGD(rate).learning_rate.numpy() == 1.0

    @holds("keras>=3", was="test_rate_could_be_an_integer", otherwise=pytest.fail.Exception)
    @pytest.mark.parametrize("rate", [1, np.float32(1.0)], ids=["int", "float32"])
    def test_rate_is_no_integer(self, rate):
        """From Keras 3 on, no optimizer is made with an **integer**, or NumPy's float32, as learning rate.

        NumPy's float64 is a Python float, too, and so not refused; nor is an integer that is set
        later: `q08::TestNoLoopNeeded::test_rate_is_set`.
        Instead: `1.0`, or `float(rate)`.
        """
        with pytest.raises(ValueError, match="`learning_rate` should be float"):
            tf.keras.optimizers.SGD(rate)
        assert tf.keras.optimizers.SGD(np.float64(rate)).learning_rate.numpy() == 1.0

    @holds("keras<3", otherwise=AttributeError)
    @about("tf.keras.optimizers.Optimizer.lr", "tf.keras.optimizers.Optimizer.__init__(lr=*)")
    def test_rate_was_called_lr(self):
        """Before Keras 3, an attribute **`lr`** of an optimizer, too, was its learning rate."""
        optimizer = tf.keras.optimizers.SGD(0.5)

        assert float(optimizer.lr) == 0.5

    @holds("keras>=3", was="test_rate_was_called_lr")
    def test_rate_is_called_learning_rate(self):
        """From Keras 3 on, an optimizer has no `lr`, only a **`learning_rate`**.

        Instead: `learning_rate`, as an argument, too.
        """
        optimizer = tf.keras.optimizers.SGD(learning_rate=0.5)

        assert optimizer.learning_rate.numpy() == 0.5
        assert not hasattr(optimizer, "lr")
        with pytest.raises(ValueError, match="not recognized"):
            tf.keras.optimizers.SGD(lr=0.5)

    @holds("keras<3", otherwise=pytest.fail.Exception)
    @about("tf.keras.optimizers.Optimizer.__init__(decay=*)")
    def test_decay_was_refused(self):
        """Before Keras 3, an optimizer outside `optimizers.legacy` refused **`decay`**."""
        with pytest.raises(ValueError, match="decay is deprecated"):
            tf.keras.optimizers.SGD(0.5, decay=1.0)

    @holds("keras>=3", was="test_decay_was_refused", otherwise=pytest.fail.Exception)
    def test_decay_is_ignored(self):
        """From Keras 3 on, an optimizer **ignores** `decay`, with a warning: its rate stays.

        Instead: `tf.keras.optimizers.schedules.InverseTimeDecay(0.5, 1, 1.0)` as learning rate.
        """
        rates = [0.5, tf.keras.optimizers.schedules.InverseTimeDecay(0.5, 1, 1.0)]
        variables = []

        for rate in rates:
            variables.append(tf.Variable(0.0))
            with pytest.warns(UserWarning, match="`decay` is no longer supported"):
                optimizer = tf.keras.optimizers.SGD(rate, decay=1.0)
            for _ in range(2):
                optimizer.apply_gradients([(tf.constant(1.0), variables[-1])])

        assert [round(float(variable), 4) for variable in variables] == [-1.0, -0.75]

    @holds("keras>=3.3")
    @about(
        "tf.keras.optimizers.Optimizer.__init__(learning_rate=lambda)",
        "tf.keras.optimizers.Optimizer.__init__(learning_rate=@*)",
        "tf.keras.optimizers.Optimizer.__init__(0=lambda)",
        "tf.keras.optimizers.Optimizer.__init__(0=@*)",
    )
    def test_rate_function_is_asked(self):
        """From Keras 3.3 on, a function as learning rate is called at each **eager** step."""
        rates, variable = [0.5, 0.1], tf.Variable(0.0)

        def rate():
            return rates.pop()

        optimizer = tf.keras.optimizers.SGD(rate)
        for _ in range(2):
            optimizer.apply_gradients([(tf.constant(1.0), variable)])

        assert round(float(variable), 4) == -0.6

    @core
    @corrects("B8.2")
    @pytest.mark.parametrize(
        "argument, limit, first, second",
        [
            ("clipvalue", 2.0, (2.0, 2.0), (2.0,)),
            ("clipnorm", 1.0, (0.6, 0.8), (1.0,)),
            ("global_clipnorm", 1.3, (0.3, 0.4), (1.2,)),
        ],
    )
    def test_optimizers_clip(self, argument, limit, first, second):
        """An optimizer can clip gradients by **value**, by norm, or by the norm of them all.

        So clipping needs no loop. For the norm, repeated rows of an embedding count one by one:
        `q04::TestIndexedSlices::test_norm_of_repeated_slices`.
        The gradients are (3, 4) and (12); their norms are 5 and 12, and 13 together. With a rate
        of 1, the step is the clipped gradient.
        """
        optimizer = tf.keras.optimizers.SGD(1.0, **{argument: limit})
        pair, single = tf.Variable([0.0, 0.0]), tf.Variable([0.0])

        optimizer.apply_gradients([(tf.constant([3.0, 4.0]), pair), (tf.constant([12.0]), single)])

        assert (-pair).numpy() == pytest.approx(first)
        assert (-single).numpy() == pytest.approx(second)

    @corrects("B8.2")
    def test_clipping_under_fit(self, line, batches):
        """Under `fit`, `clipnorm=1` takes the step that **`tf.clip_by_norm`** takes by hand."""
        fitted, looped = slope(), slope()
        fitted.compile(tf.keras.optimizers.SGD(0.1, clipnorm=1.0), "mse")
        fitted.fit(batches(4), verbose=0)

        (gradient,) = gradients_of(looped, *line)
        looped.set_weights([-0.1 * tf.clip_by_norm(gradient, 1.0)])

        assert gradient.numpy().tolist() == [[-17.0]]
        assert weight(fitted) == 0.1
        assert weight(looped) == 0.1

    @core
    @corrects("B8.3")
    def test_add_loss(self, line, batches):
        """A layer adds a loss term of its own by **`add_loss`**; by default, `fit` minimizes it too.

        So extra terms need no loop either. A `train_step` of your own may leave them out:
        `q08::TestTrainStepInstead::test_compute_loss_in_train_step`. See the
        [guide](https://www.tensorflow.org/guide/keras/making_new_layers_and_models_via_subclassing).
        """
        x, y = line

        class SumPenalty(tf.keras.layers.Layer):
            def call(self, inputs):
                self.add_loss(tf.reduce_sum(inputs))
                return inputs

        fitted, looped = tf.keras.Sequential([slope(), SumPenalty()]), slope()
        fitted.compile(tf.keras.optimizers.SGD(0.1), "mse")
        fitted.fit(batches(4), verbose=0)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((looped(x) - y) ** 2) + tf.reduce_sum(looped(x))
        (gradient,) = tape.gradient(loss, looped.trainable_variables)
        looped.set_weights([-0.1 * gradient])

        assert weight(fitted) == 1.1
        assert weight(looped) == 1.1

    @holds("keras>=3", otherwise=TypeError)
    def test_gradient_accumulation(self):
        """From Keras 3 on, **`gradient_accumulation_steps`** steps by the mean of many gradients.

        With a loss that is a mean, plain SGD at a fixed rate, and no batch normalization, small
        batches of one size then train like a large one.
        """
        optimizer = tf.keras.optimizers.SGD(0.1, gradient_accumulation_steps=2)
        variable = tf.Variable(0.0)
        values = []

        for gradient in [1.0, 3.0, 5.0, 7.0]:
            optimizer.apply_gradients([(tf.constant(gradient), variable)])
            values.append(round(float(variable), 4))

        print(values)
        assert values == [0.0, -0.2, -0.2, -0.8]

    @holds("keras>=3,<3.5")
    @about(
        "tf.keras.optimizers.Optimizer.iterations & "
        "tf.keras.optimizers.Optimizer.__init__(gradient_accumulation_steps=*)",
    )
    def test_iterations_counted_gradients(self):
        """In Keras 3.0 to 3.4, `iterations` counted accumulated gradients, not **steps**."""
        optimizer = tf.keras.optimizers.SGD(0.1, gradient_accumulation_steps=2)
        variable = tf.Variable(0.0)

        for _ in range(4):
            optimizer.apply_gradients([(tf.constant(1.0), variable)])

        assert int(optimizer.iterations.numpy()) == 4

    @holds("keras>=3.5", was="test_iterations_counted_gradients")
    def test_iterations_count_steps(self):
        """From Keras 3.5 on, `iterations` counts **steps**, not the gradients accumulated for them.

        A schedule still goes by the gradients, of which it is asked at every second here.
        Instead: multiply `iterations` by that number, where you count gradients.
        """
        asked = []

        class Noting(tf.keras.optimizers.schedules.LearningRateSchedule):
            def __call__(self, step):
                asked.append(int(step))
                return 0.1

        optimizer = tf.keras.optimizers.SGD(Noting(), gradient_accumulation_steps=2)
        variable = tf.Variable(0.0)
        for _ in range(4):
            optimizer.apply_gradients([(tf.constant(1.0), variable)])

        assert int(optimizer.iterations.numpy()) == 2
        assert asked == [1, 3]

    @holds("keras<3", otherwise=TypeError)
    @about(
        "tf.keras.Model.fit(workers=*)",
        "tf.keras.Model.fit(use_multiprocessing=*)",
        "tf.keras.Model.fit(max_queue_size=*)",
        "tf.keras.Model.evaluate(workers=*)",
        "tf.keras.Model.evaluate(use_multiprocessing=*)",
        "tf.keras.Model.evaluate(max_queue_size=*)",
        "tf.keras.Model.predict(workers=*)",
        "tf.keras.Model.predict(use_multiprocessing=*)",
        "tf.keras.Model.predict(max_queue_size=*)",
        "tf.keras.Model.fit_generator(workers=*)",
        "tf.keras.Model.fit_generator(use_multiprocessing=*)",
        "tf.keras.Model.fit_generator(max_queue_size=*)",
    )
    def test_fit_had_workers(self, line):
        """Before Keras 3, `fit` itself took the number of **`workers`** that load batches."""
        model = slope()
        model.compile(tf.keras.optimizers.SGD(0.1), "mse")

        model.fit(*line, workers=1, verbose=0)

        assert weight(model) == 1.7

    @holds("keras>=3", was="test_fit_had_workers")
    def test_datasets_have_workers(self, line):
        """From Keras 3 on, `fit` takes no `workers`: a **`PyDataset`** has them.

        Instead: `workers`, `use_multiprocessing` and `max_queue_size` to the `PyDataset`.
        """
        model = slope()
        model.compile(tf.keras.optimizers.SGD(0.1), "mse")

        dataset = tf.keras.utils.PyDataset(workers=2)

        assert dataset.workers == 2
        with pytest.raises(TypeError, match="unexpected keyword argument 'workers'"):
            model.fit(*line, workers=2)

    @holds("keras>=2.14,<3")
    @about("tf.keras.Model.compile(steps_per_execution='auto')")
    def test_steps_per_execution_could_be_auto(self, batches):
        """In Keras 2.14 and 2.15, `compile` took **"auto"** as its `steps_per_execution`."""
        model = slope()

        model.compile(tf.keras.optimizers.SGD(0.1), "mse", steps_per_execution="auto")
        model.fit(batches(4), verbose=0)

        assert weight(model) == 1.7

    @holds("keras>=3", was="test_steps_per_execution_could_be_auto")
    def test_steps_per_execution_is_a_number(self, batches):
        """From Keras 3 on, `steps_per_execution` is a **number**: `fit` fails with "auto".

        Instead: the number of batches that one call of the graph trains on.
        """
        model = slope()
        model.compile("sgd", "mse", steps_per_execution="auto")

        with pytest.raises(TypeError, match="'str'"):
            model.fit(batches(4), verbose=0)


class TestTrainStepInstead:
    """A `train_step` or `test_step` of your own replaces a step and its logs, and keeps the rest of `fit`."""

    def test_compute_loss_in_train_step(self, line):
        """In a `train_step`, **`compute_loss`** gives the loss of `compile` plus the regularizers'.

        See the [guide](https://www.tensorflow.org/guide/keras/customizing_what_happens_in_fit).
        """

        class HalfSteps(tf.keras.Sequential):
            def train_step(self, data):
                with tf.GradientTape() as tape:
                    loss = self.compute_loss(y=data[1], y_pred=self(data[0], training=True))
                (gradient,) = tape.gradient(loss, self.trainable_variables)
                self.trainable_variables[0].assign_sub(0.05 * gradient)
                return {"half": loss}

        model = HalfSteps([slope(1.0, kernel_regularizer=tf.keras.regularizers.L2(1.0))])
        model.compile(tf.keras.optimizers.SGD(0.1), "mse")
        model.train_on_batch(*line)

        assert weight(model) == 1.4

    @holds("keras>=3.4")
    def test_compute_loss_is_told(self, line):
        """From Keras 3.4 on, **`training`** tells `compute_loss` if the step is one of training."""
        told = []

        class Curious(tf.keras.Sequential):
            def compute_loss(self, x, y, y_pred, sample_weight=None, training="untold"):
                told.append(training)
                return tf.reduce_sum(y_pred)

        model = Curious([slope()])
        model.compile("sgd", run_eagerly=True)
        model.train_on_batch(*line)
        model.test_on_batch(*line)

        assert told == [True, False]

    def test_test_step(self, line):
        """Overriding **`test_step`** changes what evaluation and validation do with a batch."""

        class Farthest(tf.keras.Sequential):
            def test_step(self, data):
                error = tf.abs(self(data[0], training=False) - data[1])
                return {"farthest": tf.reduce_max(error)}

        model = Farthest([slope()])
        model.compile(loss="mse")

        assert float(model.test_on_batch(*line, return_dict=True)["farthest"]) == 7.0

    @holds("keras<3")
    @about("def tf.keras.Model.train_step(return={*)")
    def test_loss_was_logged_as_returned(self, batches):
        """Before Keras 3, `fit` logged the loss that a `train_step` of your own **returned**."""

        class Five(tf.keras.Sequential):
            def train_step(self, data):
                return {"loss": tf.constant(5.0)}

        model = Five([slope()])
        model.compile("sgd", "mse")

        assert model.fit(batches(4), verbose=0).history["loss"] == [5.0]

    @holds("keras>=3", was="test_loss_was_logged_as_returned")
    def test_loss_is_logged_as_measured(self, batches):
        """From Keras 3 on, a loss that a `train_step` just **returns** can be logged as 0.

        If it returns exactly the names of the model's metrics, here only "loss", `fit` logs what
        those metrics counted, here nothing.
        Instead: keep a `Mean` among `metrics`, update it and return its result.
        """

        class Five(tf.keras.Sequential):
            def train_step(self, data):
                return {"loss": tf.constant(5.0)}

        class FiveOnAverage(tf.keras.Sequential):
            @property
            def metrics(self):
                return [mean]

            def train_step(self, data):
                mean.update_state(5.0)
                return {"loss": mean.result()}

        mean = tf.keras.metrics.Mean(name="loss")
        logged = []
        for model in [Five([slope()]), FiveOnAverage([slope()])]:
            model.compile("sgd", "mse")
            logged += model.fit(batches(4), verbose=0).history["loss"]

        assert logged == [0.0, 5.0]

    @holds("keras<3", otherwise=AssertionError)
    @about("tf.keras.Model.compiled_loss")
    def test_compiled_loss_was_logged(self, batches):
        """Before Keras 3, **`compiled_loss`** in a `train_step` also counted what `fit` logs."""

        class Measuring(tf.keras.Sequential):
            def train_step(self, data):
                self.compiled_loss(data[1], self(data[0]))
                return {metric.name: metric.result() for metric in self.metrics}

        model = Measuring([slope()])
        model.compile("sgd", "mse")

        assert model.fit(batches(4), verbose=0).history["loss"] == [21.0]

    @holds("keras>=3", was="test_compiled_loss_was_logged")
    def test_compiled_loss_is_not_logged(self, batches):
        """From Keras 3 on, **`compiled_loss`** in a `train_step` counts nothing: `fit` logs 0.

        It still computes the loss, so training goes on.
        Instead: `compute_loss`, and a `Mean` among `metrics` for what to log.
        """

        class Measuring(tf.keras.Sequential):
            def train_step(self, data):
                losses.append(self.compiled_loss(data[1], self(data[0])))
                return {metric.name: metric.result() for metric in self.metrics}

        losses, model = [], Measuring([slope()])
        model.compile("sgd", "mse", run_eagerly=True)

        assert model.fit(batches(4), verbose=0).history["loss"] == [0.0]
        assert float(losses[-1]) == 21.0

    @holds("keras!=3.0.*,!=3.1.*,!=3.2.*")
    def test_own_keys_are_logged(self, batches):
        """`fit` logs what a `train_step` gives a **new name**, but not in Keras 3.0 to 3.2."""

        class Five(tf.keras.Sequential):
            def train_step(self, data):
                return {"five": tf.constant(5.0)}

        model = Five([slope()])
        model.compile("sgd", "mse")
        history = model.fit(batches(4), verbose=0).history

        assert list(history) == ["five"]
        assert float(history["five"][0]) == 5.0


class TestWhatAHandLoopForgets:
    """Much that `fit` does silently, a loop with its own tape lacks unless you write it."""

    @core
    def test_regularization(self, line, batches):
        """With a loss of its own, a loop must add **`model.losses`**, else no regularizer has any effect.

        Without them nothing fails; `fit` adds them by itself. See the
        [guide](https://www.tensorflow.org/guide/keras/writing_a_training_loop_from_scratch#low-level_handling_of_losses_tracked_by_the_model).
        The weight starts at 1, where the L2 penalty is 1 and pulls it down by 0.2.
        """
        x, y = line
        penalty = tf.keras.regularizers.L2(1.0)
        fitted, careful, careless = (slope(1.0, kernel_regularizer=penalty) for _ in range(3))
        fitted.compile(tf.keras.optimizers.SGD(0.1), "mse")
        fitted.fit(batches(4), verbose=0)

        for model in [careful, careless]:
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
                loss += sum(model.losses) if model is careful else 0.0
            model.set_weights([1 - 0.1 * tape.gradient(loss, model.trainable_variables)[0]])

        print(f"fit {weight(fitted)}, with losses {weight(careful)}, without {weight(careless)}")
        assert weight(fitted) == 1.8
        assert weight(careful) == 1.8
        assert weight(careless) == 2.0

    @holds("keras<3")
    @about("tf.keras.layers.Layer.trainable & tf.keras.regularizers.*")
    def test_frozen_layers_had_penalties(self):
        """Before Keras 3, a **frozen** layer's penalty on its weights still counted in `losses`."""
        assert penalties(trainable=False) == penalties(trainable=True) == [0.5]

    @holds("keras>=3", was="test_frozen_layers_had_penalties")
    def test_frozen_layers_have_no_penalty(self):
        """From Keras 3 on, a layer **frozen** once built has no penalty on its weights: the loss is smaller."""
        assert penalties(trainable=True) == [0.5]
        assert penalties(trainable=False) == []

    @core
    def test_dropout_is_off(self):
        """In a loop, a model called without **`training=True`** drops nothing out, unless built to do so.

        `fit` passes it to a model whose `call` takes `training`, as a Sequential's does, see
        `q08::TestWhatAHandLoopForgets::test_moving_averages_stand_still`; in a loop it is up to
        you. Validation passes `training=False`:
        `q13::TestWhatTheLossIs::test_without_dropout`.
        """
        model = tf.keras.Sequential([tf.keras.layers.Dropout(0.5)])
        ones = np.ones([1, 1000], np.float32)

        assert set(model(ones).numpy().ravel()) == {1.0}
        assert set(model(ones, training=True).numpy().ravel()) == {0.0, 2.0}

    def test_moving_averages_stand_still(self, line):
        """In a loop, without `training=True`, batch normalization's moving averages stay **unchanged**.

        The step of `fit` passes it to such a model, as `train_on_batch` shows.
        """
        normalization = tf.keras.layers.BatchNormalization(momentum=0.5)
        model = tf.keras.Sequential([tf.keras.layers.Input([1]), normalization])
        model.compile(tf.keras.optimizers.SGD(0.1), "mse")

        model(line[0])
        assert normalization.moving_mean.numpy().tolist() == [0.0]

        model(line[0], training=True)
        assert normalization.moving_mean.numpy().tolist() == [0.75]

        model.train_on_batch(*line)
        assert normalization.moving_mean.numpy().tolist() == [1.125]

    @holds("keras<3", otherwise=AttributeError)
    @about(
        "tf.keras.backend.learning_phase",
        "tf.keras.backend.set_learning_phase",
        "tf.keras.backend.learning_phase_scope",
    )
    def test_learning_phase_was_global(self):
        """Before Keras 3, a global **learning phase** was the default of `training`."""
        dropout = tf.keras.layers.Dropout(0.5)
        ones = np.ones([1, 1000], np.float32)
        assert set(dropout(ones).numpy().ravel()) == {1.0}

        phase = tf.keras.backend.learning_phase_scope
        with pytest.warns(UserWarning, match="deprecated"), phase(1):
            dropped = dropout(ones)

        assert set(dropped.numpy().ravel()) == {0.0, 2.0}

    @holds("keras>=3", was="test_learning_phase_was_global")
    def test_learning_phase_is_gone(self):
        """From Keras 3 on, there is no global **learning phase**.

        Instead: pass `training` to the call.
        """
        names = ["learning_phase", "set_learning_phase", "learning_phase_scope"]

        found = [name for name in names if hasattr(tf.keras.backend, name)]

        assert hasattr(tf.keras.backend, "clear_session")
        assert found == []

    def test_optimizer_applies_constraints(self):
        """The **optimizer** applies a variable's constraint; a bare assignment does not."""
        model = slope(kernel_constraint=tf.keras.constraints.NonNeg())
        (kernel,) = model.trainable_variables

        kernel.assign_sub([[5.0]])
        assert weight(model) == -5.0

        tf.keras.optimizers.SGD(1.0).apply_gradients([(tf.constant([[1.0]]), kernel)])
        assert weight(model) == 0.0

    @holds("keras>=3.1,<3.15")
    def test_functions_were_no_constraints(self):
        """In Keras 3.1 to 3.14, a plain **function** was refused as a constraint."""
        with pytest.raises(ValueError, match="Invalid value for attribute `constraint`"):
            slope(kernel_constraint=tf.nn.relu)

    @core
    def test_metrics_run_on(self):
        """A metric that a loop updates itself runs on into the next epoch without **`reset_state`**.

        `fit` resets its metrics, see `q06::TestWhenItIsReset`; a loop that does not shows a mean of
        all epochs.
        """
        epoch_loss = tf.keras.metrics.Mean()
        first, second = [1.0, 3.0], [8.0, 8.0]

        epoch_loss.update_state(first)
        assert float(epoch_loss.result()) == 2.0
        epoch_loss.update_state(second)
        assert float(epoch_loss.result()) == 5.0

        epoch_loss.reset_state()
        epoch_loss.update_state(second)
        assert float(epoch_loss.result()) == 8.0

    @holds("keras!=3.0.*,!=3.1.*")
    def test_last_batch_counts_less(self, batches):
        """`fit` logs the total loss of `compile` weighted by batch **size**, but not in Keras 3.0 and 3.1.

        A plain mean of the losses forgets the size. The batches here hold three points and one; a
        `Mean` metric takes the size as `sample_weight`.
        """
        model = slope()
        model.compile(tf.keras.optimizers.SGD(0.0), "mse")

        logged = model.fit(batches(3), verbose=0).history["loss"]
        losses = [float(tf.reduce_mean(y**2)) for _, y in batches(3)]

        print(losses)
        weighted = tf.keras.metrics.Mean()
        weighted.update_state(losses, sample_weight=[3, 1])

        assert logged == [21.0]
        assert float(weighted.result()) == 21.0
        assert round(float(np.mean(losses)), 4) == 30.3333

    def test_flat_targets_spread(self):
        """In a hand loop, targets of shape (n,) minus predictions (n, 1) **broadcast** to (n, n).

        So each target meets each prediction. For a loss function, or Keras's own loss, `evaluate` and `fit`
        give both the same shape first: `q05::TestOneNumberASample::test_flat_targets`.
        """
        targets, predictions = (
            np.array([0.0, 1.0], np.float32),
            np.array([[0.0], [1.0]], np.float32),
        )

        def squares(targets, predictions):
            return tf.reduce_mean((targets - predictions) ** 2)

        model = tf.keras.Sequential([tf.keras.layers.Flatten()])
        model.compile(loss=squares)

        assert model.test_on_batch(predictions, targets) == 0.0
        assert float(squares(targets, predictions)) == 0.5
        assert float(squares(targets[:, np.newaxis], predictions)) == 0.0

    def test_callbacks_must_be_driven(self):
        """In a hand loop a callback acts if the loop **calls** it, and stops nothing by itself.

        `CallbackList` passes each call on to its callbacks; the loop asks for `stop_training`.
        """
        model = slope()
        model.compile("sgd", "mse")
        model.stop_training = False
        stopping = tf.keras.callbacks.EarlyStopping("loss")
        callbacks = tf.keras.callbacks.CallbackList([stopping], model=model)

        callbacks.on_train_begin()
        epochs_run = []
        for epoch, loss in enumerate([3.0, 2.0, 2.5, 1.0]):
            callbacks.on_epoch_begin(epoch)
            callbacks.on_epoch_end(epoch, {"loss": loss})
            epochs_run.append(epoch)
            if model.stop_training:
                break

        assert epochs_run == [0, 1, 2]

    @holds("keras>=3,<3.15,!=3.7.*,!=3.8.*,!=3.9.*,!=3.10.*")
    def test_early_stopping_remembered(self):
        """In Keras 3.0 to 3.6 and 3.11 to 3.14, an `EarlyStopping` used **again** kept its best.

        Its best loss was still that of the first training: where the second starts worse than that,
        it stopped at once.
        """
        model = slope()
        model.compile("sgd", "mse")
        stopping = tf.keras.callbacks.EarlyStopping("loss")
        stopping.set_model(model)

        for losses in [[1.0, 2.0], [9.0, 8.0]]:
            model.stop_training = False
            stopping.on_train_begin()
            for epoch, loss in enumerate(losses):
                stopping.on_epoch_end(epoch, {"loss": loss})

        assert model.stop_training

    @holds("keras<2.16")
    @about("tf.keras.callbacks.EarlyStopping(restore_best_weights=True)")
    def test_best_weights_waited_for_a_stop(self, batches):
        """Before Keras 2.16, `restore_best_weights` restored only where training was **stopped** early."""
        assert slope_of_growing_losses(batches, patience=1) == -1.7
        assert slope_of_growing_losses(batches, patience=9) == -4.59

    @holds("keras>=2.16", was="test_best_weights_waited_for_a_stop")
    def test_best_weights_are_restored(self, batches):
        """From Keras 2.16 on, `restore_best_weights` restores at the **last epoch**, too, without a stop."""
        assert slope_of_growing_losses(batches, patience=1) == -1.7
        assert slope_of_growing_losses(batches, patience=9) == -1.7

    def test_hand_loop_is_eager(self, line, batches):
        """A loop with its own tape runs **eagerly**, unless in a `tf.function`; `fit` runs a graph."""
        eager = []

        class Witness(tf.keras.layers.Layer):
            def call(self, inputs):
                eager.append(tf.executing_eagerly())
                return inputs

        model = tf.keras.Sequential([tf.keras.layers.Input([1]), Witness(), slope()])
        model.compile("sgd", "mse")

        eager.clear()
        model.fit(batches(4), verbose=0)
        assert set(eager) == {False}

        eager.clear()
        hand_step(model, tf.keras.optimizers.SGD(), *line)
        assert eager == [True]

    @holds("keras>=3")
    @about("tf.keras.Model.compile")
    def test_fit_compiles_on_a_gpu(self, gpu):
        """From Keras 3 on, `fit` compiles by **XLA** where a GPU is visible, if all layers allow it.

        XLA refuses Python: `q10::TestCompiling::test_host_operations_do_not_compile`. A model that
        uses `tf.py_function` wants `compile(jit_compile=False)`. Assertions in layers vanish:
        `q10::TestCompiling::test_assertions_vanish`.
        """
        model = slope()

        model.compile("sgd", "mse")

        assert model.jit_compile is True

    @holds("keras>=3")
    @about("tf.keras.Model.predict & tf.device")
    def test_compiled_model_stays_on_its_device(self, gpu):
        """From Keras 3 on, `predict` of a model made on a GPU and compiled by XLA **fails** on the CPU.

        So does that of a model made on the CPU, on the GPU. Compiled by XLA it is by default:
        `q08::TestWhatAHandLoopForgets::test_fit_compiles_on_a_gpu`.
        Instead: `compile(jit_compile=False)`, or make the model where it is to run.
        """
        model = slope(2.0)
        model.compile("sgd", "mse")

        with tf.device("/CPU:0"):
            with pytest.raises(tf.errors.InvalidArgumentError, match="Trying to access resource"):
                model.predict(np.ones([1, 1]), verbose=0)
            model.compile("sgd", "mse", jit_compile=False)
            assert model.predict(np.ones([1, 1]), verbose=0).tolist() == [[2.0]]

    @holds("keras<3")
    @about(
        "tf.keras.mixed_precision.LossScaleOptimizer.get_scaled_loss",
        "tf.keras.mixed_precision.LossScaleOptimizer.get_unscaled_gradients",
    )
    def test_scaled_loss_in_two_calls(self):
        """Before Keras 3, a `mixed_float16` loop scaled the loss and **unscaled** the gradients.

        Without both calls, the step was the same, unless a gradient was too small for float16: that
        is what scaling is for, see the [guide](https://www.tensorflow.org/guide/mixed_precision).
        """
        optimizer = tf.keras.mixed_precision.LossScaleOptimizer(tf.keras.optimizers.SGD(1.0))
        variable = tf.Variable(1.0)

        with tf.GradientTape() as tape:
            loss = optimizer.get_scaled_loss(variable * 0.5)
        scaled = tape.gradient(loss, [variable])
        gradients = optimizer.get_unscaled_gradients(scaled)
        optimizer.apply_gradients(zip(gradients, [variable]))

        assert float(scaled[0]) == 16384.0
        assert float(variable) == 0.5
        optimizer.apply_gradients([(tf.constant(0.5), variable)])
        assert float(variable) == 0.0

    @holds("keras>=3", otherwise=AttributeError, was="test_scaled_loss_in_two_calls")
    def test_scaled_loss_in_one_call(self):
        """From Keras 3 on, a `mixed_float16` loop only calls **`scale_loss`**; applying unscales.

        Without that call, a first step of SGD is 32 768 times too small.
        Instead: `scale_loss(loss)` under the tape, then `apply_gradients` as ever.
        """
        optimizer = tf.keras.mixed_precision.LossScaleOptimizer(tf.keras.optimizers.SGD(1.0))
        variable = tf.Variable(1.0)

        with tf.GradientTape() as tape:
            loss = optimizer.scale_loss(variable * 0.5)
        gradient = tape.gradient(loss, variable)
        optimizer.apply_gradients([(gradient, variable)])

        assert float(gradient) == 16384.0
        assert float(variable) == 0.5
        optimizer.apply_gradients([(tf.constant(0.5), variable)])
        assert float(variable) == 0.5 - 0.5 / 32768

    @holds("keras<3")
    @about("tf.keras.callbacks.Callback.model", "tf.keras.callbacks.Callback.__setattr__(model=*)")
    def test_model_of_a_callback_was_set(self):
        """Before Keras 3, a loop could give a callback its **`model`** as an attribute."""
        callback, model = tf.keras.callbacks.Callback(), slope()

        callback.model = model

        assert callback.model is model

    @holds("keras>=3", was="test_model_of_a_callback_was_set")
    def test_model_of_a_callback_is_given(self):
        """From Keras 3 on, the **`model`** of a callback cannot be set as an attribute.

        Instead: `callback.set_model(model)`, or a `CallbackList` of the model.
        """
        callback, model = tf.keras.callbacks.Callback(), slope()

        callback.set_model(model)

        assert callback.model is model
        with pytest.raises(AttributeError, match="model"):
            callback.model = model

    @holds("keras<3", otherwise=ValueError)
    @about(
        "tf.keras.callbacks.ModelCheckpoint(0=str but '*.keras' but '*.h5')",
        "tf.keras.callbacks.ModelCheckpoint(filepath=str but '*.keras' but '*.h5')",
        "tf.keras.callbacks.ModelCheckpoint(period=*)",
    )
    def test_checkpoints_had_any_name(self, batches, tmp_path):
        """Before Keras 3, **`ModelCheckpoint`** wrote the weights to a path of any name."""
        path = str(tmp_path / "weights")
        model = slope()
        model.compile("sgd", "mse")

        checkpoint = tf.keras.callbacks.ModelCheckpoint(path, save_weights_only=True)
        model.fit(batches(4), callbacks=[checkpoint], verbose=0)

        assert (tmp_path / "weights.index").exists()

    @holds("keras>=3", was="test_checkpoints_had_any_name")
    def test_checkpoints_have_an_ending(self, batches, tmp_path):
        """From Keras 3 on, **`ModelCheckpoint`** refuses a path without a known ending, such as `.keras`.

        It has no `period`, either.
        Instead: `.weights.h5` with `save_weights_only=True`, `.keras` without; `save_freq`.
        """
        model = slope()
        model.compile("sgd", "mse")

        checkpoint = tf.keras.callbacks.ModelCheckpoint(str(tmp_path / "model.keras"))
        model.fit(batches(4), callbacks=[checkpoint], verbose=0)

        assert (tmp_path / "model.keras").exists()
        with pytest.raises(ValueError, match=r"must end in `\.keras`"):
            tf.keras.callbacks.ModelCheckpoint("model")
        with pytest.raises(ValueError, match=r"must end in `\.weights\.h5`"):
            tf.keras.callbacks.ModelCheckpoint("weights", save_weights_only=True)

    @holds(
        "keras!=3.0.*,!=3.1.*,!=3.2.*,!=3.3.*,!=3.4.*,!=3.5.*,!=3.6.*,!=3.7.*",
        otherwise=ValueError,
    )
    @about("tf.keras.callbacks.ModelCheckpoint(0='*.h5')")
    def test_checkpoints_as_h5(self, batches, tmp_path):
        """**`ModelCheckpoint`** writes Sequential or functional models as `.h5`, except in Keras 3.0 to 3.7."""
        path = str(tmp_path / "model.h5")

        model = slope()
        model.compile("sgd", "mse")

        checkpoint = tf.keras.callbacks.ModelCheckpoint(path)
        model.fit(batches(4), callbacks=[checkpoint], verbose=0)

        assert (tmp_path / "model.h5").exists()


class TestRulesOfTheLoop:
    """A loop of your own has to know the rules of optimizers, functions and tapes."""

    def test_both_in_the_first_trace(self):
        """One `tf.function` can use two optimizers, if its **first** call uses both.

        A first call may create variables, and an optimizer has some of its own; see the
        [guide](https://www.tensorflow.org/guide/function#creating_tfvariables).
        """
        left, right = tf.Variable(1.0), tf.Variable(1.0)
        sgd, adam = tf.keras.optimizers.SGD(0.1), tf.keras.optimizers.Adam(0.1)

        @tf.function
        def step():
            sgd.apply_gradients([(tf.constant(1.0), left)])
            adam.apply_gradients([(tf.constant(1.0), right)])

        step()

        assert round(float(left), 4) == 0.9
        assert round(float(right), 4) == 0.9

    def test_first_used_in_a_later_trace(self):
        """An Adam first used in a **later** trace of a `tf.function` fails, unless built."""
        variable = tf.Variable(1.0)
        first, late, built = (tf.keras.optimizers.Adam(0.1) for _ in range(3))
        built.build([variable])

        @tf.function
        def step(name):
            optimizer = {"first": first, "late": late, "built": built}[name]
            optimizer.apply_gradients([(tf.constant(1.0), variable)])

        step("first")
        step("built")
        assert round(float(variable), 4) == 0.8
        with pytest.raises(ValueError, match="first call"):
            step("late")

    def test_built_for_all_variables(self):
        """An optimizer serves the variables it was **built** for; the first use builds it.

        To train parts in turns by one optimizer, name them all to `build` beforehand.
        """
        left, right = tf.Variable(1.0), tf.Variable(1.0)
        optimizer = tf.keras.optimizers.SGD(0.1)
        optimizer.build([left, right])

        optimizer.apply_gradients([(tf.constant(1.0), left)])
        optimizer.apply_gradients([(tf.constant(1.0), right)])

        assert round(float(left), 4) == 0.9
        assert round(float(right), 4) == 0.9

    @holds("keras<3", otherwise=ImportError)
    @about("tf.keras.optimizers.Optimizer.apply_gradients & .KeyError")
    def test_strange_variables_were_a_key_error(self):
        """Before Keras 3, a built optimizer raised **KeyError** on a new variable, unless it was a legacy one."""
        left, right = tf.Variable(1.0), tf.Variable(1.0)
        optimizer, legacy = tf.keras.optimizers.SGD(0.1), tf.keras.optimizers.legacy.SGD(0.1)

        for each in [optimizer, legacy]:
            each.apply_gradients([(tf.constant(1.0), left)])
        legacy.apply_gradients([(tf.constant(1.0), right)])

        assert round(float(right), 4) == 0.9
        with pytest.raises(KeyError, match="cannot recognize"):
            optimizer.apply_gradients([(tf.constant(1.0), right)])

    @holds("keras>=3", was="test_strange_variables_were_a_key_error")
    def test_strange_variables(self):
        """From Keras 3 on, a variable that an optimizer was not built for raises a **ValueError**.

        Instead: build it for all variables; where you caught the KeyError, catch this.
        """
        left, right = tf.Variable(1.0), tf.Variable(1.0)
        optimizer = tf.keras.optimizers.SGD(0.1)

        optimizer.apply_gradients([(tf.constant(1.0), left)])

        with pytest.raises(ValueError, match="Unknown variable"):
            optimizer.apply_gradients([(tf.constant(1.0), right)])

    @holds("keras<3")
    def test_optimizers_minimized(self):
        """Before Keras 3, **`optimizer.minimize`** computed the gradients and applied them."""
        variable = tf.Variable(1.0)

        def loss():
            return variable * 3

        tf.keras.optimizers.SGD(0.1).minimize(loss, [variable])

        assert round(float(variable), 4) == 0.7

    @holds("keras>=3", was="test_optimizers_minimized")
    def test_optimizers_only_apply(self):
        """From Keras 3 on, an optimizer has no `minimize`: it only **applies** gradients.

        Instead: `apply_gradients`, with gradients from a tape.
        """
        optimizer = tf.keras.optimizers.SGD(0.1)

        assert callable(optimizer.apply_gradients)
        assert not hasattr(optimizer, "minimize")

    @holds("keras<3", otherwise=TypeError)
    @about("tf.keras.optimizers.Optimizer.variables()")
    def test_optimizer_variables_were_called(self):
        """Before Keras 3, an optimizer's `variables` could also be **called**, as a method."""
        optimizer = tf.keras.optimizers.SGD(0.1, momentum=0.9)
        optimizer.build([tf.Variable(1.0)])

        assert optimizer.variables() == list(optimizer.variables)

    @holds("keras>=3", was="test_optimizer_variables_were_called")
    def test_optimizer_variables_are_a_list(self):
        """From Keras 3 on, an optimizer's `variables` are a **list**, and no method.

        Instead: `optimizer.variables`.
        """
        optimizer = tf.keras.optimizers.SGD(0.1, momentum=0.9)

        assert type(optimizer.variables) is list
        assert not callable(optimizer.variables)

    @holds("keras<3")
    @about("class tf.keras.optimizers.Optimizer")
    def test_own_optimizers_began_with_a_name(self):
        """Before Keras 3, an optimizer of one's own gave `Optimizer` its **name** first."""

        class Still(tf.keras.optimizers.Optimizer):
            def __init__(self):
                super().__init__("still")

        assert Still().name == "still"

    @holds("keras>=3", was="test_own_optimizers_began_with_a_name")
    def test_own_optimizers_begin_with_a_rate(self):
        """From Keras 3 on, an optimizer of one's own gives `Optimizer` its **learning rate** first.

        Instead: `super().__init__(learning_rate, name=name)`.
        """

        class Still(tf.keras.optimizers.Optimizer):
            def __init__(self):
                super().__init__(0.5, name="still")

        assert Still().name == "still"
        assert Still().learning_rate.numpy() == 0.5

    @holds("keras<3", otherwise=ImportError)
    def test_legacy_optimizers(self):
        """Before Keras 3, the older optimizers were still there, in **`optimizers.legacy`**."""
        variable = tf.Variable(1.0)
        optimizer = tf.keras.optimizers.legacy.SGD(0.1)

        optimizer.apply_gradients([(tf.constant(1.0), variable)])

        assert round(float(variable), 4) == 0.9

    @holds("keras>=3", was="test_legacy_optimizers")
    def test_legacy_optimizers_are_refused(self):
        """From Keras 3 on, making SGD or Adam of **`optimizers.legacy`** raises an `ImportError`.

        Instead: the optimizer of that name in `tf.keras.optimizers`.
        """
        with pytest.raises(ImportError, match="not supported in Keras 3"):
            tf.keras.optimizers.legacy.SGD(0.1)

    def test_two_losses_persistent_tape(self):
        """Calling `gradient` for two losses of a pass takes a **persistent** tape, or a tape each.

        Why: `q01::TestDifferentiation::test_persistent_tape`.
        """
        shared, head = tf.Variable(2.0), tf.Variable(3.0)

        with tf.GradientTape() as once, tf.GradientTape(persistent=True) as often:
            first = shared * head
            second = shared * shared

        assert float(often.gradient(first, head)) == 2.0
        assert float(often.gradient(second, shared)) == 4.0
        assert float(once.gradient(first, head)) == 2.0
        with pytest.raises(RuntimeError, match="can only be used to compute one set"):
            once.gradient(second, shared)

    @pytest.mark.parametrize(
        "mistake", ["loss computed after the tape", "loss through NumPy", "trainable=False"]
    )
    def test_none_gradients(self, mistake):
        """A tensor's gradient is `None`, with no error, if the tape did **not record** a path to the variable."""
        variable, other = tf.Variable(3.0, trainable=mistake != "trainable=False"), tf.Variable(3.0)

        with tf.GradientTape(persistent=True) as tape:
            loss = square = variable * variable
            recorded = other * other
            if mistake == "loss through NumPy":
                loss = tf.constant(np.square(variable.numpy()))
        if mistake == "loss computed after the tape":
            loss = square * 2

        assert float(tape.gradient(recorded, other)) == 6.0
        assert tape.gradient(loss, variable) is None

    def test_assignment_cuts_the_way(self):
        """No gradient passes through an **assignment** to a `tf.Variable`: tapes do not record it."""
        start, copied = tf.Variable(3.0), tf.Variable(0.0)

        with tf.GradientTape(persistent=True) as tape:
            through_a_tensor = tf.square(start * 2)
            copied.assign(start * 2)
            through_a_variable = tf.square(copied)

        assert float(through_a_tensor) == float(through_a_variable) == 36.0
        assert float(tape.gradient(through_a_tensor, start)) == 24.0
        assert tape.gradient(through_a_variable, start) is None

    def test_frozen_layers_have_gradients(self, line):
        """Freezing a built layer empties `trainable_variables`, while the tape **still** watches it.

        So a hand loop freezes only if it takes its variables from `trainable_variables`.
        """
        layer = tf.keras.layers.Dense(1, use_bias=False)
        layer(line[0])
        layer.trainable = False

        with tf.GradientTape() as tape:
            total = tf.reduce_sum(layer(line[0]))
        (gradient,) = tape.gradient(total, layer.weights)

        assert layer.trainable_variables == []
        assert gradient.numpy().tolist() == [[6.0]]

    @holds("keras<3", otherwise=TypeError)
    @about(
        "tf.keras.optimizers.Optimizer.apply_gradients(skip_gradients_aggregation=*)",
        "tf.keras.optimizers.Optimizer.apply_gradients(experimental_aggregate_gradients=*)",
    )
    def test_aggregation_could_be_skipped(self):
        """Before Keras 3, `apply_gradients` could be told not to **sum** the gradients of replicas."""
        variable = tf.Variable(1.0)

        tf.keras.optimizers.SGD(0.5).apply_gradients(
            [(tf.constant(1.0), variable)], skip_gradients_aggregation=True
        )

        assert float(variable) == 0.5

    @holds("keras>=3", was="test_aggregation_could_be_skipped")
    def test_aggregation_is_not_skipped(self):
        """From Keras 3 on, `apply_gradients` takes no **`skip_gradients_aggregation`**."""
        optimizer, variable = tf.keras.optimizers.SGD(0.5), tf.Variable(1.0)

        with pytest.raises(TypeError, match="unexpected keyword argument"):
            optimizer.apply_gradients(
                [(tf.constant(1.0), variable)], skip_gradients_aggregation=True
            )

    @holds("keras>=3", otherwise=AttributeError)
    def test_gradients_are_applied_as_lists(self):
        """From Keras 3 on, an optimizer's **`apply`** takes gradients and variables as two lists."""
        variable = tf.Variable(1.0)

        tf.keras.optimizers.SGD(0.5).apply([tf.constant(1.0)], [variable])

        assert float(variable) == 0.5

    @holds("keras!=3.0.*", otherwise=ValueError)
    @about("tf.train.Checkpoint(*=<tf.keras.optimizers.Optimizer>)")
    def test_checkpoint_keeps_an_optimizer(self, tmp_path):
        """A **`tf.train.Checkpoint`** keeps an optimizer's count of steps, except in Keras 3.0."""
        first, second = tf.keras.optimizers.SGD(0.5), tf.keras.optimizers.SGD(0.5)
        variable = tf.Variable(1.0)
        first.apply_gradients([(tf.constant(1.0), variable)])

        path = tf.train.Checkpoint(optimizer=first).save(str(tmp_path / "step"))
        second.build([variable])
        tf.train.Checkpoint(optimizer=second).restore(path)

        assert int(second.iterations.numpy()) == 1

    @holds("keras<3", otherwise=ValueError)
    @about("tf.GradientTape.watch(0=*.kernel)", "tf.GradientTape.watch(0=*.trainable_variables)")
    def test_tapes_watched_weights(self, afresh):
        """Before Keras 3, a tape could be told to **`watch`** a layer's weight."""
        layer = tf.keras.layers.Dense(1, use_bias=False)
        layer.build((None, 1))

        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(layer.kernel)
            output = layer(tf.constant([[3.0]]))

        assert tape.gradient(output, layer.kernel).numpy().tolist() == [[3.0]]

    @holds("keras>=3", was="test_tapes_watched_weights")
    def test_tapes_watch_values(self):
        """From Keras 3 on, a tape refuses to **`watch`** a layer's weight, but takes its `value`.

        A tape watches weights anyway, unless it is made not to, as here.
        Instead: `tape.watch(weight.value)`, and the gradient with respect to that.
        """
        layer = tf.keras.layers.Dense(1, use_bias=False)
        layer.build((None, 1))

        with tf.GradientTape(watch_accessed_variables=False) as tape:
            with pytest.raises(ValueError, match="Passed in object"):
                tape.watch(layer.kernel)
            tape.watch(layer.kernel.value)
            output = layer(tf.constant([[3.0]]))

        assert tape.gradient(output, layer.kernel.value).numpy().tolist() == [[3.0]]

    @holds("keras>=3,<3.5")
    @about("tf.keras.layers.Layer.kernel.assign", "tf.keras.layers.Layer.bias.assign")
    def test_assign_returned_nothing(self):
        """In Keras 3.0 to 3.4, **`assign`** to a layer's weight returned nothing."""
        model = slope()

        assert model.weights[0].assign([[2.0]]) is None
        assert weight(model) == 2.0

    @holds(
        "keras!=3.0.*,!=3.1.*,!=3.2.*,!=3.3.*,!=3.4.*",
        was="test_assign_returned_nothing",
    )
    def test_assign_returns_the_value(self):
        """**`assign`** to a layer's weight returns the new value, except in Keras 3.0 to 3.4."""
        model = slope()

        assert float(tf.reduce_sum(model.weights[0].assign([[2.0]]))) == 2.0
