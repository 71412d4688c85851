"""`model(x)` as one compiled forward pass, the one that `predict` has."""

from __future__ import annotations

from typing import Any

from hornbeam import engine
from hornbeam.core import symbolic, tree
from hornbeam.core.running import running
from hornbeam.core.tracebacks import short_traceback
from hornbeam.layers import Layer
from hornbeam.models.inputs import as_arrays
from hornbeam.models.steps import Steps
from hornbeam.training.input_values import check_values
from hornbeam.training.loop.predict import ADDS_LOSSES, STRUCTURE, forward_of, outputs_of


def can_call_compiled(model: Any, inputs: Any, kwargs: dict[str, Any]) -> bool:
    """Whether a call is one of the compiled forward pass."""
    return (
        model.built
        and not running.layers
        and running.scope is None
        and running.tape is None
        and _is_inference(type(model).__hornbeam_call__, kwargs)
        and type(model).predict_step is Steps.predict_step
        and not symbolic.is_symbolic(inputs)
        and not model.__hornbeam__.is_eager
        and not (engine.keeps_gradients() and goes_back(model, inputs))
    )


def goes_back(model: Any, inputs: Any) -> bool:
    """Whether `loss.backward()` may be called on what the call gives, as in loops over PyTorch's own tensors."""
    return model.__hornbeam__.keeps_gradients or any(map(engine.is_tensor, tree.leaves(inputs)))


def _is_inference(signature: Any, kwargs: dict[str, Any]) -> bool:
    """Whether a call with these arguments is one for inference, and has no others."""
    return not kwargs.get("training", signature.training_default) and kwargs.keys() <= {"training"}


@short_traceback
def call_compiled(model: Any, inputs: Any) -> Any:
    """The outputs, as arrays of the engine; layers that add losses keep their values, which a program does not give."""
    program = forward_of(model)
    check_values(model, inputs, program.input_checks)
    outputs = None if program.facts.get(ADDS_LOSSES) else outputs_of(program, as_arrays(inputs))
    if program.facts.get(ADDS_LOSSES):
        return Layer.__call__(model, inputs)
    engine.wait_awake(outputs)
    if tree.is_nested(outputs):  # JAX's programs give dictionaries in the order of their keys
        return tree.unflatten(program.facts[STRUCTURE], tree.leaves(outputs))
    return outputs
