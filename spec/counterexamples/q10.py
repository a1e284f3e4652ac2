"""Faults under which the claims of question 10 must fail."""

import contextlib
import copy
import dataclasses
import functools
import inspect

import numpy as np
import tensorflow as tf

from answer_key import refutes


@refutes(
    "TestTracing::test_python_runs_while_tracing",
    "TestTracing::test_python_results_are_frozen",
    "TestTracing::test_iterators_advance_while_tracing",
    "TestRetracing::test_new_python_numbers_are_slow",
    "TestRetracing::test_bound_methods_retrace",
    "TestCaptures::test_captured_python_value_is_frozen",
    "TestCaptures::test_rebound_name_is_not_followed",
    "TestCreatingVariables::test_unguarded_creation_fails_at_first_call",
    "TestCreatingVariables::test_dropout_is_made_outside",
    "TestCreatingVariables::test_later_call_must_not_create_a_variable",
    "TestChangingVariables::test_equals_on_attribute_or_element_leaks_a_tensor",
    "TestChangingVariables::test_equals_on_outer_names_leaks_a_tensor",
    "TestAutoGraph::test_branches_must_agree_on_the_dtype",
    "TestAutoGraph::test_return_in_a_loop_is_refused",
    "TestAutoGraph::test_break_in_a_python_loop_is_refused",
    "TestAutoGraph::test_dataset_loop",
    "TestAutoGraph::test_builtins_convert_on_datasets",
    "TestAutoGraph::test_generator_over_a_dataset_never_ends",
    "TestAutoGraph::test_comprehension_over_a_dataset_never_ends",
    "TestAutoGraph::test_loop_must_keep_dtype",
    "TestAutoGraph::test_loop_must_keep_shape",
    "TestAutoGraph::test_tensor_array_collects_in_a_loop",
    "TestAutoGraph::test_some_builtins_convert",
    "TestAutoGraph::test_raise_happens_while_tracing",
    "TestAutoGraph::test_try_does_not_catch_operations",
    "TestUnrolling::test_range_of_a_tensor_loops",
    "TestMissingSource::test_tensor_control_flow_needs_source",
    "TestCallingOtherFunctions::test_constructors_and_properties_do_not_convert",
    "TestCallingOtherFunctions::test_decorate_the_largest_function",
    "TestSideEffects::test_tf_print_prints_at_each_call",
    "TestSideEffects::test_files_are_written_at_each_call",
    "TestMethods::test_method_traces_for_each_instance",
    "TestMethods::test_attributes_are_frozen",
    "TestMethods::test_sets_are_refused",
    "TestStructures::test_other_results_are_refused",
)
@refutes(
    "TestSideEffects::test_unused_operations_are_dropped",
    by=tf.errors.InvalidArgumentError,
)
@refutes("TestAutoGraph::test_loop_over_nothing", by=UnboundLocalError)
def python_runs_at_each_call(monkeypatch):
    """A TF Function runs its Python at each call, as if it were a plain function."""
    from tensorflow.python.eager.polymorphic_function import eager_function_run

    monkeypatch.setattr(eager_function_run, "RUN_FUNCTIONS_EAGERLY", True)


@refutes(
    "TestTracing::test_third_party_call_is_not_in_graph",
    "TestTracing::test_numpy_arrays_become_constants",
)
def python_values_become_inputs(monkeypatch):
    """Python values enter a graph as further inputs, not as constants."""
    from tensorflow.core.function.capture import capture_container
    from tensorflow.python.framework import constant_op

    right = constant_op._constant_impl

    def outside_the_graph(*args, **kw):
        with tf.init_scope():
            return right(*args, **kw)

    monkeypatch.setattr(constant_op, "_constant_impl", outside_the_graph)
    monkeypatch.setattr(capture_container, "_EAGER_CONST_THRESHOLD", 0)


@refutes("TestTracing::test_numpy_refuses_symbolic_tensors")
def symbolic_tensors_are_zeros_to_numpy(monkeypatch):
    """To NumPy, a symbolic tensor is an array of zeros."""
    monkeypatch.setattr(tf.Tensor, "__array__", lambda self, *args, **kw: np.zeros(self.shape))


@refutes("TestTracing::test_type_of_a_traced_tensor_is_a_subclass")
def tensors_are_symbolic(monkeypatch):
    """`tf.Tensor` is the very type of a traced tensor."""
    types = []

    def note(number):
        types.append(type(number))
        return number

    tf.function(note, autograph=False)(tf.constant(1))
    monkeypatch.setattr(tf, "Tensor", types[0])


@refutes(
    "TestRetracing::test_dtype_and_shape_retrace",
    "TestRetracing::test_each_python_number_retraces",
    "TestRetracing::test_known_calls_reuse_their_trace",
    "TestRetracing::test_new_structures_retrace",
    "TestRetracing::test_input_signature_traces_once",
    "TestRetracing::test_get_concrete_function_traces_ahead",
    "TestCreatingVariables::test_first_call_may_create_a_variable",
    "TestCreatingVariables::test_variable_outside_needs_no_guard",
    "TestCallingOtherFunctions::test_called_tf_function_is_a_call",
    "TestCompiling::test_value_dependent_shapes_compile",
)
def every_call_retraces(monkeypatch):
    """A TF Function never reuses a trace."""
    from tensorflow.core.function.polymorphism.function_cache import FunctionCache

    def add(self, function, *context):
        self._primary[object()] = function

    monkeypatch.setattr(FunctionCache, "lookup", lambda self, *key: None)
    monkeypatch.setattr(FunctionCache, "add", add)


@refutes(
    "TestRetracing::test_dtype_and_shape_retrace",
    "TestRetracing::test_known_calls_reuse_their_trace",
)
def shapes_do_not_matter(monkeypatch):
    """A TF Function traces for tensors of any shape at once."""
    monkeypatch.setattr(
        tf.Tensor, "__tf_tracing_type__", lambda self, context: tf.TensorSpec(None, self.dtype)
    )


@refutes("TestRetracing::test_equal_python_numbers_shared_a_trace")
def equal_numbers_of_different_types_retrace(monkeypatch):
    """A TF Function tells `1`, `1.0` and `True` apart."""
    from tensorflow.core.function.trace_type.default_types import Literal

    right = Literal.__eq__

    def equal(self, other):
        return right(self, other) is True and type(self.value) is type(other.value)

    monkeypatch.setattr(Literal, "__eq__", equal)


@refutes("TestRetracing::test_equal_python_numbers_of_other_types_retrace")
def equal_numbers_share_a_trace(monkeypatch):
    """A TF Function takes `1`, `1.0` and `True` for the same."""
    from tensorflow.core.function.trace_type.default_types import Literal

    monkeypatch.setattr(Literal, "__eq__", lambda self, other: self.value == other.value)
    monkeypatch.setattr(Literal, "__hash__", lambda self: hash(self.value))


@refutes("TestRetracing::test_functions_share_no_traces")
def functions_share_traces(monkeypatch):
    """`tf.function` of the same Python function is the same TF Function."""
    monkeypatch.setattr(tf, "function", functools.cache(tf.function))


@refutes("TestRetracing::test_inference_function")
def inference_functions_have_gradients(monkeypatch):
    """A concrete function's `inference_fn` is the concrete function."""
    concrete = type(tf.function(abs).get_concrete_function(tf.constant(1)))
    monkeypatch.setattr(concrete, "inference_fn", property(lambda self: self))


@refutes("TestRetracing::test_type_of_a_tf_function")
def tf_functions_are_python_functions(monkeypatch):
    """`tf.function` returns a Python function."""
    right = tf.function

    def function(python_function):
        converted = right(python_function)
        return lambda *args: converted(*args)

    monkeypatch.setattr(tf, "function", function)


@refutes(
    "TestRetracing::test_signature_mismatch_is_type_error",
    "TestRetracing::test_concrete_functions_check",
)
def input_signature_is_not_checked(monkeypatch):
    """A TF Function takes arguments of any shape, whatever it was traced for."""
    monkeypatch.setattr(tf.TensorSpec, "cast", lambda self, value, context: value)


@refutes("TestRetracing::test_reduce_retracing_relaxes_shapes")
def reduce_retracing_is_ignored(monkeypatch):
    """`tf.function` ignores `reduce_retracing`."""
    right = tf.function

    def function(*args, reduce_retracing=None, experimental_relax_shapes=None, **kw):
        return right(*args, **kw)

    monkeypatch.setattr(tf, "function", function)


@refutes(
    "TestCaptures::test_captured_variable_is_followed",
    "TestSideEffects::test_stateful_operations_keep_program_order",
    "TestMethods::test_attributes_are_frozen",
)
def captured_variables_are_frozen(monkeypatch):
    """A TF Function freezes the values of the variables that it reads."""
    from tensorflow.python.ops.resource_variable_ops import BaseResourceVariable

    right = BaseResourceVariable._read_variable_op

    def read_while_tracing(self, *args, **kw):
        with tf.init_scope():
            return right(self, *args, **kw)

    monkeypatch.setattr(BaseResourceVariable, "_read_variable_op", read_while_tracing)


@refutes("TestChangingVariables::test_equals_on_local_name_leaves_variable")
def adding_changes_the_variable(monkeypatch):
    """Adding to a variable changes it in place."""
    monkeypatch.setattr(tf.Variable, "__add__", lambda self, number: self.assign_add(number))


@refutes(
    "TestAutoGraph::test_both_branches_are_traced",
    "TestAutoGraph::test_names_must_be_defined_in_both_branches",
    "TestAutoGraph::test_recursion_on_a_tensor_goes_deeper",
)
def only_the_first_branch_is_traced(monkeypatch):
    """AutoGraph traces only the first branch of an `if` on a tensor."""
    from tensorflow.python.autograph.operators import control_flow

    monkeypatch.setattr(control_flow, "_tf_if_stmt", lambda test, first, *others: first())


@refutes(
    "TestAutoGraph::test_loops_breaks_and_logic_convert",
    "TestMissingSource::test_decorated_function_converts",
    "TestCallingOtherFunctions::test_called_python_function_converts",
    by=tf.errors.OperatorNotAllowedInGraphError,
)
def autograph_is_off(monkeypatch):
    """`tf.function` leaves Python's control flow as it is, unless it is told to convert it."""
    monkeypatch.setattr(tf, "function", functools.partial(tf.function, autograph=False))


@refutes(
    "TestAutoGraph::test_other_builtins_do_not_convert",
    "TestAutoGraph::test_assert_is_not_converted",
    "TestAutoGraph::test_autograph_can_be_turned_off",
    "TestMissingSource::test_lambdas_on_one_line_lose_their_source",
)
def symbolic_tensors_are_true(monkeypatch):
    """A symbolic tensor counts as true."""
    monkeypatch.setattr(tf.Tensor, "__bool__", lambda self: True)


@refutes("TestAutoGraph::test_comprehension_over_a_tensor_is_refused")
def symbolic_tensors_unpack(monkeypatch):
    """Python can iterate over a symbolic tensor of known length."""
    monkeypatch.setattr(tf.Tensor, "__iter__", lambda self: iter(tf.unstack(self)))


@refutes("TestAutoGraph::test_unconverted_python_runs_on_python_values", by=NotImplementedError)
def generators_are_refused(monkeypatch):
    """AutoGraph refuses a function that it cannot convert, as one with a generator in it."""
    from tensorflow.python.autograph.impl import api

    def refuse(function, *args):
        raise NotImplementedError(f"AutoGraph cannot convert {function}")

    monkeypatch.setattr(api, "_fall_back_unconverted", refuse)


@refutes("TestUnrolling::test_python_range_unrolls")
def loops_over_tensors_unroll(monkeypatch):
    """AutoGraph unrolls a loop over a tensor of known length."""
    from tensorflow.python.autograph.operators import control_flow

    def unroll(numbers, *args):
        control_flow._py_for_stmt(tf.unstack(numbers), *args)

    monkeypatch.setattr(control_flow, "_known_len_tf_for_stmt", unroll)


@refutes("TestUnrolling::test_whole_tensors_are_faster")
def sums_are_loops(monkeypatch):
    """`tf.reduce_sum` adds one element after the other, and five times so."""
    right = tf.foldl

    def reduce_sum(numbers):
        return sum(right(tf.add, numbers) for _ in range(5)) / 5

    monkeypatch.setattr(tf, "reduce_sum", reduce_sum)


@refutes("TestMissingSource::test_plain_code_needs_no_source", by=OSError)
def source_is_required(monkeypatch):
    """AutoGraph reads the source of every function, whether it needs conversion or not."""
    from tensorflow.python.autograph.impl import api

    right = api.converted_call

    def converted_call(function, *args, **kw):
        inspect.getsource(function)
        return right(function, *args, **kw)

    monkeypatch.setattr(api, "converted_call", converted_call)


@refutes("TestCallingOtherFunctions::test_called_tf_function_is_a_call")
def called_tf_functions_are_inlined(monkeypatch):
    """A TF Function called by another adds its operations to the caller's graph."""
    kind = type(tf.function(abs))
    right = kind.__call__

    def call(self, *args):
        return right(self, *args) if tf.executing_eagerly() else self.python_function(*args)

    monkeypatch.setattr(kind, "__call__", call)


@refutes("TestCallingOtherFunctions::test_foreign_function_can_add_operations")
def operators_leave_constants(monkeypatch):
    """Multiplying symbolic tensors leaves only a constant in the graph."""
    monkeypatch.setattr(tf.Tensor, "__mul__", lambda self, other: tf.zeros_like(self))


@refutes("TestSideEffects::test_tf_print_prints_at_each_call")
def tf_print_is_print(monkeypatch):
    """`tf.print` prints while tracing, as `print` does."""
    monkeypatch.setattr(tf, "print", print)


@refutes("TestSideEffects::test_reading_a_file_is_not_ordered")
def every_operation_is_stateful(monkeypatch):
    """A TF Function runs all its operations in program order, as if each were stateful."""
    from tensorflow.python.framework import auto_control_deps

    monkeypatch.setattr(auto_control_deps, "op_is_stateful", lambda operation: True)


@refutes("TestSideEffects::test_assertions_can_be_stripped", by=tf.errors.InvalidArgumentError)
def assertions_are_kept(monkeypatch):
    """`SaveOptions` ignores `experimental_debug_stripper`."""
    right = tf.saved_model.SaveOptions
    monkeypatch.setattr(tf.saved_model, "SaveOptions", lambda experimental_debug_stripper: right())


@refutes("TestSideEffects::test_branch_with_a_variable_does_not_wait")
def variables_are_ordered_like_prints(monkeypatch):
    """A TF Function orders what uses a variable as it orders prints."""
    from tensorflow.python.framework import auto_control_deps

    monkeypatch.setattr(auto_control_deps, "_get_resource_inputs", lambda operation: [])


@refutes(
    "TestPythonFunctions::test_python_runs_at_each_call",
    "TestCompiling::test_host_operations_do_not_compile",
)
def python_functions_run_while_tracing(monkeypatch):
    """`tf.py_function` and `tf.numpy_function` call Python while tracing, on symbolic tensors."""
    for name in ("py_function", "numpy_function"):
        monkeypatch.setattr(tf, name, lambda function, inputs, dtypes: function(*inputs))


@refutes(
    "TestCompiling::test_host_operations_do_not_compile",
    "TestCompiling::test_loops_must_keep_their_shapes",
    "TestCompiling::test_shrinking_loops_return_too_much",
    "TestCompiling::test_tensor_arrays_do_not_grow",
    "TestCompiling::test_int32_variables_do_not_compile",
)
@refutes("TestCompiling::test_assertions_vanish", by=tf.errors.InvalidArgumentError)
def jit_compile_is_ignored(monkeypatch):
    """`tf.function` ignores `jit_compile`."""
    right = tf.function
    monkeypatch.setattr(tf, "function", lambda *args, jit_compile=None, **kw: right(*args, **kw))


@refutes("TestCompiling::test_value_dependent_shapes_compile", by=tf.errors.InvalidArgumentError)
def where_runs_on_the_host(monkeypatch):
    """`tf.where` calls back into Python, which XLA does not support."""
    right = tf.where
    monkeypatch.setattr(tf, "where", lambda test: tf.numpy_function(right, [test], tf.int64))


@refutes("TestRunningEagerly::test_run_functions_eagerly")
def functions_cannot_run_eagerly(monkeypatch):
    """`tf.config.run_functions_eagerly` does nothing."""
    monkeypatch.setattr(tf.config, "run_functions_eagerly", lambda run_eagerly: None)


@refutes("TestMethods::test_temporary_instance_is_lost")
def methods_keep_their_instance(monkeypatch):
    """A method taken from an instance keeps that instance alive."""
    kind = type(tf.function(abs))

    def bind(self, instance, owner):
        return self if instance is None else functools.partial(self, instance)

    monkeypatch.setattr(kind, "__get__", bind)


@refutes("TestMethods::test_called_functions_are_not_copied")
def deep_copies_are_shallow(monkeypatch):
    """`copy.deepcopy` copies an instance, and nothing that it keeps."""
    monkeypatch.setattr(copy, "deepcopy", copy.copy)


@refutes("TestStructures::test_dataclasses_are_structures", by=TypeError)
def dataclasses_are_objects(monkeypatch):
    """A TF Function takes a dataclass for any other object, with `__tf_flatten__` or not."""
    from tensorflow.python.util import custom_nest_protocol

    monkeypatch.setattr(custom_nest_protocol, "CustomNestProtocol", type(None))


@refutes("TestTracing::test_is_symbolic_tensor")
def every_tensor_is_symbolic(monkeypatch):
    """`tf.is_symbolic_tensor` takes every tensor to be traced."""
    monkeypatch.setattr(tf, "is_symbolic_tensor", tf.is_tensor)


@refutes("TestRetracing::test_function_type")
def concrete_functions_tell_no_parameters(monkeypatch):
    """The `function_type` of a concrete function has no parameters."""
    concrete = type(tf.function(lambda: 1).get_concrete_function())
    monkeypatch.setattr(concrete, "function_type", inspect.Signature())


@refutes("TestSideEffects::test_reading_a_fixed_path_happens_once")
def reading_is_stateful(monkeypatch):
    """`tf.io.read_file` reads at each call, whatever its path."""
    right = tf.io.read_file
    monkeypatch.setattr(tf.io, "read_file", lambda path: tf.py_function(right, [path], tf.string))


@refutes("TestSideEffects::test_dependencies_order_a_read")
def dependencies_are_ignored(monkeypatch):
    """`tf.control_dependencies` orders nothing."""
    monkeypatch.setattr(tf, "control_dependencies", lambda operations: contextlib.nullcontext())


@refutes("TestMethods::test_unhashable_instances_are_refused")
def dataclasses_keep_their_hash(monkeypatch):
    """A dataclass has a hash, frozen or not."""
    right = dataclasses.make_dataclass
    hashed = functools.partial(right, unsafe_hash=True)
    monkeypatch.setattr(dataclasses, "make_dataclass", hashed)


@refutes("TestAutoGraph::test_unpacking_is_refused")
def functions_run_eagerly_where_they_unpack(monkeypatch):
    """A TF Function is the function itself, with its own `python_function`."""

    def function(body):
        body.python_function = body
        return body

    monkeypatch.setattr(tf, "function", function)


@refutes("TestCompiling::test_division_by_zero_compiles")
def division_by_zero_is_zero(monkeypatch):
    """Compiled or not, an integer divided by 0 is 0."""
    monkeypatch.setattr(tf, "function", lambda body, **options: lambda number, by: tf.constant(0))
