import tensorflow as tf
tf.random.set_seed(1)
import numpy as np
np.random.seed(1)
from collections import deque
import random
from tensorflow.keras.layers import Dense, Input, Lambda, Add, Subtract
from tensorflow.keras.optimizers import Adam
from tensorflow.keras import Model, Sequential
import tensorflow.keras.backend as K
tf.keras.backend.set_floatx('float64')


class Env:
    def reset(self):
        self.t = 0
        return np.random.randn(4)
    def step(self, a):
        self.t += 1
        return np.random.randn(4), 1.0, self.t > 6, {}


class ReplayBuffer:
    def __init__(self, capacity=10000):
        self.buffer = deque(maxlen=capacity)
    def put(self, state, action, reward, next_state, done):
        self.buffer.append([state, action, reward, next_state, done])
    def sample(self):
        sample = random.sample(self.buffer, 4)
        states, actions, rewards, next_states, done = map(np.asarray, zip(*sample))
        states = np.array(states).reshape(4, -1)
        next_states = np.array(next_states).reshape(4, -1)
        return states, actions, rewards, next_states, done
    def size(self):
        return len(self.buffer)


class ActionStateModel:
    def __init__(self, state_dim, aciton_dim):
        self.state_dim = state_dim
        self.action_dim = aciton_dim
        self.epsilon = 1.0
        self.model = self.create_model()

    def create_model(self):
        state_input = Input((self.state_dim,))
        backbone_1 = Dense(8, activation='relu')(state_input)
        value_output = Dense(1)(backbone_1)
        advantage_output = Dense(self.action_dim)(backbone_1)
        output = Add()([value_output, advantage_output])
        model = tf.keras.Model(state_input, output)
        model.compile(loss='mse', optimizer=Adam(0.005))
        return model

    def predict(self, state):
        return self.model.predict(state)

    def get_action(self, state):
        state = np.reshape(state, [1, self.state_dim])
        self.epsilon *= 0.99
        q_value = self.predict(state)[0]
        if np.random.random() < self.epsilon:
            return random.randint(0, self.action_dim-1)
        return np.argmax(q_value)

    def train(self, states, targets):
        self.model.fit(states, targets, epochs=1, verbose=0)

env = Env()
model, target_model, buffer = ActionStateModel(4, 2), ActionStateModel(4, 2), ReplayBuffer()
target_model.model.set_weights(model.model.get_weights())
for ep in range(2):
    done, total_reward = False, 0
    state = env.reset()
    while not done:
        action = model.get_action(state)
        next_state, reward, done, _ = env.step(action)
        buffer.put(state, action, reward*0.01, next_state, done)
        total_reward += reward
        state = next_state
    if buffer.size() >= 4:
        states, actions, rewards, next_states, done = buffer.sample()
        targets = target_model.predict(states)
        next_q_values = target_model.predict(next_states)[range(4), np.argmax(model.predict(next_states), axis=1)]
        targets[range(4), actions] = rewards + (1-done) * next_q_values * 0.95
        model.train(states, targets)


# A2C
class Actor:
    def __init__(self, state_dim, action_dim):
        self.state_dim = state_dim
        self.action_dim = action_dim
        self.model = tf.keras.Sequential([Input((self.state_dim,)), Dense(8, activation='relu'), Dense(self.action_dim, activation='softmax')])
        self.opt = tf.keras.optimizers.Adam(0.0005)
        self.entropy_beta = 0.01

    def compute_loss(self, actions, logits, advantages):
        ce_loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        entropy_loss = tf.keras.losses.CategoricalCrossentropy(from_logits=True)
        actions = tf.cast(actions, tf.int32)
        policy_loss = ce_loss(actions, logits, sample_weight=tf.stop_gradient(advantages))
        entropy = entropy_loss(logits, logits)
        return policy_loss - self.entropy_beta * entropy

    def train(self, states, actions, advantages):
        with tf.GradientTape() as tape:
            logits = self.model(states, training=True)
            loss = self.compute_loss(actions, logits, advantages)
        grads = tape.gradient(loss, self.model.trainable_variables)
        self.opt.apply_gradients(zip(grads, self.model.trainable_variables))
        return loss


class PPOActor(Actor):
    def compute_loss(self, old_policy, new_policy, actions, gaes):
        gaes = tf.stop_gradient(gaes)
        old_log_p = tf.math.log(tf.reduce_sum(old_policy * actions))
        old_log_p = tf.stop_gradient(old_log_p)
        log_p = tf.math.log(tf.reduce_sum(new_policy * actions))
        ratio = tf.math.exp(log_p - old_log_p)
        clipped_ratio = tf.clip_by_value(ratio, 1 - 0.1, 1 + 0.1)
        surrogate = -tf.minimum(ratio * gaes, clipped_ratio * gaes)
        return tf.reduce_mean(surrogate)

    def train(self, old_policy, states, actions, gaes):
        actions = tf.one_hot(actions, self.action_dim)
        actions = tf.reshape(actions, [-1, self.action_dim])
        actions = tf.cast(actions, tf.float64)
        with tf.GradientTape() as tape:
            logits = self.model(states, training=True)
            loss = self.compute_loss(old_policy, logits, actions, gaes)
        grads = tape.gradient(loss, self.model.trainable_variables)
        self.opt.apply_gradients(zip(grads, self.model.trainable_variables))
        return loss


class GaussianActor:
    def __init__(self):
        self.std_bound = [1e-2, 1.0]
        state_input = Input((4,))
        d = Dense(8, activation='relu')(state_input)
        out_mu = Dense(1, activation='tanh')(d)
        mu_output = Lambda(lambda x: x * 2.)(out_mu)
        std_output = Dense(1, activation='softplus')(d)
        self.model = tf.keras.models.Model(state_input, [mu_output, std_output])
        self.opt = tf.keras.optimizers.Adam(1e-3)

    def log_pdf(self, mu, std, action):
        std = tf.clip_by_value(std, self.std_bound[0], self.std_bound[1])
        var = std ** 2
        log_policy_pdf = -0.5 * (action - mu) ** 2 / var - 0.5 * tf.math.log(var * 2 * np.pi)
        return tf.reduce_sum(log_policy_pdf, 1, keepdims=True)

    def train(self, states, actions, gaes):
        with tf.GradientTape() as tape:
            mu, std = self.model(states, training=True)
            loss = tf.reduce_sum(-self.log_pdf(mu, std, actions) * gaes)
        grads = tape.gradient(loss, self.model.trainable_variables)
        self.opt.apply_gradients(zip(grads, self.model.trainable_variables))
        return loss

s = np.random.randn(6, 4); a = np.random.randint(0, 2, (6, 1)); adv = np.random.randn(6, 1)
actor = Actor(4, 2)
probs = actor.model.predict(np.reshape(s[0], [1, 4]))
action = np.random.choice(2, p=probs[0] / probs[0].sum())
print(float(actor.train(s, a, adv)))
p = PPOActor(4, 2)
print(p.train(p.model.predict(s), s, a, adv).numpy())
g = GaussianActor()
mu, std = g.model.predict(np.reshape(s[0], [1, 4]))
print(np.random.normal(mu[0], std[0], size=1), g.train(s, np.random.randn(6, 1), adv))
tf.keras.backend.set_floatx('float32')

# REINFORCE and DDPG of keras.io
num_inputs, num_actions, num_hidden = 4, 2, 8
inputs = tf.keras.layers.Input(shape=(num_inputs,))
common = tf.keras.layers.Dense(num_hidden, activation="relu")(inputs)
act = tf.keras.layers.Dense(num_actions, activation="softmax")(common)
critic = tf.keras.layers.Dense(1)(common)
model = tf.keras.Model(inputs=inputs, outputs=[act, critic])
optimizer = tf.keras.optimizers.Adam(learning_rate=0.01)
huber_loss = tf.keras.losses.Huber()
action_probs_history, critic_value_history, rewards_history = [], [], []
eps = np.finfo(np.float32).eps.item()
state = env.reset()
with tf.GradientTape() as tape:
    for timestep in range(1, 5):
        state = tf.convert_to_tensor(state)
        state = tf.expand_dims(state, 0)
        action_probs, critic_value = model(state)
        critic_value_history.append(critic_value[0, 0])
        action = np.random.choice(num_actions, p=np.squeeze(action_probs) / np.sum(action_probs))
        action_probs_history.append(tf.math.log(action_probs[0, action]))
        state, reward, done, _ = env.step(action)
        rewards_history.append(reward)
    returns, discounted_sum = [], 0
    for r in rewards_history[::-1]:
        discounted_sum = r + 0.99 * discounted_sum
        returns.insert(0, discounted_sum)
    returns = np.array(returns)
    returns = (returns - np.mean(returns)) / (np.std(returns) + eps)
    returns = returns.tolist()
    actor_losses, critic_losses = [], []
    for log_prob, value, ret in zip(action_probs_history, critic_value_history, returns):
        diff = ret - value
        actor_losses.append(-log_prob * diff)
        critic_losses.append(huber_loss(tf.expand_dims(value, 0), tf.expand_dims(ret, 0)))
    loss_value = sum(actor_losses) + sum(critic_losses)
grads = tape.gradient(loss_value, model.trainable_variables)
optimizer.apply_gradients(zip(grads, model.trainable_variables))


class OUActionNoise:
    def __init__(self, mean, std_deviation, theta=0.15, dt=1e-2, x_initial=None):
        self.theta, self.mean, self.std_dev, self.dt, self.x_initial = theta, mean, std_deviation, dt, x_initial
        self.reset()
    def __call__(self):
        x = self.x_prev + self.theta * (self.mean - self.x_prev) * self.dt + self.std_dev * np.sqrt(self.dt) * np.random.normal(size=self.mean.shape)
        self.x_prev = x
        return x
    def reset(self):
        self.x_prev = self.x_initial if self.x_initial is not None else np.zeros_like(self.mean)

from tensorflow.keras import layers
def get_actor():
    last_init = tf.random_uniform_initializer(minval=-0.003, maxval=0.003)
    inputs = layers.Input(shape=(4,))
    out = layers.Dense(8, activation="relu")(inputs)
    outputs = layers.Dense(1, activation="tanh", kernel_initializer=last_init)(out)
    outputs = outputs * 2.0
    return tf.keras.Model(inputs, outputs)
def get_critic():
    state_input = layers.Input(shape=(4))
    state_out = layers.Dense(8, activation="relu")(state_input)
    action_input = layers.Input(shape=(1))
    action_out = layers.Dense(8, activation="relu")(action_input)
    concat = layers.Concatenate()([state_out, action_out])
    outputs = layers.Dense(1)(concat)
    return tf.keras.Model([state_input, action_input], outputs)
def policy(state, noise_object):
    sampled_actions = tf.squeeze(actor_model(state))
    noise = noise_object()
    sampled_actions = sampled_actions.numpy() + noise
    legal_action = np.clip(sampled_actions, -2, 2)
    return [np.squeeze(legal_action)]
actor_model, critic_model, target_actor, target_critic = get_actor(), get_critic(), get_actor(), get_critic()
target_actor.set_weights(actor_model.get_weights())
actor_optimizer = tf.keras.optimizers.Adam(0.001)
critic_optimizer = tf.keras.optimizers.Adam(0.002)
ou_noise = OUActionNoise(mean=np.zeros(1), std_deviation=float(0.2) * np.ones(1))
@tf.function
def update(state_batch, action_batch, reward_batch, next_state_batch):
    with tf.GradientTape() as tape:
        target_actions = target_actor(next_state_batch, training=True)
        y = reward_batch + 0.99 * target_critic([next_state_batch, target_actions], training=True)
        critic_value = critic_model([state_batch, action_batch], training=True)
        critic_loss = tf.math.reduce_mean(tf.math.square(y - critic_value))
    critic_grad = tape.gradient(critic_loss, critic_model.trainable_variables)
    critic_optimizer.apply_gradients(zip(critic_grad, critic_model.trainable_variables))
    with tf.GradientTape() as tape:
        actions = actor_model(state_batch, training=True)
        critic_value = critic_model([state_batch, actions], training=True)
        actor_loss = -tf.math.reduce_mean(critic_value)
    actor_grad = tape.gradient(actor_loss, actor_model.trainable_variables)
    actor_optimizer.apply_gradients(zip(actor_grad, actor_model.trainable_variables))
@tf.function
def update_target(target_weights, weights, tau):
    for (a, b) in zip(target_weights, weights):
        a.assign(b * tau + a * (1 - tau))
prev = tf.expand_dims(tf.convert_to_tensor(env.reset()), 0)
policy(prev, ou_noise)
update(tf.convert_to_tensor(np.random.rand(4, 4)), tf.convert_to_tensor(np.random.rand(4, 1)), tf.cast(tf.convert_to_tensor(np.random.rand(4, 1)), dtype=tf.float32), tf.convert_to_tensor(np.random.rand(4, 4)))
update_target(target_actor.variables, actor_model.variables, 0.005)

# breakout dqn of keras.io
model = tf.keras.Sequential([layers.Dense(8, activation='relu', input_shape=(4,)), layers.Dense(2, activation='linear')])
model_target = tf.keras.models.clone_model(model)
optimizer = tf.keras.optimizers.Adam(learning_rate=0.00025, clipnorm=1.0)
state_sample = np.random.rand(4, 4)
future_rewards = model_target.predict(state_sample)
updated_q_values = np.random.rand(4) + 0.99 * tf.reduce_max(future_rewards, axis=1)
done_sample = tf.convert_to_tensor([float(i % 2) for i in range(4)])
updated_q_values = updated_q_values * (1 - done_sample) - done_sample
masks = tf.one_hot([0, 1, 0, 1], 2)
with tf.GradientTape() as tape:
    q_values = model(state_sample)
    q_action = tf.reduce_sum(tf.multiply(q_values, masks), axis=1)
    loss = tf.keras.losses.Huber()(updated_q_values, q_action)
grads = tape.gradient(loss, model.trainable_variables)
optimizer.apply_gradients(zip(grads, model.trainable_variables))
state_tensor = tf.convert_to_tensor(state_sample[0])
state_tensor = tf.expand_dims(state_tensor, 0)
action_probs = model(state_tensor, training=False)
action = tf.argmax(action_probs[0]).numpy()
