# the "artificial neural network" of many courses: pandas, encoders, two hidden layers, confusion matrix, grid by hand
import numpy as np
import pandas as pd
from sklearn.preprocessing import LabelEncoder, StandardScaler
from sklearn.model_selection import train_test_split
from sklearn.metrics import confusion_matrix
import keras
from keras.models import Sequential
from keras.layers import Dense, Dropout
from keras.constraints import maxnorm
from keras import backend as K

rng = np.random.RandomState(0)
dataset = pd.DataFrame({'CreditScore': rng.randint(400, 800, 120), 'Geography': rng.choice(['France', 'Spain'], 120),
                        'Age': rng.randint(18, 80, 120), 'Exited': rng.randint(0, 2, 120)})
X = dataset.iloc[:, :-1].values
y = dataset.iloc[:, -1].values
labelencoder_X_1 = LabelEncoder()
X[:, 1] = labelencoder_X_1.fit_transform(X[:, 1])
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=0)
sc = StandardScaler()
X_train = sc.fit_transform(X_train)
X_test = sc.transform(X_test)

classifier = Sequential()
classifier.add(Dense(units=6, kernel_initializer='uniform', activation='relu', input_dim=3))
classifier.add(Dropout(rate=0.1))
classifier.add(Dense(units=6, kernel_initializer='uniform', activation='relu', kernel_constraint=maxnorm(3)))
classifier.add(Dense(units=1, kernel_initializer='uniform', activation='sigmoid'))
classifier.compile(optimizer='adam', loss='binary_crossentropy', metrics=['acc'])
classifier.fit(X_train, y_train, batch_size=10, epochs=1)
y_pred = classifier.predict(X_test)
y_pred = (y_pred > 0.5)
cm = confusion_matrix(y_test, y_pred)
print(cm)
new_prediction = classifier.predict(sc.transform(np.array([[600, 0, 40]])))
print(new_prediction > 0.5)

best = None
for optimizer in ['adam', 'rmsprop']:
    for units in [2, 3]:
        K.clear_session()
        model = Sequential([Dense(units, input_shape=(3,), activation='relu'), Dense(1, activation='sigmoid')])
        model.compile(optimizer=optimizer, loss='binary_crossentropy', metrics=['acc'])
        hist = model.fit(X_train, y_train, epochs=1, batch_size=50, verbose=0, validation_data=[X_test, y_test])
        if best is None or hist.history['val_acc'][-1] > best[0]:
            best = (hist.history['val_acc'][-1], optimizer, units)
        del model
print(best, pd.DataFrame(hist.history).columns.tolist())
assert cm.sum() == len(y_test) and 'val_acc' in hist.history
