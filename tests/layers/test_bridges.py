"""Layers around code of JAX, Flax and PyTorch: trained, saved and refused."""

import copy
import json
import os
import warnings
import zipfile

import numpy as np
import pytest

import hornbeam
from hornbeam import layers

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(6, 4)).astype("float32"), RNG.normal(size=(6, 3)).astype("float32")
KERNEL = RNG.normal(size=(4, 3)).astype("float32")


def _on(name):
    package = pytest.importorskip(name)
    before = hornbeam.config.backend()
    hornbeam.config.set_backend(name)
    yield package
    hornbeam.config.set_backend(before)


@pytest.fixture
def jax():
    yield from _on("jax")


@pytest.fixture
def torch():
    yield from _on("torch")


@pytest.fixture(scope="module")
def keras():
    os.environ.setdefault("KERAS_BACKEND", "jax")
    with warnings.catch_warnings(action="ignore"):
        return pytest.importorskip("keras")


def trained(library, layer, epochs=2):
    """A model of the layer after some SGD steps, and what training and evaluation gave."""
    model = library.Sequential([library.Input((4,)), layer])
    model.compile(library.optimizers.SGD(0.1), "mse")
    history = model.fit(X, Y, batch_size=6, epochs=epochs, verbose=0).history["loss"]
    return model, [*history, model.evaluate(X, Y, verbose=0)]


def config_in(path):
    return json.loads(zipfile.ZipFile(path).read("config.json"))


# JaxLayer


def linear(params, inputs):
    return inputs @ params["w"] + params["b"]


def centred(params, state, inputs, training):
    """A normalization: in training its state is moved."""
    outputs = inputs @ params["w"]
    if training:
        state = {"mean": 0.5 * state["mean"] + 0.5 * outputs.mean(0)}
    return outputs - state["mean"], state


def init_linear(rng, inputs):
    import jax

    return {"w": jax.random.normal(rng, (inputs.shape[-1], 3)), "b": jax.numpy.zeros(3)}


def init_centred(rng, inputs, training):
    return {"w": init_linear(rng, inputs)["w"]}, {"mean": np.zeros(3, "float32")}


def noisy(params, rng, inputs, training):
    import jax

    return linear(params, inputs) + (jax.random.normal(rng, (3,)) if training else 0)


LINEAR = {"w": KERNEL, "b": np.zeros(3, "float32")}


@pytest.mark.parametrize(
    ("call_fn", "given"),
    [(linear, {"params": LINEAR}), (centred, {"params": {"w": KERNEL}, "state": {"mean": np.ones(3, "float32")}})],
    ids=["params", "params and state"],
)
def test_jax_layer_trains_as_in_keras(jax, keras, call_fn, given):
    (theirs, expected), (ours, received) = (trained(k, k.layers.JaxLayer(call_fn, **given)) for k in (keras, hornbeam))
    np.testing.assert_allclose(received, expected, rtol=1e-5)
    assert [(w.shape, w.trainable) for w in ours.weights] == [(w.shape, w.trainable) for w in theirs.weights]
    for mine, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-5, atol=1e-6)


def test_jax_layer_makes_its_params_from_the_inputs_shape(jax):
    layer = layers.JaxLayer(centred, init_centred, seed=1)
    assert (layer.params, layer.state) == (None, None)
    model, _ = trained(hornbeam, layer)
    assert model.output_shape == (None, 3)
    assert layer.params["w"].shape == (4, 3) and layer.params["w"].trainable
    assert not layer.state["mean"].trainable and layer.state["mean"].numpy().any()


def test_jax_layer_makes_its_params_without_random_numbers(jax):
    layer = layers.JaxLayer(lambda params, inputs: inputs * params["scale"], lambda inputs: {"scale": inputs[0] * 2})
    np.testing.assert_array_equal(layer(np.ones((3, 2), "float32")), np.full((3, 2), 2.0))


def test_jax_layer_makes_the_same_params_of_the_same_seed(jax):
    def kernel(seed):
        layer = layers.JaxLayer(linear, init_linear, seed=seed)
        layer.build((None, 4))
        return layer.params["w"].numpy()

    np.testing.assert_array_equal(kernel(3), kernel(3))
    assert (kernel(3) != kernel(4)).any()


def test_jax_layer_draws_other_numbers_in_each_call_of_training(jax):
    layer, again = (layers.JaxLayer(noisy, params=LINEAR, seed=5) for _ in range(2))
    first, second = (np.asarray(layer(X, training=True)) for _ in range(2))
    assert (first != second).all()
    np.testing.assert_array_equal(again(X, training=True), first)
    np.testing.assert_allclose(layer(X), X @ KERNEL, rtol=1e-5)


def test_jax_layer_is_told_when_it_trains(jax):
    seen = []

    def call_fn(inputs, training):
        seen.append(training)
        return inputs

    model = hornbeam.Sequential([hornbeam.Input((4,)), layers.JaxLayer(call_fn), layers.Dense(3)])
    model.compile("sgd", "mse")
    seen.clear()
    model.fit(X, Y, verbose=0)
    assert True in seen
    seen.clear()
    model.predict(X, verbose=0)
    assert seen and set(seen) == {False}


@pytest.mark.parametrize("pack", [lambda a, b: [a, b], lambda a, b: {0: a, 1: b}], ids=["list", "dictionary"])
def test_jax_layer_takes_several_inputs_of_their_own_dtypes(jax, pack):
    def init_fn(rng, inputs):
        return {"table": np.ones((5, inputs[0].shape[-1]), "float32"), "dtypes": [str(inputs[i].dtype) for i in (0, 1)]}

    layer = layers.JaxLayer(lambda params, inputs: inputs[0] + params["table"][inputs[1]], init_fn)
    np.testing.assert_array_equal(layer(pack(X, np.arange(6) % 5)), X + 1)
    assert layer.params["dtypes"] == ["float32", "int32"]


def test_jax_layer_computes_in_its_policys_dtype(jax):
    layer = layers.JaxLayer(linear, params=LINEAR, dtype="mixed_bfloat16")
    assert hornbeam.backend.standardize_dtype(layer(X).dtype) == "bfloat16"
    assert {w.dtype for w in layer.weights} == {"float32"}


def test_jax_layer_drops_masks_as_in_keras(jax, keras):
    def masks(library):
        steps = library.layers.Masking()(np.ones((2, 3, 4), "float32"))
        with warnings.catch_warnings(action="ignore"):
            return library.layers.JaxLayer(lambda inputs: 2 * inputs)(steps)

    assert getattr(masks(keras), "_keras_mask", None) is None
    assert getattr(masks(hornbeam), "_keras_mask", None) is None


def test_jax_layer_in_a_file_is_the_names_of_its_functions(jax, tmp_path):
    model, (*_, loss) = trained(hornbeam, layers.JaxLayer(centred, init_centred, seed=2))
    model.save(tmp_path / "m.keras")
    (written,) = (c["config"] for c in config_in(tmp_path / "m.keras")["config"]["layers"] if "Jax" in c["class_name"])
    assert [written[name]["config"] for name in ("call_fn", "init_fn")] == ["centred", "init_centred"]
    functions = {"centred": centred, "init_centred": init_centred}
    again = hornbeam.models.load_model(tmp_path / "m.keras", custom_objects=functions)
    np.testing.assert_allclose(again.evaluate(X, Y, verbose=0), loss, rtol=1e-6)
    with pytest.raises(ValueError, match=r"centred.*custom_objects"):
        hornbeam.models.load_model(tmp_path / "m.keras")


def test_jax_layer_of_integers_is_read_from_a_file(jax, tmp_path):
    def look_up(params, inputs):
        return params["table"][inputs]

    def init_table(rng, inputs):
        return {"table": np.ones((5, 2), "float32") * init_linear(rng, np.ones((1, 2)))["w"][inputs[0, 0], 0]}

    model = hornbeam.Sequential([hornbeam.Input((3,), dtype="int32"), layers.JaxLayer(look_up, init_table)])
    model.save(tmp_path / "m.keras")
    functions = {"look_up": look_up, "init_table": init_table}
    again = hornbeam.models.load_model(tmp_path / "m.keras", custom_objects=functions)
    np.testing.assert_array_equal(again.get_weights()[0], model.get_weights()[0])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.JaxLayer(lambda inputs: inputs), r"A lambda cannot be saved"),
        (lambda: layers.JaxLayer(linear, params=LINEAR, name="a"), r"layer `a` would lack its `params`.*`init_fn`"),
    ],
    ids=["lambda", "params without init_fn"],
)
def test_jax_layer_that_no_file_can_hold(jax, make, message):
    with pytest.raises(ValueError, match=message):
        make().get_config()


def test_copy_of_a_jax_layer_has_its_own_weights(jax):
    layer = layers.JaxLayer(centred, params={"w": KERNEL}, state={"mean": np.zeros(3, "float32")})
    other = copy.deepcopy(layer)
    other(X, training=True), other.params["w"].assign(0 * KERNEL)
    np.testing.assert_array_equal(layer.params["w"].numpy(), KERNEL)
    assert not layer.state["mean"].numpy().any() and other.state["mean"].numpy().any()
    assert not np.asarray(other(X) + other.state["mean"].numpy()).any()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.JaxLayer(3), r"`call_fn` of `JaxLayer` must be a function. Received: call_fn=3"),
        (lambda: layers.JaxLayer(lambda inputs, foo: 1), r"may take the arguments params, state, .*one with `foo`"),
        (lambda: layers.JaxLayer(lambda x: 1), r"may take the arguments .* Received: one with `x`"),
        (lambda: layers.JaxLayer(lambda training: 1), r"must take the argument `inputs`. Received: .*training"),
        (lambda: layers.JaxLayer(lambda inputs: 1, lambda rng: 1), r"`init_fn` of `JaxLayer` must take .*`inputs`"),
        (lambda: layers.JaxLayer(linear), r"`JaxLayer` needs `init_fn`, or `params` and `state`"),
        (
            lambda: layers.JaxLayer(lambda state, inputs: inputs, state={"a": 1.0}, name="a")(X),
            r"`call_fn` of layer `a` must return `\(outputs, new state\)`.* Received: a ",
        ),
        (
            lambda: layers.JaxLayer(lambda state, inputs: (inputs, {"b": 1.0}), state={"a": 1.0}, name="a")(X),
            r"`call_fn` of layer `a` must return a new state of the structure .*'a'.* Received: .*'b'",
        ),
        (
            lambda: layers.JaxLayer(centred, init_linear, name="a").build((None, 4)),
            r"`init_fn` of layer `a` must return `\(params, state\)`.* Received: a dict",
        ),
    ],
)
def test_jax_layer_refuses(jax, make, message):
    with pytest.raises(ValueError, match=message):
        make()


# FlaxLayer


class Bare:
    """Has `init` and `apply`, as a module of Flax."""

    def __call__(self, inputs, training=False):
        return inputs

    def init(self, rng, inputs, method=None, training=False):
        params, batch_stats = init_centred(rng, inputs, training)
        return {"params": params, "batch_stats": batch_stats}

    def apply(self, variables, inputs, rngs=None, method=None, mutable=False, training=False):
        outputs, state = centred(variables["params"], variables["batch_stats"], inputs, training)
        return outputs, dict.fromkeys(mutable, state)


def test_flax_layer_trains_what_is_in_params_and_keeps_the_rest(jax):
    given = {"params": {"w": KERNEL}, "batch_stats": {"mean": np.ones(3, "float32")}}
    layer = layers.FlaxLayer(Bare(), variables=given)
    same = layers.JaxLayer(centred, params=given["params"], state=given["batch_stats"])
    (ours, losses), (expected, theirs) = trained(hornbeam, layer), trained(hornbeam, same)
    np.testing.assert_allclose(losses, theirs, rtol=1e-6)
    for mine, other in zip(ours.get_weights(), expected.get_weights(), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-6)
    assert list(given) == ["params", "batch_stats"], "what the user passed stays as it was"


def test_flax_layer_in_a_file_is_the_name_of_its_modules_class(jax, tmp_path):
    model, (*_, loss) = trained(hornbeam, layers.FlaxLayer(Bare()))
    model.save(tmp_path / "m.keras")
    for makes_it in (Bare, lambda: Bare()):
        again = hornbeam.models.load_model(tmp_path / "m.keras", custom_objects={"Bare": makes_it})
        np.testing.assert_allclose(again.evaluate(X, Y, verbose=0), loss, rtol=1e-6)
    with pytest.raises(ValueError, match=r"has a module of the class `Bare`, unknown .*`custom_objects=\{'Bare': "):
        hornbeam.models.load_model(tmp_path / "m.keras")


def test_flax_layer_refuses_what_is_no_module(jax):
    with pytest.raises(ValueError, match=r"`module` of `FlaxLayer` must be a `flax.linen.Module`.* Received: module=3"):
        layers.FlaxLayer(3)


@pytest.fixture
def nn(jax):
    return pytest.importorskip("flax.linen")


@pytest.fixture
def net(nn):
    class Net(nn.Module):
        units: int = 3
        act: object = None

        def setup(self):
            self.dense = nn.Dense(self.units)
            self.norm = nn.BatchNorm(momentum=0.5)

        def __call__(self, inputs, training=False):
            outputs = self.norm(self.dense(inputs), use_running_average=not training)
            return outputs if self.act is None else self.act(outputs)

        def twice(self, inputs):
            return self.dense(2 * inputs)

    return Net


def test_flax_module_trains_as_in_keras(jax, keras, net):
    variables = jax.tree.map(np.asarray, net().init(jax.random.key(0), X))  # Keras gives away arrays of JAX
    made = [trained(k, k.layers.FlaxLayer(net(), variables=variables)) for k in (keras, hornbeam)]
    (theirs, expected), (ours, received) = made
    np.testing.assert_allclose(received, expected, rtol=1e-4)
    assert [(w.shape, w.trainable) for w in ours.weights] == [(w.shape, w.trainable) for w in theirs.weights]
    for mine, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-4, atol=1e-5)


def test_flax_module_with_fields_in_a_file(net, nn, tmp_path):
    model = hornbeam.Sequential([hornbeam.Input((4,)), layers.FlaxLayer(net(5))])
    model.save(tmp_path / "m.keras")
    again = hornbeam.models.load_model(tmp_path / "m.keras", custom_objects={"Net": net})
    np.testing.assert_array_equal(again.predict(X, verbose=0), model.predict(X, verbose=0))

    model = hornbeam.Sequential([hornbeam.Input((4,)), layers.FlaxLayer(net(act=nn.relu), name="a")])
    model.save(tmp_path / "n.keras")
    with pytest.raises(ValueError, match=r"layer `a` does not say what its module `Net` was made with"):
        hornbeam.models.load_model(tmp_path / "n.keras", custom_objects={"Net": net})
    again = hornbeam.models.load_model(tmp_path / "n.keras", custom_objects={"Net": lambda: net(act=nn.relu)})
    np.testing.assert_array_equal(again.predict(X, verbose=0), model.predict(X, verbose=0))


def test_method_of_a_flax_module(net):
    by_name = layers.FlaxLayer(net(), method="twice")
    first = np.asarray(by_name(X))
    given = {"params": {"dense": {name: w.numpy() for name, w in by_name.params["dense"].items()}}}
    function = layers.FlaxLayer(net(), lambda module, inputs: module.dense(inputs), variables=given)
    np.testing.assert_allclose(function(2 * X), first, rtol=1e-5)
    assert len(by_name.weights) == 2


def test_flax_module_draws_noise_in_training_alone(nn):
    class Noisy(nn.Module):
        @nn.compact
        def __call__(self, inputs, training=False):
            return nn.Dropout(0.5, deterministic=not training)(inputs)

    layer = layers.FlaxLayer(Noisy(), seed=0)
    first, second = (np.asarray(layer(X, training=True)) for _ in range(2))
    assert (first != second).any() and (first == 0).any()
    np.testing.assert_array_equal(layer(X), X)


def test_flax_module_of_integers(nn, tmp_path):
    class Words(nn.Module):
        @nn.compact
        def __call__(self, inputs):
            return nn.Embed(5, 2)(inputs)

    model = hornbeam.Sequential([hornbeam.Input((3,), dtype="int32"), layers.FlaxLayer(Words())])
    assert model.output_shape == (None, 3, 2)
    model.save(tmp_path / "m.keras")
    again = hornbeam.models.load_model(tmp_path / "m.keras", custom_objects={"Words": Words})
    np.testing.assert_array_equal(again.get_weights()[0], model.get_weights()[0])


# TorchModuleWrapper


def small_net(torch):
    torch.manual_seed(0)
    return torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.BatchNorm1d(3))


def test_torch_module_trains_as_in_pytorch(torch):
    module, reference = small_net(torch), small_net(torch)
    _, received = trained(hornbeam, layers.TorchModuleWrapper(module))
    optimizer, expected = torch.optim.SGD(reference.parameters(), 0.1), []
    for _ in range(2):
        loss = torch.nn.functional.mse_loss(reference(torch.tensor(X)), torch.tensor(Y))
        optimizer.zero_grad(), loss.backward(), optimizer.step()
        expected.append(loss.item())
    loss = torch.nn.functional.mse_loss(reference.eval()(torch.tensor(X)), torch.tensor(Y))
    np.testing.assert_allclose(received, [*expected, loss.item()], rtol=1e-5)
    for name, value in reference.state_dict().items():  # the user's own module holds what was trained
        np.testing.assert_allclose(module.state_dict()[name], value, rtol=1e-4, atol=1e-6, err_msg=name)


def test_weights_of_a_torch_module(torch):
    module = small_net(torch)
    module[0].bias.requires_grad_(False)
    layer = layers.TorchModuleWrapper(module, name="net")
    trained_ = ["0_weight", "1_weight", "1_bias"]
    assert [w.path for w in layer.trainable_weights] == [f"net/{name}" for name in trained_]
    assert {w.name for w in layer.non_trainable_weights} >= {"0_bias", "1_running_mean"}
    assert [id(p) for p in layer.parameters()] == [id(p) for p in module.parameters()]
    layer.weights[0].assign(np.ones((3, 4)))
    assert (module[0].weight == 1).all()
    with torch.no_grad():
        module[0].weight.mul_(3)
    assert (layer.weights[0].numpy() == 3).all()


def test_frozen_torch_module_stays(torch):
    module = small_net(torch)
    before = module[0].weight.detach().clone()
    layer = layers.TorchModuleWrapper(module)
    layer.trainable = False
    model = hornbeam.Sequential([hornbeam.Input((4,)), layer, layers.Dense(3)])
    model.compile("sgd", "mse")
    model.fit(X, Y, verbose=0)
    assert torch.equal(module[0].weight, before)


def test_torch_module_that_is_an_attribute_is_trained(torch):
    class Net(hornbeam.Model):
        def __init__(self):
            super().__init__()
            self.dense = torch.nn.Linear(4, 3)

        def call(self, x):
            return self.dense(x)

    model = Net()
    assert isinstance(model.dense, layers.TorchModuleWrapper) and len(model.trainable_weights) == 2
    before = model.dense.module.weight.detach().clone()
    model.compile("sgd", "mse")
    model.fit(X, Y, verbose=0)
    assert not torch.equal(model.dense.module.weight, before)


def test_torch_module_in_mixed_precision(torch):
    module = small_net(torch)
    module[0].bias.requires_grad_(False)
    layer = layers.TorchModuleWrapper(module, dtype="mixed_bfloat16")
    with torch.autocast("cpu", torch.bfloat16):
        expected = copy.deepcopy(module)(torch.tensor(X))
    outputs = layer(X, training=True)
    assert outputs.dtype is torch.bfloat16 and torch.equal(outputs, expected)
    assert hornbeam.Sequential([hornbeam.Input((4,)), layer]).output_shape == (None, 3)
    assert layer(hornbeam.Input((4,))).dtype == "bfloat16"
    assert {w.dtype for w in layer.weights} == {"float32", "int64"} and module[1].running_mean.dtype is torch.float32
    trained(hornbeam, layer)


def test_torch_module_goes_where_the_engine_computes(torch, monkeypatch):
    from hornbeam.engine.torch import bridge

    monkeypatch.setattr(bridge, "default_device", lambda: torch.device("meta"))
    tensors = bridge.module_tensors(small_net(torch))
    assert len(tensors) == 7 and all(tensor.is_meta for _, tensor, *_ in tensors)


def test_torch_module_is_told_when_it_trains_and_keeps_its_mode(torch):
    module = torch.nn.Dropout(0.5)
    layer = layers.TorchModuleWrapper(module)
    x = torch.ones(20)
    assert (layer(x, training=True) == 0).any() and torch.equal(layer(x, training=False), x)
    assert module.training
    module.eval()
    assert (layer(x, training=True) == 0).any() and not module.training


def test_torch_module_draws_the_same_after_the_same_seed(torch):
    def losses():
        hornbeam.utils.set_random_seed(3)
        module = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.Dropout(0.5))
        return trained(hornbeam, layers.TorchModuleWrapper(module))[1]

    assert losses() == losses()


def test_torch_module_of_several_arguments_and_results(torch):
    class Both(torch.nn.Module):
        def forward(self, a, b, *, scale=1.0):
            return a + b, scale * a

    total, scaled = layers.TorchModuleWrapper(Both())(X, X, scale=3.0)
    np.testing.assert_allclose(total, 2 * X)
    np.testing.assert_allclose(scaled, 3 * X)


def test_recurrent_torch_module_in_a_graph(torch):
    module = torch.nn.LSTM(4, 3, batch_first=True)
    before = module.weight_hh_l0.detach().clone()
    inputs = hornbeam.Input((None, 4))
    outputs, _ = layers.TorchModuleWrapper(module)(inputs)
    model = hornbeam.Model(inputs, outputs)
    model.compile("sgd", "mse")
    steps = np.repeat(X[:, None], 2, axis=1)
    model.fit(steps, np.ones((6, 2, 3)), verbose=0)
    assert not torch.equal(module.weight_hh_l0, before)
    np.testing.assert_allclose(model.predict(steps, verbose=0), module(torch.tensor(steps))[0].detach(), rtol=1e-5)


def test_output_shape_that_the_user_knows(torch):
    class Told(torch.nn.Module):
        def forward(self, x):
            assert type(x) is torch.Tensor and not x.is_meta, "it must not be traced"
            return x[:, :2]

    layer = layers.TorchModuleWrapper(Told(), output_shape=(None, 2))
    assert layer(hornbeam.Input((4,))).shape == (None, 2)
    assert layer.get_config()["output_shape"] == (None, 2)


def test_torch_module_in_a_file_is_its_weights_by_name(torch, tmp_path):
    model, (*_, loss) = trained(hornbeam, layers.TorchModuleWrapper(small_net(torch), name="net"))
    model.save(tmp_path / "m.keras")
    again = hornbeam.models.load_model(tmp_path / "m.keras", custom_objects={"Sequential": lambda: small_net(torch)})
    np.testing.assert_allclose(again.evaluate(X, Y, verbose=0), loss, rtol=1e-6)
    with pytest.raises(ValueError, match=r"layer `net` does not say what its module `Sequential` was made with"):
        hornbeam.models.load_model(tmp_path / "m.keras", custom_objects={"Sequential": torch.nn.Sequential})
    with pytest.raises(ValueError, match=r"module of the class `Sequential`, unknown .*`custom_objects="):
        hornbeam.models.load_model(tmp_path / "m.keras")
    store = {}
    model.layers[-1].save_own_variables(store)
    running = [f"1.{name}" for name in ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")]
    assert list(store) == ["0.weight", "0.bias", *running]  # as Keras names them


def test_class_of_a_torch_module_makes_it_again_where_it_says_how(torch, tmp_path):
    class Simple(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.dense = torch.nn.Linear(4, 3)

        def forward(self, x):
            return self.dense(x)

    class Sized(Simple):
        def __init__(self, units):
            super().__init__()
            self.dense = torch.nn.Linear(4, units)

        def get_config(self):
            return {"units": self.dense.out_features}

    for module in (Simple(), Sized(5)):
        model = hornbeam.Sequential([hornbeam.Input((4,)), layers.TorchModuleWrapper(module)])
        model.save(tmp_path / "m.keras")
        own = {type(module).__name__: type(module)}
        again = hornbeam.models.load_model(tmp_path / "m.keras", custom_objects=own)
        np.testing.assert_allclose(again.predict(X, verbose=0), model.predict(X, verbose=0), rtol=1e-6)


def test_pickled_module_in_a_config_is_refused(torch):
    layer = layers.TorchModuleWrapper(small_net(torch), name="net")
    config = layer.get_config() | {"module": "UEsDBAAACAgAAAAAAAAAAAAAAAAAAAAA"}
    with pytest.raises(ValueError, match=r"layer `net` holds its module as pickled code, which Hornbeam never runs"):
        layers.TorchModuleWrapper.from_config(config, safe_mode=False)


def test_wrong_weights_leave_a_torch_module_as_it_was(torch):
    module = small_net(torch)
    layer = layers.TorchModuleWrapper(module, name="net")
    store = {name: np.zeros_like(value) for name, value in module.state_dict().items()}
    with pytest.raises(ValueError, match=r"Weight `1.bias` of layer `net` has shape \(3,\). Received: .* \(2,\)"):
        layer.load_own_variables(store | {"1.bias": np.zeros(2)})
    with pytest.raises(ValueError, match=r"layer `net` has the weights .*0.weight.* Received: \['a'\]"):
        layer.load_own_variables({"a": np.zeros(2)})
    assert module[0].weight.any()


def test_copy_of_a_torch_module_wrapper_has_its_own_module(torch):
    layer = layers.TorchModuleWrapper(small_net(torch))
    other = copy.deepcopy(layer)
    other.weights[0].assign(np.zeros((3, 4)))
    assert layer.module[0].weight.any() and not other.module[0].weight.any()
    np.testing.assert_allclose(other(X).detach()[:, 0], other(X).detach()[0, 0])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda torch: "x", r"`module` of `TorchModuleWrapper` must be a `torch.nn.Module`. Received: 'x'"),
        (lambda torch: torch.nn.LazyLinear(3), r"layer `a` must be initialized: .*call it once on data. Received: Laz"),
    ],
)
def test_torch_module_wrapper_refuses(torch, make, message):
    with pytest.raises(ValueError, match=message):
        layers.TorchModuleWrapper(make(torch), name="a")


# where they cannot work


def test_bridge_on_the_other_engine(engine):
    makers = {
        "torch": [lambda: layers.JaxLayer(linear, params=LINEAR), lambda: layers.FlaxLayer(Bare())],
        "jax": [lambda: layers.TorchModuleWrapper(None)],
    }
    other = {"torch": "jax", "jax": "torch"}[engine]
    for make in makers[engine]:
        with pytest.raises(RuntimeError, match=rf"needs the engine '{other}': .*HORNBEAM_ENGINE={other}.*'{engine}'"):
            make()


def test_tfsm_layer_says_what_to_do_instead():
    for make in (layers.TFSMLayer, lambda path: layers.TFSMLayer.from_config({"filepath": path}, safe_mode=True)):
        with pytest.raises(
            NotImplementedError, match=r"'saved/1' .*save the model as a `.keras` file where it was made"
        ):
            make("saved/1")
