"""Which grape? A network in a scikit-learn pipeline, and a random search over its size, activation and training."""

from scipy.stats import loguniform
from sklearn.datasets import load_wine
from sklearn.model_selection import RandomizedSearchCV, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import hornbeam
from hornbeam.layers import Dense, Input
from hornbeam.wrappers import KerasClassifier


def build(meta, depth=1, units=8, activation="relu"):
    """A network for whatever the data turn out to be: `meta` says how many columns and classes there are.

    It is not compiled: the estimator does that, with the optimizer of its parameters and a loss that fits the targets.
    """
    hidden = [Dense(units, activation=activation) for _ in range(depth)]
    last = Dense(meta["n_classes_"], activation="softmax")
    return hornbeam.Sequential([Input((meta["n_features_in_"],)), *hidden, last])


# 178 wines with 13 measurements each, of three kinds of grape; the estimator takes their names as they are.
data = load_wine(as_frame=True)
grape = data.target_names[data.target]
x_train, x_test, y_train, y_test = train_test_split(data.data, grape, stratify=grape, random_state=0)

network = KerasClassifier(build, optimizer="adam", epochs=30, random_state=0)
pipeline = make_pipeline(StandardScaler(), network)
space = {
    "kerasclassifier__depth": [1, 2],  # arguments of `build`
    "kerasclassifier__units": [4, 8, 16],
    "kerasclassifier__activation": ["relu", "tanh"],
    "kerasclassifier__optimizer__learning_rate": loguniform(1e-3, 1e-1),  # of the optimizer
    "kerasclassifier__batch_size": [8, 16, 32],  # of `fit`
}
search = RandomizedSearchCV(pipeline, space, n_iter=12, cv=3, random_state=0)
search.fit(x_train, y_train)

for name, value in search.best_params_.items():
    print(f"{name.removeprefix('kerasclassifier__'):26}{value if isinstance(value, str) else format(value, '.3g')}")
print(f"In cross-validation {search.best_score_:.3f}, test accuracy {search.score(x_test, y_test):.3f}")

best = search.best_estimator_[-1]
print(f"Trained for {best.current_epoch} epochs, to a loss of {best.history_['loss'][-1]:.4f}.")
print(search.predict_proba(x_test)[:3].round(2), "are the probabilities of", ", ".join(best.classes_))
