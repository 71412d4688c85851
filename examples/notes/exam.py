"""Who passes the exam? A table of students from the file to a report, with training, validation and test rows."""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import classification_report
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

import hornbeam
from hornbeam.layers import Dense, Input
from hornbeam.losses import BinaryCrossentropy
from hornbeam.metrics import BinaryAccuracy
from hornbeam.optimizers import Adam

hornbeam.utils.set_random_seed(3)

# Four hours of study a day make a student pass, more or less.
rng = np.random.default_rng(3)
hours, tuition = rng.uniform(0, 9, 1000), rng.integers(20, 50, 1000)
students = {
    "daily_study": hours.round(1),
    "monthly_tuition": tuition,
    "passing_grade": hours > rng.normal(4, 0.2, 1000),
}
with tempfile.TemporaryDirectory() as folder:
    pd.DataFrame(students).astype({"passing_grade": int}).to_csv(Path(folder) / "students.csv", index=False)
    df = pd.read_csv(Path(folder) / "students.csv")
print(df.head(3), end="\n\n")

x, y = df[["daily_study", "monthly_tuition"]], df["passing_grade"].to_numpy()
x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.3, random_state=3)
x_train, x_valid, y_train, y_valid = train_test_split(x_train, y_train, test_size=0.3, random_state=3)
scaler = StandardScaler().fit(x_train)  # of the training rows alone: the others are to be new
x_train, x_valid, x_test = (scaler.transform(part) for part in (x_train, x_valid, x_test))

model = hornbeam.Sequential(
    [Input((2,)), Dense(8, activation="relu"), Dense(4, activation="relu"), Dense(1, activation="sigmoid")]
)
model.summary()
model.compile(loss=BinaryCrossentropy(), optimizer=Adam(0.01), metrics=[BinaryAccuracy()])
model.fit(x_train, y_train, epochs=30, batch_size=32, validation_data=(x_valid, y_valid), verbose=0)

loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"\nTest loss {loss:.3f}, test accuracy {accuracy:.3f}")
# One probability in each row: above a half, the student passes. With a column for each class it would be `argmax(-1)`.
classes = np.where(model.predict(x_test, verbose=0) > 0.5, 1, 0)
print(classification_report(y_test, classes, target_names=["fails", "passes"]))
