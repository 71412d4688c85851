"""How an estimator is shown in a notebook: as scikit-learn shows its own, with the model inside."""

from __future__ import annotations

from typing import Any

try:
    from sklearn.utils._repr_html.estimator import _VisualBlock
except ImportError:  # before scikit-learn 1.7
    from sklearn.utils._estimator_html_repr import _VisualBlock


def block(estimator: Any, model: Any) -> Any:
    """The box of an estimator, with one for its model if it has one.

    Args:
        estimator: the estimator.
        model: its model, or `None`.
    """
    if model is None:
        return _VisualBlock("single", estimator, names=type(estimator).__name__, name_details=str(estimator))
    return _VisualBlock(
        "serial", [_Shown(model)], names=[type(model).__name__], name_details=[summary(model)], dash_wrapped=True
    )


class _Shown:
    """A model as scikit-learn's page shows a part."""

    def __init__(self, model: Any):
        self._model = model

    def _sk_visual_block_(self) -> Any:
        return _VisualBlock("single", self, names=self._model.name, name_details=summary(self._model))

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """None: a layer is no parameter of a search."""
        return {}

    def __repr__(self) -> str:
        return summary(self._model)


def summary(model: Any) -> str:
    """The table of a model's layers."""
    lines: list[str] = []
    model.summary(print_fn=lines.append)
    return "\n".join(lines)
