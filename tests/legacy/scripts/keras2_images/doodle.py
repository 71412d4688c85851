import numpy as np, time
np.random.seed(1)
from scipy.optimize import fmin_l_bfgs_b
from keras import backend as K
from keras.layers import Input, AveragePooling2D, Conv2D, MaxPooling2D
from keras.models import Model
img_nrows, img_ncols, nb_labels = 12, 12, 2
if K.image_data_format() == 'channels_first':
    shape = (1, 3, img_nrows, img_ncols)
else:
    shape = (1, img_nrows, img_ncols, 3)
style_image = K.variable(np.random.rand(*shape)); target_image = K.placeholder(shape=shape)
images = K.concatenate([style_image, target_image], axis=0)
def gram_matrix(x):
    assert K.ndim(x) == 3
    features = K.batch_flatten(K.permute_dimensions(x, (2, 0, 1)))
    gram = K.dot(features, K.transpose(features))
    return gram
def total_variation_loss(x):
    assert 4 == K.ndim(x)
    a = K.square(x[:, :img_nrows - 1, :img_ncols - 1, :] - x[:, 1:, :img_ncols - 1, :])
    b = K.square(x[:, :img_nrows - 1, :img_ncols - 1, :] - x[:, :img_nrows - 1, 1:, :])
    return K.sum(K.pow(a + b, 1.25))
image_input = Input(tensor=images, shape=shape[1:])
x = Conv2D(4, 3, padding='same', activation='relu', name='block1_conv1')(image_input)
x = MaxPooling2D()(x); x = Conv2D(4, 3, padding='same', name='block2_conv1')(x)
image_model = Model(image_input, x)
mask_input = K.variable(np.ones((1, 12, 12, 1)))
layers_by_name = {layer.name: layer for layer in image_model.layers}
f_image = layers_by_name['block1_conv1'].output
loss = K.variable(0)
sf, tf_ = f_image[0, :, :, :], f_image[1, :, :, :]
loss = loss + K.mean(K.square(gram_matrix(sf) - gram_matrix(tf_))) / (4. * (12 * 12) ** 2)
loss = loss + 1e-3 * total_variation_loss(target_image)
loss_grads = K.gradients(loss, target_image)
outputs = [loss]
if isinstance(loss_grads, (list, tuple)):
    outputs += loss_grads
else:
    outputs.append(loss_grads)
f_outputs = K.function([target_image], outputs)
def eval_loss_and_grads(x):
    outs = f_outputs([x.reshape(shape)])
    loss_value = outs[0]
    grad_values = outs[1].flatten().astype('float64') if len(outs[1:]) == 1 else np.array(outs[1:]).flatten().astype('float64')
    return loss_value, grad_values
class Evaluator(object):
    def __init__(self): self.loss_value = None; self.grads_values = None
    def loss(self, x):
        loss_value, grad_values = eval_loss_and_grads(x)
        self.loss_value, self.grad_values = loss_value, grad_values
        return self.loss_value
    def grads(self, x):
        grad_values = np.copy(self.grad_values); self.loss_value = None; self.grad_values = None
        return grad_values
evaluator = Evaluator()
x = np.random.uniform(0, 1, shape)
for i in range(2):
    x, min_val, info = fmin_l_bfgs_b(evaluator.loss, x.flatten(), fprime=evaluator.grads, maxfun=3)
    print('Current loss value:', min_val)
