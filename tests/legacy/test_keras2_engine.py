"""Keras 2's `engine`: what scripts took from it, by the paths of then."""

import warnings

import h5py
import numpy as np
import pytest

import hornbeam
from hornbeam import layers, losses, metrics, utils

with warnings.catch_warnings(action="ignore", category=hornbeam.OldNameWarning):
    from hornbeam.engine import (
        base_layer,
        network,
        saving,
        topology,
        training_arrays,
        training_generator,
        training_utils,
    )

pytestmark = pytest.mark.filterwarnings("ignore::hornbeam.OldNameWarning")


def test_names_of_the_package_itself():
    from hornbeam.engine import Input, InputSpec, Layer, Model, get_source_inputs

    assert (Input, InputSpec, Layer) == (layers.Input, layers.InputSpec, layers.Layer)
    assert Model is network.Network is topology.Network is hornbeam.Model
    assert get_source_inputs is utils.get_source_inputs
    assert base_layer.disable_tracking(len) is len


def test_calls_of_layers_as_nodes():
    """What converters of models go through."""
    x, y = hornbeam.Input((3,), name="x"), hornbeam.Input((3,), name="y")
    dense, add = layers.Dense(3, name="d"), layers.Add(name="s")
    dense(x)
    total = add([dense(y), x])
    (node,) = add._inbound_nodes
    assert isinstance(node, topology.Node) and node.outbound_layer is add
    assert [layer.name for layer in node.inbound_layers] == ["d", "x"]
    assert (node.node_indices, node.tensor_indices) == ([1, 0], [0, 0])
    assert node.input_tensors == node.args[0] and node.output_tensors == [total]
    assert (node.input_shapes, node.output_shapes) == ([(None, 3)] * 2, [(None, 3)])
    assert node.input_masks == [None, None] and node.output_masks == [None] and node.arguments == {}
    assert node.get_config()["inbound_layers"] == ["d", "x"]
    (first,) = x.node.operation.inbound_nodes
    assert first.inbound_layers == [] and first.input_tensors == [x]


def test_batches():
    assert training_utils.make_batches(5, 2) == [(0, 2), (2, 4), (4, 5)]
    shuffled = training_utils.batch_shuffle(np.arange(7), 3).tolist()
    assert sorted(shuffled) == list(range(7)) and shuffled[-1] == 6
    assert shuffled[:3] in ([0, 1, 2], [3, 4, 5])


def test_what_batches_come_from():
    class Batches(utils.Sequence):
        def __len__(self):
            return 2

        def __getitem__(self, i):
            return i

    infinite = training_utils.iter_sequence_infinite(Batches())
    assert [next(infinite) for _ in range(5)] == [0, 1, 0, 1, 0]
    assert training_utils.is_sequence(Batches()) and not training_utils.is_sequence([1])
    assert training_utils.is_generator_or_sequence(infinite) and not training_utils.is_generator_or_sequence(np.ones(3))
    training_utils.check_generator_arguments(validation_split=0.0)
    with pytest.raises(ValueError, match="A generator gives all there is: leave `y` out"):
        training_utils.check_generator_arguments(y=np.ones(3))
    assert training_utils.check_num_samples([np.ones((4, 2))], batch_size=2) == 4
    assert training_utils.check_num_samples([hornbeam.Input((2,))], steps=3) is None
    with pytest.raises(ValueError, match=r"`steps` says how many batches come: leave `batch_size` out. Received: 2"):
        training_utils.check_num_samples([], batch_size=2, steps=3)
    with pytest.raises(ValueError, match=r"`steps_per_epoch` must say how many batches come. Received: None"):
        training_utils.check_num_samples([], steps_name="steps_per_epoch")


def test_epochs_with_validation():
    assert [training_utils.should_run_validation(2, epoch) for epoch in range(4)] == [False, True, False, True]
    assert [training_utils.should_run_validation([1, 4], epoch) for epoch in range(4)] == [True, False, False, True]
    for wrong in (0, "all"):
        with pytest.raises(ValueError, match="`validation_freq` must be"):
            training_utils.should_run_validation(wrong, 0)


def test_data_by_name():
    a, b = np.ones(3), np.ones((3, 2))
    for data in ([a, b], {"b": b, "a": a, "c": 1}, ([1.0, 1.0, 1.0], b)):
        found = training_utils.standardize_input_data(data, ["a", "b"], [(None, 1), (None, 2)])
        assert [x.shape for x in found] == [(3, 1), (3, 2)]
    assert training_utils.standardize_input_data(None, ["a"]) == [None]
    assert training_utils.standardize_input_data([1, 2], ["a"])[0].tolist() == [[1], [2]]
    assert training_utils.standardize_input_data([], []) == []
    training_utils.standardize_input_data(b, ["b"], [(7, 2)], check_batch_axis=False)
    for data, names, shapes, sentence in (
        ({"a": a}, ["a", "b"], None, r"The target must have an array for each of .*Received: none for 'b'"),
        ([a], ["a", "b"], None, r"must be 2 arrays, for \['a', 'b'\]. Received: 1"),
        (b, ["b"], [(None, 3)], r"for `b` must have shape \(None, 3\). Received: \(3, 2\)"),
        (b, ["b"], [(7, 2)], r"must have shape \(7, 2\)"),
    ):
        with pytest.raises(ValueError, match=sentence):
            training_utils.standardize_input_data(data, names, shapes, exception_prefix="target")


def test_checks_of_targets():
    training_utils.check_array_length_consistency([np.ones(3)], [np.ones(3)], [None])
    with pytest.raises(ValueError, match="Received: inputs of 3 rows, targets of 4 rows"):
        training_utils.check_array_length_consistency([np.ones(3)], [np.ones(4)])
    check = training_utils.check_loss_and_target_compatibility
    check([np.ones((3, 2)), None], [losses.mean_squared_error, None], [(None, 2), (None, 2)])
    check([np.ones((3, 1))], [losses.SparseCategoricalCrossentropy()], [(None, 2)])
    with pytest.raises(ValueError, match="convert the classes with `to_categorical`"):
        check([np.ones((3, 1))], training_utils.prepare_loss_functions("categorical_crossentropy", ["a"]), [(None, 2)])
    with pytest.raises(ValueError, match=r"must have the output's shape, \(None, 2\). Received: \(3, 4\)"):
        check([np.ones((3, 4))], [losses.MeanSquaredError()], [(None, 2)])


def test_weights_of_outputs():
    standardize = training_utils.standardize_sample_weights
    w = np.ones(3)
    assert standardize(None, ["a", "b"]) == [None, None]
    assert standardize(w, ["a"])[0] is standardize([w], ["a"])[0] is standardize({"a": w}, ["a"])[0] is w
    assert standardize({"b": w}, ["a", "b"]) == [None, w]
    assert training_utils.standardize_class_weights({0: 1.0}, ["a"]) == [{0: 1.0}]
    with pytest.raises(ValueError, match=r"`sample_weight` must have an item for each of \['a', 'b'\]. Received: 1"):
        standardize([w], ["a", "b"])
    with pytest.raises(TypeError, match="`class_weight` of several outputs must be a list or a dictionary"):
        training_utils.standardize_class_weights("ab", ["a", "b"])


def test_weights_of_rows():
    weights = training_utils.standardize_weights
    y = np.array([[0, 1], [1, 0], [0, 1]])
    assert weights(y).tolist() == [1, 1, 1]
    assert weights(y, class_weight={0: 0.5, 1: 2.0}).tolist() == [2, 0.5, 2]
    assert weights(y, np.array([1, 2, 3]), {0: 0.5, 1: 2.0}).tolist() == [2, 1, 6]
    assert weights(np.ones((2, 3, 1)), sample_weight_mode="temporal").shape == (2, 3)
    for arguments, sentence in (
        ((y, None, {0: 1.0}), r"must have all classes of the targets. Received: none for \[1\]"),
        ((y, np.ones(4)), r"must have a number for each row of targets of shape \(3, 2\)"),
        ((y, np.ones((3, 2))), r"must have one axis, unless `sample_weight_mode` is"),
        ((y, None, None, "temporal"), "need targets of 3 axes"),
        ((y, None, None, "rows"), "must be \"temporal\" or None. Received: 'rows'"),
        ((np.ones((2, 3, 1)), None, {1: 1.0}), "needs targets of at most 2 axes"),
    ):
        with pytest.raises(ValueError, match=sentence):
            weights(*arguments)


def test_inputs_for_weights():
    inputs, modes = training_utils.prepare_sample_weights(["a", "b", "c"], {"b": "temporal"}, [2])
    assert [None if x is None else len(x.shape) for x in inputs] == [1, 2, None] and modes == [None, "temporal", None]
    assert inputs[1].name == "b_sample_weights"
    assert training_utils.prepare_sample_weights(["a"], ["temporal"], [])[1] == ["temporal"]
    with pytest.raises(ValueError, match=r"must have keys among \['a'\]. Received: \['z'\]"):
        training_utils.prepare_sample_weights(["a"], {"z": "temporal"}, [])


def test_a_loss_with_weights_and_a_mask(engine):
    loss = training_utils.weighted_masked_objective(lambda y, p: (y - p) ** 2)
    y, p = hornbeam.ops.zeros((2, 2)), hornbeam.ops.convert_to_tensor(np.array([[1.0, 2.0], [3.0, 4.0]], "float32"))
    assert float(loss(y, p, None)) == pytest.approx(7.5)
    assert float(loss(y, p, np.array([1.0, 0.0]))) == pytest.approx(2.5)
    assert float(loss(y, p, None, np.array([[1, 0], [0, 1]]))) == pytest.approx(8.5)
    assert training_utils.weighted_masked_objective(None) is None


def test_losses_of_outputs():
    prepare = training_utils.prepare_loss_functions
    assert [loss.name for loss in prepare("mse", ["a", "b"])] == ["mean_squared_error"] * 2
    assert prepare({"b": losses.Huber}, ["a", "b"])[0] is None and isinstance(
        prepare([losses.Huber()], ["a"])[0], losses.Huber
    )
    assert training_utils.prepare_loss_weights(["a", "b"]) == [1.0, 1.0]
    assert training_utils.prepare_loss_weights(["a", "b"], {"b": 2.0}) == [1.0, 2.0]
    for make, sentence in (
        (lambda: prepare({"z": "mse"}, ["a"]), r"`loss` must have keys among the outputs, \['a'\]. Received: \['z'\]"),
        (lambda: prepare(["mse"], ["a", "b"]), "`loss` must have an item for each of the outputs"),
        (lambda: training_utils.prepare_loss_weights(["a"], [1.0, 2.0]), "`loss_weights` must have an item for each"),
    ):
        with pytest.raises(ValueError, match=sentence):
            make()


def test_metrics_of_outputs():
    find = training_utils.get_metric_function
    assert find("acc", (None, 1)) is metrics.binary_accuracy
    assert find("accuracy", (None, 3), losses.SparseCategoricalCrossentropy()) is metrics.sparse_categorical_accuracy
    assert find("ce", (None, 3)) is metrics.categorical_crossentropy
    names = training_utils.get_metric_name
    assert (names("acc"), names(metrics.mean_squared_error), names(metrics.AUC(name="x"))) == (
        "acc",
        "mean_squared_error",
        "x",
    )
    first, second = training_utils.collect_per_output_metric_info(
        {"b": ["acc", "mae"]}, ["a", "b"], [(None, 1), (None, 3)], [None, None]
    )
    assert not first and list(second) == ["acc", "mae"]
    second["mae"].update_state(np.ones((2, 3)), np.zeros((2, 3)))
    assert float(second["mae"].result()) == 1
    y, p = np.array([[1.0], [0.0]]), hornbeam.ops.convert_to_tensor(np.array([[1.0], [1.0]]), "float32")
    result = training_utils.call_metric_function(metrics.Mean(), p, None, np.array([1.0, 0.0]))
    assert float(result) == 1
    masked = training_utils.call_metric_function(metrics.BinaryAccuracy(), y, p, mask=np.array([[1], [0]]))
    assert float(masked) == 1


def test_first_layers():
    layer = layers.Dense(2, batch_input_shape=(4, 3))
    assert layer.batch_input_shape == (4, 3) and not hasattr(layers.Dense(2), "batch_input_shape")
    assert training_utils.get_input_shape_and_dtype(layer) == ((4, 3), "float32")
    assert training_utils.get_static_batch_size(layer) == 4
    model = hornbeam.Sequential([layer])
    assert training_utils.get_static_batch_size(hornbeam.Sequential([model])) == 4
    assert training_utils.get_input_shape_and_dtype(layers.Dense(2)) == (None, None)
    with pytest.raises(ValueError, match=r"must have a layer. Received: none"):
        training_utils.get_input_shape_and_dtype(hornbeam.Sequential())


def test_generators_by_function():
    model = hornbeam.Sequential([hornbeam.Input((2,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    batches = [(np.ones((2, 2)), np.ones((2, 1)))] * 2
    history = training_generator.fit_generator(model, iter(batches), 2, verbose=0)
    assert len(history.history["loss"]) == 1
    assert training_generator.predict_generator(model, iter(batches), 2).shape == (4, 1)
    assert training_generator.evaluate_generator(model, iter(batches), 2) > 0


def built(*names):
    made = [layers.Dense(2, name=name) for name in names]
    for layer in made:
        layer.build((None, 2))
    return made


def test_weights_of_layers_in_groups(tmp_path):
    """As Mask R-CNN and others read them."""
    first, second = built("a", "b")
    with h5py.File(tmp_path / "w.h5", "w") as file:
        saving.save_weights_to_hdf5_group(file, [first, layers.Flatten(name="f"), second])
        saving.save_attributes_to_hdf5_group(file, "long", [f"{i:040}" for i in range(3000)])
    other = built("x", "y")
    by_name = built("b", "z")
    with h5py.File(tmp_path / "w.h5", "r") as file:
        assert saving.load_attributes_from_hdf5_group(file, "layer_names") == ["a", "f", "b"]
        assert len(saving.load_attributes_from_hdf5_group(file, "long")) == 3000
        saving.load_weights_from_hdf5_group(file, [layers.Flatten(), *other])
        topology.load_weights_from_hdf5_group_by_name(file, by_name)
        with pytest.raises(ValueError, match=r"has 1 layers with weights, and .* has 2"):
            saving.load_weights_from_hdf5_group(file, other[:1])
        wider = layers.Dense(3, name="a")
        wider.build((None, 2))
        with pytest.raises(ValueError, match="do not fit"):
            saving.load_weights_from_hdf5_group_by_name(file, [wider])
        with pytest.warns(UserWarning, match="keep their weights"):
            saving.load_weights_from_hdf5_group_by_name(file, [wider], skip_mismatch=True)
    for new, old in ((other[0], first), (other[1], second), (by_name[0], second)):
        np.testing.assert_array_equal(new.kernel.numpy(), old.kernel.numpy())


def test_weights_as_other_versions_stored_them():
    (layer,) = built("a")
    arrays = [np.ones((4, 1)), np.zeros(2)]
    kernel, _ = saving.preprocess_weights_for_loading(layer, arrays, "2.3.1", "tensorflow", reshape=True)
    assert kernel.shape == (2, 2)
    conv = layers.Conv2D(1, 2)
    conv.build((None, 4, 4, 1))
    stored = np.arange(4.0).reshape(2, 2, 1, 1)
    kernel = saving.preprocess_weights_for_loading(conv, [stored, np.zeros(1)], "2.0.0", "theano")[0]
    np.testing.assert_array_equal(kernel, stored[::-1, ::-1])


def test_models_in_memory_and_paths_in_clouds():
    model = hornbeam.Sequential([hornbeam.Input((2,)), layers.Dense(1)])
    again = saving.unpickle_model(saving.pickle_model(model))
    np.testing.assert_array_equal(again.get_weights()[0], model.get_weights()[0])
    load = saving.allow_read_from_gcs(lambda filepath: filepath)
    save = saving.allow_write_to_gcs(lambda model, filepath: filepath)
    assert load("a.h5") == save(None, "a.h5") == "a.h5"
    for call in (lambda: load("gs://a/b"), lambda: save(None, filepath="gs://a/b")):
        with pytest.raises(ValueError, match=r"needs a path of this machine: copy the file. Received: 'gs://a/b'"):
            call()


def test_loops_over_functions():
    """As scripts called them with functions of `K.function`."""
    K = hornbeam.backend
    model = hornbeam.Sequential([hornbeam.Input((1,)), layers.Dense(1, use_bias=False, kernel_initializer="zeros")])
    x, y, wanted = np.ones((5, 1), "float32"), np.full((5, 1), 2, "float32"), K.placeholder((None, 1))
    loss = K.mean(K.square(model.output - wanted))
    updates = hornbeam.optimizers.SGD(0.1).get_updates(loss, model.trainable_weights)
    step, test = K.function([model.input, wanted], [loss], updates), K.function([model.input, wanted], [loss])
    seen = []
    history = training_arrays.fit_loop(
        model,
        step,
        [x, y],
        out_labels=["loss"],
        batch_size=2,
        epochs=3,
        verbose=0,
        callbacks=[hornbeam.callbacks.LambdaCallback(on_batch_end=lambda batch, logs: seen.append(batch))],
        val_function=test,
        val_inputs=[x, y],
        shuffle="batch",
        initial_epoch=1,
        validation_freq=2,
    )
    assert seen == [0, 1, 2] * 2 and list(history.history) == ["loss", "val_loss"]
    assert len(history.history["loss"]) == 2 and len(history.history["val_loss"]) == 1
    assert training_arrays.test_loop(model, test, [x, y], 2) == pytest.approx(
        history.history["loss"][1] * 0.134, abs=0.2
    )
    predict = K.function([model.input], [model.output])
    assert training_arrays.predict_loop(model, predict, [x], batch_size=2).shape == (5, 1)
    assert training_arrays.predict_loop(model, predict, [x], steps=2).shape == (10, 1)
    several = training_arrays.test_loop(model, lambda ins: [len(ins[0]), 1.0], [np.ones(5), 7.0], batch_size=4)
    assert several == pytest.approx([(4 * 4 + 1) / 5, 1.0])
    with pytest.raises(ValueError, match=r"`steps_per_epoch` says how many batches come"):
        training_arrays.fit_loop(model, step, [x, y], ["loss"], batch_size=2, steps_per_epoch=2)
