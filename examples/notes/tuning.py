"""Which settings are good? A network as a scikit-learn estimator, scored in folds and searched at random."""

from sklearn.datasets import make_circles
from sklearn.model_selection import RandomizedSearchCV, cross_val_score

import hornbeam
from hornbeam.layers import Dense, Input
from hornbeam.wrappers import KerasClassifier

hornbeam.utils.set_random_seed(9)
x, y = make_circles(240, noise=0.1, factor=0.4, random_state=9)


def create_model(optimizer: str = "adam", activation: str = "relu", layers: int = 1, nodes: int = 16):
    model = hornbeam.Sequential([Input((2,))])
    for _ in range(layers):
        model.add(Dense(nodes, activation=activation))
    model.add(Dense(1, activation="sigmoid"))
    model.compile(optimizer=optimizer, loss="binary_crossentropy", metrics=["accuracy"])
    return model


model = KerasClassifier(build_fn=create_model, epochs=80, batch_size=16, verbose=0)
scores = cross_val_score(model, x, y, cv=3)
print(f"As it is: accuracy {scores.mean():.3f}, give or take {scores.std():.3f}")

# Few candidates, and values that are far apart: a search is for orders of magnitude.
settings = {
    "optimizer": ["sgd", "adam"],
    "activation": ["relu", "tanh"],
    "layers": [1, 2],
    "nodes": [8, 32],
    "batch_size": [8, 16],
}
search = RandomizedSearchCV(model, settings, n_iter=6, cv=3, random_state=9).fit(x, y)
print(f"Best of six: accuracy {search.best_score_:.3f} with {search.best_params_}")
