"""TensorBoard: what is in the event files, read back by the format's description."""

import struct
import zlib

import numpy as np
import pytest

import hornbeam
from hornbeam import layers
from hornbeam.callbacks import TensorBoard
from hornbeam.callbacks.tensorboard.event_file import crc32c, masked

X = np.arange(8, dtype="float32").reshape(8, 1)
Y = 2 * X


def records(path):
    """The messages of a file, their checksums checked."""
    data, at, found = path.read_bytes(), 0, []
    while at < len(data):
        length, crc = struct.unpack_from("<QI", data, at)
        assert crc == masked(crc32c(data[at : at + 8]))
        message = data[at + 12 : at + 12 + length]
        assert struct.unpack_from("<I", data, at + 12 + length)[0] == masked(crc32c(message))
        found.append(message)
        at += length + 16
    return found


def fields(message):
    """The fields of a message: a list of values by number."""
    at, found = 0, {}

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(message):
        key = varint()
        kind = key & 7
        if kind == 0:
            value = varint()
        else:
            size = {1: 8, 5: 4}.get(kind) or varint()
            value = message[at : at + size]
            at += size
            value = struct.unpack("<d" if kind == 1 else "<f", value)[0] if kind in (1, 5) else value
        found.setdefault(key >> 3, []).append(value)
    return found


def values(folder):
    """(tag, step) -> the fields of the value, of the one file in a folder."""
    (path,) = folder.glob("events.out.tfevents.*")
    first, *events = map(fields, records(path))
    assert first[3] == [b"brain.Event:2"]
    found = {}
    for event in events:
        for value in map(fields, fields(event[5][0])[1]) if 5 in event else ():
            found[value[1][0].decode(), event.get(2, [0])[0]] = value
    return found


def fit(board, epochs=2, **options):
    model = hornbeam.Sequential([hornbeam.Input((1,)), layers.Dense(3, name="d"), layers.Dense(1, name="e")])
    model.compile(hornbeam.optimizers.SGD(0.001), "mse", metrics=["mae"])
    history = model.fit(X, Y, batch_size=4, epochs=epochs, verbose=0, callbacks=[board], **options).history
    return model, history


def test_checksums():
    assert crc32c(b"123456789") == 0xE3069283  # RFC 3720
    assert crc32c(bytes(32)) == 0x8A9136AA


def test_numbers_of_epochs(engine, tmp_path):
    _, history = fit(TensorBoard(tmp_path, write_steps_per_second=True), validation_data=(X, Y))
    train, test = values(tmp_path / "train"), values(tmp_path / "validation")
    tags = {"epoch_loss", "epoch_mae", "epoch_learning_rate", "epoch_steps_per_second"}
    assert set(train) == {(tag, epoch) for tag in tags for epoch in (0, 1)}
    for epoch in (0, 1):
        assert train["epoch_loss", epoch][2] == [pytest.approx(history["loss"][epoch])]
        assert test["epoch_loss", epoch][2] == [pytest.approx(history["val_loss"][epoch])]
        assert test["evaluation_loss_vs_iterations", 2 * epoch + 2][2] == test["epoch_loss", epoch][2]
    assert train["epoch_learning_rate", 0][2] == [pytest.approx(0.001)]


@pytest.mark.parametrize(("update_freq", "steps"), [("batch", [0, 1, 2, 3]), (2, [0, 2])])
def test_numbers_of_batches(tmp_path, update_freq, steps):
    fit(TensorBoard(tmp_path, update_freq=update_freq, write_steps_per_second=True))
    found = values(tmp_path / "train")
    assert [step for tag, step in found if tag == "batch_loss"] == steps
    assert [step for tag, step in found if tag == "batch_steps_per_second"] == steps


def test_histograms_and_images_of_weights(engine, tmp_path):
    model, _ = fit(TensorBoard(tmp_path, histogram_freq=2, write_images=True), epochs=3)
    found = values(tmp_path / "train")
    kernel = model.layers[0].kernel
    assert {step for tag, step in found if tag == f"{kernel.path}/histogram"} == {0, 2}
    histogram = fields(found[f"{kernel.path}/histogram", 2][5][0])
    x = kernel.numpy().astype("float64")
    assert histogram[1] == [x.min()] and histogram[2] == [x.max()] and histogram[3] == [3.0]
    assert histogram[4] == [pytest.approx(x.sum())] and histogram[5] == [pytest.approx((x * x).sum())]
    assert sum(np.frombuffer(histogram[7][0], "<f8")) == 3 and len(np.frombuffer(histogram[6][0], "<f8")) == 30
    image = fields(found[f"{kernel.path}/image", 2][4][0])
    assert (image[1], image[2], image[3]) == ([1], [3], [1])
    pixels = zlib.decompress(image[4][0].split(b"IDAT")[1][:-16])
    order = np.argsort(x.reshape(-1))
    assert pixels[0] == 0 and pixels[1 + order[0]] == 0 and pixels[1 + order[-1]] == 255


def test_images_open_elsewhere():
    image = pytest.importorskip("PIL.Image")
    from io import BytesIO

    from hornbeam.callbacks.tensorboard.png import as_pixels, png

    pixels = as_pixels(np.arange(6.0).reshape(2, 3))
    np.testing.assert_array_equal(np.asarray(image.open(BytesIO(png(pixels)))), pixels)


def test_an_evaluation_alone(tmp_path):
    model, _ = fit(TensorBoard(tmp_path / "fit"))
    loss, _ = model.evaluate(X, Y, verbose=0, callbacks=[TensorBoard(tmp_path / "test")])
    assert values(tmp_path / "test" / "validation")["evaluation_loss_vs_iterations", 4][2] == [pytest.approx(loss)]


def test_vectors_for_the_projector(tmp_path):
    ids = np.array([[0], [2]])
    model = hornbeam.Sequential([hornbeam.Input((1,), dtype="int32"), layers.Embedding(3, 2, name="words")])
    model.compile("sgd", "mse")
    board = TensorBoard(tmp_path, embeddings_freq=1, embeddings_metadata={"words": "words.txt"})
    model.fit(ids, np.zeros((2, 1, 2)), verbose=0, callbacks=[board])
    vectors = np.loadtxt(tmp_path / "train" / "words.tsv", delimiter="\t")
    np.testing.assert_allclose(vectors, model.layers[0].embeddings.numpy(), rtol=1e-6)
    text = (tmp_path / "train" / "projector_config.pbtxt").read_text()
    assert 'tensor_path: "words.tsv"' in text and 'metadata_path: "words.txt"' in text
    with pytest.raises(ValueError, match=r"must have names of embedding layers: \['words'\]. Received: \['chars'\]"):
        model.fit(
            ids,
            np.zeros((2, 1, 2)),
            verbose=0,
            callbacks=[TensorBoard(tmp_path, embeddings_freq=1, embeddings_metadata={"chars": "c.txt"})],
        )


def test_what_a_user_adds(tmp_path):
    model = hornbeam.Sequential([hornbeam.Input((1,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    board = TensorBoard(tmp_path)

    def add(epoch, logs):
        board.summary.scalar("temperature", np.float32(0.5), step=7)
        board.summary.histogram("heights", [1.0, 2.0])
        board.summary.image("drawing", np.eye(3))

    add_at_end = hornbeam.callbacks.LambdaCallback(on_epoch_end=add)
    model.fit(X, Y, batch_size=4, verbose=0, callbacks=[board, add_at_end])
    found = values(tmp_path / "train")
    assert found["temperature", 7][2] == [0.5]
    assert ("heights", 2) in found and ("drawing", 2) in found and ("epoch_loss", 0) in found
    with pytest.raises(AttributeError, match=r"has `scalar`, `histogram` and `image`. Received: 'text'"):
        board.summary.text("note", "words")
    with pytest.raises(ValueError, match=r"`data` must be gray images: .* Received: shape \(2, 4, 4, 3\)"):
        board.summary.image("photo", np.zeros((2, 4, 4, 3)))


def test_arguments(tmp_path):
    with pytest.raises(ValueError, match=r'`update_freq` must be "epoch", "batch" or a positive integer. Received'):
        TensorBoard(tmp_path, update_freq=0)
    with pytest.warns(UserWarning, match=r"`profile_batch` must be 0.*jax.profiler.trace\(.*torch.profiler"):
        TensorBoard(tmp_path, profile_batch=(2, 4))
    with pytest.raises(ValueError, match=r"`histogram_freq` must be a non-negative integer. Received: .*=-1"):
        TensorBoard(tmp_path, histogram_freq=-1)
    with pytest.warns(hornbeam.OldNameWarning, match=r"`TensorBoard\(.*write_grads=True.*\)` is written without it"):
        TensorBoard(tmp_path, batch_size=32, write_grads=True)


def test_the_graph_of_a_model(tmp_path):
    hornbeam.utils.clear_session()  # functions are numbered anew
    x = hornbeam.Input((4,), name="x")
    inner = hornbeam.Sequential([hornbeam.Input((3,)), layers.Dense(2, name="in")], name="inner")
    a = layers.Dense(3, name="a")(x)
    model = hornbeam.Model(x, layers.add([inner(a), inner(a)]), name="m")
    board = TensorBoard(tmp_path)
    board.set_model(model)
    board.on_train_begin()
    (path,) = (tmp_path / "train").iterdir()
    definition = fields(fields(records(path)[1])[4][0])
    boxes = {box[1][0].decode(): box for box in map(fields, definition[1])}
    before = {name: [source.decode() for source in box.get(3, [])] for name, box in boxes.items()}
    assert before == {
        "m/x": [],
        "m/a": ["m/x"],
        "m/inner/in": ["m/a"],
        "m/inner_1/in": ["m/a"],
        "m/add": ["m/inner/in", "m/inner_1/in"],
    }
    assert [boxes[name][2] for name in ("m/x", "m/a", "m/add")] == [[b"Input"], [b"Dense"], [b"Add"]]
    attribute = fields(boxes["m/a"][5][0])
    (shape,) = fields(fields(attribute[2][0])[1][0])[7]
    assert attribute[1] == [b"_output_shapes"]
    assert [fields(size)[1] for size in fields(shape)[2]] == [[2**64 - 1], [3]]  # -1: any
    fit(TensorBoard(tmp_path / "none", write_graph=False), epochs=1)
    assert all(4 not in fields(message) for message in records(*(tmp_path / "none" / "train").iterdir()))
