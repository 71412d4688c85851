"""Keras 2's `utils`: what today's have not, by the names and modules of then."""

import warnings

import h5py
import numpy as np
import pytest

import hornbeam
from hornbeam import layers, utils
from hornbeam.core.renaming.modules import OldModule, OldModules
from hornbeam.legacy.imports import homes_of

with warnings.catch_warnings(action="ignore", category=hornbeam.OldNameWarning):
    from hornbeam.utils import (
        conv_utils,
        data_utils,
        generic_utils,
        io_utils,
        layer_utils,
        multi_gpu_utils,
        vis_utils,
    )
    from hornbeam.utils import (
        test_utils as keras_test_utils,
    )


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "data.h5"
    with h5py.File(path, "w") as f:
        f["x"], f["y"] = np.arange(40.0).reshape(20, 2), np.arange(20.0)
        f.create_group("layer")["kernel"] = np.ones(3)
        f["layer"].attrs["name"] = "dense"
    return path


def test_old_paths_lead_to_the_same_functions():
    assert multi_gpu_utils.multi_gpu_model is utils.multi_gpu_model
    assert io_utils.HDF5Matrix is utils.HDF5Matrix and io_utils.h5dict is utils.H5Dict
    assert layer_utils.print_summary is utils.print_summary
    with pytest.raises(AttributeError, match="no_such_name"):
        utils.no_such_name  # noqa: B018


def test_a_module_that_has_the_same_path_today_is_no_old_name():
    finder = OldModules(homes_of)
    for path in ("keras.utils", "keras.backend", "keras.utils.conv_utils"):  # of the last it was said above
        finder.exec_module(OldModule(path, homes_of(path)))


@pytest.mark.parametrize("padding", ["valid", "same", "causal"])
@pytest.mark.parametrize(("stride", "dilation"), [(1, 1), (2, 1), (1, 3)])
def test_lengths_are_those_of_the_layers(padding, stride, dilation):
    layer = layers.Conv1D(1, 4, strides=stride, padding=padding, dilation_rate=dilation)
    for n in (12, 13):
        expected = layer.compute_output_shape((None, n, 1))[1]
        assert conv_utils.conv_output_length(n, 4, padding, stride, dilation) == expected


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_lengths_of_transposed_convolutions(padding):
    for stride, kernel, more in [(1, 3, None), (2, 3, None), (3, 2, None), (3, 4, 1), (2, 5, 0)]:
        layer = layers.Conv1DTranspose(1, kernel, strides=stride, padding=padding, output_padding=more)
        found = conv_utils.deconv_length(7, stride, kernel, padding, more)
        assert found == layer.compute_output_shape((None, 7, 1))[1]


def test_lengths_there_and_back():
    for padding in ("valid", "full"):
        n = conv_utils.conv_input_length(5, 3, padding, 2)
        assert conv_utils.conv_output_length(n, 3, padding, 2) == 5
    assert conv_utils.conv_output_length(None, 3, "same", 2) is None
    with pytest.raises(ValueError, match="`padding` must be one of 'valid', 'same', 'full'"):
        conv_utils.conv_input_length(5, 3, "causal", 2)


def test_arguments_of_convolutions():
    assert conv_utils.normalize_tuple(3, 2, "strides") == (3, 3) == conv_utils.normalize_tuple([3, 3], 2, "strides")
    assert conv_utils.normalize_padding("SAME") == "same"
    for bad in ((1, 2, 3), "ab", (1.5, 2)):
        with pytest.raises(ValueError, match="`strides` must be an integer, or a list of 2"):
            conv_utils.normalize_tuple(bad, 2, "strides")


def test_kernels_turned_round():
    kernel = np.arange(12.0).reshape(3, 2, 2)
    np.testing.assert_array_equal(conv_utils.convert_kernel(kernel), kernel[::-1])
    model = hornbeam.Sequential([layers.Input((5, 2)), layers.Conv1D(2, 3), layers.Dense(2)])
    before = [v.numpy() for v in model.weights]
    utils.convert_all_kernels_in_model(model)
    np.testing.assert_array_equal(model.weights[0].numpy(), before[0][::-1])
    np.testing.assert_array_equal(model.weights[2].numpy(), before[2])


@pytest.mark.parametrize("target", ["channels_first", "channels_last"])
def test_a_dense_layer_after_a_flatten_in_the_other_data_format(target):
    first = np.random.RandomState(0).rand(1, 3, 4, 2).astype("float32")  # (channels, height, width)
    last = first.transpose(0, 2, 3, 1)
    old, new = (last, first) if target == "channels_first" else (first, last)
    dense = layers.Dense(5)
    expected = np.asarray(dense(old.reshape(1, -1)))
    layer_utils.convert_dense_weights_data_format(dense, new.shape[1:], target)
    np.testing.assert_allclose(np.asarray(dense(new.reshape(1, -1))), expected, rtol=1e-5)
    with pytest.raises(ValueError, match="must have 24 numbers"):
        layer_utils.convert_dense_weights_data_format(dense, (1, 2, 3), target)


def test_lists():
    assert generic_utils.to_list(1) == [1] == generic_utils.to_list([1])
    assert generic_utils.to_list((1, 2)) == [(1, 2)] and generic_utils.to_list((1, 2), allow_tuple=True) == [1, 2]
    assert generic_utils.unpack_singleton([1]) == 1 and generic_utils.unpack_singleton([1, 2]) == [1, 2]
    assert generic_utils.is_all_none([None, None]) and not generic_utils.is_all_none([None, 1])
    a, b = np.arange(5), np.arange(5) * 2
    np.testing.assert_array_equal(generic_utils.slice_arrays([a, b], 1, 3), [[1, 2], [2, 4]])
    np.testing.assert_array_equal(generic_utils.slice_arrays(b, np.array([4, 0])), [8, 0])
    assert generic_utils.slice_arrays([a, None], 0, 1)[1] is None and generic_utils.slice_arrays(None) == [None]
    assert generic_utils.object_list_uid([a, b]) != generic_utils.object_list_uid([b, a])
    assert generic_utils.transpose_shape((None, 4, 5, 3), "channels_first", (1, 2)) == (None, 3, 4, 5)
    with pytest.raises(ValueError, match=r"`d` must have keys among \['a'\]. Received: \['b'\]"):
        generic_utils.check_for_unexpected_keys("d", {"b": 1}, ["a"])


def test_functions():
    def f(a, *, b, **rest):
        pass

    assert generic_utils.has_arg(f, "a") and generic_utils.has_arg(f, "b")
    assert not generic_utils.has_arg(f, "c") and generic_utils.has_arg(f, "c", accept_all=True)
    assert generic_utils.getargspec(f).args == ["a"]
    with pytest.raises(NotImplementedError, match="would write code to a file"):
        generic_utils.func_dump(f)
    with pytest.raises(NotImplementedError, match="would run code that is in a file"):
        generic_utils.func_load("")


def test_rows_of_an_array_in_a_file(file):
    x = np.arange(40.0).reshape(20, 2)[5:15]
    found = utils.HDF5Matrix(file, "x", 5, 15)
    assert (len(found), found.shape, found.ndim, found.size, found.dtype) == (10, (10, 2), 2, 20, x.dtype)
    for key in (
        slice(2, 7),
        slice(None),
        slice(-3, None),
        slice(8, 1, -2),
        3,
        -1,
        [4, 1, 1],
        np.array([-1, 0]),
        slice(3, 3),
    ):
        np.testing.assert_array_equal(found[key], x[key])
    np.testing.assert_array_equal(utils.HDF5Matrix(file, "x", normalizer=lambda rows: rows[:, :1] / 2)[1:3], [[1], [2]])
    for key in (10, [0, 12]):
        with pytest.raises(IndexError, match="Rows must be from 0 to 9"):
            found[key]
    with pytest.raises(ValueError, match=r"Received: 'z'; there are \['layer', 'x', 'y'\]"):
        utils.HDF5Matrix(file, "z")
    with pytest.raises(FileNotFoundError, match="must be an HDF5 file"):
        utils.HDF5Matrix("nowhere.h5", "x")


def test_a_model_learns_from_a_file(file, engine):
    x = utils.HDF5Matrix(file, "x", 0, 16, normalizer=lambda rows: rows / 40)
    y = utils.HDF5Matrix(file, "y", 0, 16, normalizer=lambda rows: rows / 20)
    model = hornbeam.Sequential([layers.Dense(1)])
    model.compile("sgd", "mse")
    losses = model.fit(x, y, batch_size=4, epochs=3, shuffle="batch", verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    assert model.predict(x, verbose=0).shape == (16, 1) and model.evaluate(x, y, verbose=0) > 0


def test_a_file_as_a_dictionary(file):
    with utils.H5Dict(file) as found:
        assert list(found) == ["layer", "x", "y"] and "x" in found and len(found) == 3
        assert found["layer"]["name"] == "dense" and found["layer"].get("bias") is None
        np.testing.assert_array_equal(found["layer"]["kernel"], np.ones(3))
        with pytest.raises(TypeError, match="An `H5Dict` is only read here"):
            found["z"] = 1
    assert utils.H5Dict.is_supported_type(file) and not utils.H5Dict.is_supported_type(3)


def test_a_hash_of_a_file(tmp_path):
    import hashlib

    path = tmp_path / "a"
    path.write_bytes(b"hornbeam")
    for name in ("md5", "sha256"):
        digest = hashlib.new(name, b"hornbeam").hexdigest()
        assert data_utils.validate_file(path, digest) and data_utils.validate_file(str(path), digest, name)
        assert not data_utils.validate_file(path, digest[::-1])


def test_data_to_learn():
    np.random.seed(0)
    (x, y), (x_test, y_test) = keras_test_utils.get_test_data(100, 50, (3,), num_classes=4)
    assert (x.shape, y.shape, x_test.shape, y_test.shape) == ((100, 3), (100,), (50, 3), (50,))
    assert set(y) == {0, 1, 2, 3} and abs(x.mean(1) - y).mean() < 0.7
    (x, y), _ = keras_test_utils.get_test_data(4, 2, (3, 2), (2,), classification=False)
    assert x.shape == (4, 3, 2) and y.shape == (4, 2)


def test_models(capsys):
    model = hornbeam.Sequential([layers.Input((3,)), layers.Dense(2)])
    lines = []
    utils.print_summary(model, print_fn=lambda text, **_: lines.append(text))
    assert "Dense" in "\n".join(lines)
    assert layer_utils.count_params(model.weights + model.weights) == 8
    with pytest.warns(UserWarning, match=r"trains on one device with the same results. Received: gpus=4; leave"):
        assert utils.multi_gpu_model(model, gpus=4) is model


def test_a_question_before_a_file_is_replaced(monkeypatch):
    answers = iter(["", "N", " y "])
    monkeypatch.setattr("builtins.input", lambda _: next(answers))
    assert [io_utils.ask_to_proceed_with_overwrite("a.h5") for _ in range(2)] == [False, True]


def test_hdf5_in_memory(tmp_path):
    with open(tmp_path / "x.h5", "wb") as stream:
        io_utils.save_to_binary_h5py(lambda file: file.create_dataset("x", data=np.arange(3.0)), stream)
    with open(tmp_path / "x.h5", "rb") as stream:
        assert io_utils.load_from_binary_h5py(lambda file: file["x"][:].tolist(), stream) == [0, 1, 2]


def test_a_test_of_any_layer():
    """As people tested layers of their own."""
    output = keras_test_utils.layer_test(layers.Dense, {"units": 2}, input_shape=(3, None, 2))
    assert output.shape[::2] == (3, 2)
    found = keras_test_utils.layer_test(
        layers.ReLU, input_data=np.array([[-1.0, 1.0]], "float32"), expected_output=[[0, 1]]
    )
    assert found.tolist() == [[0, 1]]
    keras_test_utils.layer_test(layers.Dropout, {"rate": 0.5}, input_shape=(3, 2), fixed_batch_size=True)

    class Wrong(layers.Dense):
        def compute_output_shape(self, input_shape):
            return (*input_shape[:-1], 7)

    with pytest.raises(AssertionError, match=r"the output's shape must be \(None, 7\), and is \(2, 2\)"):
        keras_test_utils.layer_test(Wrong, {"units": 2}, input_shape=(2, 3))
    with pytest.raises(AssertionError):
        keras_test_utils.layer_test(layers.ReLU, input_data=np.ones((1, 2)), expected_output=[[0, 1]])
    with pytest.raises(ValueError, match="needs an `input_shape`, or `input_data`"):
        keras_test_utils.layer_test(layers.ReLU)


def test_boxes_of_drawings():
    model = hornbeam.Sequential([layers.Input((3,)), layers.Dense(2)])
    assert vis_utils.is_model(model) and not vis_utils.is_model(model.layers[0])
    assert vis_utils.is_wrapped_model(layers.TimeDistributed(model))
    assert not vis_utils.is_wrapped_model(layers.TimeDistributed(layers.Dense(1)))
    pydot = pytest.importorskip("pydot")
    dot = pydot.Dot()
    for _ in range(2):
        vis_utils.add_edge(dot, "a", "b")
    assert len(dot.get_edges()) == 1


def test_what_processes_were_handed():
    data_utils.init_pool({"a": [1, 2]})
    assert data_utils.get_index("a", 1) == 2
    data_utils.init_pool_generator({"b": iter("xy")}, random_seed=1)
    assert [data_utils.next_sample("b") for _ in range(2)] == ["x", "y"]
