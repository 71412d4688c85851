"""Benign or malignant? A small network on the Wisconsin breast-cancer table of scikit-learn."""

from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

import hornbeam
from hornbeam.callbacks import EarlyStopping
from hornbeam.layers import Dense, Dropout, Input

hornbeam.utils.set_random_seed(7)

# 569 tumours with 30 measurements each: radius, texture, smoothness, ...
data = load_breast_cancer()
x_train, x_test, y_train, y_test = train_test_split(data.data, data.target, stratify=data.target, random_state=7)
scaler = StandardScaler().fit(x_train)
x_train, x_test = scaler.transform(x_train), scaler.transform(x_test)

model = hornbeam.Sequential(
    [
        Input((30,)),
        Dense(32, activation="relu"),
        Dropout(0.2),
        Dense(16, activation="relu"),
        Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer=hornbeam.optimizers.Adam(0.005), loss="binary_crossentropy", metrics=["accuracy"])
model.summary()

# Training stops when the loss on the held-out fifth has not fallen for 8 epochs, and the best weights come back.
patience = EarlyStopping(monitor="val_loss", patience=8, restore_best_weights=True)
history = model.fit(x_train, y_train, epochs=60, validation_split=0.2, callbacks=[patience], verbose=0)
print(f"Trained for {len(history.epoch)} epochs.")

loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"Test loss {loss:.3f}, test accuracy {accuracy:.3f}")
