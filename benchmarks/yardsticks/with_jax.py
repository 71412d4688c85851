"""The workloads written by hand in JAX, without any library on top: what a model could cost.

    PYTHONPATH=benchmarks/suite python benchmarks/yardsticks/with_jax.py mlp_small

An epoch is one compiled loop over the data on the device; with convolutions, which are slow inside a loop on CPUs, each
step is one call. The last, short batch is filled with rows of weight 0, or has its own shape where batch normalization
would see the filling. Losses, metrics and validation are those of `workloads.py`.
"""

import measure

# isort: split
import functools
import itertools

import cost
import jax
import jax.numpy as jnp
import numpy as np
import tasks
from jax import lax
from measure import Result, timed, twice

IMPORT = measure.since_start()

# XLA's YNNPACK fusions on the CPU make convolutions slower, and the rest a little faster.
OPTIONS = {"xla_cpu_experimental_ynn_fusion_type": ""} if jax.__version__.startswith("0.10.") else {}
rng = np.random.default_rng(0)


def uniform(shape, limit):
    return rng.uniform(-limit, limit, shape).astype("float32")


def kernel(*shape):
    """Glorot's uniform distribution."""
    window = int(np.prod(shape[:-2]))
    return uniform(shape, np.sqrt(6 / (window * (shape[-2] + shape[-1]))))


def zeros(*shape):
    return np.zeros(shape, "float32")


def ones(*shape):
    return np.ones(shape, "float32")


# Losses by row, from logits, and whether the prediction is right.
def softmax_loss(logits, y):
    log_p = jnp.take_along_axis(jax.nn.log_softmax(logits), y[:, None], 1)[:, 0]
    return -log_p, logits.argmax(-1) == y


def sigmoid_loss(logits, y):
    losses = jnp.maximum(logits, 0) - logits * y + jnp.log1p(jnp.exp(-jnp.abs(logits)))
    return losses.mean(-1), ((logits > 0) == (y > 0.5)).all(-1)


def adam(params, m, v, gradients, t, rate):
    rate = rate * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    m = jax.tree.map(lambda m, g: m + 0.1 * (g - m), m, gradients)
    v = jax.tree.map(lambda v, g: v + 0.001 * (g * g - v), v, gradients)
    return jax.tree.map(lambda p, m, v: p - rate * m / (jnp.sqrt(v) + 1e-7), params, m, v), m, v


class Trainer:
    """Trains `forward(params, stats, x, key) -> logits, stats`; `key` is None outside of training."""

    def __init__(self, task, params, forward, row_loss, stats=(), in_loop=True, mixes_rows=False):
        self.task, self.in_loop, self.mixes_rows = task, in_loop, mixes_rows
        params = jax.tree.map(jnp.asarray, params)
        m, v = jax.tree.map(jnp.zeros_like, (params, params))
        self.state = params, stats, m, v, jnp.float32(0), jax.random.key(0)
        self.data = jax.device_put((task.x, task.y))
        self.full = -(-len(task.x) // task.batch)  # steps of an epoch

        def loss(params, stats, x, y, weights, key):
            logits, stats = forward(params, stats, x, key)
            losses, hits = row_loss(logits, y)
            total = (losses * weights).sum()
            return total / weights.sum(), (stats, jnp.stack([total, (hits * weights).sum()]))

        def step(state, x, y, weights, rate):
            params, stats, m, v, t, key = state
            key, now = jax.random.split(key) if stats else (key, key)
            gradients, (stats, sums) = jax.grad(loss, has_aux=True)(params, stats, x, y, weights, now)
            params, m, v = adam(params, m, v, gradients, t + 1, rate)
            return (params, stats, m, v, t + 1, key), sums

        def rows_step(state, sums, data, rows, rate):
            x, y = data[0][rows], data[1][rows]
            state, new = step(state, x, y, (rows >= 0).astype("float32"), rate)
            return state, sums + new

        def epoch(state, data, order, rate):
            def body(i, carry):
                return rows_step(*carry, data, order[i], rate)

            return lax.fori_loop(0, len(order), body, (state, jnp.zeros(2)))

        def evaluate(params, stats, x, y):
            losses, hits = row_loss(forward(params, stats, x, None)[0], y)
            return losses.mean(), hits.mean()

        jit = jax.jit if in_loop else functools.partial(jax.jit, compiler_options=OPTIONS)
        self.loss, self.step = loss, jit(step, donate_argnums=0)
        self.rows_step, self.epoch = jit(rows_step, donate_argnums=(0, 1)), jit(epoch, donate_argnums=0)
        self.evaluate = jit(evaluate)

    def order(self):
        """Shuffled row numbers by step; -1 fills the last one."""
        order = rng.permutation(len(self.task.x)).astype("int32")
        if self.mixes_rows:
            return np.split(order, range(self.task.batch, len(order), self.task.batch))
        return np.pad(order, (0, self.full * self.task.batch - len(order)), constant_values=-1).reshape(self.full, -1)

    def fit(self, rate=1e-3):
        """Train for the task's epochs from where things stand; the last epoch's mean loss."""
        for _ in range(self.task.epochs):
            if self.in_loop:
                self.state, sums = self.epoch(self.state, self.data, self.order(), rate)
            else:
                sums = jnp.zeros(2)
                for rows in self.order():
                    self.state, sums = self.rows_step(self.state, sums, self.data, rows, rate)
            if self.task.validation:
                np.asarray(self.evaluate(*self.state[:2], *self.task.validation))
            loss, _accuracy = np.asarray(sums) / len(self.task.x)
        return loss

    def run(self) -> Result:
        return {**twice(self.fit), **self.cost(), "steps": self.full * self.task.epochs}

    def cost(self) -> Result:
        """Of one step."""
        x, y = (a[: self.task.batch] for a in self.data)
        params, stats, m, v, _, key = self.state
        weights = jnp.ones(len(x))

        def loss(params):
            return self.loss(params, stats, x, y, weights, key)[0]

        return {
            "operations": cost.operations(jax.grad(loss), params),
            "bytes": cost.traffic(loss, params, (params, m, v), (x, y)),
        }


def dense_params(*sizes):
    return [(kernel(a, b), zeros(b)) for a, b in itertools.pairwise(sizes)]


def dense(params, x):
    *hidden, (w, b) = params
    for wh, bh in hidden:
        x = jax.nn.relu(x @ wh + bh)
    return x @ w + b


def chain(params, stats, x, key):
    return dense(params, x), stats


def conv(x, w, padding):
    return lax.conv_general_dilated(x, w, (1, 1), padding, dimension_numbers=("NHWC", "HWIO", "NHWC"))


def column(task):
    """Labels as a column of floats, for one output."""

    def pair(data):
        return data and (data[0], data[1].astype("float32")[:, None])

    x, y = pair((task.x, task.y))
    return task._replace(x=x, y=y, validation=pair(task.validation), test=pair(task.test))


def mlp_small(tiny: bool) -> Result:
    task = column(tasks.mlp_small(tiny))
    trainer = Trainer(task, dense_params(2, 8, 4, 1), chain, sigmoid_loss)
    result = trainer.run()
    return {**result, "accuracy": trainer.evaluate(*trainer.state[:2], *task.test)[1]}


def mlp_tabular(tiny: bool) -> Result:
    return Trainer(tasks.mlp_tabular(tiny), dense_params(32, 128, 64, 10), chain, softmax_loss).run()


def autoencoder(tiny: bool) -> Result:
    return Trainer(tasks.autoencoder(tiny), dense_params(784, 32, 784), chain, sigmoid_loss).run()


def cnn_mnist(tiny: bool) -> Result:
    def forward(params, stats, x, key):
        convolutions, top = params
        for w, b in convolutions:
            x = jax.nn.relu(conv(x, w, "VALID") + b)
        return dense(top, x.reshape(len(x), -1)), stats

    params = [(kernel(3, 3, 1, 32), zeros(32)), (kernel(3, 3, 32, 8), zeros(8))], dense_params(24 * 24 * 8, 10)
    return Trainer(tasks.cnn_mnist(tiny), params, forward, softmax_loss, in_loop=False).run()


def batch_norm(x, gamma, beta, stats, training):
    mean, variance = stats
    if training:
        now = x.mean((0, 1, 2)), x.var((0, 1, 2))
        stats = tuple(0.99 * old + 0.01 * new for old, new in zip(stats, now))
        mean, variance = now
    scale = gamma * lax.rsqrt(variance + 1e-3)
    return x * scale + (beta - mean * scale), stats


def dropout(x, key, rate=0.2):
    return jnp.where(jax.random.bernoulli(key, 1 - rate, x.shape), x / (1 - rate), 0)


def max_pool(x):
    return lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


def cnn_deep(tiny: bool) -> Result:
    def forward(params, stats, x, key):
        convolutions, top = params
        new_stats = []
        for i, ((w, gamma, beta), old) in enumerate(zip(convolutions, stats)):
            x, new = batch_norm(conv(x, w, "SAME"), gamma, beta, old, key is not None)
            new_stats.append(new)
            x = jax.nn.relu(x)
            if i % 2:
                x = max_pool(x)
                if key is not None:
                    x = dropout(x, jax.random.fold_in(key, i))
        return dense(top, x.mean((1, 2))), new_stats

    sizes = (3, 32, 32, 64, 64, 128, 128)
    params = [(kernel(3, 3, a, b), ones(b), zeros(b)) for a, b in itertools.pairwise(sizes)], dense_params(128, 10)
    stats = [(zeros(b), ones(b)) for b in sizes[1:]]
    return Trainer(tasks.cnn_deep(tiny), params, forward, softmax_loss, stats, in_loop=False, mixes_rows=True).run()


def lstm(x, w, u, b):
    """The last hidden state."""

    def cell(state, z):
        h, c = state
        i, f, g, o = jnp.split(z + h @ u, 4, -1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
        return (jax.nn.sigmoid(o) * jnp.tanh(c), c), None

    start = jnp.zeros((len(x), len(u)))
    return lax.scan(cell, (start, start), (x @ w + b).swapaxes(0, 1))[0][0]


def lstm_text(tiny: bool) -> Result:
    def forward(params, stats, x, key):
        words, recurrent, top = params
        return dense(top, lstm(words[x], *recurrent)), stats

    orthogonal = np.linalg.qr(rng.normal(size=(256, 64)))[0].T.astype("float32")
    bias = np.repeat([0, 1, 0, 0], 64).astype("float32")
    params = uniform((tasks.WORDS, 32), 0.05), (kernel(32, 256), orthogonal, bias), dense_params(64, tasks.WORDS)
    return Trainer(tasks.lstm_text(tiny), params, forward, softmax_loss).run()


def layer_norm(x, gamma, beta):
    mean = x.mean(-1, keepdims=True)
    variance = jnp.square(x - mean).mean(-1, keepdims=True)
    return (x - mean) * lax.rsqrt(variance + 1e-3) * gamma + beta


def attention(x, w, b, w_out, b_out):
    """Self-attention of 4 heads of width 32; `w` holds queries, keys and values."""
    rows, time, width = x.shape
    q, k, v = jnp.split((x @ w + b).reshape(rows, time, 4, 96), 3, -1)
    scores = jax.nn.softmax(jnp.einsum("nqhd,nkhd->nhqk", q, k) * 32**-0.5)
    return jnp.einsum("nhqk,nkhd->nqhd", scores, v).reshape(rows, time, width) @ w_out + b_out


def transformer(tiny: bool) -> Result:
    def forward(params, stats, x, key):
        tokens, blocks, top = params
        h = tokens[x]
        for norm, heads, wide_norm, (w1, b1), (w2, b2) in blocks:
            h = h + attention(layer_norm(h, *norm), *heads)
            wide = jax.nn.gelu(layer_norm(h, *wide_norm) @ w1 + b1, approximate=False)
            h = h + wide @ w2 + b2
        return dense(top, h.mean(1)), stats

    def block():
        norm = ones(128), zeros(128)
        heads = uniform((128, 384), np.sqrt(6 / 256)), zeros(384), kernel(128, 128), zeros(128)
        return (norm, heads, norm, *dense_params(128, 256, 128))

    params = uniform((tasks.TOKENS, 128), 0.05), [block(), block()], dense_params(128, 2)
    return Trainer(tasks.transformer(tiny), params, forward, softmax_loss).run()


def pairs(weights):
    return jax.device_put(list(zip(weights[::2], weights[1::2])))


def predict_one(tiny: bool) -> Result:
    x, params = tasks.predict_one(tiny), pairs(tasks.dense_weights((30, 64, 64, 1)))
    predict = jax.jit(lambda params, x: jax.nn.sigmoid(dense(params, x)))
    first, _ = timed(lambda: np.asarray(predict(params, x[0])))
    total = measure.since_start()
    again, y = timed(lambda: [np.asarray(predict(params, row)) for row in x])
    again /= len(x)
    return {"first": first, "again": again, "call": again, "total": total, "quality": np.mean(y)}


def predict_bulk(tiny: bool) -> Result:
    x, params = tasks.predict_bulk(tiny), pairs(tasks.dense_weights((64, 128, 128, 10)))
    predict = jax.jit(lambda params, x: jax.nn.softmax(dense(params, x)))

    def run():
        chunks = np.split(x, range(10_000, len(x), 10_000))
        return np.concatenate([np.asarray(y) for y in [predict(params, chunk) for chunk in chunks]]).max(1).mean()

    costs = {"operations": cost.operations(dense, params, x), "bytes": cost.bytes_of((params, x)) + 40 * len(x)}
    return {**twice(run), **costs, "steps": 1}


def generator(tiny: bool) -> Result:
    task, steps = tasks.generator(tiny)
    trainer = Trainer(task, dense_params(32, 128, 64, 10), chain, softmax_loss)
    weights = np.ones(task.batch, "float32")

    def run():
        sums = []
        for (x, y), _ in zip(tasks.batches(task), range(steps)):
            trainer.state, new = trainer.step(trainer.state, x, y, weights, 1e-3)
            sums.append(new)
        return np.sum(sums, 0)[0] / (steps * task.batch)

    return {**twice(run), **trainer.cost(), "steps": steps}


def cross_validation(tiny: bool) -> Result:
    """One trainer whose compiled programs all fits share; every fit starts from new weights."""
    task, rates = tasks.cross_validation(tiny)
    all_folds = [column(fold) for fold in tasks.folds(task)]
    trainer = Trainer(all_folds[0], dense_params(30, 16, 1), chain, sigmoid_loss)

    def fit(fold, rate):
        params = jax.device_put(dense_params(30, 16, 1))
        m, v = jax.tree.map(jnp.zeros_like, (params, params))
        trainer.state = params, (), m, v, jnp.float32(0), jax.random.key(0)
        trainer.data = jax.device_put((fold.x, fold.y))
        trainer.fit(rate)
        return trainer.evaluate(*trainer.state[:2], *fold.test)[1]

    def run():
        return np.mean([fit(fold, rate) for rate in rates for fold in all_folds])

    steps = trainer.full * task.epochs * len(rates) * tasks.FOLDS
    return {**twice(run), **trainer.cost(), "steps": steps}


if __name__ == "__main__":
    everything = [mlp_small, mlp_tabular, cnn_mnist, cnn_deep, autoencoder, lstm_text, transformer]
    measure.main([*everything, predict_one, predict_bulk, generator, cross_validation], IMPORT)
