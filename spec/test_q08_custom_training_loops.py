"""What are some use cases that require writing your own custom training loop?

Very few **require** one. A loop of your own is for control over the loop itself: which batch comes
next, how often it is used, what happens between two steps. **Several optimizers**, as in the Wide &
Deep paper, are the classic example, but overriding **`train_step`** does that too and keeps `fit`,
and since Keras 3.15 so does `compile`. Learning rate **schedules**, gradient **clipping** and
**extra losses** need neither. And a loop of your own silently lacks what `fit` did: regularization
losses, `training=True`, metric resets, callbacks, the graph.
"""

import numpy as np
import pytest
import tensorflow as tf

from answer_key import confirms, corrects, holds


def slope(start=0.0, **options):
    """A model with a single weight, by which it multiplies."""
    initializer = tf.keras.initializers.Constant(start)
    dense = tf.keras.layers.Dense(1, use_bias=False, kernel_initializer=initializer, **options)
    return tf.keras.Sequential([tf.keras.layers.Input([1]), dense])


def weight(layer):
    """The single weight of a model or layer, rounded."""
    return round(float(layer.get_weights()[0].squeeze()), 4)


def gradients_of(model, x, y):
    """One forward and one backward pass under the mean squared error."""
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
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


class TestSeveralOptimizers:
    """Several optimizers: the classic use of a loop of your own, though not its only way."""

    @confirms("A8.1")
    def test_each_optimizer_moves_its_own(self, line, exhibit):
        """In a hand loop, an optimizer moves only the variables **given to it**.

        So each part of a model can have its own. The
        [Wide & Deep paper](https://arxiv.org/abs/1606.07792) trains its linear part with FTRL and
        its deep part with AdaGrad.
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
    def test_list_of_optimizers(self, batches):
        """An ordinary model does **not train** when `compile` is given a list of optimizers.

        Since Keras 3 `compile` refuses the list; before that, the first step of `fit` failed.
        """
        model, _, _ = wide_and_deep()
        pair = [tf.keras.optimizers.SGD(0.1), tf.keras.optimizers.Adam(0.01)]

        def train():
            model.compile(pair, "mse")
            model.fit(batches(4), verbose=0)

        with pytest.raises((ValueError, AttributeError), match=r"interpret optimizer|'minimize'"):
            train()

    @corrects("A8.1")
    def test_train_step_with_two_optimizers(self, batches):
        """Two optimizers also train under `fit`, in a model that overrides **`train_step`**.

        `fit` keeps the epochs, batches, metrics and callbacks: the
        [guide](https://www.tensorflow.org/guide/keras/customizing_what_happens_in_fit) calls it
        progressive disclosure of complexity.
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
        """Where the parts may take turns, two `fit`s suffice, with one part **frozen** in each.

        After a change of `trainable`, compile again. This is alternating, not joint training: the
        second part only learns what the first has left over.
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

    @corrects("A8.1")
    @holds("keras<3", otherwise=AttributeError)
    def test_wide_deep_model(self, batches):
        """Until Keras 3, **`WideDeepModel`** takes two optimizers and trains them under `fit`."""
        wide = tf.keras.experimental.LinearModel(use_bias=False)
        deep = slope()
        model = tf.keras.experimental.WideDeepModel(wide, deep)

        model.compile([tf.keras.optimizers.SGD(0.1), tf.keras.optimizers.Adam(0.01)], "mse")
        model.fit(batches(4), verbose=0)

        assert weight(wide) == 1.7
        assert weight(deep) == 0.01

    @corrects("A8.1")
    @holds("keras>=3.15", otherwise=AttributeError)
    def test_multi_optimizer(self, batches):
        """Since Keras 3.15, `compile` takes two optimizers, wrapped in a **`MultiOptimizer`**.

        The function says whose a variable is; an `OptimizerMap` of patterns can say it too.
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


class TestTheSameByHand:
    """A loop of your own can do exactly what `fit` does."""

    def test_hand_loop_equals_fit(self, batches):
        """Over the same batches, a hand loop and `fit` reach the **same** weight and losses.

        See the [guide](https://www.tensorflow.org/guide/keras/writing_a_training_loop_from_scratch).
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
        """In between lies **`train_on_batch`**: the loop is yours, and each step is that of `fit`.

        It adds regularizers, passes `training=True`, updates metrics and runs a graph.
        """
        x, y = line
        model = slope(kernel_regularizer=tf.keras.regularizers.L2(1.0))
        model.compile(tf.keras.optimizers.SGD(0.05), "mse")

        for _ in range(2):
            hardest = int(tf.argmax((model(x) - y) ** 2)[0])
            model.train_on_batch(x[hardest : hardest + 1], y[hardest : hardest + 1])

        assert weight(model) == 1.89


class TestWhatAHandLoopForgets:
    """What `fit` did silently, a loop of your own silently lacks."""

    def test_regularization(self, line, batches):
        """A hand loop must add **`model.losses`**, else no regularizer has any effect.

        `fit` adds them. The weight starts at 1, where the L2 penalty is 1 and pulls it down by 0.2.
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

    def test_dropout_is_off(self):
        """Called in a hand loop without **`training=True`**, a model drops nothing out."""
        model = tf.keras.Sequential([tf.keras.layers.Dropout(0.5)])
        ones = np.ones([1, 1000], np.float32)

        assert set(model(ones).numpy().ravel()) == {1.0}
        assert set(model(ones, training=True).numpy().ravel()) == {0.0, 2.0}

    def test_moving_averages_stand_still(self, line):
        """Without `training=True`, batch normalization's moving averages stay **unchanged**."""
        normalization = tf.keras.layers.BatchNormalization(momentum=0.5)
        model = tf.keras.Sequential([tf.keras.layers.Input([1]), normalization])

        model(line[0])
        assert normalization.moving_mean.numpy().tolist() == [0.0]

        model(line[0], training=True)
        assert normalization.moving_mean.numpy().tolist() == [0.75]

    @holds("keras<3", otherwise=AttributeError)
    def test_learning_phase(self):
        """Until Keras 3, a global **learning phase** is the default of `training`.

        Deprecated long before it went: pass `training` to the call.
        """
        dropout = tf.keras.layers.Dropout(0.5)
        ones = np.ones([1, 1000], np.float32)
        assert set(dropout(ones).numpy().ravel()) == {1.0}

        phase = tf.keras.backend.learning_phase_scope
        with pytest.warns(UserWarning, match="deprecated"), phase(1):
            dropped = dropout(ones)

        assert set(dropped.numpy().ravel()) == {0.0, 2.0}

    def test_optimizer_applies_constraints(self):
        """The **optimizer** applies a variable's constraint; a bare assignment does not."""
        model = slope(kernel_constraint=tf.keras.constraints.NonNeg())
        (kernel,) = model.trainable_variables

        kernel.assign_sub([[5.0]])
        assert weight(model) == -5.0

        tf.keras.optimizers.SGD(1.0).apply_gradients([(tf.constant([[1.0]]), kernel)])
        assert weight(model) == 0.0

    def test_metrics_run_on(self):
        """A metric runs on into the next epoch unless the loop calls **`reset_state`**."""
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
        """`fit` weights a batch's loss by its **size**, but for Keras 3.0 and 3.1.

        A plain mean of the losses forgets the size. The batches here hold three points and one; a
        `Mean` metric takes the size as `sample_weight`.
        """
        model = slope()
        model.compile(tf.keras.optimizers.SGD(0.0), "mse")

        logged = model.fit(batches(3), verbose=0).history["loss"]
        losses = [float(tf.reduce_mean(y**2)) for _, y in batches(3)]

        print(losses)
        assert logged == [21.0]
        assert round(float(np.mean(losses)), 4) == 30.3333

    def test_callbacks_must_be_driven(self):
        """In a hand loop a callback acts only if the loop **calls** it and heeds `stop_training`.

        `CallbackList` passes each call on. Validation, too, is up to the loop: `model.evaluate`.
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

    def test_hand_loop_is_eager(self, line, batches):
        """A hand loop runs **eagerly** unless its step is a `tf.function`; `fit` runs a graph."""
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

    @holds("keras>=3", otherwise=AttributeError)
    def test_scaled_loss_in_one_call(self):
        """Since Keras 3, a mixed precision loop calls **`scale_loss`**; applying unscales.

        Forget it, and each step is 32 768 times too small. Until Keras 3 there were two calls,
        `get_scaled_loss` and `get_unscaled_gradients`, and forgetting both did no harm to the step.
        """
        optimizer = tf.keras.mixed_precision.LossScaleOptimizer(tf.keras.optimizers.SGD(1.0))
        variable = tf.Variable(1.0)

        with tf.GradientTape() as tape:
            loss = optimizer.scale_loss(variable * 0.5)
        gradient = tape.gradient(loss, variable)
        optimizer.apply_gradients([(gradient, variable)])

        assert float(gradient) == 16384.0
        assert float(variable) == 0.5


class TestNoLoopNeeded:
    """Schedules, clipping and extra losses need no loop of your own."""

    @corrects("B8.1")
    def test_schedule_of_steps(self, batches):
        """A learning rate of your own for each step is a **`LearningRateSchedule`**, under `fit`.

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

        A callback can also look at the losses, as `ReduceLROnPlateau` does.
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
        """**Every optimizer** clips gradients by value, by norm, or by the norm of them all.

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

    @corrects("B8.3")
    def test_add_loss(self, line, batches):
        """A layer adds a loss term of its own by **`add_loss`**, and `fit` minimizes it too.

        See the [guide](https://www.tensorflow.org/guide/keras/making_new_layers_and_models_via_subclassing).
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
        """Since Keras 3, **`gradient_accumulation_steps`** steps by the mean of several gradients.

        Small batches then train like a large one. Until Keras 3, override `train_step`.
        """
        optimizer = tf.keras.optimizers.SGD(0.1, gradient_accumulation_steps=2)
        variable = tf.Variable(0.0)
        values = []

        for gradient in [1.0, 3.0, 5.0, 7.0]:
            optimizer.apply_gradients([(tf.constant(gradient), variable)])
            values.append(round(float(variable), 4))

        print(values)
        assert values == [0.0, -0.2, -0.2, -0.8]


class TestWhatALoopIsFor:
    """What is left is control over the loop itself, and steps that no `fit` foresees."""

    @confirms("A8.2")
    def test_choosing_the_next_batch(self, line):
        """A hand loop can let the model choose the **next batch**; `fit` takes them as they come.

        Here it repeats the point with the largest error, until another one is worse.
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

    @confirms("B8.4")
    def test_alternating_opponents(self):
        """Two opponents, as in a GAN, train in **turns**, each on a loss and variable of its own.

        The critic learns to score 3 above what the maker makes, the maker to be scored higher. One
        `compile` knows one loss, but a `train_step` of your own can take the turns as well.
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

    @confirms("B8.4")
    def test_newtons_method(self, line):
        """A loop can use no optimizer at all: **Newton's** method solves this line in one step.

        It divides the slope of the loss by its curvature, found with a second tape.
        """
        x, y = line
        factor = tf.Variable(0.0)

        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                loss = tf.reduce_mean((factor * x + 1 - y) ** 2)
            gradient = inner.gradient(loss, factor)
        factor.assign_sub(gradient / outer.gradient(gradient, factor))

        assert float(factor) == 2.0


class TestRulesOfTheLoop:
    """A loop of your own has to know the rules of optimizers, functions and tapes."""

    def test_both_in_the_first_trace(self):
        """One `tf.function` can use two optimizers, if its **first** call uses both.

        A first call may create variables, and an optimizer has some of its own.
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
        """An optimizer first used in a **later** trace of a `tf.function` fails, unless built."""
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

    def test_strange_variables(self):
        """An optimizer **refuses** variables it was not built for, and it is built at first use.

        To train parts in turns, name them all to `build` beforehand. The error is a KeyError until
        Keras 3, since then a ValueError.
        """
        left, right = tf.Variable(1.0), tf.Variable(1.0)
        unaware, aware = tf.keras.optimizers.SGD(0.1), tf.keras.optimizers.SGD(0.1)
        aware.build([left, right])

        aware.apply_gradients([(tf.constant(1.0), left)])
        aware.apply_gradients([(tf.constant(1.0), right)])
        unaware.apply_gradients([(tf.constant(1.0), left)])

        assert round(float(right), 4) == 0.9
        with pytest.raises((KeyError, ValueError), match=r"Unknown variable|cannot recognize"):
            unaware.apply_gradients([(tf.constant(1.0), right)])

    def test_two_losses_persistent_tape(self):
        """Two losses of one forward pass, for two optimizers, need a **persistent** tape."""
        shared, head = tf.Variable(2.0), tf.Variable(3.0)

        with tf.GradientTape() as once, tf.GradientTape(persistent=True) as often:
            first = shared * head
            second = shared**2

        assert float(often.gradient(first, head)) == 2.0
        assert float(often.gradient(second, shared)) == 4.0
        assert float(once.gradient(first, head)) == 2.0
        with pytest.raises(RuntimeError, match="can only be used to compute one set"):
            once.gradient(second, shared)

    @pytest.mark.parametrize(
        "mistake", ["loss computed after the tape", "loss through NumPy", "trainable=False"]
    )
    def test_none_gradients(self, mistake):
        """A gradient is `None`, without an error, if the tape did **not record** the way to it."""
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
        """Assigning to a variable **cuts** the way that a gradient takes: the old value is gone."""
        start, copied = tf.Variable(3.0), tf.Variable(0.0)

        with tf.GradientTape(persistent=True) as tape:
            through_a_tensor = (start * 2) ** 2
            copied.assign(start * 2)
            through_a_variable = copied**2

        assert float(through_a_tensor) == float(through_a_variable) == 36.0
        assert float(tape.gradient(through_a_tensor, start)) == 24.0
        assert tape.gradient(through_a_variable, start) is None

    def test_frozen_layers_have_gradients(self, line):
        """Freezing a layer empties `trainable_variables`, while the tape **still** watches it.

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
